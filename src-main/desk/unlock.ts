import type { IpcResult } from '../../src-shared/ipc/contract.ts';
import type { SessionView } from '../../src-shared/ipc/views.ts';
import { matchTotp } from '../../src-shared/step-up/totp.ts';
import { openSecondFactor } from '../vault/credential.ts';
import { type Desk, presence, record, refuse } from './desk.ts';
import { LOCKOUT_MS } from './sign-in.ts';
import { stepUp } from './step-up.ts';

/** Wrong codes before the employee has to wait (DESIGN §4). */
const CODE_ATTEMPTS = 5;

/**
 * Second factor (RFC 6238), offline. A code opens once only, here or on another day's restart: the highest step accepted is kept
 * before the keys come into memory.
 */
export async function unlock(desk: Desk, input: { readonly code: string }): Promise<IpcResult<SessionView>> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const { employee, property } = who;
  const { locks } = desk.session;
  const fail = (reason: string) => record(desk, who, { type: 'session.unlock', outcome: 'failed', reason });

  const now = desk.clock.now();
  const attempt = await desk.attempts.count(employee.id, 'code', {
    limit: CODE_ATTEMPTS,
    lockoutMs: LOCKOUT_MS,
  });
  if (!attempt.allowed) {
    fail('too-many-attempts');
    return refuse('too-many-attempts', { retryAt: attempt.retryAt });
  }
  const { unlockKey } = desk.session;
  if (unlockKey === null || desk.session.locks !== locks) return refuse('locked');
  const factor = openSecondFactor(employee.credential, { propertyId: property.id, employeeId: employee.id }, unlockKey);
  const step = factor === null ? null : matchTotp(factor.totpSecret, input.code, now);
  factor?.totpSecret.fill(0);
  if (factor === null || step === null) {
    factor?.share.fill(0);
    fail('wrong-code');
    return refuse('wrong-code', { attemptsLeft: attempt.left });
  }
  if (!(await desk.attempts.acceptTotpStep(employee.id, step))) {
    factor.share.fill(0);
    fail('code-used');
    return refuse('code-used', { attemptsLeft: attempt.left });
  }
  const unlocked = await stepUp(desk, who, { factor: 'code', share: factor.share, locks });
  if (unlocked.ok) await desk.attempts.clear(employee.id, 'code');
  return unlocked;
}
