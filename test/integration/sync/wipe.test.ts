/** Terminals that are shut out and wiped by an order: on line, after they were away, and whatever ends the program in the middle. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, watch } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { terminalFiles } from '../../../src-main/config.ts';
import type { TerminalView } from '../../../src-shared/ipc/terminal-views.ts';
import {
  codeOf,
  type Desk,
  enrolledDesk,
  expectOk,
  type House,
  openDesk,
  openHouse,
  setUpFolder,
} from '../terminal/house.ts';
import { type Keychain, openKeychain } from '../terminal/keychain.ts';

const keytar = () => createRequire(import.meta.url)('keytar') as typeof import('keytar');
const NOBODY = 'https://127.0.0.1:9';

let house: House;
let keychain: Keychain;
/** Where IT and the security officer work. */
let office: Desk;
beforeAll(async () => {
  keychain = await openKeychain();
  house = await openHouse();
  office = await enrolledDesk(house);
});

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(what, { timeout: 20_000, interval: 20 }).toBe(true);
}

/** The newest terminal, as the office sees it. */
async function newest(): Promise<TerminalView> {
  const [first] = expectOk(await office.call('terminals.view', undefined));
  if (first === undefined) throw new Error('there are no terminals');
  return first;
}

async function order(how: 'revoke' | 'wipe', { id }: TerminalView): Promise<void> {
  // The office hears of a terminal that is this new with its next sync.
  await until(async () => (await office.call('terminals.shutOut', { terminalId: id, how })).ok);
  await office.until(({ queued }) => queued === 0);
}

/** The names of what the keychain holds for a terminal that had this name. */
async function keysUnder(installation: string): Promise<string[]> {
  const kept = await keytar().findCredentials('Keyrack');
  return kept.map(({ account }) => account).filter((account) => account.startsWith(installation));
}
const installationOf = ({ folder }: Desk) => readFileSync(terminalFiles(folder).installation, 'utf8').trim();

/** What is left in a terminal's folder of what it made. */
const leftIn = ({ folder }: Pick<Desk, 'folder'>) =>
  readdirSync(folder).filter((name) => !['terminal.json', 'preferences.json', 'ca.pem', 'logs'].includes(name));

async function expectWiped(desk: Desk, installation: string): Promise<void> {
  await until(() => desk.terminal.status.phase === 'wiped');
  await until(() => leftIn(desk).length === 0);
  expect(await keysUnder(installation)).toEqual([]);
}

async function startedAgain({ folder }: Pick<Desk, 'folder'>, serverUrl = house.server.url): Promise<Desk> {
  setUpFolder({ folder, serverUrl, caPem: house.server.caPem });
  const desk = openDesk(folder);
  await desk.terminal.start();
  return desk;
}

describe('the terminals', () => {
  it('are shown to IT and the security officer, who make codes, revoke and wipe with the second factor, and to nobody else', async () => {
    for (const role of ['it', 'security-officer'] as const) {
      await office.signIn(house.who(role));
      const one = await newest();
      expect(one).toMatchObject({ name: 'Front desk 1', state: 'enrolled', isHere: true, revokedAt: null });
      expect(one.certificateUntil).toBeGreaterThan(office.clock.now());
      const { code } = expectOk(await office.call('terminals.code', undefined));
      expect(code).toMatch(/^([0-9A-Z]{5}-){5}[0-9A-Z]{5}$/);
      const asked = { terminalId: one.id, how: 'wipe' } as const;
      expect(codeOf(await office.call('terminals.shutOut', asked))).toBe('needs-unlock');
    }
    const terminalId = office.terminal.desk?.log.deviceId;
    for (const role of ['receptionist', 'duty-manager', 'finance'] as const) {
      await office.signIn(house.who(role));
      expect(codeOf(await office.call('terminals.view', undefined))).toBe('forbidden');
      expect(codeOf(await office.call('terminals.code', undefined))).toBe('forbidden');
      expect(codeOf(await office.callWith('terminals.shutOut', { terminalId, how: 'revoke' }))).toBe('forbidden');
    }
    await office.unlock(house.who('it'));
  });

  it('that is revoked is cut off, locks, and keeps what it has', async () => {
    const lost = await enrolledDesk(house);
    await lost.signIn(house.who('receptionist'));
    await office.unlock(house.who('it'));
    await order('revoke', await newest());
    await until(() => lost.terminal.status.shutOut === 'revoked');
    expect(codeOf(await lost.call('today.view', undefined))).toBe('locked');
    expect(existsSync(terminalFiles(lost.folder).cache)).toBe(true);
    expect(await newest()).toMatchObject({ state: 'revoked' });
    await lost.terminal.close();
  });
});

describe('a wipe', () => {
  it('reaches a terminal on line in seconds: keys and files are gone, and it proves it', async () => {
    const lost = await enrolledDesk(house);
    await lost.signIn(house.who('receptionist'));
    await lost.until(({ queued, line }) => queued === 0 && line === 'online');
    const installation = installationOf(lost);
    expect((await keysUnder(installation)).length).toBeGreaterThan(5);
    await office.unlock(house.who('it'));
    const ordered = performance.now();
    await order('wipe', await newest());
    await expectWiped(lost, installation);
    expect(performance.now() - ordered).toBeLessThan(15_000);
    const told = await newest();
    expect(told).toMatchObject({ state: 'wiped', unsent: [] });
    expect(told.entries).toBeGreaterThan(1);
    expect(codeOf(await lost.call('session.staff', undefined))).toBe('not-ready');

    // It is as new: it asks for a code, and is another terminal then.
    expect(expectOk(await lost.call('app.retry', undefined)).phase).toBe('first-run');
    expectOk(await lost.call('app.enrol', { code: await house.server.enrolmentCode() }));
    expect(await newest()).toMatchObject({ state: 'enrolled' });
    await lost.terminal.close();
  });

  it('waits for a terminal that is away, and tells how much of what kind it had not sent', async () => {
    const lost = await enrolledDesk(house);
    const installation = installationOf(lost);
    await lost.terminal.close();
    const offline = await startedAgain(lost, NOBODY);
    await offline.signIn(house.who('receptionist'));
    const guestId = house.hotel.stories.inHouse.id;
    for (const text of ['asked for a cot', 'comes late']) expectOk(await offline.call('note.add', { guestId, text }));
    await offline.terminal.close();

    await office.unlock(house.who('it'));
    await order('wipe', await newest());
    expect(await newest()).toMatchObject({ state: 'wiping', wipedAt: null });
    const back = await startedAgain(lost);
    await expectWiped(back, installation);
    expect(await newest()).toMatchObject({ state: 'wiped', unsent: [{ kind: 'guestNote.add', count: 2 }] });
    expect(JSON.stringify(await newest())).not.toContain('cot');
    await back.terminal.close();
  });

  it.each([0, 15])('that is killed with kill -9 %i ms after it has begun goes on at the next start', async (ms) => {
    const lost = await enrolledDesk(house);
    const installation = installationOf(lost);
    await lost.terminal.close();
    await office.unlock(house.who('it'));
    await order('wipe', await newest());
    const child = spawn(process.execPath, ['test/faults/terminal-child.ts', lost.folder], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const begun = new Promise<void>((resolve) => {
      const watcher = watch(lost.folder, (_, name) => {
        if (name !== 'wipe.json') return;
        watcher.close();
        resolve();
      });
    });
    child.stdin.write('start\n');
    await begun;
    await new Promise((resolve) => setTimeout(resolve, ms));
    child.kill('SIGKILL');
    await once(child, 'exit');
    // Without a line too: nothing is opened before it is done.
    const offline = await startedAgain(lost, NOBODY);
    await until(() => offline.terminal.status.phase === 'wiped');
    expect(await keysUnder(installation)).toEqual([]);
    expect(leftIn(offline).filter((name) => name !== 'wipe.json')).toEqual([]);
    await offline.terminal.close();
    // The proof goes to the address that gave the order.
    await until(async () => (await newest()).state === 'wiped');
    expect(existsSync(join(lost.folder, 'wipe.json'))).toBe(false);
  });

  it('with a keychain that does not take part destroys the files, and the keys as soon as it can', async () => {
    const lost = await enrolledDesk(house);
    const installation = installationOf(lost);
    await office.unlock(house.who('it'));
    keychain.lock();
    await order('wipe', await newest());
    await until(() => lost.terminal.status.fault?.kind === 'keychain-locked');
    expect(leftIn(lost).sort()).toEqual(['installation-id', 'wipe.json']);
    await keychain.unlock();
    await lost.call('app.retry', undefined);
    await expectWiped(lost, installation);
    await until(async () => (await newest()).state === 'wiped');
    await lost.terminal.close();
  });
});
