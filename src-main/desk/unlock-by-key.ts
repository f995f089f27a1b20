import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { KeyAnswer } from '../../src-shared/ipc/security-key.ts';
import type { SessionView } from '../../src-shared/ipc/views.ts';
import { type Desk, ok, presence, record, refuse } from './desk.ts';
import { shareByKey } from './share-by-key.ts';
import { stepUp } from './step-up.ts';

/**
 * Second factor by a security key: what it answers opens the share, the share the class keys.
 * @param answer what the key said; its output is zeroed in here
 * @throws LogUnavailable
 */
export async function unlockByKey(desk: Desk, answer: KeyAnswer): Promise<IpcResult<SessionView>> {
  const who = presence(desk);
  if (who === null) {
    answer.output.fill(0);
    return refuse('locked');
  }
  const { locks } = desk.session;
  const shared = await shareByKey(desk, who, answer, { locks, asked: 'session.unlock' });
  if (!shared.ok) return shared;
  const unlocked = await stepUp(desk, who, { factor: 'security-key', share: shared.value, locks });
  if (unlocked.ok) await desk.attempts.clear(who.employee.id, 'security-key');
  return unlocked;
}

/** A key that is none of hers was touched, or the system refused: nothing was tried, and it is recorded. @throws LogUnavailable */
export function recordKeyRefusal(desk: Desk): IpcResult<null> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  record(desk, who, { type: 'session.unlock', outcome: 'failed', reason: 'key-refused' });
  return ok(null);
}
