import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { Employee } from '../../src-shared/model/entities.ts';
import { openCredential } from '../vault/credential.ts';
import { type Desk, ok, refuse } from './desk.ts';
import { LOCKOUT_MS, PASSWORD_ATTEMPTS } from './sign-in.ts';

/**
 * Checks the password of somebody who stands by and is not signed in: by her slot where she has one here, as at her sign-in, and by
 * her portable credential otherwise. It is counted before it is checked, with the attempts of her sign-in; the entry is the caller's.
 * @returns the unlock key of her credential, which the caller zeroes
 */
export async function checkPassword(desk: Desk, employee: Employee, typed: string): Promise<IpcResult<Buffer>> {
  const attempt = await desk.attempts.count(employee.id, 'password', {
    limit: PASSWORD_ATTEMPTS,
    lockoutMs: LOCKOUT_MS,
  });
  if (!attempt.allowed) return refuse('too-many-attempts', { retryAt: attempt.retryAt });
  const password = Buffer.from(typed.normalize('NFC'), 'utf8');
  const unlockKey = await unlockKeyOf(desk, employee, password).finally(() => password.fill(0));
  if (unlockKey === null) return refuse('wrong-password', { attemptsLeft: attempt.left });
  try {
    await desk.attempts.clear(employee.id, 'password');
    return ok(unlockKey);
  } catch (error) {
    unlockKey.fill(0);
    throw error;
  }
}

async function unlockKeyOf(
  { slots }: Pick<Desk, 'slots'>,
  employee: Employee,
  password: Buffer,
): Promise<Buffer | null> {
  // A slot of another credential than she has now is not to be trusted: she has left, or has another password.
  if (!slots.fits(employee)) {
    const who = { propertyId: employee.propertyId, employeeId: employee.id };
    return openCredential(employee.credential, who, password);
  }
  const opened = await slots.open(employee.id, password);
  opened?.cacheKey.fill(0);
  return opened?.unlockKey ?? null;
}
