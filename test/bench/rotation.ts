/**
 * A whole rotation behind a working desk: guests read, sealed anew, sent, come back with the feed, checked and stored. The server's part
 * is not in it, which another machine does; what it would answer is made here. Meanwhile somebody works.
 */
import { randomBytes } from 'node:crypto';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import type { Desk } from '../../src-main/desk/desk.ts';
import { KeyTender } from '../../src-main/desk/key-tender.ts';
import { viewToday } from '../../src-main/desk/today.ts';
import type { Cache } from '../../src-main/store/open.ts';
import { applyInPortions } from '../../src-main/sync/portions.ts';
import { deriveSearchKey } from '../../src-main/vault/blind-index.ts';
import { GuestSealer } from '../../src-main/vault/seal-guest.ts';
import type { Employee } from '../../src-shared/model/entities.ts';
import type { Operation, OperationResult } from '../../src-shared/sync/protocol.ts';
import { PutLine } from '../../src-shared/sync/protocol.ts';
import { type Comparison, compareSamples } from './compare.ts';
import { classKey, PROPERTY, seedOf } from './hotel.ts';
import type { HotelFiles } from './hotel-files.ts';
import { bareBox, bareRewrap } from './rewrap.ts';
import type { Row } from './row.ts';

const GUESTS = 2_000;
const PLAIN = { dateOfBirth: '1990-01-01', nationality: 'CHN', documentAddress: '虚构市基准区一号路 1 号' };
const VALUES = 1 + Object.keys(PLAIN).length;
/** Somebody looks at today's lists and types a letter, much faster than anybody does. */
const WORKS_EVERY_MS = 10;
const IDLE_MS = 3_000;
/** As pull.ts checks them. */
const PARSE_CHUNK = 50;

/** @param desk with an employee who is unlocked and sees identity data */
export async function measureRotation(desk: Desk, hotel: HotelFiles, employee: Employee): Promise<Row[]> {
  const numbers = prepare(hotel.product, employee);
  const nextKey = { ...classKey('identity'), epoch: 2, key: randomBytes(32) };
  desk.session.unlock(
    [classKey('identity'), nextKey],
    [classKey('identity'), nextKey].map((key) => deriveSearchKey(key, PROPERTY)),
  );
  const ofAll = { ...desk, seeds: { get: seedOf, make: seedOf } };
  const idle = await workAtDesk(desk, wait(IDLE_MS));
  const boxes = numbers.flatMap((number) => [number, ...Object.values(PLAIN)]).map(bareBox);
  const before = performance.now();
  boxes.forEach(bareRewrap);
  const bare = performance.now() - before;
  const began = performance.now();
  const busy = await workAtDesk(desk, rotate(ofAll, hotel.product));
  const took = performance.now() - began;
  const perSecond = Math.round((GUESTS / took) * 1_000);
  return [
    {
      what: `re-wrapping ${GUESTS.toLocaleString('en')} guests while somebody works: read, sealed, sent, come back, checked, stored (${perSecond} guests a second)`,
      counterpart: `bare AES-GCM open and seal of the same ${(GUESTS * VALUES).toLocaleString('en')} values`,
      measured: compareSamples([took], [bare]),
      goal: null,
    },
    {
      what: 'delay of main’s event loop meanwhile',
      counterpart: 'while nothing is re-wrapped, the same work at the desk',
      measured: compareLate(busy.late, idle.late),
      goal: { p99: 20 },
    },
    {
      what: 'today’s lists and a search meanwhile, waiting included',
      counterpart: 'the same while nothing is re-wrapped',
      measured: compareSamples(busy.answered, idle.answered),
      goal: null,
    },
  ];
}

/** Seals every identity value of some guests as a hotel has them, and says that a new epoch has begun. @returns their document numbers */
function prepare(cache: Cache, employee: Employee): string[] {
  let { cursor } = cache.syncState.get();
  using sealer = new GuestSealer(PROPERTY, [classKey('identity')]);
  const numbers: string[] = [];
  const puts = cache.sealedEpochs
    .guestsIn('identity', { epoch: 1, after: 0, limit: GUESTS })
    .map(({ guest }, at): PutLine => {
      const documentNumber = `E${String(at).padStart(8, '0')}`;
      numbers.push(documentNumber);
      const sealed = sealer.seal(guest, seedOf(guest.id), { documentNumber, ...PLAIN });
      const others = { cardNumber: null, invoiceTaxNumber: null, dietaryNeeds: null };
      return { kind: 'put', entity: 'guest', seq: ++cursor, row: { ...guest, ...others, ...sealed } };
    });
  const epoch = { id: 'identity', epoch: 2, oldest: 1, begunBy: employee.id, begunAt: 0 } as const;
  puts.push({ kind: 'put', entity: 'classEpoch', seq: ++cursor, row: epoch });
  cache.applyPuts(puts, cursor);
  return numbers;
}

/** Re-wraps until those who were prepared are sealed anew. */
async function rotate(desk: Desk, cache: Cache): Promise<void> {
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  let left = GUESTS;
  const tender = new KeyTender({
    desk,
    submit: async (operations) => {
      for (const operation of operations) {
        await comeBack(cache, operation);
        if (operation.kind === 'guest.reseal') left -= operation.guests.length;
      }
      if (left <= 0) resolve();
      const { cursor: seq } = cache.syncState.get();
      return operations.map(({ id }): OperationResult => ({ id, status: 'applied', seq }));
    },
    onError: reject,
  });
  tender.kick();
  await done;
  await tender.close();
}

/** What an operation changes comes with the feed: as text, checked, and stored portion by portion. */
async function comeBack(cache: Cache, operation: Operation): Promise<void> {
  let { cursor } = cache.syncState.get();
  const puts: PutLine[] = [];
  for (const [at, row] of rowsOf(cache, operation).entries()) {
    if (at % PARSE_CHUNK === PARSE_CHUNK - 1) await turn();
    puts.push(PutLine.parse(JSON.parse(JSON.stringify({ kind: 'put', ...row, seq: ++cursor }))));
  }
  await applyInPortions(cache.applyPuts.bind(cache), puts, cursor);
}

function rowsOf(cache: Cache, operation: Operation): { readonly entity: string; readonly row: object }[] {
  if (operation.kind === 'classGrant.add') return [{ entity: 'classGrant', row: operation.grant }];
  if (operation.kind !== 'guest.reseal') throw new Error(`not expected: ${operation.kind}`);
  return operation.guests.flatMap(({ guestId, sealed }) => {
    const guest = cache.guests.get(guestId);
    if (guest === null) return [];
    const values = Object.entries(sealed).map(([field, value]) => {
      const mask = guest[field as keyof typeof sealed]?.mask;
      return [field, { ...value, mask }] as const;
    });
    return [{ entity: 'guest', row: { ...guest, ...Object.fromEntries(values) } }];
  });
}

/** Works at the desk until something is done. */
async function workAtDesk(desk: Desk, until: Promise<unknown>): Promise<Record<'late' | 'answered', number[]>> {
  const [late, answered]: [number[], number[]] = [[], []];
  let due = performance.now() + WORKS_EVERY_MS;
  const timer = setInterval(() => {
    const began = performance.now();
    late.push(Math.max(0, began - due));
    if (!viewToday(desk).ok) throw new Error('nobody is signed in');
    desk.cache.searchGuests({ query: '王', limit: 12 });
    answered.push(performance.now() - Math.min(due, began));
    due = performance.now() + WORKS_EVERY_MS;
  }, WORKS_EVERY_MS);
  try {
    await until;
  } finally {
    clearInterval(timer);
  }
  return { late, answered };
}

/** A timer is late by some of a millisecond at best: what is less says nothing about a loop. */
function compareLate(busy: readonly number[], idle: readonly number[]): Comparison {
  const atLeast = (samples: readonly number[]) => samples.map((ms) => Math.max(1, ms));
  return compareSamples(atLeast(busy), atLeast(idle));
}
