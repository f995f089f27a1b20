/**
 * The feed of a property: the current state of every row, ordered by the seq of its latest change (DESIGN §7). A seq is taken
 * under the lock of the property's row, which is held until commit: order of number is order of commit, so a reader that has
 * seen seq n has seen everything up to n.
 */
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Entity, EntityName } from '../../src-shared/model/entities.ts';
import type { PropertyId } from '../../src-shared/model/ids.ts';
import type { GuestSeeds } from './guest-seeds.ts';
import type { Tables } from './tables.ts';

/** One row to put into the feed. */
export type Put = { readonly [N in EntityName]: { readonly entity: N; readonly row: Entity<N> } }[EntityName];

interface FeedRow {
  readonly seq: number;
  readonly entity: EntityName;
  /** The row as JSON text: it goes from the database to the wire without being taken apart. */
  readonly json: string;
}

export interface FeedPage {
  /** The newest seq given. */
  readonly lastSeq: number;
  /** Raised when the server is restored from a backup. */
  readonly generation: number;
  readonly rows: readonly FeedRow[];
  /** Where to go on: the seq of the last row, or what was asked for when there is none. */
  readonly cursor: number;
  readonly more: boolean;
}

/** Rows of one insert statement: about a megabyte of guests. */
const CHUNK = 500;

/** Reads up to `limit` rows after a cursor, each seed from where it is kept. Served by entity_row_feed. */
export async function readFeed(
  db: Kysely<Tables>,
  seeds: Pick<GuestSeeds, 'get'>,
  propertyId: PropertyId,
  after: number,
  limit: number,
): Promise<FeedPage> {
  // Before the rows: what has been given by then is in them or was seen before.
  const state = await db
    .selectFrom('property')
    .leftJoin('log_tree', 'log_tree.property_id', 'property.property_id')
    .select(['last_seq', 'generation'])
    .where('property.property_id', '=', propertyId)
    .executeTakeFirst();
  const { rows } = await sql<FeedRow>`
    select seq, entity, "row"::text as json from entity_row
    where property_id = ${propertyId} and seq > ${after}
    order by seq limit ${limit + 1}
  `.execute(db);
  const page = rows.slice(0, limit).map((row) => (row.entity === 'guestSeed' ? withSeed(seeds, propertyId, row) : row));
  const { last_seq: lastSeq = after, generation = null } = state ?? {};
  return {
    lastSeq,
    generation: generation ?? 0,
    rows: page,
    cursor: page.at(-1)?.seq ?? after,
    more: rows.length > limit,
  };
}

/**
 * Takes the property's lock, held until the transaction ends.
 * @returns the newest seq given so far
 * @throws when there is no such property, which is a bug of the caller
 */
export async function lockFeed(trx: Transaction<Tables>, propertyId: PropertyId): Promise<number> {
  const property = await trx
    .selectFrom('property')
    .select('last_seq')
    .where('property_id', '=', propertyId)
    // Not `for update`: that would wait for the key-share locks which foreign keys take, and deadlock with their holders.
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
  return property.last_seq;
}

/**
 * Puts rows under the next numbers, in their order, replacing what had their ids. The caller holds the lock of
 * {@link lockFeed} and passes what it returned. No id may occur twice. Rows of a guest who was erased are passed over, and a seed's
 * row is kept without the seed, which has its own place (store/guest-seeds.ts).
 * @returns the seq of the last row
 */
export async function putRows(
  trx: Transaction<Tables>,
  propertyId: PropertyId,
  lastSeq: number,
  puts: readonly Put[],
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
          end
      )
      on conflict (property_id, entity, id) do update set seq = excluded.seq, "row" = excluded."row"
    `.execute(trx);
  }
  const next = lastSeq + puts.length;
  await trx.updateTable('property').set({ last_seq: next }).where('property_id', '=', propertyId).execute();
  return next;
}

function withSeed(seeds: Pick<GuestSeeds, 'get'>, propertyId: PropertyId, row: FeedRow): FeedRow {
  const { id } = JSON.parse(row.json);
  const whole: Entity<'guestSeed'> = { id, seed: seeds.get(propertyId, id) };
  return { ...row, json: JSON.stringify(whole) };
}

function withoutSeed(put: Put): object {
  return put.entity === 'guestSeed' ? { entity: put.entity, row: { id: put.row.id } } : put;
}
