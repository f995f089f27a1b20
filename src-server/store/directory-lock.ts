import { join } from 'node:path';
import Sqlite from 'better-sqlite3';

/** Another running server has this data directory open. */
export class DirectoryInUse extends Error {
  override readonly name = 'DirectoryInUse';
  constructor() {
    super('the data directory is in use by another server: stop that one first');
  }
}

/**
 * Holds a directory for as long as this process lives, by SQLite's lock on an empty file: the one lock at hand that the system
 * itself releases when a process is killed. A file with a process id would outlive it, and be taken over by two at once.
 * @throws DirectoryInUse
 */
export function lockDirectory(directory: string): { release(): void } {
  const lock = new Sqlite(join(directory, 'server.lock'), { timeout: 0 });
  try {
    // Nothing is ever written: no journal beside it either.
    lock.pragma('journal_mode = off');
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    throw error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY' ? new DirectoryInUse() : error;
  }
  return { release: () => lock.close() };
}
