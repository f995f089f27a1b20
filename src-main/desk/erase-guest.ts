import { ulid } from 'ulid';
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import { type GuestId, OperationId } from '../../src-shared/model/ids.ts';
import { type Desk, mayDo, ok, presence, record, refuse, refused } from './desk.ts';

/**
 * Asks for a guest to be erased (PIPL art. 47): recorded, and queued for the server, which has the last word and whose feed erases
 * the guest here too. Until then nothing is deleted: what the server refuses is still there.
 */
export function eraseGuest(desk: Desk, input: { readonly guestId: GuestId }): IpcResult<null> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const { guestId } = input;
  const decision = mayDo(who, 'guest.erase');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'guest.erase', guestId });
  // There is no way back: it takes the second factor as a reveal does.
  if (desk.session.state !== 'unlocked') return refuse('needs-unlock');
  if (desk.cache.guests.get(guestId) === null) return refuse('not-found');
  if (desk.cache.stays.hasCurrent(guestId)) return refuse('current-stay');
  record(desk, who, { type: 'guest.erase', outcome: 'allowed', guestId });
  const now = desk.clock.now();
  const id = OperationId.parse(ulid(now));
  desk.cache.outbox.add({ id, kind: 'guest.erase', employeeId: who.employee.id, at: now, guestId });
  desk.kickSync();
  return ok(null);
}
