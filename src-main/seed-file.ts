/**
 * The life of the file of seeds around its opening: it opens with two halves of a key, is begun anew where it does not, and gets
 * another key after an erasure. One half lies in the keychain and is replaced then, so that no copy of the file from before opens any
 * more; the other is the cache key, so that the keychain alone opens nothing.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { REBUILDABLE, StartFault } from './start-fault.ts';
import { removeEncryptedFile } from './store/encrypted-file.ts';
import { draftGuestSeeds, finishDraft, type GuestSeeds, openGuestSeeds, putDraftInPlace } from './store/guest-seeds.ts';
import type { KeyStore } from './vault/key-store.ts';
import { deriveKey } from './vault/sealed-box.ts';
import { readSeedKey, writeSeedKey } from './vault/terminal-keys.ts';

interface SeedFileInput {
  readonly file: string;
  readonly keyStore: KeyStore;
  /** Still the caller's to zero. */
  readonly cacheKey: Buffer;
  readonly note: (event: string) => void;
}

/**
 * Opens the seeds, or begins them anew where they do not open: the server has them all, but for those of guests who were taken in here and
 * are on their way (docs/decisions/0031-seeds-made-at-the-desk.md).
 * @throws KeyStoreError, StartFault
 */
export async function openSeeds(input: SeedFileInput): Promise<GuestSeeds> {
  const { file, keyStore } = input;
  const half = await readSeedKey(keyStore);
  if (half !== null) {
    const key = whole(half, input.cacheKey);
    finishDraft({ file, key });
    const opened = existsSync(file) ? openGuestSeeds({ file, key }) : null;
    key.fill(0);
    if (opened?.ok) return opened.value.hasDeleted ? renewSeeds(input, opened.value) : opened.value;
    if (opened !== null && !REBUILDABLE.has(opened.problem)) throw new StartFault(opened.problem, 'seeds');
  }
  if (existsSync(file)) input.note('seeds-begun-anew');
  removeEncryptedFile(file);
  const made = randomBytes(HALF);
  await writeSeedKey(keyStore, made);
  return openWith(file, whole(made, input.cacheKey));
}

/** A seed was deleted: the others go over to a file with another key, and copies of the old one open no more. */
async function renewSeeds({ file, keyStore, cacheKey, note }: SeedFileInput, seeds: GuestSeeds): Promise<GuestSeeds> {
  const half = randomBytes(HALF);
  const key = whole(Buffer.from(half), cacheKey);
  const drafted = draftGuestSeeds(seeds, { file, key });
  if (!drafted.ok) throw new StartFault(drafted.problem, 'seeds');
  // Cut off behind this line, the old file does not open at the next start, and the draft takes its place then.
  await writeSeedKey(keyStore, half);
  half.fill(0);
  putDraftInPlace(file);
  note('seeds-renewed');
  return openWith(file, key);
}

const HALF = 32;

/** The key of the file; the half is zeroed. */
function whole(half: Buffer, cacheKey: Buffer): Buffer {
  const both = Buffer.concat([half, cacheKey]);
  half.fill(0);
  try {
    return deriveKey(both, 'keyrack/seeds/v2');
  } finally {
    both.fill(0);
  }
}

/** Opens a file of seeds that must open, and zeroes its key. @throws StartFault */
function openWith(file: string, key: Buffer): GuestSeeds {
  const opened = openGuestSeeds({ file, key });
  key.fill(0);
  if (!opened.ok) throw new StartFault(opened.problem, 'seeds');
  return opened.value;
}
