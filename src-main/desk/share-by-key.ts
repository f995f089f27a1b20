import type { EventType } from '../../src-shared/audit/event.ts';
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { KeyAnswer } from '../../src-shared/ipc/security-key.ts';
import type { UsableKey } from '../store/security-keys.ts';
import { openSignInKeys, type Who } from '../vault/credential.ts';
import { wipeKeys } from '../vault/employee-keys.ts';
import { openKeyShare } from '../vault/security-key.ts';
import { type Desk, ok, type Presence, record, refuse } from './desk.ts';
import { keysOf } from './security-keys.ts';
import { LOCKOUT_MS } from './sign-in.ts';

/** Wrong answers before the employee has to wait, or to take a code. Guessing 32 bytes is hopeless; a forged row is not tried for ever. */
const KEY_ATTEMPTS = 5;

/** What a key is asked for: the entry that a wrong one leaves is of this type. */
type Asked = Extract<EventType, 'session.unlock' | 'factor.renew' | 'factor.codes'>;

interface KeyAsked {
  /** `session.locks` from before the key was asked. */
  readonly locks: number;
  readonly asked: Asked;
}

/**
 * The step-up share for what a security key answers: on paper and wire nothing else opens it. It needs no line, no lease and no clock.
 * The attempt is counted; whoever takes the share for right clears the count.
 * @param answer what the key said; its output is zeroed in here
 * @returns 32 bytes, which the caller zeroes
 * @throws LogUnavailable
 */
export async function shareByKey(
  desk: Desk,
  who: Presence,
  { credentialId, output }: KeyAnswer,
  { locks, asked }: KeyAsked,
): Promise<IpcResult<Buffer>> {
  const fail = (reason: string) => record(desk, who, { type: asked, outcome: 'failed', reason });
  try {
    const attempt = await desk.attempts.count(who.employee.id, 'security-key', {
      limit: KEY_ATTEMPTS,
      lockoutMs: LOCKOUT_MS,
    });
    if (!attempt.allowed) {
      fail('too-many-attempts');
      return refuse('too-many-attempts', { retryAt: attempt.retryAt });
    }
    if (desk.session.locks !== locks) return refuse('locked');
    const key = keysOf(desk, who).find((one) => one.credentialId === credentialId);
    const share = key === undefined ? null : openShare(desk, who, key, output);
    if (share !== null) return ok(share);
    fail('wrong-key');
    return refuse('wrong-key', { attemptsLeft: attempt.left });
  } finally {
    output.fill(0);
  }
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
