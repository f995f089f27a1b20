/** Lines that terminals add to folios. None is ever changed: what was wrong is reversed and posted anew. */
import { sql, type Transaction } from 'kysely';
import { findsSensitiveNumber } from '../../src-shared/documents/sensitive-number.ts';
import { actionsOf, reasonAgainstPostings } from '../../src-shared/folio/posting-rules.ts';
import type { Employee, Entity, Property } from '../../src-shared/model/entities.ts';
import { actorOf, contextAt, decide } from '../../src-shared/policy/index.ts';
import type { PostingAddition } from '../../src-shared/sync/folio.ts';
import type { OperationResult } from '../../src-shared/sync/protocol.ts';
import { type Put, putRows } from './feed.ts';
import { isStorable } from './storable-text.ts';
import type { Tables } from './tables.ts';

type Reason = (OperationResult & { status: 'refused' })['reason'];
type Posting = Entity<'posting'>;

export interface FolioWrite {
  readonly trx: Transaction<Tables>;
  readonly property: Property;
  /** What lockFeed or putRows returned. */
  readonly lastSeq: number;
  /** Who posts; the policy has been asked whether she may post at all. */
  readonly employee: Employee;
  readonly receivedAt: number;
}

/**
 * Adds lines to the folio of one stay, all or none, under the property's lock.
 * @returns the newest seq, or why they are refused
 */
export async function addPostings(write: FolioWrite, operation: PostingAddition): Promise<number | Reason> {
  const { trx, property, lastSeq, employee, receivedAt } = write;
  const { postings } = operation;
  const [first] = postings;
  if (first === undefined || postings.some(({ stayId }) => stayId !== first.stayId)) return 'invalid';
  // Nobody posts in another's name.
  if (postings.some(({ by }) => by !== operation.employeeId)) return 'forbidden';
  const known = await loadKnown(trx, property.id, first.stayId, postings);
  if (known.stay === null) return 'unknown-stay';
  const { stay, held } = known;
  if (postings.some(({ guestId }) => guestId !== stay.guestId)) return 'invalid';
  if (known.taken || new Set(postings.map(({ id }) => id)).size !== postings.length) return 'invalid';
  for (const { text } of postings) {
    if (text === null) continue;
    if (!isStorable(text) || findsSensitiveNumber(text)) return 'invalid';
    // Nothing is written about whoever was erased.
    if (!known.hasGuest) return 'unknown-guest';
  }
  const now = { stay, businessDate: property.businessDate, held };
  const reason = reasonAgainstPostings(postings, now);
  if (reason !== null) return reason;
  const context = contextAt(property, Math.min(operation.at, receivedAt));
  const actor = actorOf(employee);
  if (actionsOf(postings, now).some((action) => !decide(actor, action, null, context).allowed)) return 'forbidden';
  return putRows(
    trx,
    property.id,
    lastSeq,
    postings.map((row): Put => ({ entity: 'posting', row })),
  );
}

interface Known {
  readonly stay: Entity<'stay'> | null;
  readonly hasGuest: boolean;
  readonly held: readonly Posting[];
  /** Whether a line has one of the ids. */
  readonly taken: boolean;
}

/** Served by the primary key and entity_row_folio. */
async function loadKnown(
  trx: Transaction<Tables>,
  propertyId: string,
  stayId: string,
  postings: readonly Posting[],
): Promise<Known> {
  const { rows: stays } = await sql<{ row: Entity<'stay'> }>`
    select "row" from entity_row where property_id = ${propertyId} and entity = 'stay' and id = ${stayId}
  `.execute(trx);
  const stay = stays[0]?.row ?? null;
  const { rows: guests } = await sql`
    select from entity_row where property_id = ${propertyId} and entity = 'guest' and id = ${stay?.guestId ?? ''}
  `.execute(trx);
  const { rows: taken } = await sql`
    select from entity_row where property_id = ${propertyId} and entity = 'posting' and id in (${sql.join(postings.map(({ id }) => id))})
  `.execute(trx);
  return {
    stay,
    hasGuest: guests.length > 0,
    held: await postingsOf(trx, propertyId, stayId),
    taken: taken.length > 0,
  };
}

/** Every line of a stay. Served by entity_row_folio. */
async function postingsOf(trx: Transaction<Tables>, propertyId: string, stayId: string): Promise<Posting[]> {
  const { rows } = await sql<{ row: Posting }>`
    select "row" from entity_row where property_id = ${propertyId} and entity = 'posting' and stay_id = ${stayId} order by seq
  `.execute(trx);
  return rows.map(({ row }) => row);
}
