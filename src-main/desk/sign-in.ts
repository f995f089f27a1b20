import type { IpcResult } from '../../src-shared/ipc/contract.ts';
import type { SessionView, StaffItem } from '../../src-shared/ipc/views.ts';
import type { Employee } from '../../src-shared/model/entities.ts';
import type { EmployeeId } from '../../src-shared/model/ids.ts';
import { openCredential } from '../vault/credential.ts';
import { type Desk, ok, record, refuse } from './desk.ts';
import { viewSession } from './session-view.ts';

/** Failed passwords before the employee has to wait (PCI DSS 8.3.4: at most 10 tries, at least 30 minutes). */
export const PASSWORD_ATTEMPTS = 8;
export const LOCKOUT_MS = 30 * 60_000;

/** Everybody who may sign in here, by staff number. */
export function listStaff(desk: Desk): StaffItem[] {
  return desk.cache.employees
    .all()
    .filter((employee) => employee.active)
    .map(staffItem);
}

/** An employee as a colleague may know her. */
export function staffItem({ id, name, nameLatin, staffNumber, role }: Employee): StaffItem {
  return { id, name, nameLatin, staffNumber, role };
}

/**
 * Password sign-in, offline. The attempt is counted before it is checked, so that a crash in between is no free guess.
 * @param signal aborted when the person is not there any more: nobody is signed in behind that
 */
export async function signIn(
  desk: Desk,
  input: { readonly employeeId: EmployeeId; readonly password: string },
  signal?: AbortSignal,
): Promise<IpcResult<SessionView>> {
  const employee = desk.cache.employees.get(input.employeeId);
  const property = desk.cache.property.get();
  if (property === null) return refuse('not-ready');
  if (employee === null || !employee.active) return refuse('not-found');
  const fail = (reason: string) =>
    desk.log.append({
      type: 'session.sign-in',
      outcome: 'failed',
      employeeId: employee.id,
      role: employee.role,
      reason,
    });

  const { locks } = desk.session;
  const attempt = await desk.attempts.count(employee.id, 'password', {
    limit: PASSWORD_ATTEMPTS,
    lockoutMs: LOCKOUT_MS,
  });
  if (!attempt.allowed) {
    fail('too-many-attempts');
    return refuse('too-many-attempts', { retryAt: attempt.retryAt });
  }
  const password = Buffer.from(input.password.normalize('NFC'), 'utf8');
  const unlockKey = await openCredential(
    employee.credential,
    { propertyId: property.id, employeeId: employee.id },
    password,
  );
  password.fill(0);
  // The terminal was locked, or is being closed, or the prompt was, while the password was stretched: nobody is signed in behind that.
  if (desk.session.locks !== locks || signal?.aborted === true) {
    unlockKey?.fill(0);
    return refuse(signal?.aborted === true ? 'cancelled' : 'not-ready');
  }
  if (unlockKey === null) {
    fail('wrong-password');
    return refuse('wrong-password', { attemptsLeft: attempt.left });
  }
  try {
    // The entry comes before the session: nobody works unrecorded.
    record(desk, { employee }, { type: 'session.sign-in', outcome: 'allowed' });
  } catch (error) {
    unlockKey.fill(0);
    throw error;
  }
  desk.session.signIn(employee, unlockKey);
  await desk.attempts.clear(employee.id, 'password');
  return ok(viewSession(desk));
}
