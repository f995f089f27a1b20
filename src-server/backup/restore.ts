/** Puts a backup into an empty data directory and an empty database, from which a server then starts. */
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { type DatabaseConfig, openDatabase } from '../store/database.ts';
import type { Tables } from '../store/tables.ts';
import { readAgeLines } from './age-file.ts';
import { BACKUP_FILES, readManifest } from './backup.ts';
import { BadBackup, type Counts, restoreRows } from './rows.ts';
import { writeSideFiles } from './side-files.ts';

export interface Restored {
  readonly madeAt: number;
  readonly counts: Counts;
  /** `gone`: the backup's seeds were too old to be kept. What is sealed opens only as far as terminals still have the seeds. */
  readonly seeds: 'restored' | 'gone';
}

/**
 * @param identity an officer's age key, `AGE-SECRET-KEY-1…`
 * @throws BadBackup when the folder is no whole backup, the key is not of its recipients, or what is to be filled is not empty
 */
export async function restoreBackup(config: DatabaseConfig, folder: string, identity: string): Promise<Restored> {
  const manifest = await readManifest(folder);
  if (manifest === null) throw new BadBackup('this folder is no whole backup: name one that has a manifest.json');
  await assertOpens(join(folder, BACKUP_FILES.rows), identity);
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  if ((await readdir(config.dataDir)).length > 0) {
    throw new BadBackup('the data directory is not empty: restore into a new one');
  }
  const lines = readAgeLines(join(folder, BACKUP_FILES.rows), identity);
  const { everywhere, close } = await openDatabase(config, { schema: 'as-it-is' });
  try {
    const { counts } = await restoreRows(everywhere, lines);
    // From here on it is another branch of history than the one that terminals saw going on.
    await beginGeneration(everywhere);
    const seeds = join(folder, BACKUP_FILES.seeds);
    const kept = existsSync(seeds);
    if (kept) await writeSideFiles(config.dataDir, readAgeLines(seeds, identity));
    await writeSideFiles(config.dataDir, readAgeLines(join(folder, BACKUP_FILES.secrets), identity));
    return { madeAt: manifest.madeAt, counts, seeds: kept ? 'restored' : 'gone' };
  } finally {
    await close();
  }
}

/** A number that no restore before has given, whichever backup it took: the minute of today, or one more. */
async function beginGeneration(query: Kysely<Tables>): Promise<void> {
  const minute = sql`extract(epoch from now())::bigint / 60`;
  await sql`
    insert into log_tree (property_id, size, generation) select property_id, 0, ${minute} from property
    on conflict (property_id) do update set generation = greatest(log_tree.generation + 1, ${minute})
  `.execute(query);
}

/** Before anything is made that would be in the way of the next try. */
async function assertOpens(file: string, identity: string): Promise<void> {
  const lines = readAgeLines(file, identity);
  try {
    await lines.next();
    await lines.return(undefined);
  } catch {
    throw new BadBackup('the identity file has no key of a recipient of this backup, or the backup is damaged');
  }
}
