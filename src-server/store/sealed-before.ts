/** Whether anything of a class is still sealed in an epoch that is to be given up: looked through in pieces, before the property's lock is taken. */
import { type Kysely, sql } from 'kysely';
import type { SealedClass } from '../../src-shared/model/classes.ts';
import type { PropertyId } from '../../src-shared/model/ids.ts';
import { GUEST_SEALED_FIELDS, sealedClassOf } from '../../src-shared/model/registry.ts';
import type { Operation } from '../../src-shared/sync/protocol.ts';
import type { Tables } from './tables.ts';

/** By the id of the operation that asks to give an epoch up: whether something was found up to a seq. */
export type Scanned = ReadonlyMap<string, { readonly found: boolean; readonly upTo: number }>;

/** Numbers of the feed looked through in one statement: others come in between. */
const PIECE = 20_000;

/** Looks through the feed for every operation that gives an epoch up. */
export async function scanSealed(
  db: Kysely<Tables>,
  propertyId: PropertyId,
  operations: readonly Operation[],
): Promise<Scanned> {
  const scanned = new Map<string, { found: boolean; upTo: number }>();
  for (const operation of operations) {
    if (operation.kind !== 'classEpoch.retire') continue;
    const { last_seq: upTo } = await db
      .selectFrom('property')
      .select('last_seq')
      .where('property_id', '=', propertyId)
      .executeTakeFirstOrThrow();
    let found = false;
    for (let after = 0; after < upTo && !found; after += PIECE) {
      found = await isSealedBefore(db, propertyId, operation, { after, upTo: after + PIECE });
    }
    scanned.set(operation.id, { found, upTo });
  }
  return scanned;
}

/** Whether a guest or an open conflict of these numbers has a value of the class in an older epoch. Served by entity_row_feed. */
export async function isSealedBefore(
  db: Kysely<Tables>,
  propertyId: PropertyId,
  { class: dataClass, oldest }: { readonly class: SealedClass; readonly oldest: number },
  { after, upTo }: { readonly after: number; readonly upTo: number },
): Promise<boolean> {
  const fields = GUEST_SEALED_FIELDS.filter((field) => sealedClassOf(field) === dataClass);
  const { rows } = await sql`
    select from entity_row, lateral (
      select "row" -> field as value from unnest(array[${sql.join(fields)}]) as field where entity = 'guest'
      union all
      select "row" -> side -> 'value' from unnest(array['held', 'brought']) as side
        where entity = 'conflict' and "row" ->> 'entity' = 'guest' and "row" ->> 'field' in (${sql.join(fields)})
    ) as found, decode(left(value ->> 'sealed', 12), 'base64') as head
    where property_id = ${propertyId} and seq > ${after} and seq <= ${upTo} and entity in ('guest', 'conflict')
      and ((get_byte(head, 3)::bigint * 256 + get_byte(head, 4)) * 256 + get_byte(head, 5)) * 256 + get_byte(head, 6) < ${oldest}
    limit 1
  `.execute(db);
  return rows.length > 0;
}
