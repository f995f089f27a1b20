/**
 * One encrypted SQLite file: SQLite3MultipleCiphers' AEGIS-256 over every page (docs/decisions/0002-page-cipher.md), WAL, every
 * commit on the disk before it returns, nothing spilled to temporary files.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';

export type StoreProblem = 'wrong-key' | 'corrupt' | 'disk-full' | 'newer-schema' | 'not-writable';

export type Opened<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: StoreProblem };

/**
 * Opens or creates an encrypted file.
 * @param key 32 bytes; still the caller's to zero
 * @returns the database, or why not. A file that does not open is left exactly as it is.
 */
export function openEncryptedFile(file: string, key: Buffer): Opened<Database.Database> {
  if (key.length !== 32) throw new RangeError('a page key is 32 bytes');
  const label = keyLabel(key);
  let db: Database.Database | null = null;
  try {
    const entry = statSync(file, { throwIfNoEntry: false });
    // A folder in its place has a size of its own, which on some file systems is that of a damaged file.
    if (entry !== undefined && !entry.isFile()) return { ok: false, problem: 'not-writable' };
    const size = entry?.size ?? 0;
    // SQLite takes a file of one byte for an empty one and would write over what is left of it.
    if (size > 0 && size < SMALLEST_FILE) return { ok: false, problem: 'corrupt' };
    if (!labelFits(file, label)) {
      // Pages that authenticate under the key have the last word: a damaged label does not cost what was not yet sent.
      if (size > 0 && !pagesFit(file, key)) return { ok: false, problem: 'wrong-key' };
      writeLabel(file, label);
    }
    db = new Database(file);
    applyKey(db, key);
    // FULL: an access-log entry, an outbox row or an attempt that was counted survives the power going.
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    // The default spills sorted rows to the temp folder in clear.
    db.pragma('temp_store = MEMORY');
    db.pragma('foreign_keys = ON');
    db.pragma('trusted_schema = OFF');
    db.pragma('cell_size_check = ON');
    db.pragma('mmap_size = 0');
    db.pragma('secure_delete = FAST');
    db.pragma('busy_timeout = 2000');
    db.pragma('cache_size = -32768');
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return { ok: true, value: db };
  } catch (error) {
    db?.close();
    const problem = classifyStoreError(error);
    if (problem === null) throw error;
    return { ok: false, problem };
  }
}

/** Moves a file that does not open out of the way, with its journal. Nothing is deleted. @returns where it lies now */
export function setAside(file: string, now: number): string {
  const stamp = new Date(now).toISOString().replace(/[:.]/g, '-');
  let target = `${file}.set-aside-${stamp}`;
  // A clock that was set back may name a file that is there already.
  for (let more = 2; SIDE_FILES.some((suffix) => existsSync(target + suffix)); more++) {
    target = `${file}.set-aside-${stamp}-${more}`;
  }
  for (const suffix of SIDE_FILES) {
    if (existsSync(file + suffix)) renameSync(file + suffix, target + suffix);
  }
  return target;
}

/** Removes a file whole, with its journal: only where everything in it comes again from the server. */
export function removeEncryptedFile(file: string): void {
  for (const suffix of SIDE_FILES) rmSync(file + suffix, { force: true });
}

const SIDE_FILES = ['', '-wal', '-shm', '.label'] as const;

/** What kind of trouble an error of the database is; null when it is none of the store's own. */
export function classifyStoreError(error: unknown): StoreProblem | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (DISK_FULL.has(code)) return 'disk-full';
  if (/^SQLITE_(CANTOPEN|READONLY|BUSY)/.test(code) || NOT_WRITABLE.has(code)) return 'not-writable';
  // The label has told already that the key is the right one.
  if (code.startsWith('SQLITE_NOTADB') || code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_IOERR'))
    return 'corrupt';
  return null;
}

/** Smallest page, and so smallest file, SQLite knows. */
const SMALLEST_FILE = 512;

/** SHMSIZE is the index of the journal that could not grow. */
const DISK_FULL: ReadonlySet<string> = new Set([
  'SQLITE_FULL',
  'SQLITE_IOERR_WRITE',
  'SQLITE_IOERR_FSYNC',
  'SQLITE_IOERR_SHMSIZE',
  'ENOSPC',
  'EDQUOT',
]);

/** What the file system says where nothing can be written. */
const NOT_WRITABLE: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR']);

/** The key goes in as bytes: never a JS string, which could not be wiped. */
function applyKey(db: Database.Database, key: Buffer): void {
  db.pragma("cipher = 'aegis'");
  const raw = Buffer.concat([Buffer.from('raw:'), key]);
  try {
    db.key(raw);
  } finally {
    raw.fill(0);
  }
}

const labelFile = (file: string) => `${file}.label`;

/**
 * A page cipher cannot tell a wrong key from a damaged first page. A keyed label beside the file can; it says nothing of the key.
 */
function keyLabel(key: Buffer): Buffer {
  return createHmac('sha256', key).update('keyrack/file-label/v1').digest();
}

function labelFits(file: string, label: Buffer): boolean {
  if (!existsSync(labelFile(file))) return false;
  const stored = readFileSync(labelFile(file));
  return stored.length === label.length && timingSafeEqual(stored, label);
}

/** Written whole and before the file it belongs to: there is never a file of ours without one. */
function writeLabel(file: string, label: Buffer): void {
  const draft = `${labelFile(file)}.new`;
  writeFileSync(draft, label, { mode: 0o600, flush: true });
  renameSync(draft, labelFile(file));
}

/** Whether the first page opens under the key; reads only, so that a file of another key stays as it is. */
function pagesFit(file: string, key: Buffer): boolean {
  const db = new Database(file, { readonly: true });
  try {
    applyKey(db, key);
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
    return true;
  } catch (error) {
    if (classifyStoreError(error) === 'corrupt') return false;
    throw error;
  } finally {
    db.close();
  }
}
