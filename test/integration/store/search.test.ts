import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CurrentGuests } from '../../../src-main/store/current-guests.ts';
import { openEncryptedFile } from '../../../src-main/store/encrypted-file.ts';
import { Guests } from '../../../src-main/store/guests.ts';
import { migrate } from '../../../src-main/store/migrations.ts';
import { nameKeys } from '../../../src-main/store/name-keys.ts';
import { GuestSearch } from '../../../src-main/store/search.ts';
import { Stays } from '../../../src-main/store/stays.ts';
import { date, feed, guest, guestId, newCache, property, room, roomId, stay, TODAY, testFolder } from './builders.ts';

const PEOPLE = [
  guest(1, { name: '林晓雨', phone: '+8613812345678' }),
  guest(2, { name: '欧阳娜娜', phone: '+8613900004321' }),
  guest(3, { name: '单田芳' }),
  guest(4, { name: '吕布', nameLatin: 'LYU BU' }),
  guest(5, { name: "Anna-Maria O'Brien", phone: '+442079460123' }),
  guest(6, { name: 'José García Łukasz' }),
  guest(7, { name: 'Фёдор Достоевский', nameLatin: 'FEDOR DOSTOEVSKII' }),
  guest(8, { name: 'محمد عبد الله' }),
  guest(9, { name: 'สมชาย ใจดี' }),
  guest(10, { name: '田中 さくら' }),
  guest(11, { name: '김철수' }),
  guest(12, { name: '𠮷野' }),
];

const { cache } = newCache(
  feed({
    property: [property()],
    room: [room(1, { number: '1208' }), room(2, { number: 'B203' }), room(3, { number: '3-12' })],
    guest: PEOPLE,
    stay: [
      stay(1, { roomId: roomId(1), status: 'in-house', reservationNumber: 'WL26031401' }),
      stay(2, { roomId: roomId(2), reservationNumber: 'WL26031402' }),
      stay(3, { roomId: roomId(1), status: 'departed', reservationNumber: 'XK77' }),
      stay(4, { roomId: roomId(3), status: 'in-house' }),
    ],
  }),
);

const find = (query: string) => cache.searchGuests({ query, limit: 20 });
const names = (query: string) => find(query).map(({ name }) => name);

describe('a guest is found by', () => {
  it.each([
    ['林', 'a surname', '林晓雨'],
    ['林晓', 'the beginning of a Chinese name', '林晓雨'],
    ['晓雨', 'two characters inside', '林晓雨'],
    ['雨', 'one character', '林晓雨'],
    ['林晓雨', 'the whole Chinese name', '林晓雨'],
    ['林 晓雨', 'a Chinese name with a space', '林晓雨'],
    ['阳娜娜', 'three characters inside', '欧阳娜娜'],
    ['linxiaoyu', 'pinyin run together', '林晓雨'],
    ['lin xiao yu', 'pinyin with spaces', '林晓雨'],
    ['Lin Xiaoyu', 'pinyin as on a passport', '林晓雨'],
    ['linxi', 'the beginning of pinyin', '林晓雨'],
    ['ouyang', 'pinyin of a double surname', '欧阳娜娜'],
    ['lxy', 'initials', '林晓雨'],
    ['LXY', 'initials in capitals', '林晓雨'],
    ['shantian', 'the reading a surname has as a surname', '单田芳'],
    ['lvbu', 'ü typed as v', '吕布'],
    ['lü bu', 'ü typed as ü', '吕布'],
    ['lyubu', 'ü as a passport prints it', '吕布'],
    ['anna', 'the first Latin word', "Anna-Maria O'Brien"],
    ['maria', 'a later Latin word', "Anna-Maria O'Brien"],
    ['obrien', 'a Latin word without its apostrophe', "Anna-Maria O'Brien"],
    ['JOSE', 'Latin without accent and case', 'José García Łukasz'],
    ['garc', 'the beginning of a Latin word', 'José García Łukasz'],
    ['lukasz', 'a stroked letter without its stroke', 'José García Łukasz'],
    ['ＪＯＳＥ', 'full-width letters', 'José García Łukasz'],
    ['достоев', 'Cyrillic', 'Фёдор Достоевский'],
    ['федор', 'Cyrillic with е for ё', 'Фёдор Достоевский'],
    ['dostoev', 'the Latin form of a Cyrillic name', 'Фёдор Достоевский'],
    ['محمد', 'Arabic', 'محمد عبد الله'],
    ['مُحَمَّد', 'Arabic with its vowels', 'محمد عبد الله'],
    ['สมชาย', 'Thai', 'สมชาย ใจดี'],
    ['ชาย', 'Thai inside a word', 'สมชาย ใจดี'],
    ['さくら', 'kana', '田中 さくら'],
    ['철수', 'Hangul', '김철수'],
    ['𠮷', 'a character beyond the basic plane', '𠮷野'],
    ['5678', 'the last four of a phone', '林晓雨'],
    ['13812345678', 'a phone as written at home', '林晓雨'],
    ['+86 138-1234-5678', 'a phone as written abroad', '林晓雨'],
    ['442079460123', 'a foreign phone', "Anna-Maria O'Brien"],
    ['1208', 'a room', '林晓雨'],
    ['b203', 'a room with a letter, for who is expected', '欧阳娜娜'],
    ['3-12', 'a room with a dash', '吕布'],
    ['WL26031401', 'a reservation number', '林晓雨'],
    ['wl260314', 'the beginning of a reservation number', '林晓雨'],
    ['xk77', 'a short reservation number', '单田芳'],
  ])('%s (%s)', (query, _what, name) => {
    expect(names(query)).toContain(name);
  });

  it('nothing else', () => {
    expect(names('晓林')).toEqual([]);
    expect(names('5679')).toEqual([]);
    expect(names('欧娜')).toEqual([]);
    expect(names('   ')).toEqual([]);
    expect(names('')).toEqual([]);
  });

  it('and says why, with the stay that was asked for', () => {
    expect(find('1208')).toMatchObject([{ matched: 'room', roomNumber: '1208', status: 'in-house' }]);
    expect(find('lxy')).toMatchObject([{ matched: 'initials', reservationNumber: 'WL26031401' }]);
    expect(find('linxiao')[0]?.matched).toBe('pinyin');
    expect(find('5678')[0]?.matched).toBe('phone');
    expect(find('xk77')).toMatchObject([{ matched: 'reservation', status: 'departed' }]);
    expect(find('김')).toMatchObject([{ matched: 'name', stayId: null, status: null }]);
  });
});

describe('a changed row', () => {
  it('is found by its new name and phone only', () => {
    const { cache } = newCache(
      feed({ property: [property()], guest: [guest(1, { name: '林晓雨', phone: '+8613812345678' })], stay: [stay(1)] }),
    );
    cache.applyPuts(feed({ guest: [guest(1, { name: '陈静', phone: '+8613812340000' })] }, 50), 50);
    const found = (query: string) => cache.searchGuests({ query, limit: 5 }).length;
    expect(['林', '晓雨', 'linx', 'lxy', '5678'].map(found)).toEqual([0, 0, 0, 0, 0]);
    expect(['陈', '静', 'chenj', 'cj', '0000'].map(found)).toEqual([1, 1, 1, 1, 1]);
  });

  it('of a stay moves with it to another guest', () => {
    const { cache } = newCache(
      feed({
        property: [property()],
        guest: [guest(1, { name: '王一' }), guest(2, { name: '王二' })],
        stay: [stay(1, { status: 'in-house' })],
      }),
    );
    cache.applyPuts(feed({ stay: [stay(1, { status: 'in-house', guestId: guestId(2) })] }, 50), 50);
    expect(cache.searchGuests({ query: '王', limit: 5 })).toMatchObject([
      { name: '王二', status: 'in-house' },
      { name: '王一', status: null },
    ]);
  });
});

describe('among a thousand of one name', () => {
  const crowd = Array.from({ length: 1_000 }, (_, n) =>
    guest(n + 1, { name: '王伟', nameLatin: 'WANG WEI', phone: '+8613800005555' }),
  );
  const { cache } = newCache(
    feed({
      property: [property()],
      room: [room(1)],
      guest: crowd,
      stay: [
        ...Array.from({ length: 300 }, (_, n) =>
          stay(n + 1, { status: 'departed', arrival: date(`2025-0${1 + (n % 9)}-10`) }),
        ),
        stay(400, { arrival: date('2026-04-01') }),
        stay(500),
        stay(600, { status: 'in-house', roomId: roomId(1), arrival: date('2026-03-10') }),
      ],
    }),
  );

  it.each(
    ['王', '王伟', '伟', 'wang', 'wangwei', 'ww', '5555', '13800005555'].filter((query) => query !== '13800005555'),
  )('who is in house comes first and who arrives today second: %s', (query) => {
    const hits = cache.searchGuests({ query, limit: 10 });
    expect(hits).toHaveLength(10);
    expect(hits[0]).toMatchObject({ guestId: guestId(600), roomNumber: '1001' });
    expect(hits[1]).toMatchObject({ guestId: guestId(500), arrival: TODAY });
  });

  it('follows the business date', () => {
    cache.applyPuts(feed({ property: [property({ businessDate: date('2026-04-01') })] }, 5_000), 5_000);
    const [, second] = cache.searchGuests({ query: '王', limit: 10 });
    expect(second).toMatchObject({ guestId: guestId(400) });
  });

  it('and who has left is no longer first', () => {
    cache.applyPuts(feed({ stay: [stay(600, { status: 'departed', roomId: roomId(1) })] }, 5_001), 5_001);
    expect(cache.searchGuests({ query: '王伟', limit: 1 })[0]?.guestId).not.toBe(guestId(600));
  });
});

describe('a query', () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.string({
      unit: fc.constantFrom(
        '林',
        '晓',
        '"',
        '*',
        '\u0000',
        "'",
        ' ',
        '^',
        '%',
        '(',
        'a',
        '\ud800',
        '\u0301',
        '１',
        '+',
      ),
    }),
  );

  it('of any text never throws and finds no more than asked for', () => {
    fc.assert(
      fc.property(anything, fc.integer({ min: 0, max: 50 }), (query, limit) => {
        expect(cache.searchGuests({ query, limit }).length).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 3_000 },
    );
  });

  it('that is the name of a guest finds the guest, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), (name) => {
        const { keys } = nameKeys(name, null);
        fc.pre(keys.length > 0);
        const { cache } = named;
        cache.applyPuts(feed({ guest: [guest(1, { name })] }, ++named.seq), named.seq);
        expect(cache.searchGuests({ query: name, limit: 5 }).map((hit) => hit.name)).toEqual([name]);
      }),
      { numRuns: 200 },
    );
  });
  const named = { cache: newCache().cache, seq: 0 };
});

describe('no search reads all guests:', () => {
  const opened = openEncryptedFile(join(testFolder(), 'plan.db'), randomBytes(32));
  if (!opened.ok) throw new Error(opened.problem);
  const db = opened.value;
  migrate(db);
  const statements: string[] = [];
  const recording = new Proxy(db, {
    get(target, name) {
      if (name !== 'prepare') return Reflect.get(target, name);
      return (sql: string) => {
        statements.push(sql);
        return target.prepare(sql);
      };
    },
  }) satisfies Database;
  new GuestSearch(recording);
  const searching = new Set(statements);
  new CurrentGuests(recording);
  new Guests(recording);
  new Stays(recording);
  // Counting is the one thing that reads them all, by the narrowest index.
  const plans = statements.filter((sql) => !sql.startsWith('SELECT count(*)'));

  it.each(plans.map((sql) => [sql.replace(/\s+/g, ' ').slice(0, 100), sql] as const))('%s', (_shown, sql) => {
    const parameters = Array.from({ length: sql.match(/\?/g)?.length ?? 0 }, () => '1');
    const named = Object.fromEntries(Array.from(sql.matchAll(/:(\w+)/g), ([, name]) => [name, '1']));
    const plan = db
      .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...(parameters.length > 0 ? parameters : Object.keys(named).length > 0 ? [named] : []));
    const scans = plan
      .map(({ detail }) => detail)
      .filter(
        (detail) =>
          /\bSCAN (?!property|guest_pieces VIRTUAL)/.test(detail) ||
          // Every guest in house or expected: thousands, for one line typed.
          (searching.has(sql) && /stay_status_arrival/.test(detail)),
      );
    expect(scans).toEqual([]);
  });
});
