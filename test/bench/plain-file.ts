/** The counterpart of the encrypted file: the same better-sqlite3 without a key, with whatever settings the product's file has. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openEncryptedFile } from '../../src-main/store/encrypted-file.ts';
import { migrate } from '../../src-main/store/migrations.ts';
import { Cache, openCache } from '../../src-main/store/open.ts';

/** What an opened file is set to; the encryption is all that may differ. */
const SETTINGS = [
  'journal_mode',
  'synchronous',
  'temp_store',
  'foreign_keys',
  'trusted_schema',
  'cell_size_check',
  'mmap_size',
  'secure_delete',
  'busy_timeout',
  'cache_size',
  'wal_autocheckpoint',
] as const;

export type Settings = readonly (readonly [name: string, value: string])[];

/** Reads the settings off a file the product has opened, so that they cannot drift apart. */
export function productSettings(folder: string): Settings {
  const db = openProductFile(join(folder, 'settings.db'), randomBytes(32));
  try {
    return SETTINGS.map((name) => [name, settable(name, String(db.pragma(name, { simple: true })))] as const);
  } finally {
    db.close();
  }
}

/** SQLite answers 2 for FAST, and would take a 2 for ON. */
function settable(name: (typeof SETTINGS)[number], value: string): string {
  return name === 'secure_delete' && value === '2' ? 'FAST' : value;
}

export function openPlainFile(file: string, settings: Settings): Database.Database {
  const db = new Database(file);
  for (const [name, value] of settings) db.pragma(`${name} = ${value}`);
  db.prepare('SELECT count(*) FROM sqlite_schema').get();
  return db;
}

/** The product's cache over a plain file: the same schema, statements and code. */
export function openPlainCache(file: string, settings: Settings): Cache {
  const db = openPlainFile(file, settings);
  migrate(db);
  return new Cache(db);
}

/** The product's encrypted file; here it must open. */
export function openProductFile(file: string, key: Buffer): Database.Database {
  const opened = openEncryptedFile(file, key);
  if (!opened.ok) throw new Error(`the file did not open: ${opened.problem}`);
  return opened.value;
}

/** The product's cache; here it must open. */
export function openProductCache(file: string, key: Buffer): Cache {
  const opened = openCache({ file, key });
  if (!opened.ok) throw new Error(`the cache did not open: ${opened.problem}`);
  return opened.value;
}
