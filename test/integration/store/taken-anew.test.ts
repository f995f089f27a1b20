/** A terminal takes everything anew: what does not come again is gone, and nothing that waits here is. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { syncStore } from '../../../src-main/store/for-sync.ts';
import { openGuestSeeds } from '../../../src-main/store/guest-seeds.ts';
import { OperationId } from '../../../src-shared/model/ids.ts';
import type { PutLine } from '../../../src-shared/sync/protocol.ts';
import {
  addition,
  conflict,
  employeeId,
  feed,
  guest,
  guestId,
  newCache,
  note,
  property,
  stay,
  testFolder,
  ulidOf,
} from './builders.ts';

const seedOf = (n: number) => ({ id: guestId(n), seed: Buffer.alloc(32, n).toString('base64') });
const [erased, kept, aside] = [1, 2, 3];

/** A terminal with three guests, of whom one was erased while it was away. */
function terminal() {
  const { cache } = newCache();
  const opened = openGuestSeeds({ file: join(testFolder(), 'seeds.db'), key: randomBytes(32) });
  if (!opened.ok) throw new Error(opened.problem);
  const seeds = opened.value;
  const store = syncStore(cache, seeds);
  const rows = feed({
    property: [property()],
    guestSeed: [erased, kept, aside].map(seedOf),
    guest: [erased, kept, aside].map((n) => guest(n, { name: `客人${n}` })),
    stay: [stay(1, { guestId: guestId(erased), status: 'departed' })],
    guestNote: [note(1, { guestId: guestId(erased), text: 'likes tea' })],
    conflict: [conflict(1, { rowId: guestId(kept), guestId: guestId(kept) })],
  });
  store.noteSince(rows.length);
  store.applyPuts(rows, rows.length);
  expect(store.finishAnew()).toBe(false);
  const waiting = note(2, { guestId: guestId(kept), text: 'waits' });
  cache.addNoteLocally(waiting, addition(2, waiting));
  return { cache, seeds, store, cursor: rows.length };
}

const names = ({ cache }: Pick<ReturnType<typeof terminal>, 'cache'>) =>
  [erased, kept, aside].filter((n) => cache.guests.get(guestId(n)) !== null);

/** Everything that the server still has, under its numbers of before. */
function whatIsLeft(...guests: number[]): PutLine[] {
  const rows = { property: [property()], guestSeed: guests.map(seedOf), guest: guests.map((n) => guest(n)) };
  return feed({ ...rows, stay: [stay(1, { guestId: guestId(erased), status: 'departed' })] });
}

it('a guest whose erasure is forgotten goes with her seed, her notes and what is open about her, once the feed has come to its end', () => {
  const desk = terminal();
  const { cache, seeds, store, cursor } = desk;
  store.takeAnew();
  expect(store.cursor()).toBe(0);
  store.noteSince(cursor + 9);
  const rows = whatIsLeft(kept, aside);
  store.applyPuts(rows, rows.length);
  // Until then everybody is there: the desk goes on working.
  expect(names(desk)).toEqual([erased, kept, aside]);
  expect(store.finishAnew()).toBe(true);
  expect(names(desk)).toEqual([kept, aside]);
  expect([erased, kept].map((n) => seeds.get(guestId(n)) !== null)).toEqual([false, true]);
  expect(seeds.hasDeleted).toBe(true);
  expect(cache.notes.forGuest(guestId(erased))).toEqual([]);
  expect(cache.conflicts.open()).toEqual([]);
  expect(cache.stays.get(stay(1).id)).not.toBeNull();
  expect(store.since()).toBe(cursor + 9);
  // What waits for the server waits on.
  expect(cache.outbox.count('queued')).toBe(1);
  expect(cache.notes.forGuest(guestId(kept)).map(({ text }) => text)).toEqual(['waits']);
  expect(store.finishAnew()).toBe(false);
});

it('who is in a batch that was set aside meanwhile is not taken for gone', () => {
  const desk = terminal();
  const { seeds, store } = desk;
  store.takeAnew();
  store.noteSince(20);
  const rows = whatIsLeft(kept);
  store.applyPuts(rows, rows.length);
  const lines = feed({ guestSeed: [seedOf(aside)], guest: [guest(aside)] }).map((put) => JSON.stringify(put));
  const fromSeq = rows.length;
  store.refuseBatch({ lines, fromSeq, cursor: fromSeq + 2, field: '1.row', reason: 'x' }, 1);
  store.finishAnew();
  expect(names(desk)).toEqual([kept, aside]);
  expect(seeds.get(guestId(aside))).not.toBeNull();
});

it('who was taken in here and waits for the server stays, and keeps the seed that nobody else has', () => {
  const { cache, seeds, store } = terminal();
  const [begun, abandoned] = [7, 8];
  seeds.make(guestId(abandoned));
  const seed = seeds.make(guestId(begun));
  cache.changeLocally({
    id: OperationId.parse(ulidOf(77)),
    kind: 'stay.create',
    employeeId: employeeId(1),
    at: 5,
    stay: stay(begun, { guestId: guestId(begun) }),
    guest: guest(begun),
    seed: null,
  });
  store.takeAnew();
  store.noteSince(20);
  const rows = whatIsLeft(erased, kept, aside);
  store.applyPuts(rows, rows.length);
  store.finishAnew();
  expect(cache.guests.get(guestId(begun))?.name).toBe(guest(begun).name);
  expect(seeds.get(guestId(begun))).toEqual(seed);
  expect(seeds.get(guestId(abandoned))).toBeNull();
  expect(store.queuedOperations(9)).toContainEqual(expect.objectContaining({ seed: seed.toString('base64') }));
});

it('a terminal that is cut off in the middle goes on where it was, and knows at the end what has not come', () => {
  const desk = terminal();
  const { cache, seeds, store } = desk;
  store.takeAnew();
  store.noteSince(20);
  const rows = whatIsLeft(kept, aside);
  const half = 3;
  store.applyPuts(rows.slice(0, half), half);
  // As at the next start.
  cache.rewind(seeds.cursor);
  const again = syncStore(cache, seeds);
  expect(again.cursor()).toBe(half);
  again.applyPuts(rows.slice(half), rows.length);
  expect(again.finishAnew()).toBe(true);
  expect(names(desk)).toEqual([kept, aside]);
});

it('a file of seeds that is begun anew makes the rest come anew with it', () => {
  const desk = terminal();
  const { cache, store } = desk;
  cache.rewind(0);
  store.noteSince(20);
  const rows = whatIsLeft(kept, aside);
  store.applyPuts(rows, rows.length);
  expect(store.finishAnew()).toBe(true);
  expect(names(desk)).toEqual([kept, aside]);
});
