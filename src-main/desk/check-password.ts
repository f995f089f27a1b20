import type { IpcResult } from '../../src-shared/ipc/contract.ts';
import type { Employee } from '../../src-shared/model/entities.ts';
import { openCredential } from '../vault/credential.ts';
import { type Desk, ok, refuse } from './desk.ts';
import { LOCKOUT_MS, PASSWORD_ATTEMPTS } from './sign-in.ts';

/**
 * Checks the password of somebody who stands by and is not signed in: no key of hers outlives the call. It is counted before it is
 * checked, with the attempts of her sign-in.
 */
export async function confirmPassword(desk: Desk, employee: Employee, typed: string): Promise<IpcResult<null>> {
  const attempt = await desk.attempts.count(employee.id, 'password', {
    limit: PASSWORD_ATTEMPTS,
    lockoutMs: LOCKOUT_MS,
  });
  if (!attempt.allowed) return refuse('too-many-attempts', { retryAt: attempt.retryAt });
  const password = Buffer.from(typed.normalize('NFC'), 'utf8');
  const who = { propertyId: employee.propertyId, employeeId: employee.id };
  const unlockKey = await openCredential(employee.credential, who, password);
  password.fill(0);
  if (unlockKey === null) return refuse('wrong-password', { attemptsLeft: attempt.left });
  unlockKey.fill(0);
  await desk.attempts.clear(employee.id, 'password');
  return ok(null);
}
