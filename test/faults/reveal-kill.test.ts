/** kill -9 between the log and the value: an entry without a reveal may be there, a reveal without an entry never (DESIGN §1.2). */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { verifyLog } from '../../src-main/access-log/verify.ts';
import { decodeEntry } from '../../src-shared/audit/entry.ts';
import {
  type Desk,
  enrolledDesk,
  type House,
  openDesk,
  openHouse,
  setUpFolder,
  tempFolder,
} from '../integration/terminal/house.ts';
import { openKeychain } from '../integration/terminal/keychain.ts';

const CHILD = fileURLToPath(new URL('./reveal-child.ts', import.meta.url));

let house: House;
let folder: string;
beforeAll(async () => {
  await openKeychain();
  house = await openHouse();
  const desk = await enrolledDesk(house);
  // On line once: the server gives the share and the lease by which the children unlock.
  for (const role of ['duty-manager', 'receptionist'] as const) await desk.unlock(house.who(role));
  await desk.terminal.close();
  folder = desk.folder;
  // The line is down: nothing but this terminal's own disk is asked.
  setUpFolder({ folder, serverUrl: 'https://127.0.0.1:9', caPem: house.server.caPem });
});

let ahead = 120_000;
/** Each child works a minute later, so that its code is another. */
function childArguments(
  diesAt: 'never' | 'before-entry' | 'after-entry',
  times: number,
  role: 'receptionist' | 'duty-manager' = 'receptionist',
): string[] {
  ahead += 60_000;
  const { id, password, totpSecret } = house.who(role);
  const stay = house.hotel.currentStays.find(({ guestId }) => guestId === house.hotel.stories.arriving.id);
  return [
    CHILD,
    folder,
    id,
    password,
    totpSecret.toString('hex'),
    stay?.id ?? '',
    String(ahead),
    diesAt,
    String(times),
  ];
}

/** Runs a child until it ends, or kills it so long after its first words. @returns what it said in whole lines */
function run(args: readonly string[], killAfterMs?: number): Promise<{ lines: string[]; signal: string | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    let complaint = '';
    child.stderr.on('data', (bytes) => {
      complaint += String(bytes);
    });
    child.stdout.on('data', (bytes) => {
      if (said === '' && killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
      said += String(bytes);
    });
    child.on('close', (code, signal) => {
      if (code === 0 || signal === 'SIGKILL') resolve({ lines: said.split('\n').slice(0, -1), signal });
      else reject(new Error(complaint));
    });
  });
}

/** The allowed reveals in the log, by the number of their entry, after the log was found intact. */
async function entries(use: (desk: Desk) => void = () => undefined): Promise<number[]> {
  const desk = openDesk(folder);
  await desk.terminal.start();
  const log = desk.terminal.door?.log;
  if (log === undefined) throw new Error(`the terminal does not work: ${desk.terminal.status.fault?.kind}`);
  expect(await verifyLog(log.database, log.publicKey, await desk.terminal.logAnchor())).toMatchObject({
    problem: null,
  });
  const reveals = log.list({ types: ['field.reveal'], limit: 100_000 });
  use(desk);
  await desk.terminal.close();
  return reveals.filter(({ encoded }) => decodeEntry(encoded)?.event.outcome === 'allowed').map(({ seq }) => seq);
}

describe('a terminal killed', () => {
  it('between the entry and the value leaves an entry without a reveal', async () => {
    const before = await entries();
    const { lines, signal } = await run(childArguments('after-entry', 1));
    expect([lines, signal]).toEqual([['ask 1'], 'SIGKILL']);
    expect(await entries()).toHaveLength(before.length + 1);
  });

  it('before the entry leaves neither', async () => {
    const before = await entries();
    const { lines, signal } = await run(childArguments('before-entry', 1));
    expect([lines, signal]).toEqual([['ask 1'], 'SIGKILL']);
    expect(await entries()).toEqual(before);
  });

  it('at any moment has an entry for every value that came out, and at most one more', async () => {
    let told = 0;
    const before = (await entries()).length;
    for (const afterMs of [0, 3, 9, 24, 55, 120]) {
      const { lines, signal } = await run(childArguments('never', 1_000_000), afterMs);
      expect(signal).toBe('SIGKILL');
      const shown = lines.filter((line) => line.startsWith('told ')).map((line) => Number(line.slice(5)));
      const inLog = await entries();
      for (const entry of shown) expect(inLog).toContain(entry);
      told += shown.length;
    }
    const more = (await entries()).length - before - told;
    expect(told).toBeGreaterThan(10);
    expect(more).toBeGreaterThanOrEqual(0);
    expect(more).toBeLessThanOrEqual(6);
  });
});

describe('an entry', () => {
  it('and everything else that is counted is written with synchronous = FULL', async () => {
    await entries(({ terminal }) => {
      const log = terminal.door?.log.database;
      expect(log?.pragma('synchronous', { simple: true })).toBe(2);
      expect(log?.pragma('journal_mode', { simple: true })).toBe('wal');
    });
  });

  const mayTrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;
  it.skipIf(!mayTrace)(
    'is handed to the disk by fsync before the value is returned (skipped where strace may not run)',
    async () => {
      const trace = join(tempFolder('trace'), 'trace');
      const args = ['-f', '-y', '-e', 'trace=fsync,fdatasync,write', '-s', '16', '-o', trace];
      // The receptionist has used up her budget above.
      const { status } = spawnSync('strace', [
        ...args,
        process.execPath,
        ...childArguments('never', 3, 'duty-manager'),
      ]);
      expect(status).toBe(0);
      const calls = readFileSync(trace, 'utf8').split('\n');
      for (let n = 1; n <= 3; n++) {
        const asked = calls.findIndex((line) => line.includes(`"ask ${n}\\n"`));
        const told = calls.findIndex((line, at) => at > asked && line.includes('"told '));
        const synced = calls.findIndex(
          (line, at) => at > asked && /f(data)?sync\(\d+<.*access-log\.db-wal>/.test(line),
        );
        expect(asked).toBeGreaterThan(-1);
        expect(synced).toBeGreaterThan(asked);
        expect(told).toBeGreaterThan(synced);
      }
    },
  );
});
