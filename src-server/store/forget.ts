/**
 * Forgetting what was kept long enough (docs/decisions/0029-what-the-server-forgets.md): marks of what is gone, and ids of operations that
 * were applied. In portions, so that nobody waits longer than for one of them; cut off in the middle, it goes on the next time.
 */
import { type Kysely, sql } from 'kysely';
import type { PropertyId } from '../../src-shared/model/ids.ts';
import { firstUlidAt } from '../../src-shared/model/ulid-time.ts';
import type { Database } from './database.ts';
import { lockFeed } from './feed.ts';
import type { Tables } from './tables.ts';

/** How long each is kept, in ms. */
export interface KeptFor {
  /** Erasures and settled conflicts in the feed. */
  readonly tombstones: number;
  /** Ids of operations, since they were made and since they came. */
  readonly operationIds: number;
}

/** How many are gone. */
export interface Forgotten {
  readonly properties: number;
  readonly erasures: number;
  readonly conflicts: number;
  readonly operationIds: number;
}

/** Rows of one transaction. */
export const PORTION = 500;

/**
 * Forgets in every property. @param now epoch ms @param pause between two portions
 * @throws the database's own error; the portions before it stay forgotten, and what tells of them is written with each
 */
export async function forget(
  { of, everywhere }: Pick<Database, 'of' | 'everywhere'>,
  keptFor: KeptFor,
  now: number,
  pause: () => Promise<unknown>,
): Promise<Forgotten> {
  // Each is asked for by itself; which there are is a question to all.
  const properties = await everywhere
    .selectFrom('property')
    .select('property_id as id')
    .orderBy('property_id')
    .execute();
  const gone = { properties: properties.length, erasures: 0, conflicts: 0, operationIds: 0 };
  for (const { id } of properties) {
    const propertyId = id as PropertyId;
    const db = of(propertyId);
    for (let more = true; more; ) {
      const portion = await forgetTombstones(db, propertyId, now - keptFor.tombstones);
      gone.erasures += portion.erasures;
      gone.conflicts += portion.conflicts;
      more = portion.erasures + portion.conflicts === PORTION;
      await pause();
    }
    await moveIdsKeptFrom(db, propertyId, now - keptFor.operationIds);
    for (let more = true; more; ) {
      const portion = await forgetIds(db, propertyId, now - keptFor.operationIds);
      gone.operationIds += portion;
      more = portion === PORTION;
      await pause();
    }
  }
  return gone;
}

/**
 * Served by entity_row_tombstone. That they are gone is written with it: a terminal that has not come as far must take everything anew
 * (http/held-classes.ts). A conflict's age is that of its settling, by a terminal's clock, and of its id, by ours.
 */
async function forgetTombstones(
  db: Kysely<Tables>,
  propertyId: PropertyId,
  before: number,
): Promise<{ readonly erasures: number; readonly conflicts: number }> {
  return db.transaction().execute(async (trx) => {
    // Nobody takes a number meanwhile, so none is put under an erasure that is just going.
    await lockFeed(trx, propertyId);
    const { rows } = await sql<{ entity: 'guestErasure' | 'conflict'; seq: number }>`
      delete from entity_row where property_id = ${propertyId} and seq in (
        select seq from entity_row where property_id = ${propertyId}
          and (entity = 'guestErasure' or (entity = 'conflict' and "row" ->> 'state' = 'settled'))
          and case entity
            when 'guestErasure' then ("row" ->> 'erasedAt')::bigint < ${before}::bigint
            else ("row" ->> 'settledAt')::bigint < ${before}::bigint and id < ${firstUlidAt(before)}
          end
        order by seq limit ${PORTION}
      ) returning entity, seq
    `.execute(trx);
    const newest = Math.max(0, ...rows.map(({ seq }) => seq));
    await sql`
      update property set forgotten_seq = greatest(forgotten_seq, ${newest}::bigint) where property_id = ${propertyId}
    `.execute(trx);
    const erasures = rows.filter(({ entity }) => entity === 'guestErasure').length;
    return { erasures, conflicts: rows.length - erasures };
  });
}

/** Before the first id goes: whoever brings one from before is told that it may have been applied. It never moves back. */
async function moveIdsKeptFrom(db: Kysely<Tables>, propertyId: PropertyId, before: number): Promise<void> {
  await sql`
    update property set ids_kept_from = greatest(ids_kept_from, ${before}::bigint) where property_id = ${propertyId}
  `.execute(db);
}

/**
 * Served by the primary key. An id goes when it was made and came before: so none goes, whatever the clock of its terminal said, that is not
 * told by itself to be from before.
 */
async function forgetIds(db: Kysely<Tables>, propertyId: PropertyId, before: number): Promise<number> {
  const { rows } = await sql`
    delete from operation where property_id = ${propertyId} and id in (
      select id from operation where property_id = ${propertyId}
        and id < ${firstUlidAt(before)} and received_at < ${before}::bigint
      order by id limit ${PORTION}
    ) returning id
  `.execute(db);
  return rows.length;
}
