import type { IpcResult } from '../../src-shared/ipc/contract.ts';
import type { Revealed } from '../../src-shared/ipc/views.ts';
import type { StayId } from '../../src-shared/model/ids.ts';
import type { GuestSealedField } from '../../src-shared/model/registry.ts';
import { decide, type Purpose } from '../../src-shared/policy/index.ts';
import { SealError } from '../vault/field-seal.ts';
import { type Desk, ok, presence, record, refuse, refused } from './desk.ts';
import { actorBefore, openSealed, sealedSubject } from './open-sealed.ts';

/** How long a value stays on the screen. */
const SHOWN_FOR_MS = 15_000;

/**
 * Opens one sealed field of the guest of one stay, for one stated purpose. The access-log entry is on the disk before the value
 * is decrypted (DESIGN §1.2): a crash in between leaves an entry without a reveal, never the other way round.
 * @throws LogUnavailable when the entry cannot be written; nothing is decrypted then
 */
export function reveal(
  desk: Desk,
  input: { readonly stayId: StayId; readonly field: GuestSealedField; readonly purpose: Purpose },
): IpcResult<Revealed> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const subject = sealedSubject(desk, input.stayId, input.field);
  if (subject === null) return refuse('not-found');
  const { guest, resource } = subject;
  const event = { type: 'field.reveal' as const, ...subject.entry, purpose: input.purpose };
  const context = { ...who.context, purpose: input.purpose };
  const decision = decide(actorBefore(desk, who, guest, input.field), 'field.reveal', resource, context);
  if (!decision.allowed) return refused(desk, who, decision, event);
  if (guest[input.field] === null) return refuse('not-found');

  const { seq } = record(desk, who, { ...event, outcome: 'allowed' });
  try {
    const plain = openSealed(desk, who, guest, input.field);
    const value = plain.toString('utf8');
    plain.fill(0);
    return ok({
      value,
      shownForMs: SHOWN_FOR_MS,
      watermark: { employee: who.employee.staffNumber, terminal: desk.terminalName, at: desk.clock.now(), entry: seq },
    });
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    record(desk, who, { ...event, outcome: 'failed', reason: error.problem });
    return refuse('unreadable-value');
  }
}
