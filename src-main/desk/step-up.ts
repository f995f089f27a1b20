/** What every second factor ends in: the step-up share opens the sealing key, that opens the grants, and class keys come into memory. */
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { SessionView } from '../../src-shared/ipc/views.ts';
import { openClassGrants } from '../vault/class-grant.ts';
import { openSealingKey } from '../vault/credential.ts';
import { type Desk, ok, type Presence, record, refuse } from './desk.ts';
import { viewSession } from './session-view.ts';
import { trustOf } from './trust-of.ts';

/** Which factor gave the share, as the access log names it. */
export type StepUpFactor = 'code' | 'code-offline' | 'recovery-code' | 'security-key';

interface StepUp {
  readonly factor: StepUpFactor;
  /** 32 bytes; zeroed in here. */
  readonly share: Buffer;
  /** `session.locks` from before the factor was asked: nobody is unlocked behind a lock in between. */
  readonly locks: number;
  /** After a recovery code: how many are left, for her to be told. */
  readonly recoveryCodesLeft?: number | null;
}

/**
 * Unlocks with a share. A grant that does not hold is passed over and recorded; the unlock is on the disk before the keys come into
 * memory.
 * @throws LogUnavailable
 */
export async function stepUp(
  desk: Desk,
  who: Presence,
  { factor, share, locks, recoveryCodesLeft = null }: StepUp,
): Promise<IpcResult<SessionView>> {
  const { employee, property } = who;
  const ids = { propertyId: property.id, employeeId: employee.id };
  const unlockKey = desk.session.locks === locks ? desk.session.unlockKey : null;
  const sealing = unlockKey === null ? null : openSealingKey(employee.credential, ids, unlockKey, share);
  share.fill(0);
  if (unlockKey === null) return refuse('locked');
  if (sealing === null) {
    record(desk, who, { type: 'session.unlock', outcome: 'failed', reason: 'keys-unreadable' });
    return refuse('unreadable-value');
  }
  const trust = trustOf(desk, property.id);
  // What was sealed to a key that she had before is nobody's now, and no news.
  const hers = desk.cache.classGrants
    .forEmployee(employee.id)
    .filter((grant) => grant.sealingKey === employee.sealingKey);
  const granted = Map.groupBy(hers, (grant) => trust.behind(grant));
  const { keys, searchKeys, ignored } = await openClassGrants(ids, sealing, granted.get('holds') ?? [], (id, grant) =>
    trust.granterKey(id, grant.class, grant.grantedAt),
  ).finally(() => sealing.fill(0));
  const wipe = () => {
    for (const { key } of keys) key.fill(0);
    for (const { searchKey } of searchKeys) searchKey.fill(0);
  };
  try {
    // The terminal was locked, or somebody else signed in, while the grants were opened.
    if (desk.session.locks !== locks) {
      wipe();
      return refuse('locked');
    }
    // What was withdrawn waits to be taken away, and is no news; what nobody ordered is.
    const unordered = (granted.get('void') ?? []).map((grant) => ({ grant, problem: 'not-ordered' }));
    for (const { grant, problem } of [...ignored, ...unordered]) {
      record(desk, who, { type: 'grant.ignored', outcome: 'failed', class: grant.class, reason: problem });
    }
    record(desk, who, { type: 'session.unlock', outcome: 'allowed', reason: factor });
  } catch (error) {
    wipe();
    throw error;
  }
  desk.session.unlock(keys, searchKeys, recoveryCodesLeft);
  return ok(viewSession(desk));
}
