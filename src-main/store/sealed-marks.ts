import type { Database } from 'better-sqlite3';
import type { GuestId } from '../../src-shared/model/ids.ts';
import type { FindableField } from '../../src-shared/model/registry.ts';
import { type BlindIndex, INDEX_BITS } from '../../src-shared/model/sealed-field.ts';

/** Column of the index of each findable field: epoch and mark in one number, so that one index of SQLite serves both. */
export const MARK_COLUMN = {
  documentNumber: 'document_mark',
  cardNumber: 'card_mark',
} as const satisfies { readonly [F in FindableField]: string };

const MARKS = 2 ** INDEX_BITS;

/** Below 2^50 for every epoch there can be. */
export function toMark({ epoch, mark }: BlindIndex): number {
  return epoch * MARKS + mark;
}

export function fromMark(mark: number): BlindIndex {
  return { epoch: Math.floor(mark / MARKS), mark: mark % MARKS };
}

/** Guests by the blind indexes of their sealed numbers: candidates, of which some are found by chance. */
export class SealedMarks {
  readonly #byRange;

  constructor(db: Database) {
    const prepare = (column: string) =>
      db
        .prepare<[number, number, number], GuestId>(
          `SELECT g.id FROM guest g WHERE g.${column} BETWEEN ? AND ?
           ORDER BY NOT EXISTS (SELECT 1 FROM stay s WHERE s.guest_id = g.id AND s.status IN ('in-house', 'reserved')) LIMIT ?`,
        )
        .pluck();
    // guest_document_mark, guest_card_mark; stay_guest for those in house and expected, who come first.
    this.#byRange = {
      documentNumber: prepare(MARK_COLUMN.documentNumber),
      cardNumber: prepare(MARK_COLUMN.cardNumber),
    } as const satisfies { readonly [F in FindableField]: unknown };
  }

  /** @param range marks of one epoch, both ends among them */
  candidates(
    field: FindableField,
    { epoch, first, last }: { readonly epoch: number; readonly first: number; readonly last: number },
    limit: number,
  ): GuestId[] {
    return this.#byRange[field].all(toMark({ epoch, mark: first }), toMark({ epoch, mark: last }), limit);
  }
}
