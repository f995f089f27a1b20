/** A hotel is founded on one terminal, against a real server with nothing in it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { currentTotp } from '../../../src-shared/step-up/totp.ts';
import { codeOf, type Desk, expectOk } from '../terminal/house.ts';
import { openKeychain } from '../terminal/keychain.ts';
import {
  type EmptyServer,
  enrolInPrompt,
  type FoundedHotel,
  foundHotel,
  newDesk,
  openServer,
  type Person,
  PROPERTY,
  prepareFounding,
  settle,
  step,
} from './hotel.ts';

let server: EmptyServer;
let hotel: FoundedHotel;
let desk: Desk;
beforeAll(async () => {
  await openKeychain();
  server = await openServer();
  desk = await newDesk(server);
  hotel = await foundHotel(server, desk);
});

/** Signs in and proves the second factor with a code that was not used. */
async function unlock(at: Desk, person: Person) {
  expectOk(await at.typePassword(person.item, person.password));
  at.clock.pass(60_000);
  return at.typeCode(currentTotp(person.totpSecret, at.clock.now()));
}

describe('a founded hotel', () => {
  it('is one where its officer and its holder sign in, and the holder alone has the keys', async () => {
    expect(expectOk(await desk.call('app.status', undefined))).toMatchObject({
      phase: 'ready',
      propertyName: '西湖饭店',
      businessDate: '2026-03-14',
    });
    expectOk(await unlock(desk, hotel.holder));
    expect([...desk.terminal.session.unlockedClasses].sort()).toEqual(['identity', 'payment', 'preference']);
    await desk.call('session.lock', undefined);
    expectOk(await unlock(desk, hotel.officer));
    expect(desk.terminal.session.unlockedClasses).toEqual([]);
    await desk.call('session.lock', undefined);
  });

  it('takes a second terminal by code, where the same two work', async () => {
    const issued = await server.enrolmentCode(PROPERTY);
    const second = await newDesk(server, 'second', issued?.code);
    await second.until(({ line }) => line === 'online');
    expectOk(await unlock(second, hotel.holder));
    expect(second.terminal.session.unlockedClasses).toHaveLength(3);
    await second.terminal.close();
  });

  it('has left no class key, no password, no share and no recovery code with the server', async () => {
    expectOk(await unlock(desk, hotel.holder));
    const { session } = desk.terminal;
    const keys = (['identity', 'payment', 'preference'] as const).map((name) => session.classKey(name, 1)?.key);
    const everything = readFiles(server.dataDir);
    const { rows } = await server.store.readFeed(PROPERTY, 0, 100);
    const feed = rows.map(({ json }) => json).join('\n');
    for (const key of keys) {
      if (key === undefined) throw new Error('no key to look for');
      for (const form of [key.toString('base64').slice(0, 42), key.toString('hex'), key.toString('latin1')]) {
        expect(everything.includes(Buffer.from(form, 'latin1'))).toBe(false);
        expect(feed.includes(form)).toBe(false);
      }
    }
    const typed = [hotel.officer, hotel.holder].flatMap(({ password, recoveryCodes }) => [password, ...recoveryCodes]);
    const words = hotel.papers.flatMap((paper) => [paper.words.join(' '), paper.words.join('')]);
    for (const secret of [...typed, ...words]) expect(everything.includes(Buffer.from(secret))).toBe(false);
    // This search would find what is there.
    expect(feed).toContain(hotel.officer.item.staffNumber);
    await desk.call('session.lock', undefined);
  });

  it('is written in the log of the terminal from its first entry on', async () => {
    expectOk(await desk.typePassword(hotel.officer.item, hotel.officer.password));
    const { items } = expectOk(await desk.call('log.list', { limit: 200 }));
    expect(items.at(-1)?.type).toBe('terminal.enrolled');
    await desk.call('session.lock', undefined);
  });
});

describe('a founding', () => {
  it('takes a good code only, once, and tells a wrong one at the first step', async () => {
    const other = await newDesk(server, 'other');
    expect(codeOf(await other.call('founding.begin', { code: 'AAAAA-AAAAA' }))).toBe('wrong-founding-code');
    expect(codeOf(await other.call('founding.send', undefined))).toBe('not-ready');
    // The hotel is there: no second code is made for it.
    expect(await server.store.issueFoundingCode(PROPERTY)).toBeNull();
    await other.terminal.close();
  });

  it('keeps what was done when a step is broken off, and loses nothing to a broken line', async () => {
    const elsewhere = await openServer();
    const at = await newDesk(elsewhere, 'broken');
    const prepared = await prepareFounding(elsewhere, at);
    await elsewhere.stop();
    expect(codeOf(await at.call('founding.send', undefined))).toBe('server-unreachable');
    const view = expectOk(await at.call('founding.view', undefined));
    expect(view).toMatchObject({
      officer: { staffNumber: 'S1' },
      holder: { staffNumber: 'M1' },
      fingerprint: prepared.papers[0]?.fingerprint,
    });
    expect(expectOk(await at.call('founding.drop', undefined))).toMatchObject({ propertyId: null, officer: null });
    await at.terminal.close();
  });

  it('breaks off without a trace when the prompt is closed, and begins that step anew', async () => {
    const elsewhere = await openServer();
    const at = await newDesk(elsewhere, 'closed');
    const issued = await elsewhere.foundingCode(PROPERTY);
    expectOk(await at.call('founding.begin', { code: issued?.code ?? '' }));
    expect(codeOf(await at.call('founding.enrol', { as: 'officer', ...CHEN }))).toBe('not-ready');
    expectOk(await at.call('founding.hotel', { ...HOTEL_WORDS }));
    const first = at.call('founding.enrol', { as: 'officer', ...CHEN });
    await settle(at, async () => at.callPrompt('prompt.cancel', undefined));
    expect(codeOf(await first)).toBe('cancelled');
    expect(expectOk(await at.call('founding.view', undefined)).officer).toBeNull();
    expect(codeOf(await at.call('founding.handOut', undefined))).toBe('not-ready');
    const second = at.call('founding.enrol', { as: 'officer', ...CHEN });
    await settle(at, () => enrolInPrompt(at, 'lantern river ninety boats'));
    expect(expectOk(await second).officer).toMatchObject({ staffNumber: 'S1', role: 'security-officer' });
    expect(codeOf(await at.call('founding.enrol', { as: 'holder', ...CHEN }))).toBe('staff-number-taken');
    await at.terminal.close();
  });
});

describe('enrolling in the prompt', () => {
  it('refuses a password that is easy to guess, two that differ, and a code that is not of now', async () => {
    const elsewhere = await openServer();
    const at = await newDesk(elsewhere, 'picky');
    const issued = await elsewhere.foundingCode(PROPERTY);
    expectOk(await at.call('founding.begin', { code: issued?.code ?? '' }));
    expectOk(await at.call('founding.hotel', { ...HOTEL_WORDS }));
    const enrolling = at.call('founding.enrol', { as: 'officer', ...CHEN });
    const put = (password: string, again = password) => at.callPrompt('prompt.newPassword', { password, again });
    await settle(at, async () => {
      for (const easy of ['short', 'password123', 'westlake2026', '11111111111', 'abcdefghijkl']) {
        expect(codeOf(await put(easy)), easy).toBe('password-weak');
      }
      expect(codeOf(await put('lantern river ninety boats', 'lantern river ninety boat'))).toBe('passwords-differ');
      // An answer to another step is none.
      expect(codeOf(await at.callPrompt('prompt.newTotp', { code: '000000' }))).toBe('cancelled');
      expectOk(await put('lantern river ninety boats'));
      await step(at, 'new-totp');
      expect(codeOf(await at.callPrompt('prompt.newTotp', { code: '000000' }))).toBe('code-does-not-fit');
      await at.callPrompt('prompt.cancel', undefined);
    });
    expect(codeOf(await enrolling)).toBe('cancelled');
    await at.terminal.close();
  });
});

const CHEN = { name: '陈静', nameLatin: null, staffNumber: 'S1' };
const HOTEL_WORDS = {
  name: '西湖饭店',
  nameLatin: 'West Lake Inn',
  timeZone: 'Asia/Shanghai',
  country: 'CN',
  businessDate: '2026-03-14',
};

/** Everything the server has on its disk, as bytes one after the other. */
function readFiles(folder: string): Buffer {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Buffer.concat(entries.map(({ parentPath, name }) => readFileSync(join(parentPath, name))));
}
