/** The embedded database does for itself what PostgreSQL's processes do for theirs. */
import fs, { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { generateHotel } from '../../../scripts/demo/hotel.ts';
import { systemClock } from '../../../src-server/clock.ts';
import { DirectoryInUse } from '../../../src-server/store/directory-lock.ts';
import { openStore } from '../../../src-server/store/store.ts';
import { SMALL } from './house.ts';

const { property, rooms } = generateHotel(SMALL);
const puts = rooms.map((row) => ({ entity: 'room', row }) as const);
const TEN_MINUTES = 10 * 60_000;

const template = mkdtempSync(join(tmpdir(), 'keyrack-embedded-'));
let dataDir: string;
beforeAll(async () => {
  // A database is made once: that takes seconds.
  await (await openStore({ kind: 'embedded', dataDir: template }, systemClock)).close();
});
afterAll(() => rmSync(template, { recursive: true, force: true }));
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'keyrack-embedded-'));
  cpSync(template, dataDir, { recursive: true });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  syncBuiltinESMExports();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('the embedded database', () => {
  it('has a commit on the disk before it says that it is done, so that a power cut takes nothing back', async () => {
    const fsync = vi.spyOn(fs, 'fsyncSync');
    syncBuiltinESMExports();
    await using store = await openStore({ kind: 'embedded', dataDir }, systemClock);
    await store.foundProperty(property, []);
    for (const put of puts) {
      fsync.mockClear();
      await store.appendRows(property.id, [put]);
      expect(fsync).toHaveBeenCalled();
    }
  });

  it('cleans up by itself every ten minutes, and leaves when it is closed', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const store = await openStore({ kind: 'embedded', dataDir }, systemClock);
    await store.foundProperty(property, puts);
    // PostgreSQL writes there where its newest checkpoint is.
    const control = () => readFileSync(join(dataDir, 'database/global/pg_control')).toString('hex');
    const before = control();
    vi.advanceTimersByTime(TEN_MINUTES);
    await vi.waitFor(() => expect(control()).not.toBe(before));
    expect((await store.readFeed(property.id, 0, 100)).rows).toHaveLength(1 + rooms.length);
    await store.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is opened once at a time within one process too', async () => {
    const first = await openStore({ kind: 'embedded', dataDir }, systemClock);
    await expect(openStore({ kind: 'embedded', dataDir }, systemClock)).rejects.toThrow(DirectoryInUse);
    await first.close();
    await (await openStore({ kind: 'embedded', dataDir }, systemClock)).close();
  });

  it('founds a property whole or not at all', async () => {
    await using store = await openStore({ kind: 'embedded', dataDir }, systemClock);
    const [put] = puts;
    if (put === undefined) throw new Error('a hotel without rooms');
    await expect(store.foundProperty(property, [put, put])).rejects.toThrow();
    expect(await store.hasProperty(property.id)).toBe(false);
    await store.foundProperty(property, [put]);
    await expect(store.foundProperty(property, [put])).rejects.toThrow();
  });
});
