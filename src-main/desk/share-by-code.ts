import type { EventType } from '../../src-shared/audit/event.ts';
import type { IpcResult } from '../../src-shared/ipc/contract.ts';
import { matchTotp } from '../../src-shared/step-up/totp.ts';
import { openSecondFactor } from '../vault/credential.ts';
import { type Desk, ok, type Presence, record, refuse } from './desk.ts';
import { LOCKOUT_MS } from './sign-in.ts';

/** Wrong codes before the employee has to wait (DESIGN §4). */
const CODE_ATTEMPTS = 5;

/** What a right code is asked for: the entry that a wrong one leaves is of this type. */
type Asked = Extract<EventType, 'session.unlock' | 'security-key.add'>;

/**
 * The step-up share for a code (RFC 6238), offline. A code opens once only, here or on another day's restart: the highest step accepted
 * is kept before the share is handed out.
 * @param locks `session.locks` from before the code was asked
 * @returns the share; the caller zeroes it
 * @throws LogUnavailable
 */
export async function shareByCode(
  desk: Desk,
  who: Presence,
  { code, locks, asked }: { readonly code: string; readonly locks: number; readonly asked: Asked },
): Promise<IpcResult<Buffer>> {
  const { employee, property } = who;
  const fail = (reason: string) => record(desk, who, { type: asked, outcome: 'failed', reason });

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
  const step = factor === null ? null : matchTotp(factor.totpSecret, code, now);
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
  return ok(factor.share);
}
