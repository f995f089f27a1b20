/** Erasing a guest (PIPL art. 47): the seed is deleted, and with it every copy of what was sealed under it. */
import { sql, type Transaction } from 'kysely';
import type { GuestErasure } from '../../src-shared/model/entities.ts';
import type { GuestId, PropertyId } from '../../src-shared/model/ids.ts';
import type { Database } from './database.ts';
import { lockFeed, putRows } from './feed.ts';
import type { GuestSeeds } from './guest-seeds.ts';
import type { Tables } from './tables.ts';

/**
 * Erases a guest of a property, whose lock the caller holds. The seed goes first: should the transaction fail, it is asked for
 * again, and what is half erased is never readable.
 * @param lastSeq what {@link lockFeed} or {@link putRows} returned
 * @returns the seq of the erasure in the feed
 */
export async function eraseGuest(
  trx: Transaction<Tables>,
  seeds: Pick<GuestSeeds, 'erase'>,
  propertyId: PropertyId,
  erasure: GuestErasure,
  lastSeq: number,
): Promise<number> {
  seeds.erase(propertyId, erasure.id, erasure.erasedAt);
  return replaceByErasure(trx, propertyId, erasure, lastSeq);
}

/** Erases once more whoever came back with a restored database, or a restored file of seeds: each remembers for the other. */
export async function eraseAgain(
  { of, everywhere }: Pick<Database, 'of' | 'everywhere'>,
  seeds: Pick<GuestSeeds, 'erase' | 'erased'>,
): Promise<void> {
  // Served by the primary key.
  const { rows: known } = await sql<{ propertyId: PropertyId; guestId: GuestId; erasedAt: number }>`
    select property_id as "propertyId", id as "guestId", ("row" ->> 'erasedAt')::bigint as "erasedAt" from entity_row
    where property_id in (select property_id from property) and entity = 'guestErasure'
  `.execute(everywhere);
  for (const { propertyId, guestId, erasedAt } of known) seeds.erase(propertyId, guestId, erasedAt);
  for (const { propertyId, guestId, erasedAt } of seeds.erased()) {
    await of(propertyId)
      .transaction()
      .execute(async (trx) => {
        const { rows } = await sql`
        select from entity_row where property_id = ${propertyId} and entity in ('guest', 'guestSeed') and id = ${guestId}
      `.execute(trx);
        if (rows.length > 0) {
          await replaceByErasure(trx, propertyId, { id: guestId, erasedAt }, await lockFeed(trx, propertyId));
        }
      });
  }
}

/** Served by the primary key, entity_row_guest and entity_row_folio. */
async function replaceByErasure(
  trx: Transaction<Tables>,
  propertyId: PropertyId,
  erasure: GuestErasure,
  lastSeq: number,
): Promise<number> {
  await sql`
    delete from entity_row where property_id = ${propertyId} and entity in ('guest', 'guestSeed') and id = ${erasure.id}
  `.execute(trx);
  await sql`
    delete from entity_row where property_id = ${propertyId} and entity in ('guestNote', 'conflict')
      and guest_id = ${erasure.id}
  `.execute(trx);
  // A case remains, without what was typed about the guest; a terminal that has it does the same at the erasure.
  await sql`
    update entity_row set "row" = jsonb_set("row", '{reasonText}', 'null'::jsonb)
    where property_id = ${propertyId} and entity = 'case' and guest_id = ${erasure.id}
  `.execute(trx);
  // The books keep their amounts; what was typed beside them goes.
  await sql`
    update entity_row set "row" = jsonb_set("row", '{text}', 'null'::jsonb)
    where property_id = ${propertyId} and entity = 'posting' and stay_id in (
      select id from entity_row where property_id = ${propertyId} and entity = 'stay' and guest_id = ${erasure.id}
    )
  `.execute(trx);
  return putRows(trx, propertyId, lastSeq, [{ entity: 'guestErasure', row: erasure }]);
}
