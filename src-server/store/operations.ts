/** Applying what terminals push: each operation once, whoever sends it and however often. */
import { type Kysely, sql, type Transaction } from 'kysely';
import { findsSensitiveNumber } from '../../src-shared/documents/sensitive-number.ts';
import type { Entity, SecurityCase } from '../../src-shared/model/entities.ts';
import type { DeviceId, GuestId, OperationId, PropertyId } from '../../src-shared/model/ids.ts';
import { firstUlidAt } from '../../src-shared/model/ulid-time.ts';
import { actorOf, contextAt, decide, mayHold, type PlainAction } from '../../src-shared/policy/index.ts';
import { CHANGE_ACTION_OF, isChange } from '../../src-shared/sync/changes.ts';
import type { KeysRestored, Operation, OperationResult } from '../../src-shared/sync/protocol.ts';
import { closeCase, reasonNotToClose, reasonNotToReport, reportCase } from './cases.ts';
import { applyChange } from './changes.ts';
import { shutOutDevice } from './devices.ts';
import { eraseGuest } from './erasure.ts';
import { lockProperty, type Put, putRows } from './feed.ts';
import { addPostings } from './folio.ts';
import type { GuestSeeds } from './guest-seeds.ts';
import { applyKeyOperation, isKeyOperation, KEY_ACTION_OF } from './key-operations.ts';
import { rollDay } from './night.ts';
import { reasonNotToChangePassword, withPassword } from './passwords.ts';
import { type Scanned, scanSealed } from './sealed-before.ts';
import { putKeyChange, reasonToRefuseKeyChange } from './security-keys.ts';
import { isStorable } from './storable-text.ts';
import type { Tables } from './tables.ts';

export interface PushedOperations {
  readonly propertyId: PropertyId;
  readonly deviceId: DeviceId;
  readonly operations: readonly Operation[];
  /** The server's clock. */
  readonly receivedAt: number;
}

/**
 * Applies operations in their order, in one transaction; one that cannot be applied is refused by itself. An operation seen
 * before gets the answer of its first time, `duplicate` for `applied`.
 * @returns one result for each operation, in the same order
 */
export async function applyOperations(
  db: Kysely<Tables>,
  seeds: Pick<GuestSeeds, 'erase' | 'keep'>,
  pushed: PushedOperations,
): Promise<OperationResult[]> {
  const scanned = await scanSealed(db, pushed.propertyId, pushed.operations);
  return db.transaction().execute(async (trx) => {
    const fresh = await claim(trx, pushed);
    const first = new Map<string, OperationResult>();
    if (fresh.length > 0)
      for (const result of await applyFresh(trx, seeds, pushed, fresh, scanned)) first.set(result.id, result);
    const earlier = await earlierResults(trx, pushed, first);
    return pushed.operations.map(({ id }) => {
      const result = first.get(id);
      if (result === undefined) return again(earlier.get(id), id);
      // Its second occurrence in the same batch is answered as a resend would be.
      first.delete(id);
      earlier.set(id, result);
      return result;
    });
  });
}

/**
 * Writes down the ids that were never seen and returns their operations. A concurrent resend waits here until the first has
 * committed. Sorted, so that two batches with common ids wait for one another in one direction only.
 */
async function claim(trx: Transaction<Tables>, pushed: PushedOperations): Promise<Operation[]> {
  const byId = new Map(pushed.operations.toReversed().map((operation) => [operation.id as string, operation]));
  const { rows } = await sql<{ id: string }>`
    insert into operation (property_id, id, device_id, received_at)
    select ${pushed.propertyId}, id, ${pushed.deviceId}, ${pushed.receivedAt}::bigint
    from jsonb_array_elements_text(${JSON.stringify([...byId.keys()].sort())}::jsonb) as t (id) order by id
    on conflict (property_id, id) do nothing returning id
  `.execute(trx);
  const claimed = new Set(rows.map((row) => row.id));
  return pushed.operations.filter((operation) => claimed.has(operation.id) && byId.get(operation.id) === operation);
}

async function applyFresh(
  trx: Transaction<Tables>,
  seeds: Pick<GuestSeeds, 'erase' | 'keep'>,
  pushed: PushedOperations,
  operations: readonly Operation[],
  scanned: Scanned,
): Promise<OperationResult[]> {
  // From here to commit everybody else of the property waits: what is checked stays true, and only what is needed is done.
  const locked = await lockProperty(trx, pushed.propertyId);
  let { lastSeq } = locked;
  const known = await loadKnown(trx, pushed.propertyId, operations);
  const firstKept = firstUlidAt(locked.idsKeptFrom);
  let puts: Put[] = [];
  const results: OperationResult[] = [];
  for (const operation of operations) {
    const reason = isForgotten(operation, firstKept) ? 'too-old' : reasonToRefuse(operation, known, pushed);
    if (reason !== null) {
      results.push({ id: operation.id, status: 'refused', reason });
      continue;
    }
    if (isKeyOperation(operation)) {
      // What came before in the batch is written first: it is decided by what stands.
      lastSeq = await putRows(trx, pushed.propertyId, lastSeq, puts);
      puts = [];
      const { propertyId, receivedAt } = pushed;
      const done = await applyKeyOperation({ trx, propertyId, lastSeq, receivedAt, scanned }, operation);
      if (typeof done === 'number') {
        lastSeq = done;
        if (operation.kind === 'employee.leave') {
          const leaver = known.employees.get(operation.leaverId);
          if (leaver !== undefined) known.employees.set(operation.leaverId, { ...leaver, active: false });
        }
      }
      results.push(
        typeof done === 'number'
          ? { id: operation.id, status: 'applied', seq: done }
          : { id: operation.id, status: 'refused', reason: done },
      );
      continue;
    }
    if (isChange(operation)) {
      lastSeq = await putRows(trx, pushed.propertyId, lastSeq, puts);
      puts = [];
      const employee = known.employees.get(operation.employeeId);
      if (employee === undefined) throw new Error('a change by nobody that was not refused');
      const { property } = known;
      const done = await applyChange({ trx, seeds, property, lastSeq, employee, deviceId: pushed.deviceId }, operation);
      if (typeof done === 'number') {
        lastSeq = done;
        if (operation.kind === 'stay.create' && operation.guest !== null) known.guestIds.add(operation.guest.id);
      }
      results.push(
        typeof done === 'number'
          ? { id: operation.id, status: 'applied', seq: done }
          : { id: operation.id, status: 'refused', reason: done },
      );
      continue;
    }
    if (operation.kind === 'posting.add') {
      lastSeq = await putRows(trx, pushed.propertyId, lastSeq, puts);
      puts = [];
      const employee = known.employees.get(operation.employeeId);
      if (employee === undefined) throw new Error('a posting by nobody that was not refused');
      const { property } = known;
      const done = await addPostings({ trx, property, lastSeq, employee, receivedAt: pushed.receivedAt }, operation);
      if (typeof done === 'number') lastSeq = done;
      results.push(
        typeof done === 'number'
          ? { id: operation.id, status: 'applied', seq: done }
          : { id: operation.id, status: 'refused', reason: done },
      );
      continue;
    }
    if (operation.kind === 'businessDate.roll') {
      lastSeq = await putRows(trx, pushed.propertyId, lastSeq, puts);
      puts = [];
      const done = await rollDay({ trx, property: known.property, lastSeq, receivedAt: pushed.receivedAt }, operation);
      if (typeof done === 'string') {
        results.push({ id: operation.id, status: 'refused', reason: done });
        continue;
      }
      ({ lastSeq, property: known.property } = done);
      results.push({ id: operation.id, status: 'applied', seq: lastSeq });
      continue;
    }
    if (operation.kind === 'guestNote.add') {
      known.noteIds.add(operation.note.id);
      puts.push({ entity: 'guestNote', row: operation.note });
    } else if (operation.kind === 'case.open' || operation.kind === 'case.close') {
      const row = operation.kind === 'case.open' ? reportCase(operation, known) : closeCase(operation, known);
      known.cases.set(row.id, row);
      // Opened and closed in one batch: no id may be put twice at once.
      if (puts.some((put) => put.entity === 'case' && put.row.id === row.id)) {
        lastSeq = await putRows(trx, pushed.propertyId, lastSeq, puts);
        puts = [];
      }
      puts.push({ entity: 'case', row });
    } else if (operation.kind === 'device.revoke' || operation.kind === 'device.wipe') {
      // An id once in one statement: what came before in the batch is written first.
      lastSeq = await putRows(trx, pushed.propertyId, lastSeq, puts);
      const order = { now: pushed.receivedAt, wipe: operation.kind === 'device.wipe' };
      const row = await shutOutDevice(trx, pushed.propertyId, operation.terminalId, order);
      puts = row === null ? [] : [{ entity: 'device', row }];
    } else if (operation.kind === 'employee.add') {
      const { employee } = operation;
      known.employees.set(employee.id, employee);
      known.staffNumbers.add(employee.staffNumber);
      puts.push({ entity: 'employee', row: employee });
    } else if (operation.kind === 'employee.password') {
      const row = withPassword(operation, known.employees);
      // An id once in one statement: what the batch said of her before is written first.
      lastSeq = await putRows(trx, pushed.propertyId, lastSeq, puts);
      known.employees.set(row.id, row);
      puts = [{ entity: 'employee', row }];
    } else if (operation.kind === 'keys.restore') {
      puts.push(
        ...operation.entitlements.map((row): Put => ({ entity: 'entitlement', row })),
        ...operation.grants.map((row): Put => ({ entity: 'classGrant', row })),
      );
    } else if (operation.kind === 'guest.erase') {
      // What came before in the batch is written first: it goes with the guest.
      const erasure = { id: operation.guestId, erasedAt: pushed.receivedAt };
      const before = await putRows(trx, pushed.propertyId, lastSeq, puts);
      lastSeq = await eraseGuest(trx, seeds, pushed.propertyId, erasure, before);
      puts = [];
      known.guestIds.delete(operation.guestId);
    } else {
      // An id once in one statement: what the batch said of the same key before is written first.
      lastSeq = await putRows(trx, pushed.propertyId, lastSeq, puts);
      puts = putKeyChange(operation, known.securityKeys);
    }
    results.push({ id: operation.id, status: 'applied', seq: lastSeq + puts.length });
  }
  await putRows(trx, pushed.propertyId, lastSeq, puts);
  await sql`
    update operation set result = answer from jsonb_array_elements(${JSON.stringify(results)}::jsonb) as t (answer)
    where property_id = ${pushed.propertyId} and id = answer ->> 'id'
  `.execute(trx);
  return results;
}

/**
 * Whether it may have been applied before though its id is not known. A case is reported however late it comes: it has an id of its own, and
 * none is ever gone.
 */
function isForgotten({ id, kind }: Operation, firstKept: string): boolean {
  return id < firstKept && kind !== 'case.open';
}

/** What the operations refer to, as it stands under the lock. */
interface Known {
  /** As it is after what came before in the batch. */
  property: Entity<'property'>;
  readonly guestIds: Set<string>;
  /** Of the guests to erase, those in house or expected. */
  readonly currentGuests: ReadonlySet<string>;
  /** Of those the operations name. */
  readonly employees: Map<string, Entity<'employee'>>;
  readonly noteIds: Set<string>;
  /** Of those that are to be given, the ones that somebody has. */
  readonly staffNumbers: Set<string>;
  /** Of the grants and entitlements to put in, those that are there. */
  readonly heldIds: ReadonlySet<string>;
  readonly cases: Map<string, SecurityCase>;
  /** Of those the operations name. */
  readonly deviceIds: ReadonlySet<string>;
  /** Of those the operations name. */
  readonly securityKeys: Map<string, Entity<'securityKey'>>;
}

async function loadKnown(
  trx: Transaction<Tables>,
  propertyId: PropertyId,
  operations: readonly Operation[],
): Promise<Known> {
  const wanted = [
    ...operations.flatMap(namedBy),
    ...operations.map(({ employeeId }) => ({ entity: 'employee', id: employeeId })),
    { entity: 'property', id: propertyId },
  ];
  // Served by the primary key.
  const { rows } = await sql<
    | { entity: 'guest' | 'guestNote' | 'classGrant' | 'entitlement' | 'device'; id: string; row: null }
    | { entity: 'employee'; id: string; row: Entity<'employee'> }
    | { entity: 'property'; id: string; row: Entity<'property'> }
    | { entity: 'securityKey'; id: string; row: Entity<'securityKey'> }
    | { entity: 'case'; id: string; row: SecurityCase }
  >`
    select entity, id, case when entity in ('employee', 'property', 'case', 'securityKey') then "row" end as "row"
    from (select distinct entity, id from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w (entity text, id text)) as w,
    lateral (
      -- One look-up each, also where the database knows nothing of its rows yet: without offset it would rather read them all.
      select "row" from entity_row where property_id = ${propertyId} and entity = w.entity and id = w.id offset 0
    ) as held
  `.execute(trx);
  const property = rows.find((row) => row.entity === 'property');
  if (property === undefined) throw new Error('a property without its own row');
  return {
    property: property.row,
    guestIds: new Set(rows.filter((row) => row.entity === 'guest').map((row) => row.id)),
    currentGuests: await currentAmong(
      trx,
      propertyId,
      operations.flatMap((operation) => (operation.kind === 'guest.erase' ? [operation.guestId] : [])),
    ),
    employees: new Map(rows.filter((row) => row.entity === 'employee').map((row) => [row.id, row.row])),
    noteIds: new Set(rows.filter((row) => row.entity === 'guestNote').map((row) => row.id)),
    staffNumbers: await takenAmong(
      trx,
      propertyId,
      operations.flatMap((operation) => (operation.kind === 'employee.add' ? [operation.employee.staffNumber] : [])),
    ),
    heldIds: new Set(
      rows.filter(({ entity }) => entity === 'classGrant' || entity === 'entitlement').map((row) => row.id),
    ),
    deviceIds: new Set(rows.filter(({ entity }) => entity === 'device').map((row) => row.id)),
    cases: new Map(rows.filter((row) => row.entity === 'case').map((row) => [row.id, row.row])),
    securityKeys: new Map(rows.filter((row) => row.entity === 'securityKey').map((row) => [row.id, row.row])),
  };
}

/** Which of these guests are in house or expected. Served by entity_row_guest. */
async function currentAmong(
  trx: Transaction<Tables>,
  propertyId: PropertyId,
  guests: readonly GuestId[],
): Promise<Set<string>> {
  if (guests.length === 0) return new Set();
  const { rows } = await sql<{ guest: string }>`
    select distinct guest_id as guest from entity_row
    where property_id = ${propertyId} and entity = 'stay' and guest_id in (${sql.join(guests)})
      and "row" ->> 'status' in ('in-house', 'reserved')
  `.execute(trx);
  return new Set(rows.map((row) => row.guest));
}

/** Which of these staff numbers somebody has, of those who left too: entries of the log name people by them. */
async function takenAmong(
  trx: Transaction<Tables>,
  propertyId: PropertyId,
  staffNumbers: readonly string[],
): Promise<Set<string>> {
  if (staffNumbers.length === 0) return new Set();
  const { rows } = await sql<{ number: string }>`
    select "row" ->> 'staffNumber' as number from entity_row
    where property_id = ${propertyId} and entity = 'employee' and "row" ->> 'staffNumber' in (${sql.join(staffNumbers)})
  `.execute(trx);
  return new Set(rows.map((row) => row.number));
}

/** The rows whose presence decides whether an operation can be applied. */
function namedBy(operation: Operation): { readonly entity: string; readonly id: string }[] {
  switch (operation.kind) {
    case 'guestNote.add':
      return [
        { entity: 'guest', id: operation.note.guestId },
        { entity: 'guestNote', id: operation.note.id },
      ];
    case 'guest.erase':
      return [{ entity: 'guest', id: operation.guestId }];
    case 'device.revoke':
    case 'device.wipe':
      return [{ entity: 'device', id: operation.terminalId }];
    case 'employee.add':
      return [{ entity: 'employee', id: operation.employee.id }];
    case 'keys.restore':
      return [
        ...operation.grants.flatMap(({ id, grantedBy }) => [
          { entity: 'classGrant', id },
          { entity: 'employee', id: grantedBy },
        ]),
        ...operation.entitlements.flatMap(({ id, orderedBy }) => [
          { entity: 'entitlement', id },
          { entity: 'employee', id: orderedBy },
        ]),
      ];
    case 'case.open':
      return [
        { entity: 'case', id: operation.case.id },
        ...(operation.case.guestId === null ? [] : [{ entity: 'guest', id: operation.case.guestId }]),
      ];
    case 'case.close':
      return [{ entity: 'case', id: operation.caseId }];
    case 'securityKey.add':
      return [{ entity: 'securityKey', id: operation.securityKey.id }];
    case 'securityKey.remove':
      return [{ entity: 'securityKey', id: operation.securityKeyId }];
    default:
      // What they name, they load themselves (key-operations.ts).
      return [];
  }
}

const ACTION_OF: { readonly [K in Operation['kind']]: PlainAction } = {
  'guestNote.add': 'note.write',
  'guest.erase': 'guest.erase',
  'device.revoke': 'terminal.revoke',
  'device.wipe': 'terminal.wipe',
  'employee.add': 'employee.enrol',
  'keys.restore': 'keys.recover',
  'employee.password': 'password.change',
  'securityKey.add': 'security-key.add',
  'securityKey.remove': 'security-key.remove',
  'case.open': 'case.open',
  'case.close': 'case.review',
  'posting.add': 'folio.post',
  'businessDate.roll': 'audit.roll',
  ...KEY_ACTION_OF,
  ...CHANGE_ACTION_OF,
};

function reasonToRefuse(
  operation: Operation,
  known: Known,
  pushed: Pick<PushedOperations, 'deviceId' | 'receivedAt'>,
): (OperationResult & { status: 'refused' })['reason'] | null {
  const employee = known.employees.get(operation.employeeId);
  if (employee === undefined) return 'unknown-employee';
  // As of when it was done: what waited for the line is not off shift for that. A terminal ahead of us gains nothing.
  const context = contextAt(known.property, Math.min(operation.at, pushed.receivedAt));
  // What somebody did is reported though she was dismissed before the line came back.
  const actor = actorOf(operation.kind === 'case.open' ? { ...employee, active: true } : employee);
  if (!decide(actor, ACTION_OF[operation.kind], null, context).allowed) return 'forbidden';
  if (isKeyOperation(operation) || isChange(operation)) return null;
  if (operation.kind === 'posting.add' || operation.kind === 'businessDate.roll') return null;
  if (operation.kind === 'device.revoke' || operation.kind === 'device.wipe')
    return known.deviceIds.has(operation.terminalId) ? null : 'unknown-terminal';
  if (operation.kind === 'employee.add') return reasonNotToAdd(operation.employee, known);
  if (operation.kind === 'keys.restore') return reasonNotToRestore(operation, known);
  if (operation.kind === 'employee.password') return reasonNotToChangePassword(operation, employee);
  if (operation.kind === 'case.open') return reasonNotToReport(operation, known, pushed.deviceId);
  if (operation.kind === 'case.close') return reasonNotToClose(operation, known);
  if (operation.kind === 'guest.erase') {
    if (!known.guestIds.has(operation.guestId)) return 'unknown-guest';
    return known.currentGuests.has(operation.guestId) ? 'current-stay' : null;
  }
  if (operation.kind === 'securityKey.add' || operation.kind === 'securityKey.remove')
    return reasonToRefuseKeyChange(operation, {
      propertyId: known.property.id,
      employee,
      securityKeys: known.securityKeys,
    });
  const { note } = operation;
  if (!known.guestIds.has(note.guestId)) return 'unknown-guest';
  // Nobody writes in another's name.
  if (note.authorId !== operation.employeeId) return 'forbidden';
  // An operation adds a note; it never replaces one.
  if (known.noteIds.has(note.id)) return 'invalid';
  if (!isStorable(note.text) || findsSensitiveNumber(note.text)) return 'invalid';
  return null;
}

/** An addition adds: nobody is replaced, and nobody's staff number goes to somebody else. */
function reasonNotToAdd(employee: Entity<'employee'>, known: Known): 'invalid' | null {
  const { id, propertyId, name, nameLatin, staffNumber, active } = employee;
  if (known.employees.has(id) || known.staffNumbers.has(staffNumber)) return 'invalid';
  if (propertyId !== known.property.id || !active) return 'invalid';
  return isStorable(name) && isStorable(nameLatin ?? '') ? null : 'invalid';
}

/** To whoever asks and nobody else, what her role may hold, and in the name of an officer. Who may truly order, terminals tell by the signatures. */
function reasonNotToRestore(
  { employeeId, entitlements, grants }: KeysRestored,
  known: Known,
): 'forbidden' | 'invalid' | null {
  const role = known.employees.get(employeeId)?.role;
  const isOfficer = (id: string) => {
    const officer = known.employees.get(id);
    return officer?.role === 'security-officer' && officer.active;
  };
  const orders = [
    ...entitlements.map((row) => ({ ...row, by: row.orderedBy })),
    ...grants.map((row) => ({ ...row, by: row.grantedBy })),
  ];
  for (const order of orders) {
    if (order.employeeId !== employeeId || order.class === null || !isOfficer(order.by)) return 'forbidden';
    if (role === undefined || !mayHold(role, order)) return 'forbidden';
    if (known.heldIds.has(order.id)) return 'invalid';
  }
  if (entitlements.some(({ withdrawn }) => withdrawn !== null)) return 'invalid';
  return new Set(orders.map(({ id }) => id)).size === orders.length ? null : 'invalid';
}

async function earlierResults(
  trx: Transaction<Tables>,
  pushed: PushedOperations,
  first: ReadonlyMap<string, OperationResult>,
): Promise<Map<string, OperationResult>> {
  const ids = pushed.operations.map((operation) => operation.id as string).filter((id) => !first.has(id));
  if (ids.length === 0) return new Map();
  const rows = await trx
    .selectFrom('operation')
    .select(['id', 'result'])
    .where('property_id', '=', pushed.propertyId)
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.flatMap((row) => (row.result === null ? [] : [[row.id, row.result]])));
}

function again(result: OperationResult | undefined, id: OperationId): OperationResult {
  // It was there a moment ago, and is forgotten by now.
  if (result === undefined) return { id, status: 'refused', reason: 'too-old' };
  return result.status === 'applied' ? { ...result, status: 'duplicate' } : result;
}
