import type { Database } from 'better-sqlite3';
import type { GuestId } from '../../src-shared/model/ids.ts';
import { nameKeys } from './name-keys.ts';

interface Named {
  readonly rowid: number;
  readonly name: string;
  readonly nameLatin: string | null;
  readonly phoneTail: string | null;
}

/**
 * The guests in house and expected, under their search keys: a small table beside the big one, so that whoever stands at the
 * desk is found before a thousand of the same name without ranking them all.
 */
export class CurrentGuests {
  readonly #due;
  readonly #guest;
  readonly #drop;
  readonly #add;

  constructor(db: Database) {
    // stay_guest
    this.#due = db
      .prepare<[string], string>(
        `SELECT DISTINCT CASE status WHEN 'in-house' THEN '' ELSE arrival END FROM stay
         WHERE guest_id = ? AND status IN ('in-house', 'reserved')`,
      )
      .pluck();
    // guest's unique id
    this.#guest = db.prepare<[string], Named>(
      'SELECT rowid, name, name_latin AS nameLatin, phone_tail AS phoneTail FROM guest WHERE id = ?',
    );
    // current_key_guest
    this.#drop = db.prepare<[string]>('DELETE FROM current_key WHERE guest = (SELECT rowid FROM guest WHERE id = ?)');
    this.#add = db.prepare<[string, string, string, number]>(
      'INSERT OR IGNORE INTO current_key (due, key, kind, guest) VALUES (?, ?, ?, ?)',
    );
  }

  /** Takes a guest in, out or elsewhere as its stays and names now are. Runs inside the caller's transaction. */
  refresh(id: GuestId): void {
    this.#drop.run(id);
    const dues = this.#due.all(id);
    const guest = dues.length > 0 ? this.#guest.get(id) : undefined;
    if (guest === undefined) return;
    const keys = currentKeys(guest);
    for (const due of dues) {
      for (const [key, kind] of keys) this.#add.run(due, key, kind, guest.rowid);
    }
  }
}

function currentKeys({ name, nameLatin, phoneTail }: Named): (readonly [key: string, kind: string])[] {
  const found = nameKeys(name, nameLatin);
  return [
    ...found.keys.map(({ key, kind }) => [key, kind] as const),
    ...found.pieces.map((piece) => [piece, 'piece'] as const),
    ...(phoneTail === null ? [] : [[phoneTail, 'phone'] as const]),
  ];
}
