/**
 * Bringing the class keys back when nobody holds them any more (DESIGN §4): two keepers type their shares in the prompt window, an officer
 * orders it with her password, and the keys are granted anew to the one who is signed in. They are in memory for that long only.
 */
import { ulid } from 'ulid';
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { SealedClass } from '../../src-shared/model/classes.ts';
import type { Employee, RecoveryKey } from '../../src-shared/model/entities.ts';
import { type EmployeeId, EntitlementId, GrantId, OperationId } from '../../src-shared/model/ids.ts';
import { type ReadWords, readWords } from '../../src-shared/words/share-words.ts';
import { makeClassGrant } from '../vault/class-grant.ts';
import { openSignInKeys } from '../vault/credential.ts';
import { wipeKeys } from '../vault/employee-keys.ts';
import { makeEntitlement } from '../vault/entitlement.ts';
import type { ClassKey } from '../vault/field-seal.ts';
import { openRecoveryGrants } from '../vault/recovery-grant.ts';
import { fingerprintOf, joinShares } from '../vault/recovery-key.ts';
import { trustIn } from '../vault/trust.ts';
import { checkPassword } from './check-password.ts';
import { type Desk, mayDo, ok, type Presence, presence, record, refuse, refused } from './desk.ts';
import type { Conversation, Prompt } from './prompt.ts';
import { staffItem } from './sign-in.ts';

/**
 * Grants the class keys of every epoch to whoever is signed in.
 * @param input whose order it is: an active security officer
 * @returns how many keys came back
 * @throws LogUnavailable
 */
export async function recoverKeys(
  desk: Desk,
  prompt: Prompt,
  input: { readonly officerId: EmployeeId },
): Promise<IpcResult<{ readonly keys: number }>> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'keys.recover');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'keys.recover' });
  const officer = desk.cache.employees.get(input.officerId);
  if (officer === null || !officer.active || officer.role !== 'security-officer') return refuse('not-found');
  const trust = trustIn(who.property.id, desk.cache.entitlements.root(), desk.cache.entitlements.all());
  if (!trust.holdings(officer.id).some(({ scope }) => scope === 'order')) return refuse('officer-may-not-order');
  const recoveryKey = desk.cache.recoveryKeys.newest();
  if (recoveryKey === null) return refuse('no-recovery-key');
  const { locks } = desk.session;
  return prompt.converse(async (talk) => {
    const signing = await askOfficer(desk, talk, who, officer);
    const secrets: Buffer[] = [signing];
    try {
      const privateKey = await askKeepers(desk, talk, who, recoveryKey);
      secrets.push(privateKey);
      const { keys, ignored } = await openRecoveryGrants(
        { propertyId: who.property.id, recoveryKey },
        privateKey,
        desk.cache.recoveryKeys.grantsFor(recoveryKey.id),
        ({ grantedBy, class: dataClass, grantedAt }) => trust.granterKey(grantedBy, dataClass, grantedAt),
      );
      secrets.push(...keys.map(({ key }) => key));
      for (const { grant, problem } of ignored) {
        record(desk, who, { type: 'grant.ignored', outcome: 'failed', class: grant.class, reason: problem });
      }
      const at = desk.clock.now();
      const order = { propertyId: who.property.id, to: who.employee, by: { id: officer.id, signing }, at };
      const had = trust.holdings(who.employee.id).filter(({ scope }) => scope === 'see');
      const missing = classesOf(keys).filter((dataClass) => !had.some((row) => row.class === dataClass));
      const entitlements = missing.map((dataClass) =>
        makeEntitlement({ ...order, id: EntitlementId.parse(ulid(at)), right: { scope: 'see', class: dataClass } }),
      );
      const grants = await Promise.all(
        keys.map((classKey) => makeClassGrant({ ...order, id: GrantId.parse(ulid(at)), classKey, scope: 'see' })),
      );
      if (desk.session.locks !== locks) return refuse('locked');
      if (talk.gone.aborted) return refuse('cancelled');
      if (grants.length === 0) {
        record(desk, who, { type: 'keys.recover', outcome: 'failed', reason: 'keys-unreadable' });
        return refuse('unreadable-value');
      }
      // Both stand for it: she who asks, and the officer who ordered it.
      const entry = { type: 'keys.recover', outcome: 'allowed', count: keys.length } as const;
      record(desk, { employee: officer }, { ...entry, reason: 'ordered' });
      record(desk, who, { ...entry, reason: 'two-shares' });
      const id = OperationId.parse(ulid(at));
      desk.cache.outbox.add({ id, kind: 'keys.restore', employeeId: who.employee.id, at, entitlements, grants });
      desk.kickSync();
      return ok({ keys: keys.length });
    } finally {
      for (const secret of secrets) secret.fill(0);
    }
  });
}

const classesOf = (keys: readonly ClassKey[]): SealedClass[] => [...new Set(keys.map((key) => key.class))];

/** The officer's password gives her signing key, which the caller zeroes. */
async function askOfficer(desk: Desk, talk: Conversation, who: Presence, officer: Employee): Promise<Buffer> {
  const ids = { propertyId: who.property.id, employeeId: officer.id };
  const fail = (reason: string) =>
    record(desk, { employee: officer }, { type: 'keys.recover', outcome: 'failed', reason });
  return talk.ask('officer-password', { person: staffItem(officer) }, async ({ password }) => {
    const checked = await checkPassword(desk, officer, password);
    if (!checked.ok) {
      fail(checked.error.code);
      return checked;
    }
    const keys = openSignInKeys(officer.credential, ids, checked.value);
    checked.value.fill(0);
    if (keys === null) return refuse('unreadable-value');
    const signing = Buffer.from(keys.signing);
    wipeKeys(keys);
    if (talk.gone.aborted) signing.fill(0);
    return ok(signing);
  });
}

/** Two keepers, one after the other, give the private recovery key, which the caller zeroes. */
async function askKeepers(desk: Desk, talk: Conversation, who: Presence, recoveryKey: RecoveryKey): Promise<Buffer> {
  const fingerprint = fingerprintOf(recoveryKey);
  const first = await talk.ask('share-words', { keeper: 1, fingerprint }, ({ words }) => shareOf(readWords(words)));
  try {
    return await talk.ask('share-words', { keeper: 2, fingerprint }, async ({ words }) => {
      const second = shareOf(readWords(words));
      if (!second.ok) return second;
      const joined = await joinShares([first, second.value], recoveryKey.publicKey).finally(() => second.value.fill(0));
      if ('privateKey' in joined) {
        if (talk.gone.aborted) joined.privateKey.fill(0);
        return ok(joined.privateKey);
      }
      if (joined.problem === 'same-share') return refuse('same-share');
      record(desk, who, { type: 'keys.recover', outcome: 'failed', reason: 'shares-not-together' });
      return refuse('shares-not-together');
    });
  } finally {
    first.fill(0);
  }
}

function shareOf(read: ReadWords): IpcResult<Buffer> {
  switch (read.kind) {
    case 'share': {
      const share = Buffer.from(read.share);
      read.share.fill(0);
      return ok(share);
    }
    case 'unknown-word':
      return refuse('unknown-word', { place: read.place });
    case 'count':
      return refuse('word-count', { count: read.count });
    case 'mixed-languages':
      return refuse('mixed-words');
    case 'checksum':
      return refuse('word-checksum');
  }
}
