/** What the server keeps beside its database, as lines of base64: small files, and the one of seeds in pieces. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { appendFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { BadBackup } from './rows.ts';

/** Short-lived: an erasure is whole when the last copy of this is gone. */
export const SEED_FILES = ['guest-seeds.db'] as const;
/** Keys and second factors. `tls` is a folder. */
export const SECRET_FILES = ['tls', 'access-log.key', 'step-ups.db', 'step-ups.key'] as const;

const PIECE_BYTES = 48 * 1_024;
const Piece = z.tuple([z.string().regex(/^[a-z0-9-]+(\/[a-z0-9-]+)?\.[a-z]+$/), z.base64()]);
const END = '["end"]';

/** @param names of files and folders in `dataDir`; those that are not there are passed over */
export async function readSideFiles(
  dataDir: string,
  names: readonly string[],
  write: (line: string) => Promise<void>,
): Promise<void> {
  for (const name of names.flatMap((each) => filesOf(dataDir, each))) {
    // Read in one go: the server is one process, and writes these files in one go each, so that none is met half written.
    const content = readFileSync(join(dataDir, name));
    for (let at = 0; at === 0 || at < content.length; at += PIECE_BYTES) {
      const piece = content.subarray(at, at + PIECE_BYTES).toString('base64');
      await write(`${JSON.stringify([name, piece])}\n`);
    }
  }
  await write(`${END}\n`);
}

/** Writes them into a data directory, or, with null, only reads them to their end. @throws BadBackup when they are not whole */
export async function writeSideFiles(dataDir: string | null, lines: AsyncIterable<string>): Promise<void> {
  const begun = new Set<string>();
  let ended = false;
  for await (const line of lines) {
    if (line === END) {
      ended = true;
      continue;
    }
    const piece = Piece.safeParse(parse(line));
    if (!piece.success || ended) throw new BadBackup('a line is not a piece of a file: the backup is damaged');
    if (dataDir === null) continue;
    const [name, base64] = piece.data;
    const file = join(dataDir, name);
    if (!begun.has(name)) {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      await rm(file, { force: true });
      begun.add(name);
    }
    await appendFile(file, Buffer.from(base64, 'base64'), { mode: 0o600, flush: true });
  }
  if (!ended) throw new BadBackup('the files have no end: the backup was cut');
}

function filesOf(dataDir: string, name: string): string[] {
  const path = join(dataDir, name);
  if (!existsSync(path)) return [];
  return name.includes('.') ? [name] : readdirSync(path).map((file) => `${name}/${file}`);
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
