/** Erasing a guest, against copies that were taken before: the server's database, and a terminal's cache. */
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { generateHotel } from '../../../scripts/demo/hotel.ts';
import { startDemoServer } from '../../../scripts/demo/serve.ts';
import type { DemoEmployee } from '../../../scripts/demo/staff.ts';
import { systemClock } from '../../../src-main/clock.ts';
import { terminalFiles } from '../../../src-main/config.ts';
import { openCache } from '../../../src-main/store/open.ts';
import { createKeytarKeyStore } from '../../../src-main/vault/keytar-key-store.ts';
import { SlotFile } from '../../../src-main/vault/slot-file.ts';
import { Slots } from '../../../src-main/vault/slots.ts';
import { readTerminalKeys } from '../../../src-main/vault/terminal-keys.ts';
import { createLog } from '../../../src-server/log.ts';
import { BusinessDate, type StayId } from '../../../src-shared/model/index.ts';
import { PULL_PAGE } from '../../../src-shared/sync/protocol.ts';
import { copyFoundedServer } from '../server/made-once.ts';
import {
  codeOf,
  type Desk,
  enrolledDesk,
  expectOk,
  openDesk,
  setUpFolder,
  tempFolder,
  testClock,
} from '../terminal/house.ts';
import { openKeychain } from '../terminal/keychain.ts';

const PLAN = { seed: 5, businessDate: BusinessDate.parse('2026-03-14'), guests: 200, rooms: 12 };
const hotel = generateHotel(PLAN);
/** A guest who left yesterday or today and is not expected: may still be looked at, and may be erased. */
const leaving = hotel.pastStays.find(
  ({ guestId, departure }) =>
    departure >= '2026-03-12' && hotel.currentStays.every((current) => current.guestId !== guestId),
);
const left = hotel.guests.find(({ id }) => id === leaving?.guestId);

if (leaving === undefined || left === undefined) throw new Error('nobody has left lately');
const [stay, guest] = [leaving, left];

beforeAll(() => openKeychain());

const start = (dataDir: string) => startDemoServer({ ...PLAN, dataDir, log: createLog('silent'), clock: testClock() });
async function foundedFolder(): Promise<string> {
  const dataDir = tempFolder('server');
  await copyFoundedServer(dataDir, PLAN);
  return dataDir;
}
type Server = Awaited<ReturnType<typeof start>>;
const feedOf = async ({ store }: Server) => (await store.readFeed(hotel.property.id, 0, PULL_PAGE)).rows;

function inRole({ staff }: Pick<Server, 'staff'>, wanted: DemoEmployee['role']): DemoEmployee {
  const found = staff.find(({ role }) => role === wanted);
  if (found === undefined) throw new Error(`nobody is ${wanted}`);
  return found;
}
const manager = (server: Pick<Server, 'staff'>) => inRole(server, 'duty-manager');
const auditor = (server: Server) => inRole(server, 'night-auditor');

/** Who is found by the number of the guest's document. */
async function foundByDocument(desk: Desk): Promise<string[]> {
  const number = guest.documentNumber ?? '';
  return expectOk(await desk.call('guest.findSealed', { number, limit: 10 })).map(({ guestId }) => guestId);
}

function reveal(desk: Desk) {
  return desk.call('stay.reveal', { stayId: stay.id, field: 'documentNumber', purpose: 'check-in' });
}

/** Asks for the erasure and waits until the feed has brought it here. */
async function erase(desk: Desk): Promise<void> {
  expectOk(await desk.call('guest.erase', { guestId: guest.id }));
  await desk.until(() => desk.terminal.desk?.cache.guests.get(guest.id) === null);
}

/** The files under a folder that hold a seed in any form it is written in. */
function holding(folder: string, seed: string): string[] {
  const raw = Buffer.from(seed, 'base64');
  const forms = [raw, Buffer.from(seed), Buffer.from(raw.toString('hex'))];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .filter((entry) => forms.some((form) => readFileSync(join(entry.parentPath, entry.name)).includes(form)))
    .map(({ name }) => name);
}

/** The terminal of a folder, started once more against another address of the same server. */
async function restart(before: Desk, server: Pick<Server, 'url' | 'caPem' | 'staff'>): Promise<Desk> {
  setUpFolder({ folder: before.folder, serverUrl: server.url, caPem: server.caPem });
  const desk = openDesk(before.folder, before.clock);
  await desk.terminal.start();
  await desk.signIn(manager(server));
  return desk;
}

/** An older cache is not opened by a terminal: this one is given the newest mark by somebody who has its key. */
async function makeNewest({ folder }: Desk, server: Pick<Server, 'staff'>): Promise<void> {
  const paths = terminalFiles(folder);
  const keyStore = createKeytarKeyStore(readFileSync(paths.installation, 'utf8'));
  const keys = await readTerminalKeys(keyStore, { log: true });
  if (keys === null) throw new Error('there is no device secret');
  const file = await SlotFile.open({ file: paths.slots, key: keys.slotFileKey, keyStore, clock: systemClock });
  if (!(file instanceof SlotFile)) throw new Error(`the slot file is ${file}`);
  const { id, password } = manager(server);
  const slot = await new Slots(file, keys.slotKey).open(id, Buffer.from(password));
  const cache = openCache({ file: paths.cache, key: slot?.cacheKey ?? Buffer.alloc(32) });
  if (!cache.ok) throw new Error(cache.problem);
  cache.value.syncState.setMark(file.content.cacheMark);
  cache.value.close();
}

describe('an erased guest', () => {
  it('stays unreadable in a copy of the server’s database and of a terminal’s cache that were taken before', async () => {
    const dataDir = await foundedFolder();
    const copies = tempFolder('copies');
    let server = await start(dataDir);
    try {
      let desk = await enrolledDesk({ server });
      // Both have a lease for when the server is away.
      await desk.unlock(auditor(server));
      await desk.unlock(manager(server));
      expect(expectOk(await reveal(desk)).value).toBe(guest.documentNumber);
      expect(await foundByDocument(desk)).toEqual([guest.id]);
      const seed = desk.terminal.desk?.seeds.get(guest.id)?.toString('base64') ?? '';
      expect(seed).toHaveLength(44);
      const files = terminalFiles(desk.folder);
      await desk.terminal.close();
      await server.stop();
      for (const suffix of ['', '.label']) cpSync(files.cache + suffix, join(copies, `cache.db${suffix}`));
      const seedsOfBefore = tempFolder('seeds');
      for (const suffix of ['', '.label']) cpSync(files.seeds + suffix, join(seedsOfBefore, `seeds.db${suffix}`));
      cpSync(join(dataDir, 'database'), join(copies, 'database'), { recursive: true });
      // The seed has one place on the server, and that is not its database.
      expect(holding(dataDir, seed)).toEqual(['guest-seeds.db']);
      expect(holding(copies, seed)).toEqual([]);

      server = await start(dataDir);
      desk = await restart(desk, server);
      // By the officer, not the manager: her newest lease is the one that the copy knows of.
      await desk.unlock(inRole(server, 'security-officer'));
      await erase(desk);
      await desk.unlock(inRole(server, 'receptionist'));
      expect(codeOf(await reveal(desk))).toBe('not-found');
      const query = guest.phone ?? guest.name;
      expect(expectOk(await desk.call('guest.search', { query, limit: 10 }))).toEqual([]);
      expect(await foundByDocument(desk)).toEqual([]);
      await desk.terminal.close();
      await server.stop();
      expect(holding(dataDir, seed)).toEqual([]);

      // The cache of before, with every key a duty manager can have: the value is there, and does not open.
      for (const suffix of ['', '-wal', '-shm', '.label']) rmSync(files.cache + suffix, { force: true });
      for (const suffix of ['', '.label']) cpSync(join(copies, `cache.db${suffix}`), files.cache + suffix);
      await expect(restart(desk, server)).rejects.toThrow('not-ready');
      await makeNewest(desk, server);
      desk = await restart(desk, server);
      await desk.unlock(manager(server));
      expect(desk.terminal.desk?.cache.guests.get(guest.id)?.documentNumber?.sealed).toBeDefined();
      expect(desk.terminal.session.unlockedClasses).toContain('identity');
      expect(codeOf(await reveal(desk))).toBe('unreadable-value');
      // Nor is the guest found by it, by whoever can open or can only search.
      expect(await foundByDocument(desk)).toEqual([]);
      await desk.unlock(auditor(server));
      expect(desk.terminal.session.searchableClasses).toEqual(['identity']);
      // Others may have the same index by chance.
      expect(await foundByDocument(desk)).not.toContain(guest.id);
      await desk.unlock(manager(server));
      const { items } = expectOk(await desk.call('log.list', { limit: 1, type: 'reveals' }));
      expect(items).toMatchObject([{ outcome: 'failed', reason: 'no-seed' }]);
      await desk.terminal.close();

      // A copy of its seeds does not help either: their key was renewed at the start behind the erasure.
      for (const suffix of ['', '.label']) cpSync(join(seedsOfBefore, `seeds.db${suffix}`), files.seeds + suffix);
      desk = await restart(desk, server);
      await desk.unlock(manager(server));
      expect(codeOf(await reveal(desk))).toBe('unreadable-value');
      await desk.terminal.close();

      // The database of before, put back: the guest is erased once more before anybody is answered.
      rmSync(join(dataDir, 'database'), { recursive: true });
      cpSync(join(copies, 'database'), join(dataDir, 'database'), { recursive: true });
      server = await start(dataDir);
      const rows = await feedOf(server);
      expect(new Set(rows.flatMap(({ entity, json }) => (json.includes(guest.id) ? [entity] : [])))).toEqual(
        new Set(['guestErasure', 'stay']),
      );
      desk = await restart(desk, server);
      await desk.until((view) => view.line === 'online');
      expect(desk.terminal.desk?.cache.guests.get(guest.id)).toBeNull();
    } finally {
      await server.stop();
    }
  });

  it('is asked for with the second factor by who may, not while a stay is current, and the entry is in the log', async () => {
    const server = await start(await foundedFolder());
    try {
      const desk = await enrolledDesk({ server });
      const ask = (guestId = guest.id) => desk.call('guest.erase', { guestId });
      const mayErase = async (stayId: StayId) => expectOk(await desk.call('stay.open', { stayId })).mayErase;
      const [current] = hotel.currentStays;
      if (current === undefined) throw new Error('the house is empty');
      expect(codeOf(await ask())).toBe('locked');
      const receptionist = server.staff.find(({ role }) => role === 'receptionist');
      if (receptionist === undefined) throw new Error('nobody is at the desk');
      await desk.unlock(receptionist);
      expect(await ask()).toMatchObject({ error: { code: 'forbidden', whoCan: ['security-officer', 'duty-manager'] } });
      expect(await mayErase(stay.id)).toBe(false);
      await desk.signIn(manager(server));
      expect(codeOf(await ask())).toBe('needs-unlock');
      await desk.unlock(manager(server));
      expect([await mayErase(stay.id), await mayErase(current.id)]).toEqual([true, false]);
      expect(codeOf(await ask(current.guestId))).toBe('current-stay');
      await erase(desk);
      expect(codeOf(await ask())).toBe('not-found');
      const { items } = expectOk(await desk.call('log.list', { limit: 20, type: 'all' }));
      expect(items.filter(({ type }) => type === 'guest.erase')).toMatchObject([{ outcome: 'allowed' }]);
    } finally {
      await server.stop();
    }
  });
});

describe('seeds that are gone from a terminal', () => {
  it('come again from the server at the next start, and values open as before', async () => {
    const server = await start(await foundedFolder());
    try {
      let desk = await enrolledDesk({ server });
      await desk.terminal.close();
      for (const suffix of ['', '-wal', '-shm', '.label'])
        rmSync(terminalFiles(desk.folder).seeds + suffix, { force: true });
      desk = await restart(desk, server);
      await desk.until((view) => view.line === 'online');
      await desk.unlock(manager(server));
      expect(expectOk(await reveal(desk)).value).toBe(guest.documentNumber);
    } finally {
      await server.stop();
    }
  });
});
