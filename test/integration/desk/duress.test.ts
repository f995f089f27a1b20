/** Somebody is made to sign in: what opens with her password under duress, what does not, and who hears of it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DemoEmployee } from '../../../scripts/demo/staff.ts';
import { parseChineseId } from '../../../src-shared/documents/chinese-id.ts';
import type { StayRecord } from '../../../src-shared/ipc/views.ts';
import { SecurityCase } from '../../../src-shared/model/entities.ts';
import { PROTOCOL_VERSION } from '../../../src-shared/sync/protocol.ts';
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
import { openKeychain } from '../terminal/keychain.ts';
import { contactSecrets, sealedSecrets, secretsIn } from '../terminal/secrets.ts';
import { keep, nextCode } from './keep-password.ts';

const HELP = 'seven green umbrellas';

let house: House;
let desk: Desk;
let lina: DemoEmployee;
let officer: DemoEmployee;

beforeAll(async () => {
  await openKeychain();
  house = await openHouse();
  desk = await enrolledDesk(house);
  lina = house.who('receptionist');
  officer = house.who('security-officer');
});

/** The types of the newest entries, with their reasons. */
const lastEntries = (at: Desk, limit: number) =>
  expectOk({ ok: true, value: at.terminal.door?.log.list({ limit }) ?? [] }).map(({ encoded }) => {
    const { event } = JSON.parse(encoded);
    return [event.type, event.reason ?? null, event.duress ?? false];
  });

async function seal(at: Desk): Promise<void> {
  at.terminal.session.seal('by-hand');
  await wait(50);
}

const signInForced = async (at: Desk) => {
  expectOk(await at.typePassword(lina, HELP));
};

describe('a password under duress', () => {
  it('is set with her own, the new one twice and a code; one too like her own, or a wrong own one, is refused', async () => {
    await desk.signIn(lina);
    const alike = await keep(desk, 'duress.set', lina.password, `${lina.password}!`, '000000');
    expect(codeOf(alike.typed)).toBe('password-alike');
    const wrong = await keep(desk, 'duress.set', 'not her password', HELP, '000000');
    expect(wrong.typed).toMatchObject({ ok: false, error: { code: 'wrong-password', attemptsLeft: 7 } });
    expectOk((await keep(desk, 'duress.set', lina.password, HELP, nextCode(desk, lina))).answer);
    expect(lastEntries(desk, 1)).toEqual([['duress.set', null, false]]);
    // Her own log says nothing of it: whoever stands behind her reads it too.
    const { items } = expectOk(await desk.call('log.list', { limit: 50 }));
    expect(items.map(({ type }) => type)).not.toContain('duress.set');
  });

  it('signs in to a day of the hotel’s rooms and of nobody’s stays, whether the terminal was sealed or locked', async () => {
    expectOk(await desk.call('session.lock', undefined));
    const real = expectOk(await desk.call('session.staff', undefined));
    const secrets = new Set([...contactSecrets(house.hotel, house.server.staff), ...sealedSecrets(house.hotel)]);
    for (const before of ['locked', 'sealed'] as const) {
      if (before === 'sealed') await seal(desk);
      await signInForced(desk);
      expect(desk.terminal.session.state).toBe('signed-in');
      const day = expectOk(await desk.call('today.view', undefined));
      expect(day.rooms).toHaveLength(house.hotel.rooms.length);
      expect(day.arrivals.length).toBeGreaterThan(1);
      expect(day.inHouse.length).toBeGreaterThan(3);
      expect(day.arrivals.length + day.inHouse.length).toBeLessThan(20);
      expect(secretsIn(day, secrets)).toEqual([]);
      const known = new Set(house.hotel.currentStays.map(({ id }) => id));
      for (const { stayId } of [...day.arrivals, ...day.inHouse]) expect(known.has(stayId)).toBe(false);
      const { arriving } = house.hotel.stories;
      expect(expectOk(await desk.call('guest.search', { query: arriving.name, limit: 10 }))).toEqual([]);
      expect(expectOk(await desk.call('session.staff', undefined))).toEqual(real);
      await desk.until((view) => view.line === 'online');
    }
  });

  it('opens neither the cache nor a seed: their keys are nowhere while she is signed in', async () => {
    const open = desk.terminal.desk;
    if (open === null) throw new Error('nothing is open');
    expect(open.kind).toBe('duress');
    const stays = house.hotel.currentStays.map(({ id }) => open.cache.stays.get(id));
    expect(stays.every((stay) => stay === null)).toBe(true);
  });

  let record: StayRecord;

  it('takes the code as ever, refuses a wrong one, and reveals well-formed values of nobody', async () => {
    expect(codeOf(await desk.typeCode('000000'))).toBe('wrong-code');
    expectOk(await desk.typeCode(nextCode(desk, lina)));
    expect(desk.terminal.session.state).toBe('unlocked');
    const { inHouse, arrivals } = expectOk(await desk.call('today.view', undefined));
    const records = [];
    for (const { stayId } of [...inHouse, ...arrivals])
      records.push(expectOk(await desk.call('stay.open', { stayId })));
    const chinese = records.find(({ guest }) => guest.documentType === 'chinese-id');
    if (chinese === undefined) throw new Error('a hotel in China without a Chinese guest');
    record = chinese;
    const shown = await desk.call('stay.reveal', {
      stayId: record.stay.stayId,
      field: 'documentNumber',
      purpose: 'check-in',
    });
    expect(parseChineseId(expectOk(shown).value).ok).toBe(true);
  });

  it('keeps what she writes to itself: sent to all appearance, and on no server', async () => {
    expectOk(await desk.call('note.add', { guestId: record.guest.id, text: 'a note under duress' }));
    const changed = { stayId: record.stay.stayId, changes: { company: 'Meanwhile Ltd' } };
    expectOk(await desk.call('guest.change', changed));
    await desk.until(({ queued }) => queued === 0);
    const { rows } = await house.server.store.readFeed(house.hotel.property.id, 0, 100_000);
    expect(rows.some(({ json }) => /a note under duress|Meanwhile Ltd/.test(json))).toBe(false);
    const { guest, notes } = expectOk(await desk.call('stay.open', { stayId: record.stay.stayId }));
    expect(notes).toMatchObject([{ text: 'a note under duress', state: 'synced' }]);
    expect(guest.company).toBe('Meanwhile Ltd');
  });

  it('says nothing of itself: neither on the screen, nor in her log, nor in the technical log', async () => {
    const { items } = expectOk(await desk.call('log.list', { limit: 200 }));
    expect(items.map(({ type }) => type)).toContain('note.write');
    expect(JSON.stringify(items)).not.toContain('duress');
    expect(JSON.stringify(desk.notices)).not.toContain('duress');
    const logs = join(desk.folder, 'logs');
    const lines = readdirSync(logs).map((file) => readFileSync(join(logs, file), 'utf8'));
    expect(lines.join('')).not.toMatch(/duress|decoy|alarm/);
    expect(codeOf(await desk.call('case.count', undefined))).toBe('forbidden');
  });

  it('is a case before the officer at another terminal within seconds, in the terminal’s own name', async () => {
    const other = await enrolledDesk(house);
    await other.signIn(officer);
    const cases = expectOk(await other.call('case.list', undefined));
    // Two sign-ins, two cases.
    expect(cases.map(({ kind, openedBy, isHere }) => ({ kind, openedBy, isHere }))).toEqual(
      Array.from({ length: 2 }, () => ({ kind: 'duress', openedBy: lina.name, isHere: false })),
    );
    await other.terminal.close();
  });

  it('is in the server’s copy of the log too, under the number that its case names, while she still works', async () => {
    const { store } = house.server;
    const property = house.hotel.property.id;
    const { rows } = await store.readFeed(property, 0, 100_000);
    const cases = rows.flatMap(({ entity, json }) => (entity === 'case' ? [SecurityCase.parse(JSON.parse(json))] : []));
    expect(cases).toHaveLength(2);
    for (const { terminal, entry } of cases) {
      const proof = async () =>
        (await store.proveEntry(property, terminal, { protocol: PROTOCOL_VERSION, seq: entry, heldSize: 0 })).outcome;
      await expect.poll(proof, { timeout: 15_000 }).toBe('proof');
      const [alarm] = desk.terminal.door?.log.list({ before: entry + 1, limit: 1 }) ?? [];
      expect(JSON.parse(alarm?.encoded ?? '{}').event).toMatchObject({ type: 'case.open', reason: 'duress' });
    }
  });

  it('leaves her own password as it was, and the officer finds on this terminal what was done', async () => {
    expectOk(await desk.call('session.lock', undefined));
    await desk.signIn(lina);
    const { arriving } = house.hotel.stories;
    expect(expectOk(await desk.call('guest.search', { query: arriving.name, limit: 10 })).length).toBeGreaterThan(0);
    const { items } = expectOk(await desk.call('log.list', { limit: 200 }));
    expect(items.map(({ reason }) => reason)).not.toContain('duress');
    expectOk(await desk.call('session.lock', undefined));
    await desk.signIn(officer);
    await desk.until((view) => view.line === 'online');
    const [newest] = expectOk(await desk.call('case.list', undefined));
    if (newest === undefined) throw new Error('there is no case');
    const entries = expectOk(await desk.call('case.entries', { caseId: newest.id }));
    expect(entries.at(-1)).toMatchObject({ type: 'case.open', reason: 'duress', employee: lina.name });
    expect(entries.map(({ type }) => type)).toEqual(expect.arrayContaining(['note.write', 'field.reveal']));
  });

  it('raised without a line waits through a restart, and is sent when there is one', async () => {
    const dark = await enrolledDesk(house);
    await dark.signIn(lina);
    expectOk((await keep(dark, 'duress.set', lina.password, HELP, nextCode(dark, lina))).answer);
    expectOk(await dark.call('session.lock', undefined));
    await house.server.stop();
    await signInForced(dark);
    expect(expectOk(await dark.call('today.view', undefined)).inHouse.length).toBeGreaterThan(3);
    await dark.terminal.close();
    const again = await house.restart();
    setUpFolder({ folder: dark.folder, serverUrl: again.url, caPem: again.caPem });
    // Nobody signs in: the cache stays closed.
    await openDesk(dark.folder).terminal.start();
    const cases = async () => {
      const { rows } = await again.store.readFeed(house.hotel.property.id, 0, 100_000);
      return rows.filter(({ entity }) => entity === 'case').length;
    };
    await expect.poll(cases, { timeout: 15_000 }).toBe(3);
  });
});
