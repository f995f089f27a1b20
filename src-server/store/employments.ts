/** Where somebody works: what whoever runs the server for several hotels asks when she leaves them all. */
import { sql } from 'kysely';
import type { EmployeeId, PropertyId } from '../../src-shared/model/ids.ts';
import type { Database } from './database.ts';

/** Says nothing of a person but what names her to the officer of that hotel. */
export interface Employment {
  readonly property: PropertyId;
  /** The hotel's name. */
  readonly hotel: string;
  readonly employee: EmployeeId;
  readonly staffNumber: string;
}

/**
 * Every employment that stands under this staff number or name, hotel by hotel. Each hotel gives numbers and writes names by itself: two
 * of them may be two people.
 * @param wanted a staff number, a name or a name in Latin letters, whole; capitals do not matter
 */
export async function findEmployments(
  { of, everywhere }: Pick<Database, 'of' | 'everywhere'>,
  wanted: string,
): Promise<readonly Employment[]> {
  const { rows: properties } = await sql<{ property: PropertyId }>`
    select property_id as property from property order by property_id
  `.execute(everywhere);
  const found: Employment[] = [];
  for (const { property } of properties) {
    // Served by the primary key.
    const { rows } = await sql<Omit<Employment, 'property'> & { name: string; nameLatin: string | null }>`
      select held."row" ->> 'name' as hotel, e.id as employee, e."row" ->> 'staffNumber' as "staffNumber",
        e."row" ->> 'name' as name, e."row" ->> 'nameLatin' as "nameLatin"
      from entity_row e join entity_row held on held.property_id = e.property_id and held.entity = 'property'
      where e.property_id = ${property} and e.entity = 'employee' and e."row" ->> 'active' = 'true' order by e.id
    `.execute(of(property));
    for (const { hotel, employee, staffNumber, name, nameLatin } of rows) {
      if (![staffNumber, name, nameLatin ?? ''].some((known) => isSame(known, wanted))) continue;
      found.push({ property, hotel, employee, staffNumber });
    }
  }
  return found;
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [one, other].map((text) => text.normalize('NFC').trim().replaceAll(/\s+/g, ' ').toLowerCase());
  return left === right;
}
