import type { Database } from 'better-sqlite3';
import { SEALED_CLASSES, type SealedClass } from '../../src-shared/model/classes.ts';
import type { Guest } from '../../src-shared/model/entities.ts';
import { EPOCH_COLUMN, type GuestRow, toGuest } from './guests.ts';

/** A guest some of whose values are sealed in an older epoch, and where its row stands. */
export interface GuestBehind {
  readonly rowid: number;
  readonly seq: number;
  readonly guest: Guest;
}

type BehindRow = GuestRow & { readonly rowid: number; readonly seq: number };

/** Which guests' values are sealed in which epoch: what is still to be re-wrapped. Each class has its index on guest. */
export class SealedEpochs {
  readonly #of;

  constructor(db: Database) {
    const statementsOf = (dataClass: SealedClass) => {
      const column = EPOCH_COLUMN[dataClass];
      return {
        sealed: db.prepare<[], number>(`SELECT count(*) FROM guest WHERE ${column} IS NOT NULL`).pluck(),
        before: db.prepare<[number], number>(`SELECT count(*) FROM guest WHERE ${column} < ?`).pluck(),
        next: db
          .prepare<[number, number], number | null>(
            `SELECT min(${column}) FROM guest WHERE ${column} > ? AND ${column} < ?`,
          )
          .pluck(),
        guests: db.prepare<[number, number, number], BehindRow>(
          // A value that waits for the server is not sealed anew as if it had come from there.
          `SELECT rowid, * FROM guest WHERE ${column} = ? AND rowid > ?
             AND NOT EXISTS (SELECT 1 FROM held_row WHERE entity = 'guest' AND held_row.id = guest.id) ORDER BY rowid LIMIT ?`,
        ),
      };
    };
    this.#of = new Map(SEALED_CLASSES.map((dataClass) => [dataClass, statementsOf(dataClass)] as const));
  }

  /** How many guests have values of a class. */
  countSealed(dataClass: SealedClass): number {
    return this.#of.get(dataClass)?.sealed.get() ?? 0;
  }

  /** How many guests have values of a class from before an epoch. */
  countBefore(dataClass: SealedClass, epoch: number): number {
    return this.#of.get(dataClass)?.before.get(epoch) ?? 0;
  }

  /** Epochs before this one in which something of a class is sealed, the oldest first. */
  epochsBefore(dataClass: SealedClass, epoch: number): number[] {
    const next = this.#of.get(dataClass)?.next;
    const epochs: number[] = [];
    for (let one = next?.get(-1, epoch); typeof one === 'number'; one = next?.get(one, epoch)) epochs.push(one);
    return epochs;
  }

  /** The next guests, by the row they lie in, whose oldest value of a class is sealed in an epoch. */
  guestsIn(
    dataClass: SealedClass,
    { epoch, after, limit }: { readonly epoch: number; readonly after: number; readonly limit: number },
  ): GuestBehind[] {
    const rows = this.#of.get(dataClass)?.guests.all(epoch, after, limit) ?? [];
    return rows.map((row) => ({ rowid: row.rowid, seq: row.seq, guest: toGuest(row) }));
  }
}
