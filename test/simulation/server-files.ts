/** What lies in a server's files, as `strings` would find it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SimulatedServer } from './server.ts';

/**
 * Looks through every file of the server, and what it has logged, for values that must not be there.
 * @param secrets four bytes at least each
 * @returns those that are there
 */
export function found({ dataDir, log }: Pick<SimulatedServer, 'dataDir' | 'log'>, secrets: Iterable<string>): string[] {
  // Thousands of needles in a hundred megabytes: by their first four bytes, and by a bit for the first two before that.
  const starts = new Uint8Array(65_536);
  const needles = new Map<number, Buffer[]>();
  for (const secret of secrets) {
    const needle = Buffer.from(secret);
    starts[needle.readUInt16BE(0)] = 1;
    const start = needle.readUInt32BE(0);
    needles.set(start, [...(needles.get(start) ?? []), needle]);
  }
  const there = new Set<string>();
  const look = (bytes: Buffer) => {
    for (let at = 0; at + 4 <= bytes.length; at++) {
      if (starts[((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)] !== 1) continue;
      for (const needle of needles.get(bytes.readUInt32BE(at)) ?? []) {
        if (bytes.compare(needle, 0, needle.length, at, Math.min(at + needle.length, bytes.length)) === 0)
          there.add(needle.toString());
      }
    }
  };
  look(Buffer.from(log));
  for (const entry of readdirSync(dataDir, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) look(readFileSync(join(entry.parentPath, entry.name)));
  }
  return [...there];
}
