import type { Database } from 'better-sqlite3';
import type { GuestNote } from '../../src-shared/model/entities.ts';
import type { GuestId, NoteId } from '../../src-shared/model/ids.ts';

export type NoteState = 'synced' | 'waiting' | 'refused';
export type StoredNote = GuestNote & { readonly state: NoteState };

export class Notes {
  readonly #forGuest;
  readonly #put;
  readonly #setState;

  constructor(db: Database) {
    // guest_note_guest
    this.#forGuest = db.prepare<[string], StoredNote>(
      `SELECT id, guest_id AS guestId, text, author_id AS authorId, written_at AS writtenAt, state
       FROM guest_note WHERE guest_id = ? ORDER BY written_at DESC LIMIT 100`,
    );
    this.#put = db.prepare<[StoredNote & { seq: number }]>(
      `INSERT INTO guest_note (id, seq, guest_id, text, author_id, written_at, state)
       VALUES (:id, :seq, :guestId, :text, :authorId, :writtenAt, :state)
       ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, text = excluded.text, state = excluded.state
       WHERE excluded.seq > guest_note.seq`,
    );
    this.#setState = db.prepare<[NoteState, string]>('UPDATE guest_note SET state = ? WHERE id = ?');
  }

  /** Newest first, a hundred at most. */
  forGuest(id: GuestId): StoredNote[] {
    return this.#forGuest.all(id);
  }

  /** @param seq 0 for a note written here that the server does not have yet */
  put(note: GuestNote, seq: number, state: NoteState): void {
    this.#put.run({ ...note, seq, state });
  }

  setState(id: NoteId, state: NoteState): void {
    this.#setState.run(state, id);
  }
}
