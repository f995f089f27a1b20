/** What is left of an erased guest in the files of one terminal. */
import { randomBytes } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openEncryptedFile, removeEncryptedFile } from '../../../src-main/store/encrypted-file.ts';
import { syncStore } from '../../../src-main/store/for-sync.ts';
import {
  draftGuestSeeds,
  finishDraft,
  type GuestSeeds,
  openGuestSeeds,
  putDraftInPlace,
} from '../../../src-main/store/guest-seeds.ts';
import { OperationId } from '../../../src-shared/model/ids.ts';
import {
  addition,
  employeeId,
  feed,
  guest,
  guestId,
  newCache,
  note,
  posted,
  posting,
  property,
  stay,
  stayId,
  testFolder,
  ulidOf,
} from './builders.ts';

const erased = guest(1, { name: '林晓雨秘', nameLatin: 'ZANZIBAROVA OLGA', phone: '+8613812345678' });
const other = guest(2, { name: '林晓雨秘' });
const seedOf = (n: number) => ({ id: guestId(n), seed: Buffer.alloc(32, n).toString('base64') });
const erasure = (seq: number) => feed({ guestErasure: [{ id: guestId(1), erasedAt: 7 }] }, seq);

function openSeeds(file: string, key: Buffer): GuestSeeds {
  const opened = openGuestSeeds({ file, key });
  if (!opened.ok) throw new Error(opened.problem);
  return opened.value;
}

/** A cache and its seeds with two guests of one name, one with a note here, one on the way, and a batch that was set aside. */
function house() {
  const { cache, file, key } = newCache();
  const seedFile = join(testFolder(), 'seeds.db');
  const seedKey = randomBytes(32);
  const seeds = openSeeds(seedFile, seedKey);
  const store = syncStore(cache, seeds);
  const rows = feed({
    property: [property()],
    guestSeed: [seedOf(1), seedOf(2)],
    guest: [erased, other],
    stay: [stay(1, { status: 'departed' }), stay(2, { status: 'in-house' })],
    guestNote: [note(1, { text: 'prefers Zanzibar tea' }), note(2, { guestId: guestId(2) })],
  });
  store.applyPuts(rows, rows.length);
  store.applyPuts(feed({ posting: [posting(1, { text: 'Zanzibar rum' })] }, rows.length + 1), rows.length + 1);
  cache.postLocally(posted(2, posting(2, { text: 'Zanzibar gin' }), posting(3)));
  cache.addNoteLocally(note(3, { text: 'lost a ring' }), addition(3, note(3, { text: 'lost a ring' })));
  store.refuseBatch(
    {
      lines: [
        JSON.stringify(erased),
        JSON.stringify(feed({ guestSeed: [seedOf(1), seedOf(2)] })),
        '{"row":{"seed": "broken',
      ],
      fromSeq: rows.length + 1,
      cursor: rows.length + 2,
      field: '0.row',
      reason: 'x',
    },
    1,
  );
  return { cache, file, key, seeds, seedFile, seedKey, store, next: rows.length + 3 };
}

/** Every value of every table, search indexes too, as text. */
function everything(file: string, key: Buffer): string {
  const opened = openEncryptedFile(file, key);
  if (!opened.ok) throw new Error(opened.problem);
  const db = opened.value;
  const tables = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  const text = tables
    .filter((table) => table !== 'guest_pieces')
    .flatMap((table) => db.prepare(`SELECT * FROM "${table}"`).raw().all())
    .map((row) => JSON.stringify(row, (_, value) => (Buffer.isBuffer(value) ? value.toString('latin1') : value)))
    .join('\n');
  db.close();
  return text;
}

describe('an erased guest', () => {
  it('is found by nothing, has no note, no seed, and nothing on the way to the server; the namesake stays', () => {
    const { cache, file, key, seeds, store, next } = house();
    expect(cache.searchGuests({ query: '晓雨', limit: 5 })).toHaveLength(2);
    store.applyPuts(erasure(next), next);
    for (const query of ['晓雨', '林', 'linxiao', 'lxym', '林晓雨秘'])
      expect(
        cache.searchGuests({ query, limit: 5 }).map((hit) => hit.guestId),
        query,
      ).toEqual([guestId(2)]);
    for (const query of ['zanz', '5678', '13812345678', '+8613812345678', 'R0000001'])
      expect(cache.searchGuests({ query, limit: 5 }), query).toEqual([]);
    expect(cache.guests.get(guestId(1))).toBeNull();
    expect(cache.notes.forGuest(guestId(1))).toEqual([]);
    expect(cache.notes.forGuest(guestId(2))).toHaveLength(1);
    // The books keep their amounts.
    expect(cache.postings.ofStay(stayId(1)).map(({ amountMinor, text }) => [amountMinor, text])).toEqual([
      [4_500, null],
      [4_500, null],
      [4_500, null],
    ]);
    expect(cache.outbox.queued(9)).toEqual([posted(2, posting(2), posting(3))]);
    expect(cache.syncState.refused()).toHaveLength(1);
    expect([seeds.get(guestId(1)), seeds.get(guestId(2))?.at(0)]).toEqual([null, 2]);
    cache.close();
    const left = everything(file, key).toLowerCase();
    for (const mark of ['zanzibar', '13812345678', 'lost a ring', 'zanzibarova']) expect(left).not.toContain(mark);
  });

  it('stays erased, whatever the server sends later', () => {
    const { cache, seeds, store, next } = house();
    store.applyPuts(erasure(next), next);
    const late = feed(
      { guestSeed: [seedOf(1)], guest: [erased], guestNote: [note(9, { text: 'back again' })] },
      next + 1,
    );
    store.applyPuts(late, next + 3);
    expect(cache.guests.get(guestId(1))).toBeNull();
    expect(cache.notes.forGuest(guestId(1))).toEqual([]);
    expect(cache.searchGuests({ query: 'zanz', limit: 5 })).toEqual([]);
    expect(seeds.get(guestId(1))).toBeNull();
  });

  it('stays erased where the erasure came before anything else of the guest', () => {
    const { cache } = newCache();
    const seeds = openSeeds(join(testFolder(), 'seeds.db'), randomBytes(32));
    const store = syncStore(cache, seeds);
    store.applyPuts(erasure(1), 1);
    store.applyPuts(feed({ guestSeed: [seedOf(1)], guest: [erased] }, 2), 3);
    expect([cache.guests.count(), seeds.get(guestId(1))]).toEqual([0, null]);
    seeds.close();
  });
});

describe('the seeds of the guests', () => {
  it('lie apart from the cache: a copy of it has none', () => {
    const { cache, file, key, seeds } = house();
    const seed = seeds.get(guestId(1));
    if (seed === null) throw new Error('the seed is there');
    cache.close();
    const whole = everything(file, key);
    expect(whole).toContain('ZANZIBAROVA');
    for (const form of ['latin1', 'base64', 'hex'] as const) expect(whole).not.toContain(seed.toString(form));
  });

  it('know how far into the feed they are, over a restart too, and take nothing older', () => {
    const { seeds, seedFile, seedKey, next } = house();
    seeds.apply(feed({ guestSeed: [{ ...seedOf(2), seed: Buffer.alloc(32, 9).toString('base64') }] }, 1), next);
    seeds.close();
    const again = openSeeds(seedFile, seedKey);
    expect([again.cursor, again.get(guestId(2))?.at(0)]).toEqual([next, 2]);
    again.close();
  });

  it('go over to another key with every mark of what was deleted, and the old key opens nothing more', () => {
    const { seeds, seedFile, seedKey, store, next } = house();
    expect(seeds.hasDeleted).toBe(false);
    store.applyPuts(erasure(next), next);
    expect(seeds.hasDeleted).toBe(true);
    const key = randomBytes(32);
    expect(draftGuestSeeds(seeds, { file: seedFile, key }).ok).toBe(true);
    putDraftInPlace(seedFile);
    expect(openGuestSeeds({ file: seedFile, key: seedKey }).ok).toBe(false);
    const renewed = openSeeds(seedFile, key);
    expect([renewed.hasDeleted, renewed.cursor, renewed.get(guestId(2))?.at(0)]).toEqual([false, next, 2]);
    renewed.apply(feed({ guestSeed: [seedOf(1)] }, next + 1), next + 1);
    expect(renewed.get(guestId(1))).toBeNull();
    renewed.close();
  });

  it('of guests who were taken in here go with them to the server, and lie in no queue', () => {
    const { cache, file, key, seeds, store } = house();
    const seed = seeds.make(guestId(7));
    const creation = (n: number) =>
      ({
        id: OperationId.parse(ulidOf(70 + n)),
        kind: 'stay.create',
        employeeId: employeeId(1),
        at: 5,
        stay: stay(n, { id: stayId(n), guestId: guestId(n) }),
        guest: guest(n),
        seed: null,
      }) as const;
    cache.changeLocally(creation(7));
    // Of a guest whose seed is gone nothing opens: she goes without one, and the server sends her back.
    cache.changeLocally(creation(8));
    const sent = store.queuedOperations(9).filter(({ kind }) => kind === 'stay.create');
    expect(sent).toMatchObject([{ seed: seed.toString('base64') }, { seed: null }]);
    // Whoever has one is given no other, by whomever.
    expect(() => seeds.make(guestId(7))).toThrow();
    store.applyPuts(feed({ guestSeed: [{ id: guestId(7), seed: seed.toString('base64') }] }, 50), 50);
    expect(seeds.get(guestId(7))).toEqual(seed);
    cache.close();
    for (const form of ['latin1', 'base64', 'hex'] as const)
      expect(everything(file, key)).not.toContain(seed.toString(form));
  });

  it.each(['before', 'amid', 'after'] as const)(
    'outlast a change of their key that is cut off %s the file is put in its place',
    (when) => {
      const { seeds, seedFile, store, next } = house();
      const seed = seeds.make(guestId(7));
      store.applyPuts(erasure(next), next);
      const key = randomBytes(32);
      draftGuestSeeds(seeds, { file: seedFile, key });
      if (when === 'amid') {
        removeEncryptedFile(seedFile);
        renameSync(`${seedFile}.renewed.label`, `${seedFile}.label`);
      }
      if (when === 'after') putDraftInPlace(seedFile);
      finishDraft({ file: seedFile, key });
      const renewed = openSeeds(seedFile, key);
      expect([renewed.get(guestId(7)), renewed.get(guestId(1))]).toEqual([seed, null]);
      renewed.close();
    },
  );

  it('do not open under another key, and are removed whole', () => {
    const { seeds, seedFile } = house();
    seeds.close();
    expect(openGuestSeeds({ file: seedFile, key: randomBytes(32) })).toEqual({ ok: false, problem: 'wrong-key' });
    removeEncryptedFile(seedFile);
    for (const suffix of ['', '-wal', '-shm', '.label']) expect(existsSync(seedFile + suffix)).toBe(false);
  });
});
