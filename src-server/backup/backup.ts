/**
 * One backup of the server (docs/operations.md): rows, seeds and secrets, each a file for the officers alone. The seeds have their own
 * because theirs must be short-lived: an erasure is whole when the last copy of a seed is gone. A backup counts once it was opened and
 * restored beside the server, and came out the same.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Tables } from '../store/tables.ts';
import { readAgeLines, type SealedFile, writeAgeFile } from './age-file.ts';
import { type Counts, dumpRows } from './rows.ts';
import { readSideFiles, SECRET_FILES, SEED_FILES, writeSideFiles } from './side-files.ts';
import { verifyRows } from './verify.ts';

const SealedFileSchema = z.strictObject({ bytes: z.int(), sha256: z.string() }) satisfies z.ZodType<SealedFile>;
/** What is told of a backup to who cannot open it. */
export const Manifest = z.strictObject({
  madeAt: z.int(),
  migration: z.string(),
  counts: z.record(z.string(), z.int()),
  logs: z.array(z.strictObject({ propertyId: z.string(), size: z.int(), root: z.string() })),
  rows: SealedFileSchema,
  seeds: SealedFileSchema,
  secrets: SealedFileSchema,
  /** When it was restored beside the server and came out the same. */
  verifiedAt: z.int(),
});
export type Manifest = z.infer<typeof Manifest>;

export interface BackupInput {
  readonly db: Kysely<Tables>;
  readonly dataDir: string;
  /** A folder of its own, best on another machine's disk. */
  readonly to: string;
  /** The officers' public keys, `age1…`. */
  readonly recipients: readonly string[];
  readonly now: number;
}

/** The three files of a backup. */
export const BACKUP_FILES = { rows: 'rows.age', seeds: 'seeds.age', secrets: 'secrets.age' } as const;

/**
 * Makes a backup and checks it.
 * @returns its folder and manifest
 * @throws BadBackup when it does not come out as it went in; what the database or the disk says; nothing is left of it then
 */
export async function makeBackup(
  input: BackupInput,
): Promise<{ readonly folder: string; readonly manifest: Manifest }> {
  const { db, dataDir, to, now } = input;
  const folder = join(to, nameAt(now));
  const making = `${folder}${UNFINISHED}`;
  await mkdir(making, { recursive: true, mode: 0o700 });
  try {
    // Whoever verifies must open it once: with a key that is nowhere but in this function.
    const identity = await generateX25519Identity();
    const recipients = [...input.recipients, await identityToRecipient(identity)];
    // Seeds first: one too many harms nobody, a guest without a seed does not open.
    const seeds = await writeAgeFile(join(making, BACKUP_FILES.seeds), recipients, (write) =>
      readSideFiles(dataDir, SEED_FILES, write),
    );
    const secrets = await writeAgeFile(join(making, BACKUP_FILES.secrets), recipients, (write) =>
      readSideFiles(dataDir, SECRET_FILES, write),
    );
    let made: Awaited<ReturnType<typeof dumpRows>> | null = null;
    const rows = await writeAgeFile(join(making, BACKUP_FILES.rows), recipients, async (write) => {
      made = await dumpRows(db, now, (line) => write(`${line}\n`));
    });
    const { header, counts } = await verify(making, identity);
    const manifest: Manifest = {
      madeAt: now,
      migration: header.migration,
      counts: { ...counts },
      logs: header.logs,
      rows,
      seeds,
      secrets,
      verifiedAt: now,
    };
    assertSame(made, counts);
    await writeFile(join(making, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
    await rename(making, folder);
    return { folder, manifest };
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    throw error;
  }
}

const UNFINISHED = '.new';

function nameAt(madeAt: number): string {
  return new Date(madeAt).toISOString().replaceAll(':', '-');
}

/** How long the files of a backup are kept. */
export interface Retention {
  readonly rowsDays: number;
  readonly seedsDays: number;
}
const DAY_MS = 86_400_000;

/**
 * Deletes what is older than it may be, never the newest whole backup, and what one left that was cut off a day ago. @returns the folders that lost something
 * @throws what the file system says
 */
export async function rotateBackups(to: string, retention: Retention, now: number): Promise<string[]> {
  const touched: string[] = [];
  const made = await listBackups(to);
  for (const { folder, madeAt } of made.slice(0, -1)) {
    const days = (now - madeAt) / DAY_MS;
    if (days > retention.rowsDays) await rm(folder, { recursive: true });
    else if (days > retention.seedsDays) await rm(join(folder, BACKUP_FILES.seeds), { force: true });
    else continue;
    touched.push(folder);
  }
  for (const folder of await listUnfinished(to, now - DAY_MS)) {
    await rm(folder, { recursive: true });
    touched.push(folder);
  }
  return touched;
}

/** Backups that were begun before then and have not become whole: nobody is at them any more, and they may have seeds. */
async function listUnfinished(to: string, before: number): Promise<string[]> {
  const limit = nameAt(before);
  const form = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z\.new$/;
  // Names of this form are in the order of their times.
  return (await readdir(to)).filter((name) => form.test(name) && name < limit).map((name) => join(to, name));
}

/** Whole backups, the oldest first. */
export async function listBackups(to: string): Promise<{ readonly folder: string; readonly madeAt: number }[]> {
  const found: { folder: string; madeAt: number }[] = [];
  for (const name of await readdir(to)) {
    const manifest = await readManifest(join(to, name));
    if (manifest !== null) found.push({ folder: join(to, name), madeAt: manifest.madeAt });
  }
  return found.sort((a, b) => a.madeAt - b.madeAt);
}

/** @returns null when the folder is no whole backup */
export async function readManifest(folder: string): Promise<Manifest | null> {
  try {
    return Manifest.safeParse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}

async function verify(folder: string, identity: string) {
  // The other two are opened to their end: age authenticates every piece.
  for (const file of [BACKUP_FILES.seeds, BACKUP_FILES.secrets]) {
    await writeSideFiles(null, readAgeLines(join(folder, file), identity));
  }
  const lines = readAgeLines(join(folder, BACKUP_FILES.rows), identity);
  return verifyRows(lines);
}

function assertSame(made: { readonly counts: Counts } | null, restored: Counts): void {
  const differs = Object.entries(made?.counts ?? {}).find(([table, count]) => restored[table] !== count);
  if (made === null || differs !== undefined) throw new Error('the restored backup has other rows than the server');
}
