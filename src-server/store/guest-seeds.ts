/**
 * The guests' seeds (DESIGN §4), in a file of their own beside the database: a copy or a backup of the database holds none. Their
 * own backups are short-lived (docs/operations.md): an erasure is whole when the last one taken before it is gone.
 */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { GuestId, PropertyId } from '../../src-shared/model/ids.ts';
import type { Put } from './feed.ts';

export interface GuestSeeds {
  /** A seed as base64; null when there is none, or no longer. */
  get(propertyId: PropertyId, guestId: GuestId): string | null;
  /** Keeps the seeds among these rows; durable when it returns. Those of erased guests are not taken again. */
  put(propertyId: PropertyId, puts: readonly Put[]): void;
  /**
   * Keeps the seed that a terminal made for a guest who is new; durable when it returns. The same one again is no other.
   * @returns false when she has another, or was erased: hers stays as it is
   */
  keep(propertyId: PropertyId, guestId: GuestId, seed: string): boolean;
  /** Deletes a seed for good; durable when it returns. */
  erase(propertyId: PropertyId, guestId: GuestId, at: number): void;
  erased(): { readonly propertyId: PropertyId; readonly guestId: GuestId; readonly erasedAt: number }[];
  close(): void;
}

/** Opens or creates the file of seeds in the data directory. @throws what the file system or SQLite says */
export function openGuestSeeds(dataDir: string): GuestSeeds {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'guest-seeds.db');
  const db = new Sqlite(file);
  chmodSync(file, 0o600);
  // No journal that outlives a commit, and nothing deleted that is not overwritten.
  db.pragma('journal_mode = DELETE');
  db.pragma('synchronous = FULL');
  db.pragma('secure_delete = ON');
  db.exec(`CREATE TABLE IF NOT EXISTS guest_seed (
    property_id TEXT NOT NULL, guest_id TEXT NOT NULL, seed BLOB, erased_at INTEGER, PRIMARY KEY (property_id, guest_id)
  ) STRICT, WITHOUT ROWID`);
  const get = db
    .prepare<[string, string], Buffer | null>('SELECT seed FROM guest_seed WHERE property_id = ? AND guest_id = ?')
    .pluck();
  const put = db.prepare<[string, string, Buffer]>(
    `INSERT INTO guest_seed (property_id, guest_id, seed) VALUES (?, ?, ?)
     ON CONFLICT (property_id, guest_id) DO UPDATE SET seed = excluded.seed WHERE guest_seed.erased_at IS NULL`,
  );
  const keep = db.prepare<[string, string, Buffer]>(
    'INSERT INTO guest_seed (property_id, guest_id, seed) VALUES (?, ?, ?) ON CONFLICT (property_id, guest_id) DO NOTHING',
  );
  const erase = db.prepare<[string, string, number]>(
    `INSERT INTO guest_seed (property_id, guest_id, seed, erased_at) VALUES (?, ?, NULL, ?)
     ON CONFLICT (property_id, guest_id) DO UPDATE SET seed = NULL, erased_at = excluded.erased_at
     WHERE guest_seed.erased_at IS NULL`,
  );
  const erased = db.prepare<[], ReturnType<GuestSeeds['erased']>[number]>(
    `SELECT property_id AS propertyId, guest_id AS guestId, erased_at AS erasedAt FROM guest_seed WHERE erased_at IS NOT NULL`,
  );
  return {
    get: (propertyId, guestId) => get.get(propertyId, guestId)?.toString('base64') ?? null,
    put: db.transaction((propertyId: PropertyId, puts: readonly Put[]) => {
      for (const { entity, row } of puts) {
        if (entity === 'guestSeed' && row.seed !== null) put.run(propertyId, row.id, Buffer.from(row.seed, 'base64'));
      }
    }),
    keep: (propertyId, guestId, seed) => {
      keep.run(propertyId, guestId, Buffer.from(seed, 'base64'));
      return get.get(propertyId, guestId)?.equals(Buffer.from(seed, 'base64')) === true;
    },
    erase: (propertyId, guestId, at) => {
      erase.run(propertyId, guestId, at);
    },
    erased: () => erased.all(),
    close: () => {
      db.close();
    },
  };
}
