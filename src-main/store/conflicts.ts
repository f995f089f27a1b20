import type { Database } from 'better-sqlite3';
import type { SealedClass } from '../../src-shared/model/classes.ts';
import type { Conflict } from '../../src-shared/model/entities.ts';
import type { ConflictId } from '../../src-shared/model/ids.ts';
import { GUEST_SEALED_FIELDS, sealedClassOf } from '../../src-shared/model/registry.ts';
import { sealedHead } from '../../src-shared/model/sealed-field.ts';

interface Row {
  readonly seq: number;
  readonly body: string;
}

/** A conflict that waits for a person, and the seq by which she says which of its forms she had in view. */
export type OpenConflict = Conflict & { readonly seq: number };

/** Fields that two have changed without knowing of one another, and which of them wait for a person. */
export class Conflicts {
  readonly #open;
  readonly #openOf;
  readonly #get;
  readonly #put;
  readonly #setSettling;

  constructor(db: Database) {
    // conflict_open, and the primary key.
    this.#open = db.prepare<[], Row>(`SELECT seq, body FROM conflict WHERE ${OPEN} ORDER BY id LIMIT 200`);
    this.#openOf = db.prepare<[string], Row>(`SELECT seq, body FROM conflict WHERE row_id = ? AND ${OPEN}`);
    this.#get = db.prepare<[string], Row>(`SELECT seq, body FROM conflict WHERE id = ? AND ${OPEN}`);
    this.#put = db.prepare<
      [{ id: string; seq: number; state: string; rowId: string; guestId: string | null; body: string }]
    >(
      `INSERT INTO conflict (id, seq, state, row_id, guest_id, body) VALUES (:id, :seq, :state, :rowId, :guestId, :body)
       ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, state = excluded.state, body = excluded.body
       WHERE excluded.seq > conflict.seq`,
    );
    this.#setSettling = db.prepare<[number, string]>('UPDATE conflict SET settling = ? WHERE id = ?');
  }

  /** Those that wait for a person, the oldest first; 200 at most. */
  open(): OpenConflict[] {
    return this.#open.all().map(toOpen);
  }

  /** Those of one row. */
  openOf(rowId: string): OpenConflict[] {
    return this.#openOf.all(rowId).map(toOpen);
  }

  /** Null when it is settled, or was never here. */
  get(id: ConflictId): OpenConflict | null {
    const row = this.#get.get(id);
    return row === undefined ? null : toOpen(row);
  }

  /** Whether a value that waits for a person is sealed for a class in an epoch before this one. */
  hasSealedBefore(dataClass: SealedClass, epoch: number): boolean {
    return this.open().some(({ field, held, brought }) => {
      const sealed = GUEST_SEALED_FIELDS.find((name) => name === field);
      if (sealed === undefined || sealedClassOf(sealed) !== dataClass) return false;
      return [held, brought].some(
        ({ value }) => typeof value === 'object' && value !== null && sealedHead(value.sealed).epoch < epoch,
      );
    });
  }

  put(conflict: Conflict, seq: number): void {
    const { id, state, rowId, guestId } = conflict;
    this.#put.run({ id, seq, state, rowId, guestId, body: JSON.stringify(conflict) });
  }

  /** Settled here, which the server has not heard of yet. */
  settling(id: ConflictId): void {
    this.#setSettling.run(1, id);
  }

  /** The server would not have it: something was said of it in between. */
  reopen(id: ConflictId): void {
    this.#setSettling.run(0, id);
  }
}

const OPEN = "state = 'open' AND settling = 0";

function toOpen({ seq, body }: Row): OpenConflict {
  return { ...JSON.parse(body), seq };
}
