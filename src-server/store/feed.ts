/**
 * The feed of a property: the current state of every row, ordered by the seq of its latest change (DESIGN §7). A seq is taken
 * under the lock of the property's row, which is held until commit: order of number is order of commit, so a reader that has
 * seen seq n has seen everything up to n.
 */
import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import { SEALED_CLASSES, type SealedClass } from '../../src-shared/model/classes.ts';
import type { Entity, EntityName } from '../../src-shared/model/entities.ts';
import type { DeviceId, EmployeeId, PropertyId } from '../../src-shared/model/ids.ts';
import { rowWith } from './class-filter.ts';
import type { GuestSeeds } from './guest-seeds.ts';
import type { Tables } from './tables.ts';

/** One row to put into the feed. */
export type Put = { readonly [N in EntityName]: { readonly entity: N; readonly row: Entity<N> } }[EntityName];

/** Who changed a field last, and where. */
export interface Author {
  readonly by: EmployeeId;
  readonly device: DeviceId;
  readonly at: number;
}

interface FeedRow {
  readonly seq: number;
  readonly entity: EntityName;
  /** The row as JSON text: it goes from the database to the wire without being taken apart. */
  readonly json: string;
  /** The seq of each field that has changed since the row first came, as JSON text; null where none has. */
  readonly versions: string | null;
}

export interface FeedPage {
  readonly rows: readonly FeedRow[];
  /** Where to go on: the seq of the last row, or what was asked for when there is none. */
  readonly cursor: number;
  readonly more: boolean;
}

/** A page that says how far the feed has been thinned out, seen at the same moment. */
export interface ReadPage extends FeedPage {
  /** The newest seq of a tombstone that is gone; 0 where none is. */
  readonly forgottenSeq: number;
}

/** Rows of one insert statement: about a megabyte of guests. */
const CHUNK = 500;

/**
 * Reads up to `limit` rows after a cursor, each seed from where it is kept. Served by entity_row_feed.
 * @param classes whose sealed values are among them; of all others the masks only
 */
export async function readFeed(
  db: Kysely<Tables>,
  seeds: Pick<GuestSeeds, 'get'>,
  propertyId: PropertyId,
  after: number,
  limit: number,
  classes: readonly SealedClass[] = SEALED_CLASSES,
): Promise<ReadPage> {
  // In one statement: a tombstone that goes between two would be missed.
  const { rows: found } = await sql<{ forgotten: number; seq: null } | (FeedRow & { forgotten: number })>`
    select forgotten_seq as forgotten, feed.* from property left join lateral (
      select seq, entity, ${rowWith(classes)}::text as json, versions::text as versions from entity_row
      where property_id = ${propertyId} and seq > ${after}
      order by seq limit ${limit + 1}
    ) as feed on true
    where property.property_id = ${propertyId} order by feed.seq
  `.execute(db);
  const rows = found.filter((row) => row.seq !== null);
  const page = rows.slice(0, limit).map((row) => (row.entity === 'guestSeed' ? withSeed(seeds, propertyId, row) : row));
  const forgottenSeq = found[0]?.forgotten ?? 0;
  return { rows: page, cursor: page.at(-1)?.seq ?? after, more: rows.length > limit, forgottenSeq };
}

/**
 * Reads up to `limit` guests of a stretch of the feed, and what is open about them, with their values of one class: what a terminal lacks
 * that may hold it now and might not before. Served by entity_row_feed.
 */
export async function readFill(
  db: Kysely<Tables>,
  propertyId: PropertyId,
  dataClass: SealedClass,
  { after, until }: { readonly after: number; readonly until: number },
  limit: number,
): Promise<FeedPage> {
  const { rows } = await sql<FeedRow>`
    select seq, entity, ${rowWith([dataClass])}::text as json, versions::text as versions from entity_row
    where property_id = ${propertyId} and seq > ${after} and seq <= ${until} and entity in ('guest', 'conflict')
    order by seq limit ${limit + 1}
  `.execute(db);
  const page = rows.slice(0, limit);
  return { rows: page, cursor: page.at(-1)?.seq ?? after, more: rows.length > limit };
}

/** The newest seq given so far; 0 where there is no such property. */
export async function newestSeq(db: Kysely<Tables>, propertyId: PropertyId): Promise<number> {
  const property = await db
    .selectFrom('property')
    .select('last_seq')
    .where('property_id', '=', propertyId)
    .executeTakeFirst();
  return property?.last_seq ?? 0;
}

/**
 * Takes the property's lock, held until the transaction ends.
 * @returns the newest seq given so far
 * @throws when there is no such property, which is a bug of the caller
 */
export async function lockFeed(trx: Transaction<Tables>, propertyId: PropertyId): Promise<number> {
  return (await lockProperty(trx, propertyId)).lastSeq;
}

/** As {@link lockFeed}. @returns since when ids of operations are kept too, epoch ms */
export async function lockProperty(
  trx: Transaction<Tables>,
  propertyId: PropertyId,
): Promise<{ readonly lastSeq: number; readonly idsKeptFrom: number }> {
  const property = await trx
    .selectFrom('property')
    .select(['last_seq', 'ids_kept_from'])
    .where('property_id', '=', propertyId)
    // Not `for update`: that would wait for the key-share locks which foreign keys take, and deadlock with their holders.
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
  return { lastSeq: property.last_seq, idsKeptFrom: property.ids_kept_from };
}

/**
 * Puts rows under the next numbers, in their order, replacing what had their ids. The caller holds the lock of
 * {@link lockFeed} and passes what it returned. No id may occur twice. Rows of a guest who was erased are passed over, and a seed's
 * row is kept without the seed, which has its own place (store/guest-seeds.ts). Of what is merged field by field, each field whose value
 * changes is of this version from now on.
 * @param author who changes it; null for what no employee does
 * @returns the seq of the last row
 */
export async function putRows(
  trx: Transaction<Tables>,
  propertyId: PropertyId,
  lastSeq: number,
  puts: readonly Put[],
  author: Author | null = null,
): Promise<number> {
  for (let start = 0; start < puts.length; start += CHUNK) {
    const chunk = puts.slice(start, start + CHUNK).map(withoutSeed);
    await sql`
      insert into entity_row (property_id, entity, id, seq, "row")
      select ${propertyId}, put ->> 'entity', put -> 'row' ->> 'id', ${lastSeq + start}::bigint + place, put -> 'row'
      from jsonb_array_elements(${JSON.stringify(chunk)}::jsonb) with ordinality as t (put, place)
      where not exists (
        select from entity_row gone where gone.property_id = ${propertyId} and gone.entity = 'guestErasure'
          and gone.id = case put ->> 'entity'
            when 'guest' then put -> 'row' ->> 'id'
            when 'guestSeed' then put -> 'row' ->> 'id'
            when 'guestNote' then put -> 'row' ->> 'guestId'
            when 'conflict' then put -> 'row' ->> 'guestId'
          end
      )
      on conflict (property_id, entity, id) do update set seq = excluded.seq, "row" = excluded."row",
        versions = ${changedFields(sql`to_jsonb(excluded.seq)`, sql`entity_row.versions`)},
        authors = ${changedFields(sql`${author === null ? null : JSON.stringify(author)}::jsonb`, sql`entity_row.authors`)}
    `.execute(trx);
  }
  const next = lastSeq + puts.length;
  await trx.updateTable('property').set({ last_seq: next }).where('property_id', '=', propertyId).execute();
  return next;
}

/** What stood beside the fields of a merged row, with something else beside those whose value is now another. */
function changedFields(mark: RawBuilder<unknown>, before: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`case when entity_row.entity in ('guest', 'stay', 'room') then (
    select nullif(coalesce(${before}, '{}'::jsonb) || coalesce(jsonb_object_agg(key, ${mark}), '{}'::jsonb), '{}'::jsonb)
    from jsonb_each(excluded."row") where value is distinct from entity_row."row" -> key
  ) end`;
}

function withSeed(seeds: Pick<GuestSeeds, 'get'>, propertyId: PropertyId, row: FeedRow): FeedRow {
  const { id } = JSON.parse(row.json);
  const whole: Entity<'guestSeed'> = { id, seed: seeds.get(propertyId, id) };
  return { ...row, json: JSON.stringify(whole) };
}

function withoutSeed(put: Put): object {
  return put.entity === 'guestSeed' ? { entity: put.entity, row: { id: put.row.id } } : put;
}
