import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { SessionView } from '../../src-shared/ipc/views.ts';
import type { StepUpRequest } from '../../src-shared/sync/protocol.ts';
import { type Desk, presence, refuse } from './desk.ts';
import { shareByCode } from './share-by-code.ts';
import { stepUp } from './step-up.ts';

/**
 * Second factor: a code gives the share, the share the class keys.
 * @param gone aborted when the person is not there any more: nobody is unlocked behind that
 */
export async function unlock(
  desk: Desk,
  code: StepUpRequest['factor'],
  gone?: AbortSignal,
): Promise<IpcResult<SessionView>> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const { locks } = desk.session;
  const shared = await shareByCode(desk, who, { code, locks, asked: 'session.unlock', gone });
  if (!shared.ok) return shared;
  shared.value.totpSecret.fill(0);
  return stepUp(desk, who, { ...shared.value, locks });
}
