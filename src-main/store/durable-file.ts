/** A small file that is there whole, in its old or its new form, whatever happens in between. */
import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Puts `bytes` in the place of a file; on the disk when it returns. @throws what the file system says */
export function writeDurably(file: string, bytes: string | Buffer): void {
  const draft = `${file}.new`;
  writeFileSync(draft, bytes, { mode: 0o600, flush: true });
  renameSync(draft, file);
  // Windows has no handle of a folder; NTFS journals the rename.
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
