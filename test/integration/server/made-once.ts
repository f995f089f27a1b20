/**
 * Data directories of a server that the tests of one run make once and copy: making a database costs seconds, a copy none. What is
 * copied was made by the server itself and closed, as a backup is.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { foundDemoHotel } from '../../../scripts/demo/found.ts';
import type { HotelPlan } from '../../../scripts/demo/hotel.ts';
import { systemClock } from '../../../src-server/clock.ts';
import { createLog } from '../../../src-server/log.ts';
import { startServer } from '../../../src-server/start.ts';
import type { Store } from '../../../src-server/store/store.ts';
import { runFolder } from '../../run-folder.ts';

/** Makes `dataDir` that of a server with nothing in it: database, certificates, and no hotel. */
export function copyEmptyServer(dataDir: string): Promise<void> {
  return copyOf('empty', dataDir, async () => undefined);
}

/** Makes `dataDir` that of a server on the embedded database with this demo hotel in it, as founded this minute. */
export function copyFoundedServer(dataDir: string, plan: HotelPlan): Promise<void> {
  const { seed, businessDate, guests, rooms } = plan;
  return copyOf([seed, businessDate, guests, rooms].join('_'), dataDir, async (store) => {
    await foundDemoHotel({ store, ...plan });
  });
}

/** Whoever needs it first makes it; of two who do at once, one has worked in vain. */
async function copyOf(name: string, dataDir: string, fill: (store: Store) => Promise<void>): Promise<void> {
  const made = join(runFolder(), name);
  if (!existsSync(made)) {
    const making = mkdtempSync(`${made}-`);
    const server = await startServer({ dataDir: making, port: 0 }, createLog('silent'), systemClock);
    try {
      await fill(server.store);
    } finally {
      await server.stop();
    }
    if (existsSync(made)) rmSync(making, { recursive: true });
    else renameSync(making, made);
  }
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  cpSync(made, dataDir, { recursive: true });
}
