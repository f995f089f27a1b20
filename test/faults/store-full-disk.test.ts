/** A disk that is full, or read-only: named as such, and what was acknowledged stays. Needs a small file system of its own. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { classifyStoreError } from '../../src-main/store/open.ts';
import {
  addition,
  feed,
  guest,
  guestId,
  note,
  problemOf,
  property,
  reopen,
  testFolder,
} from '../integration/store/builders.ts';

const mounted: string[] = [];

function mountSmallDisk(size: string): string {
  const folder = testFolder();
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`mount: ${stderr}`);
  mounted.push(folder);
  return folder;
}

afterEach(() => {
  for (const folder of mounted.splice(0)) spawnSync('umount', ['-l', folder]);
});

function fill(folder: string): void {
  for (let size = 1 << 20, n = 0; size >= 1; ) {
    try {
      writeFileSync(join(folder, `filler-${n++}`), Buffer.alloc(size));
    } catch {
      size = Math.floor(size / 4);
    }
  }
}

function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  return spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs -o size=1m tmpfs /mnt']).status === 0;
}

describe.skipIf(!canMount())('on a small disk of its own (skipped unless root may mount one)', () => {
  const key = randomBytes(32);

  it('a full disk stops a write as disk-full, keeps what was acknowledged, and works on when there is room again', () => {
    const folder = mountSmallDisk('3m');
    const file = join(folder, 'cache.db');
    const cache = reopen(file, key);
    cache.applyPuts(feed({ property: [property()], guest: [guest(1, { name: '林晓雨' })] }), 2);
    fill(folder);
    let acknowledged = 0;
    let problem: string | null = null;
    for (let n = 1; problem === null && n < 5_000; n++) {
      try {
        cache.addNoteLocally(note(n, { text: 'x'.repeat(500) }), addition(n, note(n, { text: 'x'.repeat(500) })));
        acknowledged = n;
      } catch (error) {
        problem = classifyStoreError(error);
        if (problem === null) throw error;
      }
    }
    expect(problem).toBe('disk-full');
    // Reading goes on.
    expect(cache.searchGuests({ query: '林', limit: 1 })).toHaveLength(1);
    expect(cache.outbox.count('queued')).toBe(acknowledged);
    for (let n = 0; n < 40; n++) rmSync(join(folder, `filler-${n}`), { force: true });
    cache.addNoteLocally(note(9_000), addition(9_000));
    cache.close();
    const again = reopen(file, key);
    expect(again.outbox.count('queued')).toBe(acknowledged + 1);
    expect(again.guests.get(guestId(1))?.name).toBe('林晓雨');
    again.close();
  });

  it('a full disk refuses a new cache as disk-full, and gives it when there is room', () => {
    const folder = mountSmallDisk('1m');
    const file = join(folder, 'cache.db');
    fill(folder);
    expect(problemOf(file, key)).toBe('disk-full');
    for (let n = 0; n < 40; n++) rmSync(join(folder, `filler-${n}`), { force: true });
    expect(problemOf(file, key)).toBeNull();
  });

  it('a full disk does not make an existing cache a corrupt one', () => {
    const folder = mountSmallDisk('2m');
    const file = join(folder, 'cache.db');
    reopen(file, key).close();
    fill(folder);
    expect([null, 'disk-full']).toContain(problemOf(file, key));
    for (let n = 0; n < 40; n++) rmSync(join(folder, `filler-${n}`), { force: true });
    expect(problemOf(file, key)).toBeNull();
  });

  it('a read-only disk is not-writable', () => {
    const folder = mountSmallDisk('2m');
    const file = join(folder, 'cache.db');
    reopen(file, key).close();
    spawnSync('mount', ['-o', 'remount,ro', folder]);
    expect(problemOf(file, key)).toBe('not-writable');
    expect(problemOf(join(folder, 'new.db'), key)).toBe('not-writable');
  });
});

it('a folder that is not there is not-writable', () => {
  expect(problemOf(join(testFolder(), 'no', 'cache.db'), randomBytes(32))).toBe('not-writable');
});
