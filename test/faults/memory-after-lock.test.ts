/** The memory of main after a lock, byte by byte: what a core dump of it would hold. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEMO_PROPERTY } from '../../scripts/demo/hotel.ts';
import { deriveRecordKey } from '../../src-main/vault/field-seal.ts';
import { currentTotp } from '../../src-shared/step-up/totp.ts';
import { afterwards } from '../integration/terminal/afterwards.ts';
import { type Desk, enrolledDesk, type House, openHouse } from '../integration/terminal/house.ts';
import { openKeychain } from '../integration/terminal/keychain.ts';
import { renewSecondFactors } from '../integration/terminal/second-factors.ts';

const CHILD = fileURLToPath(new URL('./memory-child.ts', import.meta.url));

let house: House;
beforeAll(async () => {
  await openKeychain();
  house = await openHouse();
});

/** A terminal in a process of its own, asked line by line. */
async function startChild(folder: string) {
  const child = spawn(process.execPath, [CHILD, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  afterwards(() => {
    child.kill('SIGKILL');
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => String((await lines.next()).value);
  expect(await next()).toBe('ready');
  return {
    child,
    ask: async (window: 'app' | 'prompt', name: string, input?: unknown) => {
      child.stdin.write(`${JSON.stringify(input === undefined ? [window, name] : [window, name, input])}\n`);
      return next();
    },
  };
}

/** What of the sought is anywhere in what the process may write to, as bytes or as the engine keeps text of either width. */
function inMemoryOf({ pid }: ChildProcess, sought: Readonly<Record<string, Buffer | string>>): string[] {
  const forms = Object.entries(sought).flatMap(([name, what]) =>
    typeof what === 'string'
      ? [[name, Buffer.from(what, 'utf8')] as const, [name, Buffer.from(what, 'utf16le')] as const]
      : [[name, what] as const],
  );
  const found = new Set<string>();
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    for (const region of writableRegions(pid, memory)) {
      for (const [name, bytes] of forms) if (region.includes(bytes)) found.add(name);
    }
  } finally {
    closeSync(memory);
  }
  return [...found];
}

/** Each run of pages that are there: of most that is set aside nothing was ever touched (proc(5), /proc/pid/pagemap). */
function* writableRegions(pid: number | undefined, memory: number): Generator<Buffer, void, void> {
  const pagemap = openSync(`/proc/${pid}/pagemap`, 'r');
  try {
    for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
      const [, from = '', to = ''] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
      if (to === '') continue;
      const [first, end] = [Number.parseInt(from, 16) / PAGE, Number.parseInt(to, 16) / PAGE];
      const entries = Buffer.alloc((end - first) * ENTRY);
      const known = readSync(pagemap, entries, 0, entries.length, first * ENTRY) / ENTRY;
      // The highest bits say: in memory, or swapped out. Where nothing is said all is read.
      const isThere = (page: number) => page - first >= known || (entries[(page - first) * ENTRY + 7] ?? 0) >= 0x40;
      for (let page = first; page < end; page += 1) {
        if (!isThere(page)) continue;
        const start = page;
        while (page < end && isThere(page)) page += 1;
        const region = Buffer.alloc((page - start) * PAGE);
        try {
          yield region.subarray(0, readSync(memory, region, 0, region.length, start * PAGE));
        } catch {
          // Some regions are the kernel's own.
        }
      }
    }
  } finally {
    closeSync(pagemap);
  }
}

const PAGE = 4_096;
const ENTRY = 8;

/** The collector runs when the turn of the lock is over. */
const afterCollecting = () => wait(1_000);

describe('the memory of main', () => {
  const guest = () => house.hotel.stories.arriving;
  let child: Awaited<ReturnType<typeof startChild>>;
  let keys: Readonly<Record<string, Buffer>>;
  let values: Readonly<Record<string, string>>;

  /** The same keys as this receptionist has them at another terminal of the hotel. */
  const keysOf = (desk: Desk): typeof keys => {
    const { session } = desk.terminal;
    const classKey = session.classKey('identity', 1);
    const seed = desk.terminal.desk?.seeds.get(guest().id);
    if (session.unlockKey === null || classKey === null || seed == null) throw new Error('the other desk is locked');
    const { key: recordKey } = deriveRecordKey(classKey, seed, { propertyId: DEMO_PROPERTY, guestId: guest().id });
    return {
      'unlock key': Buffer.from(session.unlockKey),
      'class key': Buffer.from(classKey.key),
      'record key': recordKey,
    };
  };

  /** Somebody signs in, unlocks, and reveals what the arriving guest has on file. */
  const work = async () => {
    const lina = house.who('receptionist');
    const stay = house.hotel.currentStays.find(({ guestId }) => guestId === guest().id);
    expect(await child.ask('app', 'session.signIn', { employeeId: lina.id })).toBe('asked');
    expect(await child.ask('prompt', 'prompt.password', { password: lina.password })).toBe('ok');
    expect(await child.ask('app', 'session.unlock')).toBe('asked');
    // The last code but one still counts, so that the second time has one that was not used.
    expect(await child.ask('prompt', 'prompt.code', { code: codes.shift() })).toBe('ok');
    for (const field of ['documentNumber', 'documentAddress'])
      expect(await child.ask('app', 'stay.reveal', { stayId: stay?.id, field, purpose: 'check-in' })).toBe('ok');
  };
  const codes: string[] = [];

  beforeAll(async () => {
    const desk = await enrolledDesk(house);
    await desk.terminal.close();
    const lina = house.who('receptionist');
    const other = await enrolledDesk(house);
    await other.unlock(lina);
    keys = keysOf(other);
    await other.terminal.close();
    values = { number: guest().documentNumber ?? '', address: guest().documentAddress ?? '' };
    // The code of now was used at the other one. By the server's time: it is the one that checks.
    await renewSecondFactors(house.server);
    codes.push(...[0, 30_000].map((ahead) => currentTotp(lina.totpSecret, other.clock.now() + ahead)));
    child = await startChild(desk.folder);
  });

  it('holds keys and values while somebody works with them, and after the lock neither the one nor the other', async () => {
    await work();
    const before = inMemoryOf(child.child, { ...keys, ...values });
    // This test would see them: those that are in use are found.
    for (const name of ['unlock key', 'class key', 'number', 'address']) expect(before).toContain(name);
    expect(before).not.toContain('record key');
    expect(await child.ask('app', 'session.lock')).toBe('ok');
    await afterCollecting();
    expect(inMemoryOf(child.child, { ...keys, ...values })).toEqual([]);
  });

  it('holds nothing of whoever worked before, once a colleague has signed in over her', async () => {
    await work();
    const finance = house.who('finance');
    expect(await child.ask('app', 'session.signIn', { employeeId: finance.id })).toBe('asked');
    expect(await child.ask('prompt', 'prompt.password', { password: finance.password })).toBe('ok');
    await afterCollecting();
    expect(inMemoryOf(child.child, { ...keys, ...values })).toEqual([]);
  });
});
