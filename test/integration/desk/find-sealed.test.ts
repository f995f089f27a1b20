/** Scan a document, find the guest: by blind index, after the second factor, shown as masks, recorded, and no use to a thief. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { PlainGuest } from '../../../scripts/demo/guests.ts';
import { terminalFiles } from '../../../src-main/config.ts';
import {
  deriveIndexKeys,
  deriveSearchKey,
  type IndexRange,
  rangeOfLastFour,
  rangeOfWhole,
} from '../../../src-main/vault/blind-index.ts';
import { lastFourOf } from '../../../src-shared/documents/number-form.ts';
import type { LogItem } from '../../../src-shared/ipc/views.ts';
import { ENTITIES, type Role } from '../../../src-shared/model/entities.ts';
import { codeOf, type Desk, enrolledDesk, expectOk, type House, openDesk, openHouse } from '../terminal/house.ts';
import { openKeychain } from '../terminal/keychain.ts';
import { contactSecrets, sealedSecrets, secretsIn } from '../terminal/secrets.ts';

let house: House;
beforeAll(async () => {
  await openKeychain();
  house = await openHouse();
});

const HOUR = 60 * 60_000;
const LIMIT = 12;

const find = (desk: Desk, number: string) => desk.call('guest.findSealed', { number, limit: LIMIT });
async function found(desk: Desk, number: string): Promise<string[]> {
  return expectOk(await find(desk, number)).map(({ guestId }) => guestId);
}

async function unlockedDesk(role: Role): Promise<Desk> {
  const desk = await enrolledDesk(house);
  await desk.unlock(house.who(role));
  return desk;
}

async function entries(desk: Desk): Promise<Pick<LogItem, 'outcome' | 'reason' | 'class' | 'field' | 'count'>[]> {
  const { items } = expectOk(await desk.call('log.list', { limit: 100, type: 'all' }));
  return items
    .filter(({ type }) => type === 'field.find')
    .map(({ outcome, reason, class: dataClass, field, count }) => ({
      outcome,
      reason,
      class: dataClass,
      field,
      count,
    }));
}

const wide = (text: string) =>
  Array.from(text, (sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) + 0xfee0)).join('');
const spellings = (number: string) => [
  number,
  number.toLowerCase(),
  ` ${number.slice(0, 6)} ${number.slice(6)} `,
  number.replace(/(.{4})/g, '$1-'),
  wide(number),
];

/** A guest whose ID ends in the check letter. */
function endingInX(): PlainGuest {
  const one = house.hotel.guests.find(({ documentNumber }) => documentNumber?.endsWith('X'));
  if (one === undefined) throw new Error('nobody’s ID ends in X');
  return one;
}

describe('a document that is scanned', () => {
  it('finds its guest, in every spelling, and nobody else; the list is masked and the number comes back nowhere', async () => {
    const desk = await unlockedDesk('receptionist');
    const { arriving, inHouse } = house.hotel.stories;
    for (const guest of [arriving, inHouse, endingInX()])
      for (const spelling of spellings(guest.documentNumber ?? ''))
        expect(await found(desk, spelling), spelling).toEqual([guest.id]);

    const [hit] = expectOk(await find(desk, arriving.documentNumber ?? ''));
    const stay = house.hotel.currentStays.find(({ guestId }) => guestId === arriving.id);
    expect(hit).toMatchObject({ stayId: stay?.id, matched: 'document', certainty: 'sure' });
    const secrets = new Set([...sealedSecrets(house.hotel), ...contactSecrets(house.hotel, house.server.staff)]);
    expect(secretsIn([hit, desk.notices], secrets)).toEqual([]);
  });

  it('is told from another with the same index: candidates are opened, and chance is not shown', async () => {
    const desk = await unlockedDesk('receptionist');
    const markOf = ({ id }: PlainGuest) => desk.terminal.desk?.cache.guests.get(id)?.documentNumber?.index?.mark;
    const alike = [...Map.groupBy(house.hotel.guests, markOf).values()].filter((guests) => guests.length > 1);
    expect(alike.length).toBeGreaterThan(0);
    for (const { id, documentNumber } of alike.flat()) expect(await found(desk, documentNumber ?? '')).toEqual([id]);
  });

  it('finds by its last four everybody whose document ends so, those at the desk first', async () => {
    const desk = await unlockedDesk('receptionist');
    for (const { documentNumber } of house.hotel.guests.slice(0, 10)) {
      const tail = lastFourOf(documentNumber ?? '');
      const expected = house.hotel.guests.filter((guest) => guest.documentNumber?.endsWith(tail)).map(({ id }) => id);
      expect((await found(desk, tail.toLowerCase())).sort()).toEqual(expected.sort());
    }
  });

  it('whose last four more people have than the list is long shows those in house and expected first, and opens no more', async () => {
    const desk = await unlockedDesk('receptionist');
    const { desk: open } = desk.terminal;
    if (open === null) throw new Error('the terminal does not work');
    const tailOf = ({ documentNumber }: PlainGuest) => lastFourOf(documentNumber ?? '');
    const [tail = '', alike = []] =
      [...Map.groupBy(house.hotel.guests, tailOf)].sort(([, a], [, b]) => b.length - a.length)[0] ?? [];
    const statusOf = new Map(house.hotel.currentStays.map(({ guestId, status }) => [guestId, status]));
    const rank = (id: string) => ['in-house', 'reserved', undefined].indexOf(statusOf.get(id as PlainGuest['id']));
    const inOrder = alike.map(({ id }) => rank(id)).sort((a, b) => a - b);
    expect(new Set(inOrder).size).toBeGreaterThan(1);

    const opened = vi.spyOn(open.seeds, 'get');
    for (let limit = 1; limit < alike.length; limit++) {
      opened.mockClear();
      const hits = expectOk(await desk.call('guest.findSealed', { number: tail, limit }));
      expect(hits.map(({ guestId }) => rank(guestId))).toEqual(inOrder.slice(0, limit));
      // Those with the same index by chance are opened too, and are few in a small hotel.
      expect(opened.mock.calls.length).toBeLessThan(alike.length);
    }
    opened.mockRestore();
  });

  it('finds a card by who works with payments: whole, and by its last four', async () => {
    const desk = await unlockedDesk('finance');
    const { arriving } = house.hotel.stories;
    const card = arriving.cardNumber ?? '';
    expect(expectOk(await find(desk, card.replace(/(.{4})/g, '$1 ')))).toMatchObject([
      { guestId: arriving.id, matched: 'card', certainty: 'sure' },
    ]);
    expect(await found(desk, card.slice(-4))).toContain(arriving.id);
    // The last four of a document are not hers to look for.
    expect((await entries(desk)).map((entry) => entry.class)).toEqual(['payment', 'payment']);
  });

  it('of nobody finds nobody, and what is no such number is no search', async () => {
    const desk = await unlockedDesk('receptionist');
    expect(await found(desk, 'X00000000')).toEqual([]);
    for (const [text, problem] of [
      ['王小明', 'characters'],
      ['110105194912310021', 'check-digit'],
      ['12', 'length'],
    ] as const)
      expect(await find(desk, text)).toMatchObject({ error: { code: 'number-does-not-fit', problem } });
    expect(await entries(desk)).toHaveLength(1);
  });

  it('is recorded with class and count before the answer, and never with the number', async () => {
    const desk = await unlockedDesk('receptionist');
    const { documentNumber } = house.hotel.stories.arriving;
    await find(desk, documentNumber ?? '');
    await find(desk, 'X00000000');
    const common = { outcome: 'allowed', class: 'identity', field: 'documentNumber', reason: 'whole' };
    expect(await entries(desk)).toEqual([
      { ...common, count: 0 },
      { ...common, count: 1 },
    ]);
    const log = desk.terminal.desk?.log;
    if (log === undefined) throw new Error('the terminal does not work');
    expect(log.list({ limit: 1_000 }).some(({ encoded }) => encoded.includes(documentNumber ?? ''))).toBe(false);

    log.database.pragma('query_only = true');
    expect(codeOf(await find(desk, documentNumber ?? ''))).toBe('log-unavailable');
    log.database.pragma('query_only = false');
  });
});

describe('who may look for a sealed number', () => {
  it('nobody without the second factor, and the search goes on after it', async () => {
    const desk = await enrolledDesk(house);
    const { arriving } = house.hotel.stories;
    const number = arriving.documentNumber ?? '';
    expect(codeOf(await find(desk, number))).toBe('locked');
    await desk.signIn(house.who('receptionist'));
    expect(await find(desk, number)).toMatchObject({
      error: { code: 'needs-unlock', reason: 'needs-unlock', help: { kind: 'second-factor' } },
    });
    await desk.unlock(house.who('receptionist'));
    expect(await found(desk, number)).toEqual([arriving.id]);
    expect((await entries(desk)).map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['allowed', 'whole'],
      ['refused', 'needs-unlock'],
    ]);
  });

  it('not the concierge, nor a receptionist for a card: each is told whom to ask', async () => {
    const desk = await unlockedDesk('concierge');
    const { arriving } = house.hotel.stories;
    expect(await find(desk, arriving.documentNumber ?? '')).toMatchObject({
      error: { code: 'forbidden', reason: 'role', whoCan: ['receptionist', 'night-auditor', 'duty-manager'] },
    });
    expect(codeOf(await find(desk, '1234'))).toBe('forbidden');
    await desk.unlock(house.who('receptionist'));
    expect(await find(desk, arriving.cardNumber ?? '')).toMatchObject({
      error: { code: 'forbidden', reason: 'role', whoCan: ['finance', 'duty-manager'] },
    });
  });

  it('a night auditor with the search key alone, who finds possible guests and can open nothing', async () => {
    const desk = await unlockedDesk('night-auditor');
    const { session, desk: opened } = desk.terminal;
    const { arriving } = house.hotel.stories;
    expect([session.unlockedClasses, session.searchableClasses]).toEqual([[], ['identity']]);
    expect(session.classKey('identity', 1)).toBeNull();
    const hits = expectOk(await find(desk, arriving.documentNumber ?? ''));
    expect(hits).toContainEqual(expect.objectContaining({ guestId: arriving.id, certainty: 'possible' }));
    expect(hits.every(({ certainty }) => certainty === 'possible')).toBe(true);
    expect(secretsIn(hits, sealedSecrets(house.hotel))).toEqual([]);
    const stayId = hits.find(({ guestId }) => guestId === arriving.id)?.stayId;
    if (stayId == null) throw new Error('the story has no stay');
    const reveal = { stayId, field: 'documentNumber', purpose: 'check-in' } as const;
    expect(await desk.call('stay.reveal', reveal)).toMatchObject({ error: { code: 'forbidden', reason: 'role' } });
    // Nor does the key itself: the policy is the good manners, the key is the guard.
    const [searchKey] = session.searchKeys('identity');
    if (searchKey === undefined || opened === null) throw new Error('nothing was granted');
    await desk.call('session.lock', undefined);
    expect(searchKey.searchKey.equals(Buffer.alloc(32))).toBe(true);
    expect(session.searchKeys('identity')).toEqual([]);
  });
});

describe('going through numbers', () => {
  it('by their last four ends after twenty an hour, over a restart and whatever else was searched, and is recorded', async () => {
    let desk = await unlockedDesk('receptionist');
    for (let number = 0; number < 20; number++) {
      expectOk(await find(desk, String(1_000 + number)));
      for (let other = 0; other < 25; other++) expectOk(await desk.call('guest.search', { query: 'lxy', limit: 5 }));
    }
    expect(await find(desk, '7777')).toMatchObject({
      error: { code: 'too-many-attempts', retryAt: expect.any(Number) },
    });
    expect((await entries(desk))[0]).toMatchObject({ outcome: 'refused', reason: 'too-many-attempts' });
    // Whole numbers are counted apart.
    const { arriving } = house.hotel.stories;
    expect(await found(desk, arriving.documentNumber ?? '')).toEqual([arriving.id]);

    await desk.terminal.close();
    const again = openDesk(desk.folder, desk.clock);
    await again.terminal.start();
    desk = again;
    await desk.unlock(house.who('receptionist'));
    expect(codeOf(await find(desk, '7778'))).toBe('too-many-attempts');
    desk.clock.pass(HOUR);
    await desk.unlock(house.who('receptionist'));
    expectOk(await find(desk, '7779'));
    // The officer has heard of it before it ended: one case, whose entries are the searches that led to it and those that followed.
    await desk.signIn(house.who('security-officer'));
    const cases = expectOk(await desk.call('case.list', undefined)).filter(({ isHere }) => isHere);
    expect(cases).toMatchObject([{ kind: 'searches', role: 'receptionist', class: 'identity', state: 'open' }]);
    const ofCase = expectOk(await desk.call('case.entries', { caseId: cases[0]?.id ?? ('' as never) }));
    const searches = ofCase.filter(({ type, reason }) => type === 'field.find' && reason === 'last-four');
    expect(searches).toHaveLength(20);
  });

  it('of which none is on file ends after sixty an hour; those that are found do not count', async () => {
    const desk = await unlockedDesk('duty-manager');
    const { inHouse } = house.hotel.stories;
    for (let tries = 0; tries < 60; tries++) {
      expect(await found(desk, inHouse.documentNumber ?? '')).toEqual([inHouse.id]);
      expect(await found(desk, `X000000${10 + tries}`)).toEqual([]);
    }
    expect(codeOf(await find(desk, 'X00000099'))).toBe('too-many-attempts');
  });

  it('a dozen times in an hour is a case, eleven times is work; closed, the next is another', async () => {
    const desk = await unlockedDesk('finance');
    const casesOf = async () => {
      await desk.signIn(house.who('security-officer'));
      return expectOk(await desk.call('case.list', undefined)).filter(({ isHere }) => isHere);
    };
    for (let number = 0; number < 11; number++) expectOk(await find(desk, String(2_000 + number)));
    expect(await casesOf()).toEqual([]);
    await desk.unlock(house.who('finance'));
    for (let number = 0; number < 3; number++) expectOk(await find(desk, String(3_000 + number)));
    const [opened, ...more] = await casesOf();
    expect([opened?.kind, opened?.class, more]).toEqual(['searches', 'payment', []]);
    if (opened === undefined) throw new Error('there is no case');
    const closing = { caseId: opened.id, verdict: 'justified', finding: 'a chargeback of many cards' } as const;
    expectOk(await desk.call('case.close', closing));
    await desk.unlock(house.who('finance'));
    expectOk(await find(desk, '3004'));
    expect((await casesOf()).map(({ state }) => state)).toEqual(['open', 'closed']);
  });
});

describe('going on searching, whatever is found', () => {
  it('ends after two hundred an hour, so that no miss hides behind hits', async () => {
    const desk = await unlockedDesk('receptionist');
    const { arriving } = house.hotel.stories;
    for (let hits = 0; hits < 200; hits++) expectOk(await find(desk, arriving.documentNumber ?? ''));
    expect(codeOf(await find(desk, arriving.documentNumber ?? ''))).toBe('too-many-attempts');
  });
});

describe('a blind index', () => {
  it('in a copy of the cache answers no guess without the search key: not by the keys that a thief has, nor by any hash', async () => {
    const desk = await enrolledDesk(house);
    const cache = desk.terminal.desk?.cache;
    if (cache === undefined) throw new Error('the terminal does not work');
    const candidates = (range: IndexRange) =>
      Array.from(cache.sealedMarks.candidates('documentNumber', range, 100), ({ guestId }) => guestId);
    // What the thief may have: an opened cache, all that is in it, and every number there is at this hotel to try.
    const numbers = house.hotel.guests.flatMap(({ documentNumber }) => documentNumber ?? []);
    const propertyId = house.hotel.property.id;
    const guesses = [Buffer.alloc(32), randomBytes(32), Buffer.from(house.hotel.guests[0]?.id.padEnd(32) ?? '')].map(
      (key) => deriveIndexKeys(deriveSearchKey({ class: 'identity', epoch: 1, key }, propertyId)),
    );
    for (const keys of guesses) {
      const right = numbers.filter((number) => {
        const guest = house.hotel.guests.find(({ documentNumber }) => documentNumber === number);
        return guest !== undefined && candidates(rangeOfWhole(keys, 'documentNumber', number)).includes(guest.id);
      });
      // By chance one guess in 2^18 is right, and 300 are made.
      expect(right.length).toBeLessThanOrEqual(1);
    }
    // And with it, every guess is answered: the test above would see one.
    await desk.unlock(house.who('night-auditor'));
    const [searchKey] = desk.terminal.session.searchKeys('identity');
    if (searchKey === undefined) throw new Error('nothing was granted');
    const keys = deriveIndexKeys(searchKey);
    const answered = house.hotel.guests.filter(({ id, documentNumber }) =>
      candidates(rangeOfLastFour(keys, 'documentNumber', lastFourOf(documentNumber ?? ''))).includes(id),
    );
    expect(answered).toHaveLength(numbers.length);
  });

  it('lies in a row the server has, and tells a database administrator nothing but what is alike', async () => {
    const { rows } = await house.server.store.readFeed(house.hotel.property.id, 0, 10_000);
    const guests = rows.flatMap((line) =>
      line.entity === 'guest' ? [ENTITIES.guest.parse(JSON.parse(line.json))] : [],
    );
    const { arriving } = house.hotel.stories;
    const row = guests.find(({ id }) => id === arriving.id);
    expect(row?.documentNumber?.index).toMatchObject({ epoch: 1, mark: expect.any(Number) });
    const marks = guests.flatMap(({ documentNumber }) => documentNumber?.index?.mark ?? []);
    // Nobody at this hotel has two records, and yet some are alike: an index that is the same is no proof of the same document.
    expect(marks).toHaveLength(new Set(house.hotel.guests.map(({ documentNumber }) => documentNumber)).size);
    expect(new Set(marks).size).toBeLessThan(marks.length);
    expect(secretsIn(rows, sealedSecrets(house.hotel))).toEqual([]);
  });

  it('is in the cache’s encrypted file only, and a search leaves the number in no file of the terminal', async () => {
    const desk = await unlockedDesk('receptionist');
    const number = house.hotel.stories.arriving.documentNumber ?? '';
    const spy = vi.spyOn(console, 'error');
    await find(desk, number);
    await find(desk, `${number.slice(0, 17)}0`);
    expect(spy).not.toHaveBeenCalled();
    const { folder } = desk;
    await desk.terminal.close();
    const files = terminalFiles(folder);
    for (const file of [files.cache, files.accessLog]) expect(readFileSync(file).includes(number)).toBe(false);
  });
});
