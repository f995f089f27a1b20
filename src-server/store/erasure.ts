/** Erasing a guest (PIPL art. 47): the seed is deleted, and with it every copy of what was sealed under it. */
import { type Kysely, sql, type Transaction } from 'kysely';
import type { GuestId, PropertyId } from '../../src-shared/model/ids.ts';
import { lockFeed, putRows } from './feed.ts';
import type { GuestSeeds } from './guest-seeds.ts';
import type { Tables } from './tables.ts';

/**
 * Erases a guest of a property. The seed goes first: should the transaction fail, it is asked for again, and what is half erased is
 * never readable.
 * @returns false when there is no such guest, or one erased before
 */
export async function eraseGuest(
  trx: Transaction<Tables>,
  seeds: Pick<GuestSeeds, 'erase'>,
  propertyId: PropertyId,
  guestId: GuestId,
  now: number,
): Promise<boolean> {
  const lastSeq = await lockFeed(trx, propertyId);
  // Served by the primary key.
  const guest = await trx
    .selectFrom('entity_row')
    .select('id')
    .where('property_id', '=', propertyId)
    .where('entity', '=', 'guest')
    .where('id', '=', guestId)
    .executeTakeFirst();
  if (guest === undefined) return false;
  seeds.erase(propertyId, guestId, now);
  await replaceByErasure(trx, propertyId, guestId, now, lastSeq);
  return true;
}

/** Erases once more whoever came back with a restored database: the file of seeds remembers. */
export async function eraseAgain(db: Kysely<Tables>, seeds: Pick<GuestSeeds, 'erased'>): Promise<void> {
  for (const { propertyId, guestId, erasedAt } of seeds.erased()) {
    await db.transaction().execute(async (trx) => {
      const { rows } = await sql`
        select from entity_row where property_id = ${propertyId} and entity in ('guest', 'guestSeed') and id = ${guestId}
      `.execute(trx);
      if (rows.length > 0) {
        await replaceByErasure(trx, propertyId, guestId, erasedAt, await lockFeed(trx, propertyId));
      }
    });
  }
}

/** Served by the primary key and entity_row_guest. */
async function replaceByErasure(
  trx: Transaction<Tables>,
  propertyId: PropertyId,
  guestId: GuestId,
  erasedAt: number,
  lastSeq: number,
): Promise<void> {
  await sql`
    delete from entity_row where property_id = ${propertyId} and entity in ('guest', 'guestSeed') and id = ${guestId}
  `.execute(trx);
  await sql`
    delete from entity_row where property_id = ${propertyId} and entity = 'guestNote' and "row" ->> 'guestId' = ${guestId}
  `.execute(trx);
  await putRows(trx, propertyId, lastSeq, [{ entity: 'guestErasure', row: { id: guestId, erasedAt } }]);
}
