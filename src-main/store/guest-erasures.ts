import type { Database } from 'better-sqlite3';
import type { GuestErasure } from '../../src-shared/model/entities.ts';
import type { GuestId } from '../../src-shared/model/ids.ts';
import type { Cases } from './cases.ts';
import type { Guests } from './guests.ts';

/** Guests who were erased. Of them only the number is left, and what they owe the books: the bare stay. */
export class GuestErasures {
  readonly #guests: Pick<Guests, 'remove'>;
  readonly #cases: Pick<Cases, 'forgetGuest'>;
  readonly #has;
  readonly #put;
  readonly #unseen;
  readonly #clean;

  constructor(db: Database, guests: Pick<Guests, 'remove'>, cases: Pick<Cases, 'forgetGuest'>) {
    this.#guests = guests;
    this.#cases = cases;
    this.#has = db.prepare<[string], number>('SELECT 1 FROM guest_erasure WHERE id = ?').pluck();
    this.#put = db.prepare<[GuestErasure & { seq: number }]>(
      'INSERT OR IGNORE INTO guest_erasure (id, seq, erased_at) VALUES (:id, :seq, :erasedAt)',
    );
    // Not who was begun here and waits for the server, nor who may be in a batch that was set aside.
    this.#unseen = db
      .prepare<[], GuestId>(
        `SELECT id FROM guest WHERE seq = 0
           AND id NOT IN (SELECT body ->> '$.guest.id' FROM outbox WHERE state = 'queued' AND body ->> '$.guest.id' IS NOT NULL)
           AND NOT EXISTS (SELECT 1 FROM refused_batch WHERE instr(body, guest.id) > 0)`,
      )
      .pluck();
    this.#clean = [
      'DELETE FROM guest_note WHERE guest_id = ?',
      // Sent or waiting: a note's text lies in its operation too.
      "DELETE FROM outbox WHERE json_extract(body, '$.note.guestId') = ?",
      `DELETE FROM outbox WHERE body ->> '$.kind' IN ('guest.change', 'stay.create', 'conflict.settle')
         AND ? IN (body ->> '$.guestId', body ->> '$.guest.id', body ->> '$.rowId')`,
      // The books keep their amounts; what was typed beside them goes.
      'UPDATE posting SET text = NULL WHERE guest_id = ? AND text IS NOT NULL',
      `UPDATE outbox SET body = (
         SELECT json_set(body, '$.postings', json_group_array(json_set(line.value, '$.text', NULL))) FROM json_each(body, '$.postings') line
       ) WHERE body ->> '$.kind' = 'posting.add' AND body ->> '$.postings[0].guestId' = ?`,
      'DELETE FROM conflict WHERE guest_id = ?',
      "DELETE FROM pending_change WHERE entity = 'guest' AND row_id = ?",
      "DELETE FROM held_row WHERE entity = 'guest' AND id = ?",
      // A case is reported all the same, without what was typed about the guest.
      "UPDATE outbox SET body = json_set(body, '$.case.reasonText', NULL) WHERE json_extract(body, '$.case.guestId') = ?",
      // The batch stays as a mark of what was refused; its text goes.
      "UPDATE refused_batch SET body = '' WHERE instr(body, ?) > 0",
    ].map((statement) => db.prepare<[string]>(statement));
  }

  has(id: GuestId): boolean {
    return this.#has.get(id) === 1;
  }

  /** Removes a guest with everything that is found by, written on or sent about them. Runs inside the caller's transaction. */
  put(erasure: GuestErasure, seq: number): void {
    this.#put.run({ ...erasure, seq });
    this.#remove(erasure.id);
  }

  /** As {@link put} for guests whose erasure the server has forgotten: they did not come anew. @returns how many they were */
  removeUnseen(): number {
    const unseen = this.#unseen.all();
    for (const id of unseen) this.#remove(id);
    return unseen.length;
  }

  #remove(id: GuestId): void {
    this.#guests.remove(id);
    this.#cases.forgetGuest(id);
    for (const statement of this.#clean) statement.run(id);
  }
}
