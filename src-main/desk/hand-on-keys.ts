/**
 * What a holder's unlocked terminal does with class keys that were ordered (DESIGN §4): it hands them on to whoever was entitled, and
 * begins the next epoch of a class when somebody who holds the newest key is no longer entitled to it.
 */
import { randomBytes } from 'node:crypto';
import { ulid } from 'ulid';
import { SEALED_CLASSES, type SealedClass } from '../../src-shared/model/classes.ts';
import type { ClassGrant, Employee, RecoveryGrant } from '../../src-shared/model/entities.ts';
import { GrantId, OperationId } from '../../src-shared/model/ids.ts';
import type { Operation } from '../../src-shared/sync/protocol.ts';
import { deriveSearchKey } from '../vault/blind-index.ts';
import { makeClassGrant } from '../vault/class-grant.ts';
import type { ClassKey } from '../vault/field-seal.ts';
import { isOwnRecoveryKey, makeRecoveryGrant } from '../vault/recovery-grant.ts';
import { type Desk, type Presence, record } from './desk.ts';
import { entitledTo, missingEpochs } from './entitled.ts';
import { trustOf } from './trust-of.ts';

/** Who hands on, with a copy of her private signing key. */
export interface Granter {
  readonly who: Presence;
  readonly signing: Buffer;
}

/**
 * Makes the grants that are missing and can be made with the keys in memory.
 * @returns the operations for the server, each recorded; none when nobody waits
 * @throws LogUnavailable
 */
export async function grantWhatIsPending(desk: Desk, { who, signing }: Granter): Promise<Operation[]> {
  const trust = trustOf(desk, who.property.id);
  const operations: Operation[] = [];
  for (const person of desk.cache.employees.all()) {
    for (const row of entitledTo(trust, person)) {
      for (const epoch of missingEpochs(desk, row)) {
        const held = desk.session.classKey(row.class, epoch);
        if (held === null) continue;
        const grant = await seal(desk, { who, signing }, person, row.scope, held);
        record(desk, who, { type: 'grant.complete', outcome: 'allowed', class: row.class, aboutId: person.id });
        operations.push({ ...operationOf(desk, who), kind: 'classGrant.add', grant });
      }
    }
  }
  return operations;
}

/** The class whose newest key somebody holds who is not entitled to it any more, and whose key is in memory here; null when there is none. */
export function classToRotate(desk: Desk, who: Presence): SealedClass | null {
  const trust = trustOf(desk, who.property.id);
  const grants = desk.cache.classGrants.all();
  const isOut = (grant: ClassGrant) =>
    trust.behind(grant) === 'withdrawn' || desk.cache.employees.get(grant.employeeId)?.active === false;
  const needed = (dataClass: SealedClass) => {
    const epoch = desk.cache.classEpochs.current(dataClass);
    if (desk.session.classKey(dataClass, epoch) === null) return false;
    return grants.some((grant) => grant.class === dataClass && grant.epoch === epoch && isOut(grant));
  };
  return SEALED_CLASSES.find(needed) ?? null;
}

export interface NextEpoch {
  readonly operation: Extract<Operation, { kind: 'classEpoch.begin' }>;
  /** Taken into the session when the server has accepted it; zeroed otherwise. */
  readonly classKey: ClassKey;
}

/**
 * Makes the next epoch of a class: a random key, sealed to all who go on holding it and to the hotel's recovery key.
 * @throws LogUnavailable
 */
export async function makeNextEpoch(desk: Desk, granter: Granter, dataClass: SealedClass): Promise<NextEpoch> {
  const { who } = granter;
  const trust = trustOf(desk, who.property.id);
  const epoch = desk.cache.classEpochs.current(dataClass) + 1;
  const classKey: ClassKey = { class: dataClass, epoch, key: randomBytes(32) };
  try {
    const grants: ClassGrant[] = [];
    for (const person of desk.cache.employees.all()) {
      for (const row of entitledTo(trust, person)) {
        if (row.class === dataClass) grants.push(await seal(desk, granter, person, row.scope, classKey));
      }
    }
    const recoveryGrant = await sealForRecovery(desk, granter, classKey);
    record(desk, who, { type: 'epoch.begin', outcome: 'allowed', class: dataClass, count: grants.length });
    const operation = { ...operationOf(desk, who), kind: 'classEpoch.begin', class: dataClass, epoch } as const;
    return { operation: { ...operation, grants, recoveryGrant }, classKey };
  } catch (error) {
    classKey.key.fill(0);
    throw error;
  }
}

/** Takes the key of an epoch that the server has accepted into the session, which zeroes it with the others. */
export function takeEpoch(desk: Desk, { property }: Pick<Presence, 'property'>, classKey: ClassKey): void {
  desk.session.addEpoch(classKey, deriveSearchKey(classKey, property.id));
}

/** What every operation of the terminal says of itself. */
export function operationOf(desk: Desk, who: Presence) {
  const now = desk.clock.now();
  return { id: OperationId.parse(ulid(now)), employeeId: who.employee.id, at: now };
}

/** A copy of the key is sealed: the terminal may lock, and zero its own, while that is under way. */
async function seal(
  desk: Desk,
  { who, signing }: Granter,
  to: Employee,
  scope: ClassGrant['scope'],
  held: ClassKey,
): Promise<ClassGrant> {
  const classKey = { ...held, key: Buffer.from(held.key) };
  const now = desk.clock.now();
  const id = GrantId.parse(ulid(now));
  const by = { id: who.employee.id, signing };
  try {
    return await makeClassGrant({ id, propertyId: who.property.id, classKey, scope, to, by, at: now });
  } finally {
    classKey.key.fill(0);
  }
}

/** Null when the hotel has no recovery key, or the one that the server names is not the hotel's own. */
async function sealForRecovery(
  desk: Desk,
  { who, signing }: Granter,
  classKey: ClassKey,
): Promise<RecoveryGrant | null> {
  const propertyId = who.property.id;
  const to = desk.cache.recoveryKeys.newest();
  if (to === null) return null;
  const before = desk.session.classKey(classKey.class, classKey.epoch - 1);
  const held = before === null ? [] : [before];
  if (!isOwnRecoveryKey(propertyId, to, desk.cache.recoveryKeys.grantsFor(to.id), held)) {
    record(desk, who, { type: 'grant.ignored', outcome: 'failed', class: classKey.class, reason: 'recovery-key' });
    return null;
  }
  const now = desk.clock.now();
  const id = GrantId.parse(ulid(now));
  return makeRecoveryGrant({ id, propertyId, classKey, to, by: { id: who.employee.id, signing }, at: now });
}
