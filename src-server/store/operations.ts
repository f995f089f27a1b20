/** Applying what terminals push: each operation once, whoever sends it and however often. */
import { type Kysely, sql, type Transaction } from 'kysely';
import { findsSensitiveNumber } from '../../src-shared/documents/sensitive-number.ts';
import type { Entity } from '../../src-shared/model/entities.ts';
import type { DeviceId, GuestId, PropertyId } from '../../src-shared/model/ids.ts';
import { type Actor, actorOf, contextAt, decide } from '../../src-shared/policy/index.ts';
import type { Operation, OperationResult } from '../../src-shared/sync/protocol.ts';
import { eraseGuest } from './erasure.ts';
import { lockFeed, type Put, putRows } from './feed.ts';
import type { GuestSeeds } from './guest-seeds.ts';
import { applyKeyOperation, isKeyOperation, KEY_ACTION_OF, type KeyOperation } from './key-operations.ts';
import { type Scanned, scanSealed } from './sealed-before.ts';
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
  seeds: Pick<GuestSeeds, 'erase'>,
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
  seeds: Pick<GuestSeeds, 'erase'>,
  pushed: PushedOperations,
  operations: readonly Operation[],
  scanned: Scanned,
): Promise<OperationResult[]> {
  // From here to commit everybody else of the property waits: what is checked stays true, and only what is needed is done.
  let lastSeq = await lockFeed(trx, pushed.propertyId);
  const known = await loadKnown(trx, pushed.propertyId, operations);
  let puts: Put[] = [];
  const results: OperationResult[] = [];
  for (const operation of operations) {
    const reason = reasonToRefuse(operation, known, pushed.receivedAt);
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
      if (typeof done === 'number') lastSeq = done;
      results.push(
        typeof done === 'number'
          ? { id: operation.id, status: 'applied', seq: done }
          : { id: operation.id, status: 'refused', reason: done },
      );
      continue;
    }
    if (operation.kind === 'guestNote.add') {
      known.noteIds.add(operation.note.id);
      puts.push({ entity: 'guestNote', row: operation.note });
    } else {
      // What came before in the batch is written first: it goes with the guest.
      const erasure = { id: operation.guestId, erasedAt: pushed.receivedAt };
      const before = await putRows(trx, pushed.propertyId, lastSeq, puts);
      lastSeq = await eraseGuest(trx, seeds, pushed.propertyId, erasure, before);
      puts = [];
      known.guestIds.delete(operation.guestId);
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

/** What the operations refer to, as it stands under the lock. */
interface Known {
  readonly property: Entity<'property'>;
  readonly guestIds: Set<string>;
  /** Of the guests to erase, those in house or expected. */
  readonly currentGuests: ReadonlySet<string>;
  readonly employees: ReadonlyMap<string, Omit<Actor, 'unlocked'>>;
  readonly noteIds: Set<string>;
}

async function loadKnown(
  trx: Transaction<Tables>,
  propertyId: PropertyId,
  operations: readonly Operation[],
): Promise<Known> {
  const wanted = [
    ...operations.flatMap((operation) =>
      isKeyOperation(operation) ? [] : [{ entity: 'guest', id: guestOf(operation) }],
    ),
    ...operations.flatMap((operation) =>
      operation.kind === 'guestNote.add' ? [{ entity: 'guestNote', id: operation.note.id }] : [],
    ),
    ...operations.map(({ employeeId }) => ({ entity: 'employee', id: employeeId })),
    { entity: 'property', id: propertyId },
  ];
  // Served by the primary key.
  const { rows } = await sql<
    | { entity: 'guest' | 'guestNote'; id: string; row: null }
    | { entity: 'employee'; id: string; row: Entity<'employee'> }
    | { entity: 'property'; id: string; row: Entity<'property'> }
  >`
    select entity, id, case when entity in ('employee', 'property') then "row" end as "row"
    from (select distinct entity, id from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w (entity text, id text)) as w
    join entity_row using (entity, id) where property_id = ${propertyId}
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
    select distinct "row" ->> 'guestId' as guest from entity_row
    where property_id = ${propertyId} and entity = 'stay' and "row" ->> 'guestId' in (${sql.join(guests)})
      and "row" ->> 'status' in ('in-house', 'reserved')
  `.execute(trx);
  return new Set(rows.map((row) => row.guest));
}

const guestOf = (operation: Exclude<Operation, KeyOperation>): GuestId =>
  operation.kind === 'guestNote.add' ? operation.note.guestId : operation.guestId;

const ACTION_OF = { 'guestNote.add': 'note.write', 'guest.erase': 'guest.erase', ...KEY_ACTION_OF } as const;

function reasonToRefuse(
  operation: Operation,
  known: Known,
  receivedAt: number,
): (OperationResult & { status: 'refused' })['reason'] | null {
  const employee = known.employees.get(operation.employeeId);
  if (employee === undefined) return 'unknown-employee';
  // As of when it was done: what waited for the line is not off shift for that. A terminal ahead of us gains nothing.
  const context = contextAt(known.property, Math.min(operation.at, receivedAt));
  if (!decide(actorOf(employee, []), ACTION_OF[operation.kind], null, context).allowed) return 'forbidden';
  if (isKeyOperation(operation)) return null;
  if (!known.guestIds.has(guestOf(operation))) return 'unknown-guest';
  if (operation.kind === 'guest.erase') return known.currentGuests.has(operation.guestId) ? 'current-stay' : null;
  const { note } = operation;
  // Nobody writes in another's name.
  if (note.authorId !== operation.employeeId) return 'forbidden';
  // An operation adds a note; it never replaces one.
  if (known.noteIds.has(note.id)) return 'invalid';
  if (!isStorable(note.text) || findsSensitiveNumber(note.text)) return 'invalid';
  return null;
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

function again(result: OperationResult | undefined, id: string): OperationResult {
  if (result === undefined) throw new Error(`operation ${id} was claimed without a result`);
  return result.status === 'applied' ? { ...result, status: 'duplicate' } : result;
}
