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

/** A guest who may be the one, and the envelope that tells. */
export interface Candidate {
  readonly guestId: GuestId;
  readonly sealed: string;
}

/** Guests by the blind indexes of their sealed numbers: candidates, of which some are found by chance. */
export class SealedMarks {
  readonly #of;

  constructor(db: Database) {
    const prepare = (column: string, value: string) => ({
      // Of guest_document_mark or guest_card_mark and current_key_guest only: no guest is read before it is that one's turn.
      rows: db
        .prepare<[number, number, number], number>(
          `SELECT g.rowid, (SELECT min(due) FROM current_key WHERE guest = g.rowid) AS due FROM guest g
           WHERE g.${column} BETWEEN ? AND ? ORDER BY due IS NULL, due, g.rowid DESC LIMIT ?`,
        )
        .pluck(),
      candidate: db.prepare<[number], Candidate>(
        `SELECT id AS guestId, ${value} ->> '$.sealed' AS sealed FROM guest WHERE rowid = ?`,
      ),
    });
    this.#of = {
      documentNumber: prepare(MARK_COLUMN.documentNumber, 'document_number'),
      cardNumber: prepare(MARK_COLUMN.cardNumber, 'card_number'),
    } as const satisfies { readonly [F in FindableField]: unknown };
  }

  /**
   * Those in house first, then those expected, the next first, then the others, who was new last before them all. Each is read when
   * it is asked for.
   * @param range marks of one epoch, both ends among them
   */
  *candidates(
    field: FindableField,
    { epoch, first, last }: { readonly epoch: number; readonly first: number; readonly last: number },
    limit: number,
  ): Generator<Candidate> {
    const { rows, candidate } = this.#of[field];
    for (const row of rows.all(toMark({ epoch, mark: first }), toMark({ epoch, mark: last }), limit)) {
      const found = candidate.get(row);
      if (found !== undefined) yield found;
    }
  }
}
