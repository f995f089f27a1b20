import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { KeyAnswer } from '../../src-shared/ipc/security-key.ts';
import type { SessionView } from '../../src-shared/ipc/views.ts';
import type { UsableKey } from '../store/security-keys.ts';
import { openSignInKeys, type Who } from '../vault/credential.ts';
import { wipeKeys } from '../vault/employee-keys.ts';
import { openKeyShare } from '../vault/security-key.ts';
import { type Desk, ok, type Presence, presence, record, refuse } from './desk.ts';
import { keysOf } from './security-keys.ts';
import { LOCKOUT_MS } from './sign-in.ts';
import { stepUp } from './step-up.ts';

/** Wrong answers before the employee has to wait, or to take a code. Guessing 32 bytes is hopeless; a forged row is not tried for ever. */
const KEY_ATTEMPTS = 5;

/**
 * Second factor by a security key: what it answers opens the share, on paper and wire nothing else does. It needs no line, no lease and
 * no clock.
 * @param answer what the key said; its output is zeroed in here
 * @throws LogUnavailable
 */
export async function unlockByKey(desk: Desk, { credentialId, output }: KeyAnswer): Promise<IpcResult<SessionView>> {
  try {
    const who = presence(desk);
    if (who === null) return refuse('locked');
    const { locks } = desk.session;
    const attempt = await desk.attempts.count(who.employee.id, 'security-key', {
      limit: KEY_ATTEMPTS,
      lockoutMs: LOCKOUT_MS,
    });
    if (!attempt.allowed) {
      recordFailure(desk, who, 'too-many-attempts');
      return refuse('too-many-attempts', { retryAt: attempt.retryAt });
    }
    if (desk.session.locks !== locks) return refuse('locked');
    const key = keysOf(desk, who).find((one) => one.credentialId === credentialId);
    const share = key === undefined ? null : openShare(desk, who, key, output);
    if (share === null) {
      recordFailure(desk, who, 'wrong-key');
      return refuse('wrong-key', { attemptsLeft: attempt.left });
    }
    const unlocked = await stepUp(desk, who, { factor: 'security-key', share, locks });
    if (unlocked.ok) await desk.attempts.clear(who.employee.id, 'security-key');
    return unlocked;
  } finally {
    output.fill(0);
  }
}

/** A key that is none of hers was touched, or the system refused: nothing was tried, and it is recorded. @throws LogUnavailable */
export function recordKeyRefusal(desk: Desk): IpcResult<null> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  recordFailure(desk, who, 'key-refused');
  return ok(null);
}

function recordFailure(desk: Desk, who: Presence, reason: string): void {
  record(desk, who, { type: 'session.unlock', outcome: 'failed', reason });
}

function openShare(desk: Desk, { employee, property }: Presence, key: UsableKey, output: Uint8Array): Buffer | null {
  const who: Who = { propertyId: property.id, employeeId: employee.id };
  const { unlockKey } = desk.session;
  const privateKeys = unlockKey === null ? null : openSignInKeys(employee.credential, who, unlockKey);
  if (privateKeys === null) return null;
  try {
    return openKeyShare(who, key, privateKeys.slot, output);
  } finally {
    wipeKeys(privateKeys);
  }
}
