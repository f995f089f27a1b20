/** The sealed terminal: what is closed, what still works, and what an older file put back buys. */
import { copyFileSync, existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { terminalFiles } from '../../../src-main/config.ts';
import {
  codeOf,
  type Desk,
  enrolledDesk,
  expectOk,
  faultOf,
  type House,
  openDesk,
  openHouse,
  tempFolder,
} from '../terminal/house.ts';
import { openKeychain } from '../terminal/keychain.ts';

let house: House;
beforeAll(async () => {
  await openKeychain();
  house = await openHouse();
});

async function restart(desk: Desk): Promise<Desk> {
  await desk.terminal.close();
  const again = openDesk(desk.folder, desk.clock);
  await again.terminal.start();
  return again;
}

/** Which of a terminal's files this process holds open. */
function heldOpen({ folder }: Desk): string[] {
  const links = readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });
  return [...new Set(links.filter((link) => link.startsWith(folder)).map((link) => link.slice(folder.length + 1)))];
}

const settled = (desk: Desk) => desk.until(({ line }) => line === 'resting');

describe('a sealed terminal', () => {
  it('is what a terminal starts as: cache and seeds are closed, sync rests, and the picker knows everybody', async () => {
    const desk = await restart(await enrolledDesk(house));
    expect(expectOk(await desk.call('session.view', undefined)).state).toBe('sealed');
    expect(heldOpen(desk).filter((name) => /^(cache|seeds)/.test(name))).toEqual([]);
    expect(heldOpen(desk)).toContain('access-log.db');
    expect(desk.terminal.syncView.line).toBe('resting');
    expect(codeOf(await desk.call('today.view', undefined))).toBe('locked');
    expect(expectOk(await desk.call('session.staff', undefined))).toHaveLength(house.server.staff.length);
    expect(desk.terminal.status.propertyName).toBe(house.hotel.property.name);
    await desk.signIn(house.who('receptionist'));
    await desk.until(({ line }) => line === 'online');
    expect(expectOk(await desk.call('today.view', undefined)).rooms).toHaveLength(house.hotel.rooms.length);
  });

  it('records who tries a wrong password, and opens to the right one', async () => {
    const desk = await restart(await enrolledDesk(house));
    const officer = house.who('security-officer');
    expect(codeOf(await desk.typePassword(officer, 'not the password'))).toBe('wrong-password');
    expect(desk.terminal.session.state).toBe('sealed');
    expect(heldOpen(desk).filter((name) => name.startsWith('cache'))).toEqual([]);
    await desk.signIn(officer);
    const { items } = expectOk(await desk.call('log.list', { limit: 20, type: 'sessions' }));
    expect(items.map(({ outcome, reason }) => [outcome, reason])).toContainEqual(['failed', 'wrong-password']);
  });

  it('is what a terminal becomes at suspend and a quarter of an hour after a lock', async () => {
    const desk = await enrolledDesk(house);
    for (const seal of [
      () => desk.terminal.session.seal('suspend'),
      () => {
        desk.terminal.session.lock('by-hand');
        desk.clock.pass(15 * 60_000);
        desk.terminal.session.expire();
      },
    ]) {
      await desk.signIn(house.who('receptionist'));
      expect(heldOpen(desk)).toContain('cache.db');
      seal();
      await settled(desk);
      await expect
        .poll(() => heldOpen(desk).filter((name) => /^(cache|seeds)/.test(name)), { timeout: 10_000 })
        .toEqual([]);
      expect(desk.terminal.session.state).toBe('sealed');
      expect(existsSync(`${terminalFiles(desk.folder).cache}-wal`)).toBe(false);
    }
  });

  it('does not open to who has left, nor by a password that was changed', async () => {
    const desk = await enrolledDesk(house);
    const [auditor, finance] = [house.who('night-auditor'), house.who('finance')];
    const { employees } = desk.terminal.desk?.cache ?? {};
    const [left, changed] = [employees?.get(auditor.id), employees?.get(finance.id)];
    if (!left || !changed) throw new Error('they are not there');
    const credential = { ...changed.credential, signIn: changed.credential.sealingKey };
    const cursor = 1_000_000;
    desk.terminal.desk?.cache.applyPuts(
      [
        { kind: 'put', entity: 'employee', seq: cursor, row: { ...left, active: false } },
        { kind: 'put', entity: 'employee', seq: cursor, row: { ...changed, credential } },
      ],
      cursor,
    );
    // Before the slots are in line the cache knows better.
    expect(codeOf(await desk.typePassword(auditor, auditor.password))).toBe('wrong-password');
    expect(codeOf(await desk.typePassword(finance, finance.password))).toBe('wrong-password');
    await desk.signIn(house.who('receptionist'));
    const sealed = await restart(desk);
    await sealed.signIn(house.who('receptionist'));
    const listed = expectOk(await sealed.call('session.staff', undefined)).map(({ id }) => id);
    expect(listed).not.toContain(auditor.id);
    expect(codeOf(await sealed.typePassword(finance, finance.password))).toBe('wrong-password');
  });
});

describe('an older file put back', () => {
  it('in place of the cache is noticed and recorded, opens nothing, and is rebuilt from the server', async () => {
    let desk = await enrolledDesk(house);
    await desk.terminal.close();
    const { cache } = terminalFiles(desk.folder);
    const copies = tempFolder('copies');
    for (const suffix of ['', '.label']) copyFileSync(cache + suffix, `${copies}/cache${suffix}`);
    desk = await restart(desk);
    const receptionist = house.who('receptionist');
    await desk.signIn(receptionist);
    await desk.terminal.close();
    for (const suffix of ['', '.label']) copyFileSync(`${copies}/cache${suffix}`, cache + suffix);
    desk = await restart(desk);
    expect(codeOf(await desk.typePassword(receptionist, receptionist.password))).toBe('not-ready');
    expect(faultOf(desk.terminal.status)).toBe('rolled-back');
    expect(expectOk(await desk.call('app.rebuild', undefined)).phase).toBe('ready');
    await desk.until(({ line }) => line === 'online');
    await desk.signIn(house.who('security-officer'));
    const { items } = expectOk(await desk.call('log.list', { limit: 50 }));
    expect(items.filter(({ type }) => type === 'terminal.rolled-back')).toMatchObject([{ reason: 'cache' }]);
  });

  it('in place of the slot file is noticed and recorded, and nobody signs in by it', async () => {
    let desk = await enrolledDesk(house);
    await desk.terminal.close();
    const { slots } = terminalFiles(desk.folder);
    const before = `${tempFolder('copies')}/slots.json`;
    copyFileSync(slots, before);
    desk = await restart(desk);
    const finance = house.who('finance');
    for (let tries = 0; tries < 8; tries++) await desk.typePassword(finance, 'not the password');
    await desk.terminal.close();
    const newest = readFileSync(slots);
    copyFileSync(before, slots);
    desk = await restart(desk);
    expect(faultOf(desk.terminal.status)).toBe('rolled-back');
    expect(codeOf(await desk.call('session.staff', undefined))).toBe('not-ready');
    expect(newest.equals(readFileSync(slots))).toBe(false);
    // Begun anew from the server, the guesses are counted on.
    expect(expectOk(await desk.call('app.rebuild', undefined)).phase).toBe('ready');
    await desk.until(({ line }) => line === 'online');
    expect(codeOf(await desk.typePassword(finance, finance.password))).toBe('too-many-attempts');
  });
});
