/** Closing a business day: room and tax of everybody in house, the trial balance, the next day. Once, whoever asks and however often. */
import { createHash } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import { findsSensitiveNumber } from '../../src-shared/documents/sensitive-number.ts';
import { type DaySum, dayAfter, nightPostings, trialBalance } from '../../src-shared/folio/night.ts';
import type { Entity, Property } from '../../src-shared/model/entities.ts';
import { contextAt } from '../../src-shared/policy/index.ts';
import type { DateRoll } from '../../src-shared/sync/folio.ts';
import type { OperationResult } from '../../src-shared/sync/protocol.ts';
import { type Put, putRows } from './feed.ts';
import { isStorable } from './storable-text.ts';
import type { Tables } from './tables.ts';

type Reason = (OperationResult & { status: 'refused' })['reason'];

export interface NightWrite {
  readonly trx: Transaction<Tables>;
  readonly property: Property;
  /** What lockFeed or putRows returned. */
  readonly lastSeq: number;
  readonly receivedAt: number;
}

export interface Rolled {
  readonly lastSeq: number;
  /** As it is from now on. */
  readonly property: Property;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest();

/**
 * Closes the day, under the property's lock and in its transaction: all of it or nothing.
 * @returns why it is refused: `stale` when that day is not open (any more)
 */
export async function rollDay(write: NightWrite, operation: DateRoll): Promise<Rolled | Reason> {
  const { trx, property, lastSeq, receivedAt } = write;
  const { from, to, waived, employeeId, at } = operation;
  if (property.businessDate !== from) return 'stale';
  if (to !== dayAfter(from)) return 'invalid';
  if (waived.some(({ reason }) => !isStorable(reason) || findsSensitiveNumber(reason))) return 'invalid';
  const { local } = contextAt(property, Math.min(at, receivedAt));
  // The day after the one on the calendar is the last that can be opened: nobody closes tomorrow by pressing twice.
  if (local === null || from > local.date) return 'not-due';
  const stays = await inHouse(trx, property.id);
  const due = stays.flatMap((stay) => nightPostings(stay, { sha256, property, by: employeeId, at }));
  const there = await postedAmong(
    trx,
    property.id,
    due.map(({ id }) => id),
  );
  const postings = due.filter(({ id }) => !there.has(id));
  const posted = await putRows(
    trx,
    property.id,
    lastSeq,
    postings.map((row): Put => ({ entity: 'posting', row })),
  );
  const close: Entity<'dayClose'> = {
    id: from,
    by: employeeId,
    at,
    waived: [...waived],
    rooms: due.filter(({ kind }) => kind === 'room').length,
    noShows: await countNoShows(trx, property.id, from),
    balances: trialBalance(await openingOf(trx, property.id, from), await sumOf(trx, property.id, from)),
  };
  const next: Property = { ...property, businessDate: to };
  const last = await putRows(trx, property.id, posted, [
    { entity: 'dayClose', row: close },
    { entity: 'property', row: next },
  ]);
  return { lastSeq: last, property: next };
}

async function inHouse(trx: Transaction<Tables>, propertyId: string): Promise<Entity<'stay'>[]> {
  const { rows } = await sql<{ row: Entity<'stay'> }>`
    select "row" from entity_row where property_id = ${propertyId} and entity = 'stay' and "row" ->> 'status' = 'in-house' order by id
  `.execute(trx);
  return rows.map(({ row }) => row);
}

/** Arrivals of a day that did not come. */
async function countNoShows(trx: Transaction<Tables>, propertyId: string, day: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from entity_row where property_id = ${propertyId} and entity = 'stay'
      and "row" ->> 'status' = 'no-show' and "row" ->> 'arrival' = ${day}
  `.execute(trx);
  return rows[0]?.count ?? 0;
}

/** Served by the primary key. */
async function postedAmong(trx: Transaction<Tables>, propertyId: string, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select posting.id from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb) as due (id)
    join entity_row posting on posting.property_id = ${propertyId} and posting.entity = 'posting' and posting.id = due.id
  `.execute(trx);
  return new Set(rows.map(({ id }) => id));
}

/** What the days before came to: as the last was closed, or where none was all that was posted. */
async function openingOf(
  trx: Transaction<Tables>,
  propertyId: string,
  day: string,
): Promise<{ readonly currency: string; readonly closingMinor: number }[]> {
  // Served by the primary key.
  const { rows } = await sql<{ row: Entity<'dayClose'> }>`
    select "row" from entity_row where property_id = ${propertyId} and entity = 'dayClose' and id < ${day} order by id desc limit 1
  `.execute(trx);
  const before = rows[0]?.row;
  if (before !== undefined) return before.balances;
  const sums = await sql<{ currency: string; closingMinor: string }>`
    select "row" ->> 'currency' as currency, sum(("row" ->> 'amountMinor')::bigint)::text as "closingMinor" from entity_row
    where property_id = ${propertyId} and entity = 'posting' and day < ${day} group by 1
  `.execute(trx);
  return sums.rows.map(({ currency, closingMinor }) => ({ currency, closingMinor: Number(closingMinor) }));
}

/** Served by entity_row_day. */
async function sumOf(trx: Transaction<Tables>, propertyId: string, day: string): Promise<DaySum[]> {
  const { rows } = await sql<{ currency: string; debits: string; credits: string }>`
    select currency, sum(greatest(amount, 0))::text as debits, sum(greatest(-amount, 0))::text as credits from (
      select "row" ->> 'currency' as currency, ("row" ->> 'amountMinor')::bigint as amount from entity_row
      where property_id = ${propertyId} and entity = 'posting' and day = ${day}
    ) as lines group by currency
  `.execute(trx);
  return rows.map(({ currency, debits, credits }) => ({
    currency,
    debitsMinor: Number(debits),
    creditsMinor: Number(credits),
  }));
}
