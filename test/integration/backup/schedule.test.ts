/** Backups by the clock, which is the test's: a day passes at once. What makes one is a stand-in; backup.test.ts has the real one. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Manifest } from '../../../src-server/backup/backup.ts';
import { scheduleBackups } from '../../../src-server/backup/schedule.ts';
import { createLog } from '../../../src-server/log.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const FILE = { bytes: 1, sha256: '' };
const manifest: Manifest = {
  ...{ madeAt: 1, migration: '', counts: {}, logs: [], verifiedAt: 1 },
  ...{ rows: FILE, seeds: FILE, secrets: FILE },
};

describe('backups by the clock', () => {
  let to: string;
  let written = '';
  const log = createLog(
    'info',
    new Writable({
      write: (chunk, _encoding, done) => {
        written += String(chunk);
        done();
      },
    }),
  );
  beforeEach(() => {
    to = mkdtempSync(join(tmpdir(), 'keyrack-schedule-'));
    written = '';
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    // By the server's own time zone, whichever it is.
    vi.setSystemTime(new Date(2026, 2, 14, 3, 29, 0));
  });
  afterEach(() => {
    vi.useRealTimers();
    rmSync(to, { recursive: true });
  });
  const schedule = (make: () => Promise<{ folder: string; manifest: Manifest }>) =>
    scheduleBackups({ at: '30 3 * * *', to, recipients: [] }, make, log, Date.now);
  const made = () => ({ folder: join(to, 'made'), manifest });

  it('are made at their time every day, and told of in the log', async () => {
    const make = vi.fn(async () => made());
    const { stop } = schedule(make);
    await vi.advanceTimersByTimeAsync(MINUTE - 1_000);
    expect(make).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(make).toHaveBeenCalledTimes(1);
    expect(written).toContain('backed up and verified');
    await vi.advanceTimersByTimeAsync(3 * DAY);
    expect(make).toHaveBeenCalledTimes(4);
    await stop();
  });

  it('that fail say so, and the next day makes another', async () => {
    const make = vi.fn(async () => made()).mockRejectedValueOnce(new Error('the disk is full'));
    const { stop } = schedule(make);
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    expect(written).toContain('the backup failed: there is none of today');
    expect(written).not.toContain('backed up and verified');
    await vi.advanceTimersByTimeAsync(DAY);
    expect(written).toContain('backed up and verified');
    await stop();
  });

  it('are not begun while one is under way', async () => {
    const slow = Promise.withResolvers<ReturnType<typeof made>>();
    const make = vi.fn(async () => made()).mockReturnValueOnce(slow.promise);
    const { stop } = schedule(make);
    await vi.advanceTimersByTimeAsync(2 * DAY);
    expect(make).toHaveBeenCalledTimes(1);
    slow.resolve(made());
    await vi.advanceTimersByTimeAsync(DAY);
    expect(make).toHaveBeenCalledTimes(2);
    await stop();
  });

  it('that are stopped come to the end of the one under way, and begin none after it', async () => {
    const slow = Promise.withResolvers<ReturnType<typeof made>>();
    const make = vi.fn(() => slow.promise);
    const { stop } = schedule(make);
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    let stopped = false;
    const stopping = stop().then(() => {
      stopped = true;
    });
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(stopped).toBe(false);
    slow.resolve(made());
    await stopping;
    expect(written).toContain('backed up and verified');
    await vi.advanceTimersByTimeAsync(2 * DAY);
    expect(make).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('delete what one that was cut off a day ago has left, seeds and all, and nothing that is not theirs', async () => {
    const left = (name: string) => {
      mkdirSync(join(to, name));
      writeFileSync(join(to, name, 'seeds.age'), '');
      return join(to, name);
    };
    const cutOff = left('2026-03-12T19-30-00.000Z.new');
    const underWay = left(`${new Date().toISOString().replaceAll(':', '-')}.new`);
    const others = left('holiday-pictures.new');
    const { stop } = schedule(async () => made());
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    await stop();
    expect([cutOff, underWay, others].map((folder) => existsSync(folder))).toEqual([false, true, true]);
    expect(written).toContain('2026-03-12T19-30-00.000Z.new');
  });

  it('that were made count, also where old ones cannot be deleted; the log says that these are still there', async () => {
    rmSync(to, { recursive: true });
    writeFileSync(to, 'a file in the place of the folder');
    const { stop } = schedule(async () => made());
    await vi.advanceTimersByTimeAsync(2 * MINUTE);
    await stop();
    expect(written).toContain('backed up and verified');
    expect(written).toContain('old backups could not be deleted');
    expect(written).not.toContain('there is none of today');
  });
});
