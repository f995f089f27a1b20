/**
 * Changes to guests, stays and rooms as terminals push them (DESIGN §7). What nobody else has changed in the meantime merges, field by
 * field; a field that somebody else has changed keeps its value, and the one that came later becomes a conflict which a person settles.
 */
import { sql, type Transaction } from 'kysely';
import { ulid } from 'ulid';
import { SEALED_CLASSES } from '../../src-shared/model/classes.ts';
import {
  type Conflict,
  type ConflictSide,
  type Employee,
  ENTITIES,
  type Entity,
  type MergedName,
  type Property,
} from '../../src-shared/model/entities.ts';
import { ConflictId, type DeviceId } from '../../src-shared/model/ids.ts';
import { GUEST_SEALED_FIELDS, sealedClassOf } from '../../src-shared/model/registry.ts';
import { SealedField, sealedHead } from '../../src-shared/model/sealed-field.ts';
import { mayHold } from '../../src-shared/policy/index.ts';
import {
  type Change,
  COMBINABLE_FIELDS,
  type ConflictSettlement,
  type Patch,
  patchesOf,
  type StayCreation,
  type Versions,
} from '../../src-shared/sync/changes.ts';
import { type HouseNow, reasonAgainstStay } from '../../src-shared/sync/house-rules.ts';
import type { OperationResult } from '../../src-shared/sync/protocol.ts';
import { type Author, type Put, putRows } from './feed.ts';
import type { GuestSeeds } from './guest-seeds.ts';
import { isStorable } from './storable-text.ts';
import type { Tables } from './tables.ts';

type Reason = (OperationResult & { status: 'refused' })['reason'];
type Fields = { readonly [field: string]: unknown };

export interface ChangeWrite {
  readonly trx: Transaction<Tables>;
  readonly seeds: Pick<GuestSeeds, 'keep'>;
  readonly property: Property;
  /** What lockFeed or putRows returned. */
  readonly lastSeq: number;
  /** Who makes the change, and where; the policy has been asked. */
  readonly employee: Employee;
  readonly deviceId: DeviceId;
}

/** A row that is merged field by field, with who changed which field last. */
interface Held {
  readonly entity: MergedName;
  readonly id: string;
  readonly row: Fields;
  readonly versions: Versions | null;
  readonly authors: { readonly [field: string]: Author | null } | null;
}

/** What a change is about, as it stands under the property's lock. */
interface Known {
  readonly rows: ReadonlyMap<string, Held>;
  /** Open ones of these rows, and the one that is settled whatever its state. */
  readonly conflicts: readonly Conflict[];
  /** The seq of the one that is settled. */
  readonly settledSeq: number | null;
}

const keyOf = (entity: string, id: string) => `${entity} ${id}`;

/**
 * Applies one change under the property's lock.
 * @returns the newest seq, or why the change is refused
 */
export async function applyChange(write: ChangeWrite, change: Change): Promise<number | Reason> {
  const known = await loadKnown(write, change);
  if (change.kind === 'stay.create') return create(write, known, change);
  const settled = change.kind === 'conflict.settle' ? reasonOrConflict(write, known, change) : null;
  if (typeof settled === 'string') return settled;
  const stay = stayOf(known, change);
  if (change.kind.startsWith('stay.') && stay === null) return 'unknown-stay';
  const owner = change.kind === 'stay.change' ? change.changes.guestId : undefined;
  if (owner !== undefined && !known.rows.has(keyOf('guest', owner))) return 'unknown-guest';
  const patches = patchesOf(change, stay, (id) => rowOf(known, 'room', id));
  const puts: Put[] = [];
  for (const [index, patch] of patches.entries()) {
    const held = known.rows.get(keyOf(patch.entity, patch.id));
    if (held === undefined) return UNKNOWN[patch.entity];
    const reason = reasonAgainstValues(write, patch) ?? (await reasonAgainstEpochs(write, patch));
    if (reason !== null) return reason;
    const merged = merge(write, patch, held);
    // Whoever checks in has given the key of that very room.
    if (change.kind === 'stay.checkIn' && merged.clashing.length > 0) return 'room-changed';
    const after = ENTITIES[patch.entity].safeParse({ ...held.row, ...merged.fitting });
    if (!after.success) return patch.entity === 'stay' ? 'departure-before-arrival' : 'invalid';
    if (patch.entity === 'stay' && index === 0) {
      const against = await reasonAgainst(write, known, held, after.data as Entity<'stay'>);
      if (against !== null) return against;
    }
    puts.push(...putsOf(write, change, known, { patch, held, merged, row: after.data }));
  }
  if (settled !== null) puts.push(settle(settled, write, change.at));
  const { trx, property, lastSeq, employee, deviceId } = write;
  return putRows(trx, property.id, lastSeq, onceEach(puts), { by: employee.id, device: deviceId, at: change.at });
}

const UNKNOWN: { readonly [N in MergedName]: Reason } = {
  guest: 'unknown-guest',
  stay: 'unknown-stay',
  room: 'unknown-room',
};

interface Merged {
  /** Fields that become what they were to become. */
  readonly fitting: Fields;
  /** Fields that somebody else has changed to something else. */
  readonly clashing: readonly string[];
}

/** By the versions alone: a field of the version it was made from, or that this very terminal changed before, is changed; no other is. */
function merge({ deviceId }: ChangeWrite, { changes, base }: Patch, held: Held): Merged {
  const clashing = Object.keys(changes).filter((field) => {
    if (base === null || isSame(held.row[field], changes[field])) return false;
    // What one terminal did in a row, it did knowing what it had done before.
    if (held.authors?.[field]?.device === deviceId) return false;
    const from = base[field];
    return from !== undefined && (held.versions?.[field] ?? 0) !== from;
  });
  const fitting = Object.entries(changes).filter(([field]) => !clashing.includes(field));
  return { fitting: Object.fromEntries(fitting), clashing };
}

interface Outcome {
  readonly patch: Patch;
  readonly held: Held;
  readonly merged: Merged;
  readonly row: Entity<MergedName>;
}

/** The row where it changes, new conflicts, and those that are open about fields that change. */
function putsOf(write: ChangeWrite, change: Change, known: Known, { patch, held, merged, row }: Outcome): Put[] {
  const brought = { by: write.employee.id, device: write.deviceId, at: change.at };
  const moves = Object.entries(merged.fitting).some(([field, value]) => !isSame(held.row[field], value));
  const open = known.conflicts.filter(({ rowId, state }) => rowId === patch.id && state === 'open');
  const puts: Put[] = moves ? [{ entity: patch.entity, row } as Put] : [];
  for (const [field, value] of Object.entries(merged.fitting)) {
    for (const conflict of open.filter((one) => one.field === field)) {
      // Whoever brought the other value has now said the same as the row: there is nothing left to settle.
      const agrees = conflict.brought.device === write.deviceId && isSame(held.row[field], value);
      if (agrees) puts.push(settle(conflict, write, change.at));
      else if (!isSame(held.row[field], value)) {
        puts.push({ entity: 'conflict', row: { ...conflict, held: { ...brought, value: sideOf(value) } } });
      }
    }
  }
  for (const field of merged.clashing) {
    const side = { ...brought, value: sideOf(patch.changes[field]) };
    const own = open.find((one) => one.field === field && one.brought.device === write.deviceId);
    puts.push({
      entity: 'conflict',
      row: own === undefined ? conflictOf(change, { patch, held, field, brought: side }) : { ...own, brought: side },
    });
  }
  return puts;
}

function conflictOf(
  { at }: Change,
  {
    patch,
    held,
    field,
    brought,
  }: { readonly patch: Patch; readonly held: Held; readonly field: string; readonly brought: ConflictSide },
): Conflict {
  const author = held.authors?.[field] ?? null;
  return ENTITIES.conflict.parse({
    id: ConflictId.parse(ulid()),
    entity: patch.entity,
    rowId: patch.id,
    guestId: patch.entity === 'guest' ? patch.id : (held.row['guestId'] ?? null),
    field,
    held: {
      value: sideOf(held.row[field]),
      by: author?.by ?? null,
      device: author?.device ?? null,
      at: author?.at ?? null,
    },
    brought,
    openedAt: at,
    state: 'open',
    settledBy: null,
    settledAt: null,
  });
}

/** Once it is settled the row has the value, and nobody needs the other. */
function settle(conflict: Conflict, { employee }: ChangeWrite, at: number): Put {
  const { held, brought } = conflict;
  const row: Conflict = {
    ...conflict,
    held: { ...held, value: null },
    brought: { ...brought, value: null },
    state: 'settled',
    settledBy: employee.id,
    settledAt: at,
  };
  return { entity: 'conflict', row };
}

/** What was chosen must be what was in view: the value that the row has, the one that was brought, or for text what was made of both. */
function reasonOrConflict(write: ChangeWrite, known: Known, operation: ConflictSettlement): Conflict | Reason {
  const { entity, rowId, field, choice, value, base } = operation;
  const conflict = known.conflicts.find(({ id }) => id === operation.conflictId);
  if (conflict === undefined) return 'unknown-conflict';
  if (conflict.state === 'settled') return 'conflict-settled';
  if (conflict.entity !== entity || conflict.rowId !== rowId || conflict.field !== field) return 'invalid';
  const held = known.rows.get(keyOf(entity, rowId));
  if (held === undefined) return UNKNOWN[entity];
  if (known.settledSeq !== base) return 'stale';
  if (choice === 'brought' && !isSame(value, conflict.brought.value)) return 'stale';
  if (choice === 'combined' && !isCombinable(entity, field)) return 'invalid';
  const sealed = GUEST_SEALED_FIELDS.find((name) => entity === 'guest' && name === field);
  const seen = sealed === undefined || mayHold(write.employee.role, { scope: 'see', class: sealedClassOf(sealed) });
  return seen ? conflict : 'forbidden';
}

function isCombinable(entity: MergedName, field: string): boolean {
  return entity === 'guest' && COMBINABLE_FIELDS.some((name) => name === field);
}

/** Nobody writes what she may not read; what is sealed is sealed for its own class and in an epoch that is in use. */
function reasonAgainstValues({ employee }: ChangeWrite, { entity, changes }: Patch): Reason | null {
  for (const [field, value] of Object.entries(changes)) {
    if (typeof value === 'string' && !isStorable(value)) return 'invalid';
    const sealed = GUEST_SEALED_FIELDS.find((name) => entity === 'guest' && name === field);
    if (sealed === undefined) continue;
    const dataClass = sealedClassOf(sealed);
    if (!mayHold(employee.role, { scope: 'see', class: dataClass })) return 'forbidden';
    const envelope = SealedField.loose().safeParse(value);
    // Nor is what stands in the place of one that is withheld (store/class-filter.ts): it is of no class.
    if (envelope.success && sealedHead(envelope.data.sealed).classNumber !== SEALED_CLASSES.indexOf(dataClass) + 1) {
      return 'invalid';
    }
  }
  return null;
}

/** What was sealed in an epoch that was given up since opens for nobody: it must be sealed again where it was typed. */
async function reasonAgainstEpochs({ trx, property }: ChangeWrite, { entity, changes }: Patch): Promise<Reason | null> {
  for (const field of GUEST_SEALED_FIELDS) {
    const envelope = SealedField.loose().safeParse(entity === 'guest' ? changes[field] : null);
    if (!envelope.success) continue;
    // Served by the primary key.
    const { rows } = await sql<{ row: Entity<'classEpoch'> }>`
      select "row" from entity_row where property_id = ${property.id} and entity = 'classEpoch' and id = ${sealedClassOf(field)}
    `.execute(trx);
    if (sealedHead(envelope.data.sealed).epoch < (rows[0]?.row.oldest ?? 1)) return 'stale';
  }
  return null;
}

async function reasonAgainst(
  { trx, property }: ChangeWrite,
  known: Known,
  held: Held,
  after: Entity<'stay'>,
): Promise<Reason | null> {
  const before = held.row as Entity<'stay'>;
  return reasonAgainstStay(before, after, await houseNow(trx, property, known, after.roomId));
}

async function create(write: ChangeWrite, known: Known, change: StayCreation): Promise<number | Reason> {
  const { trx, seeds, property, lastSeq, employee, deviceId } = write;
  const { stay, guest, seed } = change;
  if (known.rows.has(keyOf('stay', stay.id))) return 'invalid';
  if ((guest === null) !== known.rows.has(keyOf('guest', stay.guestId)))
    return guest === null ? 'unknown-guest' : 'invalid';
  if (guest !== null && guest.id !== stay.guestId) return 'invalid';
  // Of a guest who is new, and of nobody else: whoever has a seed keeps it.
  if ((guest === null) !== (seed === null)) return guest === null ? 'invalid' : 'no-seed';
  for (const patch of patchesOf(change, null, () => null)) {
    const written = { ...patch, changes: withoutNulls(patch.changes) };
    const reason = reasonAgainstValues(write, written) ?? (await reasonAgainstEpochs(write, written));
    if (reason !== null) return reason;
  }
  const reason = reasonAgainstStay(null, stay, await houseNow(trx, property, known, stay.roomId));
  if (reason !== null) return reason;
  const puts: Put[] = [{ entity: 'stay', row: stay }];
  if (guest !== null && seed !== null) {
    // Before the rows: a seed without a guest harms nobody, a guest without a seed does not open. After all that could refuse them.
    if (!seeds.keep(property.id, guest.id, seed)) return 'invalid';
    puts.unshift({ entity: 'guestSeed', row: { id: guest.id, seed } }, { entity: 'guest', row: guest });
  }
  return putRows(trx, property.id, lastSeq, puts, { by: employee.id, device: deviceId, at: change.at });
}

/** Nothing is written where there is nothing: a new guest has no card to be forbidden. */
function withoutNulls(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

async function houseNow(
  trx: Transaction<Tables>,
  property: Property,
  known: Known,
  roomId: string | null,
): Promise<HouseNow> {
  const others = roomId === null ? [] : await staysIn(trx, property.id, roomId);
  return {
    businessDate: property.businessDate,
    roomOf: (id) => rowOf(known, 'room', id),
    othersIn: () => others,
  };
}

/** Served by entity_row_room. */
async function staysIn(trx: Transaction<Tables>, propertyId: string, roomId: string): Promise<Entity<'stay'>[]> {
  const { rows } = await sql<{ row: Entity<'stay'> }>`
    select "row" from entity_row where property_id = ${propertyId} and entity = 'stay'
      and room_id = ${roomId} and "row" ->> 'status' in ('in-house', 'reserved')
  `.execute(trx);
  return rows.map(({ row }) => row);
}

/** What a change names, the room its stay is in, and what is open about them. Served by the primary key and entity_row_conflict. */
async function loadKnown({ trx, property }: ChangeWrite, change: Change): Promise<Known> {
  const named = namedBy(change);
  const { rows } = await sql<Held>`
    with named as (
      select held.* from jsonb_to_recordset(${JSON.stringify(named)}::jsonb) as w (entity text, id text)
      join entity_row held on held.property_id = ${property.id} and held.entity = w.entity and held.id = w.id
    )
    select entity, id, "row", versions, authors from named
    union all
    select room.entity, room.id, room."row", room.versions, room.authors from named
      join entity_row room on room.property_id = ${property.id} and room.entity = 'room' and room.id = named.room_id
      where named.entity = 'stay'
  `.execute(trx);
  const { rows: conflicts } = await sql<{ row: Conflict }>`
    select "row" from entity_row where property_id = ${property.id} and entity = 'conflict'
      and "row" ->> 'state' = 'open' and about_id in (${sql.join(rows.length > 0 ? rows.map(({ id }) => id) : [''])})
  `.execute(trx);
  const settling =
    change.kind === 'conflict.settle' ? await conflictById(trx, property.id, change.conflictId) : undefined;
  return {
    rows: new Map(rows.map((row) => [keyOf(row.entity, row.id), row])),
    conflicts: [
      ...(settling === undefined ? [] : [settling.row]),
      ...conflicts.map(({ row }) => row).filter(({ id }) => id !== settling?.row.id),
    ],
    settledSeq: settling?.seq ?? null,
  };
}

async function conflictById(
  trx: Transaction<Tables>,
  propertyId: string,
  id: string,
): Promise<{ readonly row: Conflict; readonly seq: number } | undefined> {
  const { rows } = await sql<{ row: Conflict; seq: number }>`
    select "row", seq from entity_row where property_id = ${propertyId} and entity = 'conflict' and id = ${id}
  `.execute(trx);
  return rows[0];
}

function namedBy(change: Change): { readonly entity: MergedName; readonly id: string }[] {
  switch (change.kind) {
    case 'guest.change':
      return [{ entity: 'guest', id: change.guestId }];
    case 'stay.change': {
      const room = change.changes.roomId ?? null;
      const { guestId } = change.changes;
      return [
        { entity: 'stay', id: change.stayId },
        ...(room === null ? [] : [{ entity: 'room', id: room } as const]),
        ...(guestId === undefined ? [] : [{ entity: 'guest', id: guestId } as const]),
      ];
    }
    case 'stay.checkIn':
      return [
        { entity: 'stay', id: change.stayId },
        { entity: 'room', id: change.roomId },
      ];
    case 'stay.checkOut':
    case 'stay.noShow':
    case 'stay.cancel':
      return [{ entity: 'stay', id: change.stayId }];
    case 'stay.reinstate':
      return [
        { entity: 'stay', id: change.stayId },
        ...(change.roomId === null ? [] : [{ entity: 'room', id: change.roomId } as const]),
      ];
    case 'stay.create':
      return [
        { entity: 'stay', id: change.stay.id },
        { entity: 'guest', id: change.stay.guestId },
        ...(change.stay.roomId === null ? [] : [{ entity: 'room', id: change.stay.roomId } as const]),
      ];
    case 'room.setStatus':
      return [{ entity: 'room', id: change.roomId }];
    case 'conflict.settle': {
      const { entity, rowId, field, value } = change;
      const room = entity === 'stay' && field === 'roomId' && typeof value === 'string' ? value : null;
      return [{ entity, id: rowId }, ...(room === null ? [] : [{ entity: 'room', id: room } as const])];
    }
  }
}

function stayOf(known: Known, change: Change): Entity<'stay'> | null {
  return 'stayId' in change ? rowOf(known, 'stay', change.stayId) : null;
}

function rowOf<N extends MergedName>(known: Known, entity: N, id: string): Entity<N> | null {
  const held = known.rows.get(keyOf(entity, id));
  return held === undefined ? null : (held.row as Entity<N>);
}

/** Of several puts of one row the last, which has all that those before it have. */
function onceEach(puts: readonly Put[]): Put[] {
  return [...new Map(puts.map((put) => [keyOf(put.entity, put.row.id), put])).values()];
}

function sideOf(value: unknown): ConflictSide['value'] {
  return (value ?? null) as ConflictSide['value'];
}

/** Values of a row as JSON has them, whatever the order of their keys. */
function isSame(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_, part: unknown) =>
    typeof part === 'object' && part !== null ? Object.fromEntries(Object.entries(part).sort()) : part,
  );
}
