/** Destroying what a terminal has: first its keys, then its files. */
import { randomFillSync } from 'node:crypto';
import { open, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { TerminalFiles } from './config.ts';
import type { KeyStore } from './vault/key-store.ts';

/** What was set up beside the program, and the order itself: no secret is in them. */
const KEPT: ReadonlySet<string> = new Set(['config', 'preferences', 'wipe'] satisfies (keyof TerminalFiles)[]);
const PIECE_BYTES = 1_048_576;

/**
 * Destroys every key of this terminal, the device secret first: without it nothing on the disk opens, whatever becomes of the files.
 * @throws KeyStoreError when the keychain does not take part; what is gone by then stays gone
 */
export async function destroyKeys(keyStore: KeyStore): Promise<void> {
  await keyStore.remove('device-secret');
  await keyStore.removeAll();
}

/**
 * Overwrites and removes every file that the terminal has made, with what belongs to it or was set aside. A disk that writes elsewhere than
 * it says (flash, snapshots) keeps older blocks: those are ciphertext without a key.
 * @throws what the file system says; what is gone by then stays gone
 */
export async function destroyFiles(
  folder: string,
  files: TerminalFiles,
  installation: 'keep-installation' | 'all' = 'all',
): Promise<void> {
  // The name that the keys lie under is needed as long as there are any.
  const stays = (name: string) => KEPT.has(name) || (name === 'installation' && installation !== 'all');
  const own = Object.entries(files).flatMap(([name, file]) => (stays(name) ? [] : [basename(file)]));
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isFile() && own.some((name) => entry.name.startsWith(name))) await shred(join(folder, entry.name));
  }
}

async function shred(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    const { size } = await handle.stat();
    const piece = Buffer.alloc(Math.min(size, PIECE_BYTES));
    for (let at = 0; at < size; at += piece.length) {
      const length = Math.min(piece.length, size - at);
      await handle.write(randomFillSync(piece), 0, length, at);
    }
    await handle.sync();
    await handle.truncate(0);
  } finally {
    await handle.close();
  }
  await rm(file);
}
