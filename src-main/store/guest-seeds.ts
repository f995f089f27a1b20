/**
 * The guests' seeds (DESIGN §4), in an encrypted file of their own beside the cache: whoever has a copy of the cache, or a backup
 * of it, has no seed. After a seed was deleted the file gets another key, so that no copy of it opens any more. The server has
 * every seed that still counts, but for those of guests who were taken in here and are on their way: a file that does not open is begun
 * anew (seed-file.ts).
 */
import { randomBytes } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import type { GuestId } from '../../src-shared/model/ids.ts';
import type { PutLine } from '../../src-shared/sync/protocol.ts';
import { type Opened, openEncryptedFile, removeEncryptedFile } from './encrypted-file.ts';

const SCHEMA_VERSION = 1;

/** Opens or creates the file. A file of another schema is `wrong-key` too: it is begun anew. @param key 32 bytes, the caller zeroes them */
export function openGuestSeeds(input: { readonly file: string; readonly key: Buffer }): Opened<GuestSeeds> {
  const opened = openEncryptedFile(input.file, input.key);
  if (!opened.ok) return opened;
  const db = opened.value;
  // A seed that was deleted is overwritten, not only forgotten.
  db.pragma('secure_delete = ON');
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version === 0) {
    db.transaction(() => {
      db.exec(SCHEMA);
      db.pragma(`user_version = ${SCHEMA_VERSION}`);
    }).immediate();
  } else if (version !== SCHEMA_VERSION) {
    db.close();
    return { ok: false, problem: 'wrong-key' };
  }
  return { ok: true, value: new GuestSeeds(db) };
}

/** Where a file with another key is made until it is whole. */
const draftOf = (file: string) => `${file}.renewed`;

/** Copies the seeds into a draft under another key, whole on the disk when it returns. Nothing is open afterwards. */
export function draftGuestSeeds(
  seeds: GuestSeeds,
  input: { readonly file: string; readonly key: Buffer },
): Opened<null> {
  const draft = draftOf(input.file);
  removeEncryptedFile(draft);
  const opened = openGuestSeeds({ file: draft, key: input.key });
  if (opened.ok) {
    opened.value.copyFrom(seeds);
    opened.value.close();
  }
  seeds.close();
  return opened.ok ? { ok: true, value: null } : opened;
}

/** Puts the draft in the place of the file. */
export function putDraftInPlace(file: string): void {
  removeEncryptedFile(file);
  for (const suffix of ['.label', '']) {
    // One that was cut off in here has moved the label already; the pages know their key without it.
    if (existsSync(draftOf(file) + suffix)) renameSync(draftOf(file) + suffix, file + suffix);
  }
}

/** Goes on where the change to another key was cut off, if it was. Under this key there is a draft only when it is whole. */
export function finishDraft(input: { readonly file: string; readonly key: Buffer }): void {
  const draft = draftOf(input.file);
  if (!existsSync(draft)) return;
  const opened = openGuestSeeds({ file: draft, key: input.key });
  if (!opened.ok) return;
  opened.value.close();
  putDraftInPlace(input.file);
}

/** A seed that is null was deleted and never comes back. */
const SCHEMA = `
  CREATE TABLE guest_seed (guest_id TEXT PRIMARY KEY, seq INTEGER NOT NULL, seed BLOB) STRICT, WITHOUT ROWID;
  CREATE TABLE feed (one INTEGER PRIMARY KEY CHECK (one = 1), cursor INTEGER NOT NULL, deleted INTEGER NOT NULL) STRICT;
  INSERT INTO feed VALUES (1, 0, 0);
`;

interface SeedRow {
  readonly guestId: string;
  readonly seq: number;
  readonly seed: Buffer | null;
}

export class GuestSeeds {
  readonly #db: Database;
  readonly #get;
  readonly #put;
  readonly #make;
  readonly #drop;
  readonly #all;
  readonly #age;
  readonly #unseen;
  readonly #remove;
  readonly #state;
  readonly #moveTo;
  readonly #noteDeleted;

  constructor(db: Database) {
    this.#db = db;
    this.#get = db.prepare<[string], Buffer | null>('SELECT seed FROM guest_seed WHERE guest_id = ?').pluck();
    this.#put = db.prepare<[string, number, Buffer]>(
      `INSERT INTO guest_seed (guest_id, seq, seed) VALUES (?, ?, ?)
       ON CONFLICT (guest_id) DO UPDATE SET seq = excluded.seq, seed = excluded.seed
       WHERE excluded.seq > guest_seed.seq AND guest_seed.seed IS NOT NULL`,
    );
    this.#make = db.prepare<[string, Buffer]>('INSERT INTO guest_seed (guest_id, seq, seed) VALUES (?, 0, ?)');
    this.#drop = db.prepare<[string, number]>(
      `INSERT INTO guest_seed (guest_id, seq, seed) VALUES (?, ?, NULL)
       ON CONFLICT (guest_id) DO UPDATE SET seq = excluded.seq, seed = NULL`,
    );
    this.#all = db.prepare<[], SeedRow>('SELECT guest_id AS guestId, seq, seed FROM guest_seed');
    this.#age = db.prepare<[]>('UPDATE guest_seed SET seq = 0 WHERE seed IS NOT NULL');
    this.#unseen = db
      .prepare<[], GuestId>('SELECT guest_id FROM guest_seed WHERE seq = 0 AND seed IS NOT NULL')
      .pluck();
    this.#remove = db.prepare<[string]>('DELETE FROM guest_seed WHERE guest_id = ?');
    this.#state = db.prepare<[], { cursor: number; deleted: number }>('SELECT cursor, deleted FROM feed WHERE one = 1');
    this.#noteDeleted = db.prepare<[]>('UPDATE feed SET deleted = 1 WHERE one = 1');
    this.#moveTo = db.prepare<[number]>('UPDATE feed SET cursor = ? WHERE one = 1');
  }

  /** A guest's seed, 32 bytes, which the caller zeroes; null when there is none, or no longer. */
  get(id: GuestId): Buffer | null {
    return this.#get.get(id) ?? null;
  }

  /**
   * Makes the seed of a guest who is taken in here; durable when it returns, and kept until the feed brings it back. It comes before the
   * guest: a seed without a guest harms nobody.
   * @returns 32 bytes, which the caller zeroes
   * @throws what SQLite says, also when she has one or was erased: a bug of the caller
   */
  make(id: GuestId): Buffer {
    const seed = randomBytes(32);
    this.#make.run(id, seed);
    return seed;
  }

  /** How far into the feed this file has come. */
  get cursor(): number {
    return this.#state.get()?.cursor ?? 0;
  }

  /** Whether a seed was deleted under the key this file has now. */
  get hasDeleted(): boolean {
    return this.#state.get()?.deleted === 1;
  }

  /** Takes over every seed, and every mark of one that is deleted, in one transaction. */
  copyFrom(other: GuestSeeds): void {
    this.#db
      .transaction(() => {
        for (const { guestId, seq, seed } of other.#all.iterate()) {
          if (seed === null) this.#drop.run(guestId, seq);
          else this.#put.run(guestId, seq, seed);
        }
        this.#moveTo.run(other.cursor);
      })
      .immediate();
  }

  /** Takes the seeds of a batch of the feed, deletes those of erased guests, and moves the cursor, in one transaction. */
  apply(puts: readonly PutLine[], cursor: number): void {
    this.#db
      .transaction(() => {
        for (const put of puts) this.#apply(put);
        this.#moveTo.run(cursor);
      })
      .immediate();
    // What is deleted leaves the journal too.
    if (puts.some(({ entity }) => entity === 'guestErasure')) this.#db.pragma('wal_checkpoint(TRUNCATE)');
  }

  /** Every seed comes anew, from the first row of the feed on. In one transaction. */
  takeAnew(): void {
    this.#db
      .transaction(() => {
        this.#age.run();
        this.#moveTo.run(0);
      })
      .immediate();
  }

  /** Deletes the seeds that did not come anew, in one transaction. @param isKept whose seed may be on its way all the same */
  removeUnseen(isKept: (id: GuestId) => boolean): void {
    const unseen = this.#unseen.all().filter((id) => !isKept(id));
    if (unseen.length === 0) return;
    this.#db
      .transaction(() => {
        for (const id of unseen) this.#remove.run(id);
        this.#noteDeleted.run();
      })
      .immediate();
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
  }

  close(): void {
    if (this.#db.open) this.#db.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #apply(put: PutLine): void {
    if (put.entity !== 'guestErasure' && put.entity !== 'guestSeed') return;
    const seed = put.entity === 'guestSeed' ? put.row.seed : null;
    if (seed !== null) {
      this.#put.run(put.row.id, put.seq, Buffer.from(seed, 'base64'));
      return;
    }
    this.#drop.run(put.row.id, put.seq);
    this.#noteDeleted.run();
  }
}
