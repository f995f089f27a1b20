/**
 * Orders, grants and epochs of class keys (DESIGN §4) as terminals push them. The server holds no key and can open none of it: what
 * it decides is who may, and who was first.
 */
import { sql, type Transaction } from 'kysely';
import { SEALED_CLASSES, type SealedClass } from '../../src-shared/model/classes.ts';
import type { ClassGrant, Entity } from '../../src-shared/model/entities.ts';
import type { EmployeeId, PropertyId } from '../../src-shared/model/ids.ts';
import { GUEST_SEALED_FIELDS, isFindable, sealedClassOf } from '../../src-shared/model/registry.ts';
import { sealedHead } from '../../src-shared/model/sealed-field.ts';
import { mayHold } from '../../src-shared/policy/index.ts';
import type { GuestReseal, Operation, OperationResult } from '../../src-shared/sync/protocol.ts';
import { type Put, putRows } from './feed.ts';
import { isSealedBefore, type Scanned } from './sealed-before.ts';
import type { Tables } from './tables.ts';

/** Under which action of the policy each is decided. */
export const KEY_ACTION_OF = {
  'entitlement.order': 'grant.order',
  'entitlement.withdraw': 'grant.withdraw',
  'employee.leave': 'employee.leave',
  'employee.rekey': 'factor.reset',
  'classGrant.add': 'key.tend',
  'classEpoch.begin': 'key.tend',
  'classEpoch.retire': 'key.tend',
  'guest.reseal': 'key.tend',
} as const;
export type KeyOperation = Extract<Operation, { kind: keyof typeof KEY_ACTION_OF }>;

export function isKeyOperation(operation: Operation): operation is KeyOperation {
  return operation.kind in KEY_ACTION_OF;
}

type Reason = (OperationResult & { status: 'refused' })['reason'];
type KindOf<K extends KeyOperation['kind']> = Extract<KeyOperation, { kind: K }>;

/** Everybody and everything that holds, as it is under the property's lock. */
interface Keyring {
  readonly employees: ReadonlyMap<string, Entity<'employee'>>;
  readonly entitlements: ReadonlyMap<string, Entity<'entitlement'>>;
  readonly grants: readonly ClassGrant[];
  readonly epochs: ReadonlyMap<string, Entity<'classEpoch'>>;
  readonly securityKeys: readonly Entity<'securityKey'>[];
}

export interface KeyWrite {
  readonly trx: Transaction<Tables>;
  readonly propertyId: PropertyId;
  /** What lockFeed or putRows returned. */
  readonly lastSeq: number;
  readonly receivedAt: number;
  /** What was looked through before the lock was taken. */
  readonly scanned: Scanned;
}

/**
 * Applies one operation that the policy allows its author, under the property's lock.
 * @returns the newest seq, or why it is refused
 */
export async function applyKeyOperation(write: KeyWrite, operation: KeyOperation): Promise<number | Reason> {
  const { trx, propertyId, lastSeq } = write;
  // By the thousand, when a key is changed: of the keyring it takes the epochs only.
  if (operation.kind === 'guest.reseal') {
    const epochs = byId(await rowsOf(trx, propertyId, 'classEpoch'));
    return reasonAgainstReseal({ epochs }, operation) ?? reseal(write, operation);
  }
  const keyring = await loadKeyring(trx, propertyId);
  switch (operation.kind) {
    case 'classEpoch.retire':
      return (await reasonAgainstRetirement(write, keyring, operation)) ?? retire(write, keyring, operation);
    default: {
      const puts = putsOf(keyring, operation, write.receivedAt);
      return typeof puts === 'string' ? puts : putRows(trx, propertyId, lastSeq, puts);
    }
  }
}

async function loadKeyring(trx: Transaction<Tables>, propertyId: PropertyId): Promise<Keyring> {
  return {
    employees: byId(await rowsOf(trx, propertyId, 'employee')),
    entitlements: byId(await rowsOf(trx, propertyId, 'entitlement')),
    grants: await rowsOf(trx, propertyId, 'classGrant'),
    epochs: byId(await rowsOf(trx, propertyId, 'classEpoch')),
    securityKeys: await rowsOf(trx, propertyId, 'securityKey'),
  };
}

/** Served by the primary key. */
async function rowsOf<N extends 'employee' | 'entitlement' | 'classGrant' | 'classEpoch' | 'securityKey'>(
  trx: Transaction<Tables>,
  propertyId: PropertyId,
  entity: N,
): Promise<Entity<N>[]> {
  const { rows } = await sql<{ row: Entity<N> }>`
    select "row" from entity_row where property_id = ${propertyId} and entity = ${entity}
  `.execute(trx);
  return rows.map(({ row }) => row);
}

const byId = <T extends { readonly id: string }>(rows: readonly T[]) => new Map(rows.map((row) => [row.id, row]));

function putsOf(
  keyring: Keyring,
  operation: Exclude<KeyOperation, { kind: 'guest.reseal' | 'classEpoch.retire' }>,
  at: number,
): Put[] | Reason {
  switch (operation.kind) {
    case 'entitlement.order':
      return orderPuts(keyring, operation);
    case 'entitlement.withdraw':
      return withdrawalPuts(keyring, operation, at);
    case 'employee.leave':
      return leavePuts(keyring, operation, at);
    case 'employee.rekey':
      return rekeyPuts(keyring, operation, at);
    case 'classGrant.add':
      return reasonAgainstGrant(keyring, operation.employeeId, operation.grant) ?? grantPuts(keyring, operation.grant);
    case 'classEpoch.begin':
      return epochPuts(keyring, operation);
  }
}

/** Nobody orders in another's name or for herself, for a role that may not hold it, or with keys that are not the person's. */
function orderPuts(keyring: Keyring, { employeeId, entitlement }: KindOf<'entitlement.order'>): Put[] | Reason {
  if (entitlement.orderedBy !== employeeId || entitlement.employeeId === employeeId) return 'forbidden';
  const person = keyring.employees.get(entitlement.employeeId);
  if (person === undefined || !person.active) return 'unknown-employee';
  if (!mayHold(person.role, entitlement)) return 'forbidden';
  const { sealingKey, signingKey, scope } = entitlement;
  if (sealingKey !== person.sealingKey || signingKey !== person.signingKey) return 'invalid';
  if (entitlement.withdrawn !== null || keyring.entitlements.has(entitlement.id)) return 'invalid';
  const twice = live(keyring, person.id).some((row) => row.scope === scope && row.class === entitlement.class);
  return twice ? 'stale' : [{ entity: 'entitlement', row: entitlement }];
}

function withdrawalPuts(
  keyring: Keyring,
  { employeeId, entitlementId }: KindOf<'entitlement.withdraw'>,
  at: number,
): Put[] | Reason {
  const row = keyring.entitlements.get(entitlementId);
  if (row === undefined) return 'invalid';
  // Whoever may order keeps that: the hotel is never left with nobody who can.
  if (row.employeeId === employeeId && row.scope === 'order') return 'forbidden';
  return row.withdrawn === null ? [withdrawn(row, employeeId, at)] : 'stale';
}

function leavePuts(keyring: Keyring, { employeeId, leaverId }: KindOf<'employee.leave'>, at: number): Put[] | Reason {
  const person = keyring.employees.get(leaverId);
  if (person === undefined) return 'unknown-employee';
  if (person.id === employeeId) return 'forbidden';
  if (!person.active) return 'stale';
  return [
    { entity: 'employee', row: { ...person, active: false } },
    ...live(keyring, person.id).map((row) => withdrawn(row, employeeId, at)),
  ];
}

/** Her new key, and in the place of what she was entitled to the same, made out to that key: nothing more, and nobody for herself. */
function rekeyPuts(keyring: Keyring, operation: KindOf<'employee.rekey'>, at: number): Put[] | Reason {
  const { employeeId, rekeyedId, sealingKey, sealedKey, entitlements } = operation;
  const person = keyring.employees.get(rekeyedId);
  if (person === undefined || !person.active) return 'unknown-employee';
  if (person.id === employeeId) return 'forbidden';
  const before = live(keyring, person.id);
  const right = ({ scope, class: dataClass }: Entity<'entitlement'>) => `${scope} ${dataClass}`;
  const had = new Set(before.map(right));
  for (const row of entitlements) {
    if (row.orderedBy !== employeeId || row.employeeId !== person.id || !mayHold(person.role, row)) return 'forbidden';
    if (row.sealingKey !== sealingKey || row.signingKey !== person.signingKey) return 'invalid';
    if (row.withdrawn !== null || keyring.entitlements.has(row.id)) return 'invalid';
    // Each once, and none that she did not have.
    if (!had.delete(right(row))) return 'forbidden';
  }
  if (new Set(entitlements.map(({ id }) => id)).size !== entitlements.length) return 'invalid';
  const credential = { ...person.credential, sealingKey: sealedKey };
  // What her security keys hold is the share of before.
  const keys = keyring.securityKeys.filter((key) => key.employeeId === person.id && key.sealedShare !== null);
  return [
    ...keys.map((key): Put => ({ entity: 'securityKey', row: { ...key, sealedShare: null } })),
    { entity: 'employee', row: { ...person, sealingKey, credential } },
    ...before.map((row) => withdrawn(row, employeeId, at)),
    ...entitlements.map((row): Put => ({ entity: 'entitlement', row })),
  ];
}

function withdrawn(row: Entity<'entitlement'>, by: EmployeeId, at: number): Put {
  return { entity: 'entitlement', row: { ...row, withdrawn: { by, at } } };
}

/** A grant is made by whoever was entitled to the class herself, for somebody who still is. */
function reasonAgainstGrant(keyring: Keyring, granter: EmployeeId, grant: ClassGrant): Reason | null {
  if (grant.grantedBy !== granter) return 'forbidden';
  if (!live(keyring, granter).some(({ scope, class: of }) => scope === 'order' || of === grant.class))
    return 'forbidden';
  const person = keyring.employees.get(grant.employeeId);
  // She was given another key in the meantime: the holder seals to that one.
  if (person?.active !== true || person.sealingKey !== grant.sealingKey) return 'stale';
  const backed = live(keyring, grant.employeeId).some((row) => row.class === grant.class && row.scope === grant.scope);
  return backed ? null : 'stale';
}

function grantPuts(keyring: Keyring, grant: ClassGrant): Put[] | Reason {
  if (keyring.grants.some(({ id }) => id === grant.id)) return 'invalid';
  const { epoch, oldest } = epochOf(keyring, grant.class);
  if (grant.epoch < oldest || grant.epoch > epoch) return 'stale';
  const place = (row: ClassGrant) => [row.employeeId, row.class, row.scope, row.epoch, row.sealingKey].join();
  if (keyring.grants.some((row) => place(row) === place(grant))) return 'stale';
  return [{ entity: 'classGrant', row: grant }];
}

/** Compare and set: of two terminals that begin the same epoch the second is refused, and follows the first. */
function epochPuts(keyring: Keyring, operation: KindOf<'classEpoch.begin'>): Put[] | Reason {
  const { employeeId, class: dataClass, epoch, grants, recoveryGrant, at } = operation;
  const now = epochOf(keyring, dataClass);
  if (epoch !== now.epoch + 1) return 'stale';
  const ids = new Set<string>([...keyring.grants, ...grants].map(({ id }) => id));
  if (ids.size !== keyring.grants.length + grants.length) return 'invalid';
  for (const grant of grants) {
    if (grant.class !== dataClass || grant.epoch !== epoch) return 'invalid';
    const reason = reasonAgainstGrant(keyring, employeeId, grant);
    if (reason !== null) return reason;
  }
  if (recoveryGrant !== null) {
    const { class: of, epoch: ofEpoch, grantedBy } = recoveryGrant;
    if (of !== dataClass || ofEpoch !== epoch || grantedBy !== employeeId) return 'invalid';
  }
  const row = { id: dataClass, epoch, oldest: now.oldest, begunBy: employeeId, begunAt: at };
  return [
    ...grants.map((grant): Put => ({ entity: 'classGrant', row: grant })),
    ...(recoveryGrant === null ? [] : [{ entity: 'recoveryGrant', row: recoveryGrant } as const]),
    { entity: 'classEpoch', row },
  ];
}

/** What is re-wrapped goes into the newest epoch and its own class, never back. */
function reasonAgainstReseal(
  keyring: Pick<Keyring, 'epochs'>,
  { class: dataClass, epoch, guests }: GuestReseal,
): Reason | null {
  if (epochOf(keyring, dataClass).epoch !== epoch) return 'stale';
  const fits = guests.every(({ sealed }) =>
    GUEST_SEALED_FIELDS.every((field) => {
      const value = sealed[field];
      if (value === undefined) return true;
      const head = sealedHead(value.sealed);
      return (
        sealedClassOf(field) === dataClass &&
        head.classNumber === SEALED_CLASSES.indexOf(dataClass) + 1 &&
        head.epoch === epoch &&
        (value.index === undefined ? true : isFindable(field) && value.index.epoch === epoch)
      );
    }),
  );
  return fits ? null : 'invalid';
}

/** Replaces the ciphertexts of rows that are still the ones they were made from, masks as they were. Served by the primary key. */
async function reseal({ trx, propertyId, lastSeq }: KeyWrite, { guests }: GuestReseal): Promise<number> {
  const { rows } = await sql`
    with asked as (
      select distinct on (g ->> 'guestId') g ->> 'guestId' as id, (g ->> 'seq')::bigint as seq, g -> 'sealed' as sealed
      from jsonb_array_elements(${JSON.stringify(guests)}::jsonb) as t (g)
    ), fresh as (
      select held.id, row_number() over (order by held.id) as place, held."row" || coalesce((
        select jsonb_object_agg(key, (held."row" -> key) || value)
        from jsonb_each(asked.sealed) where jsonb_typeof(held."row" -> key) = 'object'
      ), '{}'::jsonb) as "row"
      from asked join entity_row held on held.property_id = ${propertyId} and held.entity = 'guest'
        and held.id = asked.id and held.seq = asked.seq
    )
    update entity_row set seq = ${lastSeq}::bigint + fresh.place, "row" = fresh."row" from fresh
    where entity_row.property_id = ${propertyId} and entity_row.entity = 'guest' and entity_row.id = fresh.id
    returning entity_row.id
  `.execute(trx);
  const next = lastSeq + rows.length;
  await trx.updateTable('property').set({ last_seq: next }).where('property_id', '=', propertyId).execute();
  return next;
}

/** While anything is sealed in an epoch, its grants stay: without them it would be lost. */
async function reasonAgainstRetirement(
  { trx, propertyId, scanned }: KeyWrite,
  keyring: Keyring,
  operation: KindOf<'classEpoch.retire'>,
): Promise<Reason | null> {
  const { epoch, oldest } = epochOf(keyring, operation.class);
  if (operation.oldest > epoch || operation.oldest <= oldest) return 'stale';
  const before = scanned.get(operation.id);
  if (before === undefined || before.found) return 'stale';
  const since = { after: before.upTo, upTo: Number.MAX_SAFE_INTEGER };
  return (await isSealedBefore(trx, propertyId, operation, since)) ? 'stale' : null;
}

async function retire(
  { trx, propertyId, lastSeq }: KeyWrite,
  keyring: Keyring,
  { class: dataClass, oldest }: KindOf<'classEpoch.retire'>,
): Promise<number> {
  await sql`
    delete from entity_row where property_id = ${propertyId} and entity = 'classGrant'
      and "row" ->> 'class' = ${dataClass} and ("row" ->> 'epoch')::bigint < ${oldest}
  `.execute(trx);
  const now = keyring.epochs.get(dataClass);
  if (now === undefined) throw new Error('an epoch that never began');
  return putRows(trx, propertyId, lastSeq, [{ entity: 'classEpoch', row: { ...now, oldest } }]);
}

function live(keyring: Keyring, employeeId: string): Entity<'entitlement'>[] {
  return [...keyring.entitlements.values()].filter((row) => row.employeeId === employeeId && row.withdrawn === null);
}

function epochOf(
  keyring: Pick<Keyring, 'epochs'>,
  dataClass: SealedClass,
): { readonly epoch: number; readonly oldest: number } {
  return keyring.epochs.get(dataClass) ?? { epoch: 1, oldest: 1 };
}
