import type { Kysely } from 'kysely';
import type { Entity } from '../../src-shared/model/entities.ts';
import type { EmployeeId, PropertyId } from '../../src-shared/model/ids.ts';
import { actorOf, contextAt, decide, type PlainAction } from '../../src-shared/policy/index.ts';
import type { Tables } from './tables.ts';

/** Who asks, if the policy allows her this now; null for somebody who is unknown or may not. Served by the primary key. */
export async function allowedNow(
  db: Kysely<Tables>,
  propertyId: PropertyId,
  employeeId: EmployeeId,
  asked: { readonly action: PlainAction; readonly now: number },
): Promise<Entity<'employee'> | null> {
  const rows = await db
    .selectFrom('entity_row')
    .select(['entity', 'row'])
    .where('property_id', '=', propertyId)
    .where((row) =>
      row.or([
        row.and([row('entity', '=', 'property'), row('id', '=', propertyId)]),
        row.and([row('entity', '=', 'employee'), row('id', '=', employeeId)]),
      ]),
    )
    .execute();
  const property = rows.find(({ entity }) => entity === 'property')?.row as Entity<'property'> | undefined;
  const employee = rows.find(({ entity }) => entity === 'employee')?.row as Entity<'employee'> | undefined;
  if (property === undefined || employee === undefined) return null;
  return decide(actorOf(employee), asked.action, null, contextAt(property, asked.now)).allowed ? employee : null;
}
