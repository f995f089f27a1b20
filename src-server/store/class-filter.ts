/**
 * Values of which classes a terminal may hold (DESIGN §7): those that the hotel has set up for it, as far as somebody who may sign in there is
 * entitled to them. Whoever works in the hotel may sign in at any of its terminals.
 */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { SEALED_CLASSES, type SealedClass } from '../../src-shared/model/classes.ts';
import type { DeviceId, PropertyId } from '../../src-shared/model/ids.ts';
import { GUEST_SEALED_FIELDS, sealedClassOf } from '../../src-shared/model/registry.ts';
import { WITHHELD } from '../../src-shared/model/sealed-field.ts';
import type { Tables } from './tables.ts';

/** What a terminal may hold, and what it last said it holds; null when it has never said. */
export interface Holding {
  readonly mayHold: readonly SealedClass[];
  readonly held: readonly SealedClass[] | null;
  /** The newest seq given, before any row of the answer is read. */
  readonly lastSeq: number;
  /** Raised when the server is restored from a backup. */
  readonly generation: number;
  /** The newest seq of a tombstone that is gone from the feed. */
  readonly forgottenSeq: number;
  /** Ids of operations made before may have been forgotten, epoch ms. */
  readonly idsKeptFrom: number;
}

/** Served by the primary keys of device and entity_row. @throws when there is no such terminal, which is a bug of the caller */
export async function readHolding(db: Kysely<Tables>, propertyId: PropertyId, deviceId: DeviceId): Promise<Holding> {
  // One statement, so that all of it is of one moment.
  const { rows } = await sql<{
    profile: string | null;
    held: string | null;
    last_seq: number;
    forgotten_seq: number;
    ids_kept_from: number;
    generation: number | null;
    entitled: SealedClass[];
  }>`
    select device.profile, device.held, property.last_seq, property.forgotten_seq, property.ids_kept_from, log_tree.generation, array(
      select distinct entitlement."row" ->> 'class' from entity_row entitlement
      join entity_row employee on employee.property_id = ${propertyId} and employee.entity = 'employee'
        and employee.id = entitlement."row" ->> 'employeeId' and employee."row" ->> 'active' = 'true'
      where entitlement.property_id = ${propertyId} and entitlement.entity = 'entitlement'
        and entitlement."row" -> 'withdrawn' = 'null'::jsonb and entitlement."row" ->> 'class' is not null
    ) as entitled
    from device join property on property.property_id = ${propertyId}
    left join log_tree on log_tree.property_id = ${propertyId}
    where device.property_id = ${propertyId} and device.id = ${deviceId}
  `.execute(db);
  const [state] = rows;
  if (state === undefined) throw new Error('a terminal that there is not');
  const entitled = new Set(state.entitled);
  const profile = state.profile === null ? SEALED_CLASSES : toClasses(state.profile);
  return {
    mayHold: profile.filter((dataClass) => entitled.has(dataClass)),
    held: state.held === null ? null : toClasses(state.held),
    lastSeq: state.last_seq,
    generation: state.generation ?? 0,
    forgottenSeq: state.forgotten_seq,
    idsKeptFrom: state.ids_kept_from,
  };
}

/** Writes down what a terminal says it holds: for one that was told to delete a class this is the acknowledgement. */
export async function noteHeld(
  db: Kysely<Tables>,
  propertyId: PropertyId,
  deviceId: DeviceId,
  held: readonly SealedClass[],
): Promise<void> {
  await db
    .updateTable('device')
    .set({ held: toText(held) })
    .where('property_id', '=', propertyId)
    .where('id', '=', deviceId)
    .execute();
}

/** Sets up what a terminal is for. False when there is no such terminal. */
export async function setProfile(
  db: Kysely<Tables>,
  propertyId: PropertyId,
  deviceId: DeviceId,
  classes: readonly SealedClass[],
): Promise<boolean> {
  const device = await db
    .updateTable('device')
    .set({ profile: toText(classes) })
    .where('property_id', '=', propertyId)
    .where('id', '=', deviceId)
    .returning('id')
    .executeTakeFirst();
  return device !== undefined;
}

/** A row of the feed as it is sent: values of a guest's other classes are withheld, and their indexes with them, also where two were brought. */
export function rowWith(classes: readonly SealedClass[]): RawBuilder<unknown> {
  const withheld = GUEST_SEALED_FIELDS.filter((field) => !classes.includes(sealedClassOf(field)));
  if (withheld.length === 0) return sql`"row"`;
  const names = sql`array[${sql.join(withheld)}]`;
  return sql`case
    when entity = 'guest' then "row" || coalesce((
      select jsonb_object_agg(field, jsonb_build_object('sealed', ${WITHHELD}::text, 'mask', "row" -> field -> 'mask'))
      from unnest(${names}) as field where jsonb_typeof("row" -> field) = 'object'
    ), '{}'::jsonb)
    when entity = 'conflict' and "row" ->> 'field' = any (${names}) then "row" || (
      select jsonb_object_agg(side, case jsonb_typeof("row" -> side -> 'value')
        when 'object' then jsonb_set("row" -> side, '{value}',
          jsonb_build_object('sealed', ${WITHHELD}::text, 'mask', "row" -> side -> 'value' -> 'mask'))
        else "row" -> side end)
      from unnest(array['held', 'brought']) as side
    )
    else "row" end`;
}

function toText(classes: readonly SealedClass[]): string {
  return classes.join(',');
}

function toClasses(text: string): SealedClass[] {
  const names = text.split(',');
  return SEALED_CLASSES.filter((dataClass) => names.includes(dataClass));
}
