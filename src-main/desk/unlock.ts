import type { IpcResult } from '../../src-shared/ipc/contract.ts';
import type { SessionView } from '../../src-shared/ipc/views.ts';
import { type Desk, presence, refuse } from './desk.ts';
import { shareByCode } from './share-by-code.ts';
import { stepUp } from './step-up.ts';

/** Second factor: a code gives the share, the share the class keys. */
export async function unlock(desk: Desk, input: { readonly code: string }): Promise<IpcResult<SessionView>> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const { locks } = desk.session;
  const share = await shareByCode(desk, who, { code: input.code, locks, asked: 'session.unlock' });
  if (!share.ok) return share;
  const unlocked = await stepUp(desk, who, { factor: 'code', share: share.value, locks });
  if (unlocked.ok) await desk.attempts.clear(who.employee.id, 'code');
  return unlocked;
}
