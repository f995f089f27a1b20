import type { Database } from 'better-sqlite3';
import type { SealedClass } from '../../src-shared/model/classes.ts';
import type { Conflict, ConflictSide } from '../../src-shared/model/entities.ts';
import type { ConflictId } from '../../src-shared/model/ids.ts';
import { GUEST_SEALED_FIELDS, sealedClassOf } from '../../src-shared/model/registry.ts';
import { isWithheld, type SealedField, sealedHead, WITHHELD } from '../../src-shared/model/sealed-field.ts';

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
  readonly #replace;
  readonly #all;
  readonly #removeUnseen;
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
    this.#replace = db.prepare<[{ id: string; seq: number; body: string }]>(
      'UPDATE conflict SET body = :body WHERE id = :id AND seq = :seq',
    );
    this.#all = db.prepare<[], Row>('SELECT seq, body FROM conflict');
    this.#removeUnseen = db.prepare<[]>('DELETE FROM conflict WHERE seq = 0');
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
    return this.open().some((conflict) => {
      const { held, brought } = conflict;
      if (classOf(conflict) !== dataClass) return false;
      return [held, brought].some(({ value }) => isHere(value) && sealedHead(value.sealed).epoch < epoch);
    });
  }

  put(conflict: Conflict, seq: number): void {
    const { id, state, rowId, guestId } = conflict;
    this.#put.run({ id, seq, state, rowId, guestId, body: JSON.stringify(conflict) });
  }

  /** Puts the values of a class into a conflict that is as it was sent without them. */
  fill(conflict: Conflict, seq: number, dataClass: SealedClass): void {
    if (classOf(conflict) === dataClass) this.#replace.run({ id: conflict.id, seq, body: JSON.stringify(conflict) });
  }

  /** Deletes the values of a class from every conflict, and leaves their masks. Runs inside the caller's transaction. */
  purge(dataClass: SealedClass): void {
    for (const { seq, body } of this.#all.all()) {
      const conflict: Conflict = JSON.parse(body);
      if (classOf(conflict) !== dataClass) continue;
      const { held, brought } = conflict;
      const bare = { ...conflict, held: withoutValue(held), brought: withoutValue(brought) };
      this.#replace.run({ id: conflict.id, seq, body: JSON.stringify(bare) });
    }
  }

  /** Deletes those that did not come anew: the server does not know them. @returns how many they were */
  removeUnseen(): number {
    return this.#removeUnseen.run().changes;
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

/** The class of a conflict's values where they are sealed. */
function classOf({ field }: Conflict): SealedClass | null {
  const sealed = GUEST_SEALED_FIELDS.find((name) => name === field);
  return sealed === undefined ? null : sealedClassOf(sealed);
}

/** Whether it is a sealed value, and at this terminal. */
function isHere(value: ConflictSide['value']): value is SealedField {
  return typeof value === 'object' && value !== null && !isWithheld(value);
}

function withoutValue(side: ConflictSide): ConflictSide {
  return isHere(side.value) ? { ...side, value: { sealed: WITHHELD, mask: side.value.mask } } : side;
}

function toOpen({ seq, body }: Row): OpenConflict {
  return { ...JSON.parse(body), seq };
}
