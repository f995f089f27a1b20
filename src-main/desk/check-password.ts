import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { Employee } from '../../src-shared/model/entities.ts';
import { openCredential } from '../vault/credential.ts';
import { type Desk, ok, refuse } from './desk.ts';
import { LOCKOUT_MS, PASSWORD_ATTEMPTS } from './sign-in.ts';

/**
 * Checks the password of somebody who stands by and is not signed in. It is counted before it is checked, with the attempts of her
 * sign-in; the entry is the caller's.
 * @returns the unlock key of her credential, which the caller zeroes
 */
export async function checkPassword(desk: Desk, employee: Employee, typed: string): Promise<IpcResult<Buffer>> {
  const attempt = await desk.attempts.count(employee.id, 'password', {
    limit: PASSWORD_ATTEMPTS,
    lockoutMs: LOCKOUT_MS,
  });
  if (!attempt.allowed) return refuse('too-many-attempts', { retryAt: attempt.retryAt });
  const password = Buffer.from(typed.normalize('NFC'), 'utf8');
  const who = { propertyId: employee.propertyId, employeeId: employee.id };
  const unlockKey = await openCredential(employee.credential, who, password).finally(() => password.fill(0));
  if (unlockKey === null) return refuse('wrong-password', { attemptsLeft: attempt.left });
  try {
    await desk.attempts.clear(employee.id, 'password');
    return ok(unlockKey);
  } catch (error) {
    unlockKey.fill(0);
    throw error;
  }
}
