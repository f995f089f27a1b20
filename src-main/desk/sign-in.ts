import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { SessionView, StaffItem } from '../../src-shared/ipc/views.ts';
import type { EmployeeId } from '../../src-shared/model/ids.ts';
import { isOfCredential } from '../vault/prepared-slot.ts';
import { type Opened, wipeOpened } from '../vault/slot.ts';
import { ok, record, refuse } from './desk.ts';
import type { Door } from './door.ts';
import { viewSession } from './session-view.ts';

/** Failed passwords before the employee has to wait (PCI DSS 8.3.4: at most 10 tries, at least 30 minutes). */
export const PASSWORD_ATTEMPTS = 8;
export const LOCKOUT_MS = 30 * 60_000;

/** Everybody who may sign in here, by staff number. */
export function listStaff({ slots }: Pick<Door, 'slots'>): StaffItem[] {
  return slots.people.map(staffItem);
}

/** An employee as a colleague may know her. */
export function staffItem({ id, name, nameLatin, staffNumber, role }: StaffItem): StaffItem {
  return { id, name, nameLatin, staffNumber, role };
}

/**
 * Password sign-in, offline, sealed or not: one Argon2id run opens the slot, and what is in it the cache. The attempt is counted
 * before it is checked, so that a crash in between is no free guess. A password under duress goes the same way.
 * @param signal aborted when the person is not there any more: nobody is signed in behind that
 */
export async function signIn(
  door: Door,
  input: { readonly employeeId: EmployeeId; readonly password: string },
  signal?: AbortSignal,
): Promise<IpcResult<SessionView>> {
  const person = door.slots.person(input.employeeId);
  if (person === null) return refuse('not-found');
  const fail = (reason: string) =>
    door.log.append({
      type: 'session.sign-in',
      outcome: 'failed',
      employeeId: person.id,
      role: person.role,
      reason,
    });

  const { locks } = door.session;
  /** The terminal was locked, or is being closed, or the prompt was, in the meantime: nobody is signed in behind that. */
  const gone = () => {
    if (signal?.aborted === true) return refuse('cancelled');
    return door.session.locks === locks ? null : refuse('not-ready');
  };
  const attempt = await door.attempts.count(person.id, 'password', { limit: PASSWORD_ATTEMPTS, lockoutMs: LOCKOUT_MS });
  if (!attempt.allowed) {
    fail('too-many-attempts');
    return refuse('too-many-attempts', { retryAt: attempt.retryAt });
  }
  const password = Buffer.from(input.password.normalize('NFC'), 'utf8');
  let opened: Opened | null = null;
  try {
    opened = await door.slots.open(person.id, password);
    const left = gone();
    if (left !== null) return left;
    if (opened === null) {
      fail('wrong-password');
      return refuse('wrong-password', { attemptsLeft: attempt.left });
    }
    const entered = await door.enter(person, opened);
    const employee = entered?.desk.cache.employees.get(person.id) ?? null;
    const refuseEntry = <T>(answer: T) => {
      entered?.unlockKey.fill(0);
      return answer;
    };
    if (entered === null || employee === null) return refuseEntry(gone() ?? refuse('not-ready'));
    // The cache may know better: she has left, or has another password by now.
    if (!employee.active || (opened.kind === 'own' && !isOfCredential(person, employee.credential))) {
      fail('slot-outdated');
      return refuseEntry(refuse('wrong-password', { attemptsLeft: attempt.left }));
    }
    await door.attempts.clear(person.id, 'password');
    const closed = gone();
    if (closed !== null) return refuseEntry(closed);
    // The entry comes before the session: nobody works unrecorded.
    record(door, { employee }, { type: 'session.sign-in', outcome: 'allowed' });
    door.session.signIn(employee, entered.unlockKey);
    if (opened.kind === 'own') door.slots.settle(person.id, password, opened, () => door.note('slot-not-settled'));
    return ok(viewSession(door));
  } finally {
    password.fill(0);
    if (opened !== null) wipeOpened(opened);
  }
}
