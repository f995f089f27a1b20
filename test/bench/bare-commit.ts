import type { Plan } from './compare.ts';
import { openPlainFile, type Settings } from './plain-file.ts';

/** Short rounds, many of them: a disk's mood changes within a second. */
export const DURABLE: Plan = { rounds: 250, calls: 4 };

/** What one durable commit costs on this disk: one row of an access-log entry's length into a plain file, nothing else. */
export function bareCommit(file: string, settings: Settings): { run(): void; close(): void } {
  const db = openPlainFile(file, settings);
  db.exec('CREATE TABLE bare (seq INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT');
  const insert = db.prepare<[string]>('INSERT INTO bare (body) VALUES (?)');
  const body = 'x'.repeat(BODY);
  return { run: () => void insert.run(body), close: () => db.close() };
}

/** Characters of a reveal's entry with its hash. */
const BODY = 560;
