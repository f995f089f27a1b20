/** A new cache in place of one that does not open. The old one is set aside, and what was not yet sent goes over. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { classifyStoreError, type Opened, openCache, setAside } from './open.ts';

export interface Rebuilt {
  /** Where the old file lies now; null when there was none. */
  readonly setAside: string | null;
  /** Whether the old outbox could be read. */
  readonly outbox: 'carried-over' | 'unreadable';
}

/** The new cache until it is whole. */
const draftOf = (file: string) => `${file}.rebuilt`;

/**
 * Puts a new cache in place. The new one is whole on the disk before the old one is touched, so that a crash or a full disk in
 * between loses nothing.
 * @param key 32 bytes for the new cache, and for the old one if it has not been lost; the caller zeroes them
 */
export function rebuildCache(input: {
  readonly file: string;
  readonly key: Buffer;
  readonly now: number;
  /** How often the old one was opened and closed: the new one is not behind it. */
  readonly mark: number;
}): Opened<Rebuilt> {
  const { file, key, now, mark } = input;
  const draft = draftOf(file);
  try {
    // A draft that was not finished holds nothing that the old file does not.
    for (const suffix of ['', '-wal', '-shm', '.label']) rmSync(draft + suffix, { force: true });
    const opened = openCache({ file: draft, key });
    if (!opened.ok) return opened;
    let outbox: Rebuilt['outbox'];
    try {
      const kept = existsSync(file) ? readKept(file, key) : null;
      outbox = kept === null && existsSync(file) ? 'unreadable' : 'carried-over';
      if (kept !== null) opened.value.takeOver(kept);
      opened.value.syncState.setMark(mark);
    } finally {
      opened.value.close();
    }
    const aside = existsSync(file) ? setAside(file, now) : null;
    putInPlace(file);
    return { ok: true, value: { setAside: aside, outbox } };
  } catch (error) {
    const problem = classifyStoreError(error);
    if (problem === null) throw error;
    return { ok: false, problem };
  }
}

/** Finishes a rebuild that was cut off after the old file was set aside. */
export function finishRebuild(file: string): void {
  if (!existsSync(file) && existsSync(draftOf(file))) putInPlace(file);
}

function putInPlace(file: string): void {
  for (const suffix of ['.label', '']) {
    if (existsSync(draftOf(file) + suffix)) renameSync(draftOf(file) + suffix, file + suffix);
  }
}

/** What must outlast a rebuild; null when it cannot be read. */
function readKept(file: string, key: Buffer) {
  const opened = openCache({ file, key });
  if (!opened.ok) return null;
  try {
    return opened.value.kept();
  } catch {
    // Whatever is wrong with it: the file stays, for somebody who can read more of it.
    return null;
  } finally {
    opened.value.close();
  }
}
