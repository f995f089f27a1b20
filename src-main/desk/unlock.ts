import type { IpcResult } from '../../src-shared/ipc/contract.ts';
import type { SessionView } from '../../src-shared/ipc/views.ts';
import { openClassGrants } from '../vault/class-grant.ts';
import { openPrivateKeys, openSecondFactor } from '../vault/credential.ts';
import { wipeKeys } from '../vault/employee-keys.ts';
import { matchTotp } from '../vault/totp.ts';
import { type Desk, ok, presence, record, refuse } from './desk.ts';
import { viewSession } from './session-view.ts';
import { LOCKOUT_MS } from './sign-in.ts';

/** Wrong codes before the employee has to wait (DESIGN §4). */
const CODE_ATTEMPTS = 5;

/**
 * Second factor (RFC 6238), offline. A code opens once only, here or on another day's restart: the highest step accepted is kept
 * in the cache before the keys come into memory. Class keys come out of the employee's grants; one that does not hold is passed
 * over and recorded.
 */
export async function unlock(desk: Desk, input: { readonly code: string }): Promise<IpcResult<SessionView>> {
  const who = presence(desk);
  const unlockKey = desk.session.unlockKey;
  if (who === null || unlockKey === null) return refuse('locked');
  const { employee, property } = who;
  const ids = { propertyId: property.id, employeeId: employee.id };
  const fail = (reason: string) => record(desk, who, { type: 'session.unlock', outcome: 'failed', reason });

  const now = desk.clock.now();
  const attempt = desk.cache.authState.countAttempt(employee.id, 'code', {
    now,
    limit: CODE_ATTEMPTS,
    lockoutMs: LOCKOUT_MS,
  });
  if (!attempt.allowed) {
    fail('too-many-attempts');
    return refuse('too-many-attempts', { retryAt: attempt.retryAt });
  }
  const secret = openSecondFactor(employee.credential, ids, unlockKey);
  const step = secret === null ? null : matchTotp(secret, input.code, now);
  secret?.fill(0);
  if (step === null) {
    fail('wrong-code');
    return refuse('wrong-code', { attemptsLeft: attempt.left });
  }
  if (!desk.cache.authState.acceptTotpStep(employee.id, step)) {
    fail('code-used');
    return refuse('code-used', { attemptsLeft: attempt.left });
  }
  const privateKeys = openPrivateKeys(employee.credential, ids, unlockKey);
  if (privateKeys === null) {
    fail('keys-unreadable');
    return refuse('unreadable-value');
  }
  const { locks } = desk.session;
  const { keys, ignored } = await openClassGrants(
    ids,
    privateKeys.sealing,
    desk.cache.classGrants.forEmployee(employee.id),
    (id) => desk.cache.employees.get(id)?.signingKey ?? null,
  ).finally(() => wipeKeys(privateKeys));
  try {
    // The terminal was locked, or somebody else signed in, while the grants were opened: nobody is unlocked behind that.
    if (desk.session.locks !== locks) {
      for (const { key } of keys) key.fill(0);
      return refuse('locked');
    }
    for (const { grant, problem } of ignored) {
      record(desk, who, { type: 'grant.ignored', outcome: 'failed', class: grant.class, reason: problem });
    }
    record(desk, who, { type: 'session.unlock', outcome: 'allowed' });
    desk.cache.authState.clearAttempts(employee.id, 'code');
  } catch (error) {
    for (const { key } of keys) key.fill(0);
    throw error;
  }
  desk.session.unlock(keys);
  return ok(viewSession(desk));
}
