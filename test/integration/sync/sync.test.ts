/** Terminal and server over a line that breaks, repeats and lies: what arrives is whole or not there, and nothing is sent twice. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openServerTls } from '../../../src-server/tls/certificates.ts';
import type { SyncView } from '../../../src-shared/ipc/views.ts';
import { PROTOCOL_VERSION, PULL_PAGE } from '../../../src-shared/sync/protocol.ts';
import { afterwards } from '../terminal/afterwards.ts';
import { madeUpCode } from '../terminal/code-for.ts';
import {
  codeOf,
  type Desk,
  enrolledDesk,
  expectOk,
  type House,
  openDesk,
  openHouse,
  setUpFolder,
  tempFolder,
} from '../terminal/house.ts';
import { openKeychain } from '../terminal/keychain.ts';
import { contactSecrets, sealedSecrets, secretsIn } from '../terminal/secrets.ts';
import { type Answer, type Liar, type Lie, startLiar } from './liar.ts';

let house: House;
let liar: Liar;
beforeAll(async () => {
  await openKeychain();
  house = await openHouse();
  liar = await startLiar(house.server);
});
beforeEach(() => {
  liar.lie = null;
  liar.instead = null;
});

/** A terminal behind the liar, enrolled and with nothing yet; others of an earlier test must not ask in its place. */
async function deskBehindLiar(): Promise<Desk> {
  const desk = await startedBehindLiar();
  onTestFinished(() => desk.terminal.close());
  return desk;
}

async function startedBehindLiar(): Promise<Desk> {
  const desk = openDesk(tempFolder('terminal'));
  const enrolmentCode = await liar.enrolmentCode();
  liar.folders.push(desk.folder);
  setUpFolder({ folder: desk.folder, serverUrl: liar.url, caPem: liar.caPem, enrolmentCode });
  await desk.terminal.start();
  return desk;
}

/** Lies about pages of the feed only. */
function aboutChanges(lie: (answer: Answer, path: string) => Partial<Lie> | null): void {
  liar.lie = ({ path }, answer) => {
    const lied = path.includes('/changes') ? lie(answer, path) : null;
    return lied === null ? null : { ...answer, ...lied };
  };
}

const linesOf = ({ body }: Answer) => body.toString().trimEnd().split('\n');
const inLines = (lines: readonly string[]) => ({ body: Buffer.from(`${lines.join('\n')}\n`) });
const change = (line: string | undefined, to: object) => JSON.stringify({ ...JSON.parse(line ?? '{}'), ...to });

/** How much of the hotel a terminal has. */
function contents(desk: Desk) {
  const cache = desk.terminal.desk?.cache;
  if (cache === undefined) throw new Error('the terminal does not work');
  const guests = house.hotel.guests.map(({ id }) => cache.guests.get(id));
  return { guests, inHouse: cache.stays.inHouse(), rooms: cache.rooms.all(), cursor: cache.syncState.get().cursor };
}

/** Whether a terminal has the whole hotel. Each terminal that was enrolled is one more row at the end. */
function expectWhole(desk: Desk, whole: ReturnType<typeof contents>): void {
  const { cursor, ...has } = contents(desk);
  expect(has).toEqual({ guests: whole.guests, inHouse: whole.inHouse, rooms: whole.rooms });
  expect(cursor).toBeGreaterThanOrEqual(whole.cursor);
}

describe('an answer that is not one', () => {
  let whole: ReturnType<typeof contents>;
  /** Met by one lie after the other, before it has anything. */
  let lied: Desk;
  beforeAll(async () => {
    whole = contents(await enrolledDesk(house));
    aboutChanges(() => ({ hangUpAfter: 0 }));
    lied = await startedBehindLiar();
  });

  /** Two turns: when the second has begun, the first is through. */
  async function twoTurns(): Promise<void> {
    for (let turn = 0; turn < 2; turn++) {
      const { asked } = liar;
      lied.terminal.syncNow();
      while (liar.asked === asked) await wait(5);
    }
  }

  const LIES: { readonly [name: string]: [NonNullable<SyncView['problem']>, (answer: Answer) => Partial<Lie>] } = {
    'cut in the middle of a line': ['unreachable', ({ body }) => ({ hangUpAfter: Math.floor(body.length / 2) })],
    'cut before it begins': ['unreachable', () => ({ hangUpAfter: 0 })],
    'without its end line': ['unreachable', (answer) => inLines(linesOf(answer).slice(0, -1))],
    'without a few of its lines': ['refused', (answer) => inLines(linesOf(answer).toSpliced(3, 4))],
    'with lines twice': [
      'refused',
      (answer) => inLines(linesOf(answer).toSpliced(3, 0, ...linesOf(answer).slice(3, 9))),
    ],
    'for another place in the feed': [
      'refused',
      (answer) => inLines(linesOf(answer).with(0, change(linesOf(answer)[0], { after: 3 }))),
    ],
    'of another hotel': [
      'refused',
      (answer) => inLines(linesOf(answer).with(0, change(linesOf(answer)[0], { propertyId: 'elsewhere' }))),
    ],
    'that passes over rows': [
      'refused',
      (answer) => inLines(linesOf(answer).with(-1, change(linesOf(answer).at(-1), { cursor: 9_000_000 }))),
    ],
    'that has nothing, and always more of it': [
      'refused',
      (answer) => inLines([linesOf(answer)[0] ?? '', JSON.stringify({ kind: 'end', cursor: 1, more: true, count: 0 })]),
    ],
    'of more lines than were asked for': [
      'refused',
      (answer) => inLines(linesOf(answer).flatMap((line) => [line, line])),
    ],
    'in one endless line': ['refused', () => ({ body: Buffer.alloc(3_000_000, 'x') })],
    'that is not UTF-8': ['refused', () => ({ body: Buffer.from([0xff, 0xfe, 0x0a, 0xc3, 0x28]) })],
    'that is empty': ['refused', () => ({ body: Buffer.alloc(0) })],
    'that is a web page': ['refused', () => ({ body: Buffer.from('<html>sign in to the hotel’s wireless</html>') })],
    'that sends it elsewhere': ['refused', () => ({ status: 302, location: 'https://example.com/' })],
    'that says it failed': ['refused', () => ({ status: 500, body: Buffer.from('{"error":{}}') })],
    'that says it failed, at great length': ['refused', () => ({ status: 500, body: Buffer.alloc(4_000_000, 'x') })],
    'of a newer protocol': [
      'update-required',
      (answer) =>
        inLines(
          linesOf(answer).with(0, change(linesOf(answer)[0], { protocol: PROTOCOL_VERSION + 1, more: 'fields' })),
        ),
    ],
    'that tells it to update': [
      'update-required',
      () => ({ status: 426, body: Buffer.from('{"error":{"code":"update-required","message":"update"}}') }),
    ],
  };

  it.each(Object.keys(LIES))('%s is not applied in any part', async (name) => {
    const [problem, lie] = LIES[name] ?? ['refused', () => ({})];
    aboutChanges(lie);
    await twoTurns();
    expect(lied.terminal.syncView).toMatchObject({ line: 'offline', problem, refusedBatches: 0 });
    expect(contents(lied)).toMatchObject({ cursor: 0, inHouse: [], rooms: [] });
  });

  it('is forgotten when the next one is: the terminal has everything then', async () => {
    lied.terminal.syncNow();
    await lied.until(({ line }) => line === 'online');
    expectWhole(lied, whole);
    expect(whole.guests).not.toContain(null);
    await lied.terminal.close();
  });

  it('in the middle of the first sync leaves whole lots, and goes on behind them', async () => {
    liar.lie = ({ path }, answer) => {
      if (!path.includes('/snapshot')) return null;
      const secondLot = answer.body.indexOf('"kind":"end"', answer.body.indexOf('"kind":"end"') + 1);
      return { ...answer, hangUpAfter: secondLot === -1 ? answer.body.length - 40 : secondLot - 40 };
    };
    const desk = await deskBehindLiar();
    await desk.until((view) => view.problem !== null);
    expect(contents(desk).cursor).toBe(500);
    expect(contents(desk).rooms).toHaveLength(house.hotel.rooms.length);
    const asked: string[] = [];
    liar.lie = ({ path }) => {
      asked.push(path);
      return null;
    };
    desk.terminal.syncNow();
    await desk.until(({ line }) => line === 'online');
    // Whether it is still wanted, it asks as well: its line was cut.
    const feed = asked.filter((path) => path.includes('/properties/'));
    expect(feed[0]).toContain('after=500');
    expectWhole(desk, whole);
  });

  const BATCHES: { readonly [name: string]: (lines: readonly string[]) => string[] } = {
    'in another order': (lines) => lines.with(2, lines[3] ?? '').with(3, lines[2] ?? ''),
    'with a line twice, counted': (lines) =>
      lines.toSpliced(3, 0, lines[3] ?? '').with(-1, change(lines.at(-1), { count: lines.length - 1 })),
    'with a row that does not fit': (lines) => lines.with(2, change(lines[2], { row: { id: 'no room' } })),
    'with a line that is not JSON': (lines) => lines.with(2, '{"kind": "put", '),
    'with a kind of row that nobody knows': (lines) => lines.with(2, change(lines[2], { entity: '__proto__' })),
  };

  it.each(Object.keys(BATCHES))('%s is set aside whole and shown, and sync goes on behind it', async (name) => {
    let spoilt = false;
    aboutChanges((answer) => {
      if (spoilt) return null;
      spoilt = true;
      return inLines(BATCHES[name]?.(linesOf(answer)) ?? []);
    });
    const desk = await deskBehindLiar();
    await desk.until(({ line }) => line === 'online');
    expect(desk.terminal.syncView.refusedBatches).toBe(1);
    const { rooms, cursor, guests } = contents(desk);
    expect(rooms).toEqual([]);
    expect(guests.filter((guest) => guest !== null).length).toBeGreaterThan(0);
    expect(cursor).toBeGreaterThanOrEqual(whole.cursor);
  });
});

describe('who answers', () => {
  it('under another certification authority is not listened to, at enrolment and after', async () => {
    const desk = openDesk(tempFolder('terminal'));
    setUpFolder({ folder: desk.folder, serverUrl: house.server.url, caPem: liar.caPem });
    await desk.terminal.start();
    const code = await house.server.enrolmentCode();
    // What IT put beside it is another CA than the code's.
    expect(codeOf(await desk.call('app.enrol', { code }))).toBe('foreign-certificate');

    const enrolled = await enrolledDesk(house);
    await enrolled.terminal.close();
    // Whoever puts himself in between, and his CA beside the program: the one of the enrolment is in the keychain.
    setUpFolder({ folder: enrolled.folder, serverUrl: liar.url, caPem: liar.caPem });
    const again = openDesk(enrolled.folder);
    await again.terminal.start();
    // The day goes on without the server.
    await again.signIn(house.who('receptionist'));
    await again.until(({ problem }) => problem === 'certificate');
    expect(expectOk(await again.call('today.view', undefined)).rooms.length).toBeGreaterThan(0);
  });

  it('with less than TLS 1.3 is not listened to', async () => {
    let served = 0;
    const tls = await openServerTls(tempFolder('old'), Date.now());
    const old = createServer({ key: tls.key, cert: tls.cert, maxVersion: 'TLSv1.2' }, (_, reply) => {
      served += 1;
      reply.end('{}');
    });
    await new Promise<void>((resolve) => old.listen(0, '127.0.0.1', resolve));
    afterwards(() => void old.close());
    const desk = openDesk(tempFolder('terminal'));
    const serverUrl = `https://127.0.0.1:${(old.address() as AddressInfo).port}`;
    setUpFolder({ folder: desk.folder, serverUrl, caPem: tls.caPem });
    await desk.terminal.start();
    const code = madeUpCode(tls.caPem);
    expect(codeOf(await desk.call('app.enrol', { code }))).toBe('foreign-certificate');
    expect(served).toBe(0);
  });

  it('and is not there at enrolment is unreachable', async () => {
    const desk = openDesk(tempFolder('terminal'));
    setUpFolder({ folder: desk.folder, serverUrl: 'https://127.0.0.1:9', caPem: liar.caPem });
    await desk.terminal.start();
    expect(codeOf(await desk.call('app.enrol', { code: madeUpCode(liar.caPem) }))).toBe('server-unreachable');
  });

  it('no longer knows a terminal that was revoked: it says so, locks, and lets nobody in, after a restart too', async () => {
    const desk = await enrolledDesk(house);
    await desk.signIn(house.who('receptionist'));
    const { rows } = await house.server.store.readFeed(house.hotel.property.id, 0, PULL_PAGE);
    const devices = rows.filter(({ entity }) => entity === 'device').map(({ json }) => JSON.parse(json).id);
    expect(await house.server.store.revokeDevice(house.hotel.property.id, devices.at(-1))).toBe(true);
    desk.terminal.syncNow();
    await desk.until(() => desk.terminal.status.shutOut === 'revoked');
    expect(codeOf(await desk.call('today.view', undefined))).toBe('locked');
    const { id: employeeId } = house.who('receptionist');
    expect(codeOf(await desk.call('session.signIn', { employeeId }))).toBe('terminal-shut-out');
    await desk.terminal.close();
    setUpFolder({ folder: desk.folder, serverUrl: 'https://127.0.0.1:9', caPem: liar.caPem });
    const again = openDesk(desk.folder);
    await again.terminal.start();
    expect(again.terminal.status.shutOut).toBe('revoked');
    expect(codeOf(await again.call('session.signIn', { employeeId }))).toBe('terminal-shut-out');
  });

  it('with another clock is noticed', async () => {
    liar.lie = ({ path }, answer) =>
      /changes|snapshot/.test(path)
        ? {
            ...answer,
            ...inLines(linesOf(answer).with(0, change(linesOf(answer)[0], { serverTime: Date.now() + 600_000 }))),
          }
        : null;
    const desk = await deskBehindLiar();
    await desk.until(({ line }) => line === 'online');
    expect(desk.terminal.syncView.clockOffsetMs).toBeGreaterThan(590_000);
    expect(desk.terminal.syncView.clockOffsetMs).toBeLessThan(610_000);
  });
});

describe('what is pushed', () => {
  async function signedIn(): Promise<Desk> {
    const desk = await deskBehindLiar();
    await desk.until(({ line }) => line === 'online');
    await desk.signIn(house.who('receptionist'));
    return desk;
  }
  const write = async (desk: Desk, text: string) =>
    expectOk(await desk.call('note.add', { guestId: house.hotel.stories.inHouse.id, text }));

  /** How often the server has a note of this text. */
  async function onServer(text: string): Promise<number> {
    const { rows } = await house.server.store.readFeed(house.hotel.property.id, 0, PULL_PAGE);
    return rows.filter(({ entity, json }) => entity === 'guestNote' && JSON.parse(json).text === text).length;
  }
  const aboutOperations = (lie: () => Partial<Lie> | null) => {
    liar.lie = ({ path }, answer) => {
      const lied = path.includes('/operations') ? lie() : null;
      return lied === null ? null : { ...answer, ...lied };
    };
  };

  it('is applied once, however often the answer was lost', async () => {
    const desk = await signedIn();
    let lost = 0;
    aboutOperations(() => (++lost <= 3 ? { hangUpAfter: 10 } : null));
    await write(desk, 'the answer to this is lost');
    for (let wanted = 1; wanted <= 3; wanted++) {
      await desk.until(() => lost >= wanted);
      await desk.until(({ problem }) => problem === 'unreachable');
      expect(desk.terminal.syncView.queued).toBe(1);
      expect(await onServer('the answer to this is lost')).toBe(1);
      desk.terminal.syncNow();
    }
    await desk.until(({ queued, line }) => queued === 0 && line === 'online');
    expect(await onServer('the answer to this is lost')).toBe(1);
  });

  it('stays queued when the answer is about something else', async () => {
    const desk = await signedIn();
    aboutOperations(() => ({
      body: Buffer.from('{"results":[{"id":"01ARZ3NDEKTSV4RRFFQ69G5FAV","status":"applied","seq":1}]}'),
    }));
    await write(desk, 'answered for another');
    await desk.until(({ problem }) => problem === 'refused');
    expect(desk.terminal.syncView.queued).toBe(1);
    liar.lie = null;
    desk.terminal.syncNow();
    await desk.until(({ queued }) => queued === 0);
    expect(await onServer('answered for another')).toBe(1);
  });

  it('and cannot be taken holds up nothing else, neither what is behind it nor what comes', async () => {
    const desk = await signedIn();
    const problem = { error: { code: 'invalid-request', message: 'does not fit', field: 'operations.0.note.text' } };
    liar.instead = ({ path, body }) =>
      path.includes('/operations') && body.includes('poison')
        ? { status: 400, body: Buffer.from(JSON.stringify(problem)) }
        : null;
    setUpFolder({ folder: desk.folder, serverUrl: 'https://127.0.0.1:9', caPem: liar.caPem });
    await desk.terminal.close();
    const offline = openDesk(desk.folder);
    await offline.terminal.start();
    await offline.signIn(house.who('receptionist'));
    for (const text of ['before it', 'poison', 'behind it']) await write(offline, text);
    await offline.terminal.close();

    setUpFolder({ folder: desk.folder, serverUrl: liar.url, caPem: liar.caPem });
    const online = openDesk(desk.folder);
    await online.terminal.start();
    await online.signIn(house.who('receptionist'));
    await online.until(({ queued, line }) => queued === 0 && line === 'online');
    expect(online.terminal.syncView.refusedOperations).toBe(1);
    expect([await onServer('before it'), await onServer('poison'), await onServer('behind it')]).toEqual([1, 0, 1]);
    const stay = house.hotel.currentStays.find(({ guestId }) => guestId === house.hotel.stories.inHouse.id);
    const { notes } = expectOk(await online.callWith('stay.open', { stayId: stay?.id })) as {
      notes: { text: string; state: string }[];
    };
    expect(notes.find(({ text }) => text === 'poison')?.state).toBe('refused');
    expect(notes.find(({ text }) => text === 'behind it')?.state).toBe('synced');
  });

  it('and meets a server that fails is kept, and what the server has to say still comes', async () => {
    const desk = await signedIn();
    aboutOperations(() => ({ status: 500, body: Buffer.from('{}') }));
    await write(desk, 'kept for later');
    await desk.until(({ problem }) => problem === 'refused');
    const before = contents(desk).cursor;
    await house.server.store.appendRows(house.hotel.property.id, [
      { entity: 'property', row: { ...house.hotel.property, nameLatin: 'Renamed Meanwhile' } },
    ]);
    desk.terminal.syncNow();
    await desk.until(() => desk.terminal.status.propertyNameLatin === 'Renamed Meanwhile');
    expect(contents(desk).cursor).toBeGreaterThan(before);
    expect(desk.terminal.syncView.queued).toBe(1);
  });
});

// Last: the server keeps the row.
describe('a row of the server that does not fit its schema', () => {
  it('costs its batch, which is set aside whole and shown by place and cause, and nothing that comes later', async () => {
    const desk = await enrolledDesk(house);
    const cache = desk.terminal.desk?.cache;
    const { arriving, inHouse } = house.hotel.stories;
    const [good, bad] = [cache?.guests.get(arriving.id), cache?.guests.get(inHouse.id)];
    if (!good || !bad) throw new Error('the stories are not there');
    const { store } = house.server;
    await store.appendRows(house.hotel.property.id, [
      { entity: 'guest', row: { ...good, company: 'Changed Along Ltd' } },
      { entity: 'guest', row: { ...bad, phone: '+44 7700 (call the office)' } },
    ]);
    desk.terminal.syncNow();
    await desk.until(({ refusedBatches }) => refusedBatches === 1);
    await desk.until(({ line }) => line === 'online');
    expect(cache?.guests.get(arriving.id)?.company).toBe(good.company);
    expect(cache?.guests.get(inHouse.id)?.phone).toBe(inHouse.phone);

    expect(codeOf(await desk.call('sync.refused', undefined))).toBe('locked');
    await desk.signIn(house.who('finance'));
    expect(codeOf(await desk.call('sync.refused', undefined))).toBe('forbidden');
    await desk.signIn(house.who('it'));
    const [shown] = expectOk(await desk.call('sync.refused', undefined));
    expect(shown).toMatchObject({ field: expect.stringMatching(/\.row\.phone$/), reason: 'invalid_format' });
    expect(secretsIn(shown, new Set([...sealedSecrets(house.hotel), ...contactSecrets(house.hotel, [])]))).toEqual([]);
    expect(JSON.stringify(shown)).not.toContain('call the office');
    const log = readFileSync(join(desk.folder, 'logs', 'keyrack.log'), 'utf8');
    expect(log).toContain('sync-batch-refused');
    expect(log).not.toContain('call the office');
    await desk.signIn(house.who('security-officer'));
    const { items } = expectOk(await desk.call('log.list', { limit: 20, type: 'refusals' }));
    expect(items.map(({ type }) => type)).toContain('sync.batch-refused');

    await store.appendRows(house.hotel.property.id, [{ entity: 'guest', row: { ...good, company: 'Later Ltd' } }]);
    desk.terminal.syncNow();
    await desk.until(() => cache?.guests.get(arriving.id)?.company === 'Later Ltd');
  });
});
