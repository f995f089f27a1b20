/** A cache whose file is not what was written: it says so or it is right, and it is never thrown away. */
import { randomBytes } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openEncryptedFile } from '../../src-main/store/encrypted-file.ts';
import { type Cache, classifyStoreError, openCache, setAside } from '../../src-main/store/open.ts';
import {
  addition,
  feed,
  guest,
  guestId,
  newCache,
  note,
  problemOf,
  property,
  reopen,
  stay,
  testFolder,
} from '../integration/store/builders.ts';

const GUESTS = 400;
const people = () =>
  feed({
    property: [property()],
    guest: Array.from({ length: GUESTS }, (_, n) =>
      guest(n, { name: `林晓${n}`, phone: `+86138${String(n).padStart(8, '0')}` }),
    ),
    stay: Array.from({ length: GUESTS }, (_, n) => stay(n, { status: n % 2 === 0 ? 'in-house' : 'departed' })),
  });

function closedCache() {
  const { cache, file, key } = newCache(people());
  cache.addNoteLocally(note(1), addition(1));
  const truth = everything(cache);
  cache.close();
  return { file, key, truth };
}

/** All that a desk could ask of the cache. */
function everything(cache: Cache) {
  return {
    property: cache.property.get(),
    guests: Array.from({ length: GUESTS }, (_, n) => cache.guests.get(guestId(n))),
    inHouse: cache.stays.inHouse(),
    found: ['林', '晓1', 'lin', 'lx', '0007'].map((query) => cache.searchGuests({ query, limit: 50 })),
    notes: cache.notes.forGuest(guestId(1)),
    queued: cache.outbox.queued(50),
    cursor: cache.syncState.get(),
  };
}

/** What a damaged file gives: its problem, or everything in it. */
function ask(file: string, key: Buffer): string | ReturnType<typeof everything> {
  const opened = openCache({ file, key });
  if (!opened.ok) return opened.problem;
  try {
    return everything(opened.value);
  } catch (error) {
    const problem = classifyStoreError(error);
    if (problem === null) throw error;
    return problem;
  } finally {
    opened.value.close();
  }
}

describe('a wrong key', () => {
  it('is told from a damaged file, and leaves the file as it was', () => {
    const { file, key, truth } = closedCache();
    const before = readFileSync(file);
    expect(problemOf(file, randomBytes(32))).toBe('wrong-key');
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(dirname(file)).sort()).toEqual(['cache.db', 'cache.db.label']);
    expect(ask(file, key)).toEqual(truth);
  });

  it('does not touch a journal that holds what was last written', () => {
    const { cache, file, key } = newCache(people());
    const folder = testFolder();
    const copy = join(folder, 'cache.db');
    for (const suffix of ['', '-wal', '.label']) copyFileSync(file + suffix, copy + suffix);
    expect(statSync(`${copy}-wal`).size).toBeGreaterThan(0);
    expect(problemOf(copy, randomBytes(32))).toBe('wrong-key');
    rmSync(`${copy}.label`);
    expect(problemOf(copy, randomBytes(32))).toBe('wrong-key');
    expect(ask(copy, key)).toEqual(everything(cache));
  });

  it('is not blamed when only the label is damaged: the pages have the last word', () => {
    const { file, key, truth } = closedCache();
    for (const label of [Buffer.alloc(32, 9), Buffer.alloc(0), null]) {
      if (label === null) rmSync(`${file}.label`);
      else writeFileSync(`${file}.label`, label);
      expect(ask(file, key)).toEqual(truth);
      expect(problemOf(file, randomBytes(32))).toBe('wrong-key');
    }
  });

  it('is refused before it is tried when it has not 32 bytes', () => {
    expect(() => openCache({ file: join(testFolder(), 'cache.db'), key: Buffer.alloc(16) })).toThrow(RangeError);
  });
});

describe('a flipped byte', () => {
  it('anywhere in the file gives an error or the truth, never something else', () => {
    const { file, key, truth } = closedCache();
    const whole = readFileSync(file);
    const damaged = join(testFolder(), 'cache.db');
    const step = Math.ceil(whole.length / 150);
    const outcomes = { corrupt: 0, truth: 0 };
    for (let offset = 0; offset < whole.length; offset += step) {
      const bytes = Buffer.from(whole);
      bytes[offset] = (bytes[offset] ?? 0) ^ 0x40;
      writeFileSync(damaged, bytes);
      copyFileSync(`${file}.label`, `${damaged}.label`);
      const answer = ask(damaged, key);
      if (answer === 'corrupt') outcomes.corrupt++;
      else {
        expect(answer, `offset ${offset}`).toEqual(truth);
        outcomes.truth++;
      }
      for (const suffix of ['-wal', '-shm']) rmSync(damaged + suffix, { force: true });
    }
    expect(outcomes.corrupt).toBeGreaterThan(50);
  });

  it.each([0, 1, 15, 16, 17, 18, 20, 23, 24, 31, 50, 100, 2_000, 4_094, 4_095])(
    'in the first page at %i is damage, not a wrong key',
    (offset) => {
      const { file, key, truth } = closedCache();
      const bytes = readFileSync(file);
      bytes[offset] = (bytes[offset] ?? 0) ^ 0x01;
      writeFileSync(file, bytes);
      const answer = ask(file, key);
      if (typeof answer !== 'string') expect(answer).toEqual(truth);
      else expect(answer).toBe('corrupt');
    },
  );

  it('in the journal gives an error or an earlier truth', () => {
    const { cache, file, key } = newCache(people());
    cache.close();
    const before = ask(file, key);
    const writer = reopen(file, key);
    for (let n = 1; n <= 20; n++) writer.addNoteLocally(note(n), addition(n));
    const folder = testFolder();
    const journal = readFileSync(`${file}-wal`);
    const notes = new Set(Array.from({ length: 20 }, (_, n) => JSON.stringify(addition(n + 1))));
    for (let offset = 0; offset < journal.length; offset += Math.ceil(journal.length / 60)) {
      const copy = join(folder, `${offset}.db`);
      for (const suffix of ['', '.label']) copyFileSync(file + suffix, copy + suffix);
      const bytes = Buffer.from(journal);
      bytes[offset] = (bytes[offset] ?? 0) ^ 0x08;
      writeFileSync(`${copy}-wal`, bytes);
      const answer = ask(copy, key);
      if (typeof answer === 'string' || typeof before === 'string') {
        expect(answer).toBe('corrupt');
        continue;
      }
      expect({ ...answer, notes: [], queued: [] }).toEqual({ ...before, notes: [], queued: [] });
      expect(answer.queued.every((operation) => notes.has(JSON.stringify(operation)))).toBe(true);
      expect(answer.notes.length).toBe(answer.queued.length);
    }
  });
});

describe('a file that another process holds', () => {
  it('is not writable, and not damaged', () => {
    const { file, key } = closedCache();
    const other = openEncryptedFile(file, key);
    if (!other.ok) throw new Error(other.problem);
    other.value.pragma('locking_mode = EXCLUSIVE');
    other.value.exec('BEGIN EXCLUSIVE; COMMIT');
    expect(problemOf(file, key)).toBe('not-writable');
    other.value.close();
    expect(problemOf(file, key)).toBeNull();
  });
});

describe('a file cut short', () => {
  it.each([1, 100, 4_095, 4_096, 8_192, 0.5, 0.9])('at %d says so', (at) => {
    const { file, key } = closedCache();
    const { size } = statSync(file);
    truncateSync(file, at < 1 ? Math.floor((size * at) / 4_096) * 4_096 : at);
    expect(ask(file, key)).toBe('corrupt');
    expect(existsSync(file)).toBe(true);
  });

  it('to nothing is begun anew, as if it had never been written', () => {
    const { file, key } = closedCache();
    truncateSync(file, 0);
    const cache = reopen(file, key);
    expect(cache.guests.count()).toBe(0);
  });

  it('of another kind is not taken for ours', () => {
    const file = join(testFolder(), 'cache.db');
    writeFileSync(file, randomBytes(8_192));
    expect(problemOf(file, randomBytes(32))).toBe('wrong-key');
    expect(statSync(file).size).toBe(8_192);
  });
});

describe('setting a cache aside', () => {
  it('keeps every byte, opens again where it lies, and makes room for a new one', () => {
    const { file, key, truth } = closedCache();
    const bytes = readFileSync(file);
    const aside = setAside(file, Date.UTC(2026, 2, 14, 8, 30));
    expect(aside).toBe(`${file}.set-aside-2026-03-14T08-30-00-000Z`);
    expect(existsSync(file) || existsSync(`${file}.label`)).toBe(false);
    expect(readFileSync(aside).equals(bytes)).toBe(true);
    expect(ask(aside, key)).toEqual(truth);
    expect(reopen(file, randomBytes(32)).guests.count()).toBe(0);
  });

  it('never lands on one that was set aside before', () => {
    const { file } = closedCache();
    const first = setAside(file, 0);
    const bytes = readFileSync(first);
    writeFileSync(file, 'another');
    const second = setAside(file, 0);
    expect(second).not.toBe(first);
    expect(readFileSync(first).equals(bytes)).toBe(true);
    expect(readFileSync(second, 'utf8')).toBe('another');
  });
});
