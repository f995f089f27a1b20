/**
 * Data directories of a server that the tests of one run make once and copy: making a database costs seconds, a copy none. What is
 * copied was made by the server itself and closed, as a backup is.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { foundDemoHotel, prepareDemoHotel } from '../../../scripts/demo/found.ts';
import type { HotelPlan } from '../../../scripts/demo/hotel.ts';
import { systemClock } from '../../../src-server/clock.ts';
import { createLog } from '../../../src-server/log.ts';
import { startServer } from '../../../src-server/start.ts';
import type { Store } from '../../../src-server/store/store.ts';
import { runFolder } from '../../run-folder.ts';

/** Makes `dataDir` that of a server with nothing in it: database, certificates, and no hotel. */
export async function copyEmptyServer(dataDir: string): Promise<void> {
  copy(await madeOnce('empty', async () => undefined), dataDir);
}

/** Makes `dataDir` that of a server on the embedded database with this demo hotel in it, as founded this minute. */
export async function copyFoundedServer(dataDir: string, plan: HotelPlan): Promise<void> {
  copy(await makeFoundedServer(plan), dataDir);
}

/** The directory that {@link copyFoundedServer} copies, made now if nobody has. */
export function makeFoundedServer(plan: HotelPlan): Promise<string> {
  return madeOnce(nameOf(plan), (store) => foundOnce(store, plan));
}

/** Founds this demo hotel on any database, of rows that are made once: the passwords of its staff take longest. */
export async function foundOnce(store: Store, plan: HotelPlan): Promise<void> {
  const made = join(runFolder(), `${nameOf(plan)}.json`);
  if (existsSync(made)) {
    await foundDemoHotel({ store, ...plan }, JSON.parse(readFileSync(made, 'utf8')));
    return;
  }
  const rows = await prepareDemoHotel(plan);
  const making = `${made}-${process.pid}`;
  writeFileSync(making, JSON.stringify(rows));
  renameSync(making, made);
  await foundDemoHotel({ store, ...plan }, rows);
}

function nameOf({ seed, businessDate, guests, rooms }: HotelPlan): string {
  return [seed, businessDate, guests, rooms].join('_');
}

/** Whoever needs it first makes it; of two who do at once, one has worked in vain. */
async function madeOnce(name: string, fill: (store: Store) => Promise<void>): Promise<string> {
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
  return made;
}

function copy(made: string, dataDir: string): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  cpSync(made, dataDir, { recursive: true });
}
