import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { ulid } from 'ulid';
import { describe, expect, it } from 'vitest';
import type { Stay } from '../../../src-shared/model/entities.ts';
import { BusinessDate, GuestId, OperationId, PostingId, StayId } from '../../../src-shared/model/ids.ts';
import { balanceOf, type Posting } from '../../../src-shared/model/posting.ts';
import type { PostingAddition } from '../../../src-shared/sync/folio.ts';
import type { OperationResult, PutLine } from '../../../src-shared/sync/protocol.ts';
import { newCache } from '../store/builders.ts';
import { enrolled, type Terminal } from './client.ts';
import type { House } from './house.ts';

/** What is added to folios. */
export function posting(house: () => House): void {
  const today = () => house().hotel.property.businessDate;
  const terminal = async () => enrolled(house().client(), await house().code());
  const rowsAfter = async (device: Terminal, after: number) => {
    const puts: PutLine[] = [];
    let cursor = after;
    for (let more = true; more; ) {
      const pulled = await house().client().pull(device, cursor);
      puts.push(...pulled.puts);
      ({ cursor, more } = pulled.end);
    }
    return { puts, cursor };
  };
  const linesOf = async (device: Terminal, stayId: string): Promise<Posting[]> =>
    (await rowsAfter(device, 0)).puts.flatMap((put) =>
      put.entity === 'posting' && put.row.stayId === stayId ? [put.row] : [],
    );
  /** A stay of a guest of her own, so that no other test is in its folio. */
  const aStay = async (change: Partial<Stay> = {}): Promise<Stay> => {
    const [guest] = house().hotel.guests;
    const [like] = house().hotel.currentStays;
    if (like === undefined || guest === undefined) throw new Error('a hotel without guests');
    const guestId = GuestId.parse(ulid());
    const stay: Stay = { ...like, id: StayId.parse(ulid()), guestId, roomId: null, status: 'in-house', ...change };
    const nothing = {
      documentNumber: null,
      dateOfBirth: null,
      nationality: null,
      documentAddress: null,
      cardNumber: null,
      invoiceTaxNumber: null,
      dietaryNeeds: null,
    };
    await house()
      .server()
      .store.appendRows(house().hotel.property.id, [
        { entity: 'guestSeed', row: { id: guestId, seed: randomBytes(32).toString('base64') } },
        { entity: 'guest', row: { ...guest, ...nothing, id: guestId } },
        { entity: 'stay', row: stay },
      ]);
    return stay;
  };
  const line = (stay: Stay, change: Partial<Posting> = {}): Posting => ({
    id: PostingId.parse(ulid()),
    stayId: stay.id,
    guestId: stay.guestId,
    businessDate: today(),
    kind: 'charge',
    item: 'minibar',
    text: null,
    amountMinor: 4_500,
    currency: stay.currency,
    folio: 1,
    reverses: null,
    reason: null,
    by: house().employee('receptionist').id,
    at: house().now(),
    ...change,
  });
  const reversalOf = (of: Posting): Posting => ({
    ...of,
    id: PostingId.parse(ulid()),
    amountMinor: -of.amountMinor,
    reverses: of.id,
    reason: 'wrong-amount',
  });
  const adding = (...postings: Posting[]): PostingAddition => ({
    id: OperationId.parse(ulid()),
    kind: 'posting.add',
    employeeId: postings[0]?.by ?? house().employee('receptionist').id,
    at: house().now(),
    postings,
  });
  const pay = (stay: Stay, amount: number, change: Partial<Posting> = {}) =>
    line(stay, { kind: 'payment', item: 'cash', amountMinor: -amount, ...change });
  const push = (device: Terminal, ...operations: PostingAddition[]): Promise<OperationResult[]> =>
    house().client().push(device, operations);
  const said = (results: readonly OperationResult[]) =>
    results.map((result) => (result.status === 'refused' ? result.reason : result.status));

  describe('postings', () => {
    it('are added once, a charge with its tax all or none, and reach every terminal', async () => {
      const [one, other, stay] = [await terminal(), await terminal(), await aStay()];
      const both = adding(line(stay), line(stay, { kind: 'tax', item: 'vat', amountMinor: 270 }));
      expect(said(await push(one, both))).toEqual(['applied']);
      expect(said(await push(other, both))).toEqual(['duplicate']);
      expect(await linesOf(other, stay.id)).toEqual(both.postings);
      const half = adding(line(stay), line(stay, { currency: 'XXX' }));
      expect(said(await push(one, half))).toEqual(['other-currency']);
      expect(await linesOf(one, stay.id)).toHaveLength(2);
    });

    it('are of the open day, of a stay that is there, in its currency, and owe or pay as their kind says', async () => {
      const [device, stay, gone] = [await terminal(), await aStay(), await aStay({ status: 'departed' })];
      const reserved = await aStay({ status: 'reserved' });
      const [guest] = house().hotel.guests;
      const results = await push(
        device,
        adding(line(stay, { businessDate: BusinessDate.parse('2026-03-13') })),
        adding(line(stay, { businessDate: BusinessDate.parse('2026-03-15') })),
        adding(line(stay, { stayId: StayId.parse(ulid()) })),
        adding(line(stay, { guestId: guest?.id ?? stay.guestId })),
        adding(line(stay, { amountMinor: -4_500 })),
        adding(pay(stay, -100)),
        adding(line(gone)),
        adding(line(reserved)),
        adding(pay(reserved, 100, { kind: 'deposit' })),
        adding(line(stay, { text: 'card 4111 1111 1111 1111' })),
        adding({ ...line(stay), by: house().employee('finance').id }, line(stay)),
      );
      expect(said(results)).toEqual([
        'not-business-date',
        'not-business-date',
        'unknown-stay',
        'invalid',
        'wrong-sign',
        'wrong-sign',
        'folio-closed',
        'folio-closed',
        'applied',
        'invalid',
        'forbidden',
      ]);
      expect(await linesOf(device, stay.id)).toEqual([]);
    });

    it('are never changed: a correction takes a line back once, with exactly the opposite amount and a reason', async () => {
      const [device, stay, elsewhere] = [await terminal(), await aStay(), await aStay()];
      const first = line(stay);
      await push(device, adding(first));
      const reversal = reversalOf(first);
      expect(
        said(
          await push(
            device,
            adding({ ...first, amountMinor: 9_900 }),
            adding({ ...reversal, amountMinor: -4_400 }),
            adding({ ...reversal, reason: null }),
            adding({ ...reversalOf(first), stayId: elsewhere.id, guestId: elsewhere.guestId }),
            adding(reversal),
            adding(reversalOf(first)),
            adding(reversalOf(reversal)),
          ),
        ),
      ).toEqual([
        'invalid',
        'reversal-differs',
        'reason-missing',
        'unknown-posting',
        'applied',
        'reversed-already',
        'unknown-posting',
      ]);
      expect(balanceOf(await linesOf(device, stay.id))).toBe(0);
    });

    it('give money back, adjust, or touch what is over only by whoever may; nobody but the night posts rooms', async () => {
      const [device, stay] = [await terminal(), await aStay()];
      const [finance, auditor] = [house().employee('finance').id, house().employee('night-auditor').id];
      const payment = pay(stay, 10_000);
      const back = line(stay, { kind: 'refund', item: 'cash', amountMinor: 500, reason: 'goodwill' });
      const rebate = line(stay, { kind: 'adjustment', item: 'rebate', amountMinor: -500, reason: 'complaint' });
      const room = line(stay, { kind: 'room', item: 'night', amountMinor: 50_000 });
      const split = (amount: number, folio: number) =>
        line(stay, { kind: 'adjustment', item: 'split', amountMinor: amount, folio });
      const results = await push(
        device,
        adding(payment),
        adding(back),
        adding(rebate),
        adding(reversalOf(payment)),
        adding(room),
        adding(split(-300, 1), split(200, 2)),
        adding({ ...back, by: finance, reason: null }),
        adding({ ...back, by: finance }),
        adding({ ...rebate, by: finance }),
        adding({ ...room, by: auditor }),
        adding(split(-300, 1), split(300, 2)),
        adding({ ...line(stay), by: house().employee('concierge').id }),
      );
      expect(said(results)).toEqual([
        'applied',
        ...['forbidden', 'forbidden', 'forbidden', 'forbidden', 'forbidden'],
        'reason-missing',
        ...['applied', 'applied', 'applied', 'applied'],
        'forbidden',
      ]);
      const over: Stay = { ...stay, status: 'departed' };
      await house()
        .server()
        .store.appendRows(house().hotel.property.id, [{ entity: 'stay', row: over }]);
      const owed = balanceOf(await linesOf(device, stay.id));
      expect(
        said(
          await push(
            device,
            adding(pay(stay, owed)),
            adding(pay(stay, owed, { by: finance })),
            adding(pay(stay, 1, { by: finance })),
          ),
        ),
      ).toEqual(['forbidden', 'applied', 'folio-closed']);
    });

    it('keep their amounts when a guest is erased, without what was typed, and nothing more is typed', async () => {
      const [device, stay] = [await terminal(), await aStay()];
      const typed = line(stay, { text: 'two bottles of plum wine' });
      await push(device, adding(typed));
      await house()
        .server()
        .store.appendRows(house().hotel.property.id, [{ entity: 'stay', row: { ...stay, status: 'departed' } }]);
      const erase = {
        id: OperationId.parse(ulid()),
        kind: 'guest.erase' as const,
        employeeId: house().employee('security-officer').id,
        at: house().now(),
        guestId: stay.guestId,
      };
      await house().client().push(device, [erase]);
      expect(await linesOf(device, stay.id)).toEqual([{ ...typed, text: null }]);
      const by = house().employee('finance').id;
      const left = pay(stay, 4_500, { by });
      expect(said(await push(device, adding({ ...left, text: 'paid by her' }), adding(left)))).toEqual([
        'unknown-guest',
        'applied',
      ]);
    });

    it('whatever is posted, sent again and taken back, every terminal and the server have the same sum', async () => {
      const step = fc.record({
        what: fc.constantFrom('charge', 'payment', 'reverse', 'again', 'bad'),
        amount: fc.integer({ min: 1, max: 9_999_999 }),
        at: fc.nat(30),
      });
      const [device, manager] = [await terminal(), house().employee('duty-manager').id];
      const { cache } = newCache();
      let cursor = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
          const stay = await aStay();
          const taken: Posting[] = [];
          const sent: PostingAddition[] = [];
          for (const { what, amount, at } of steps) {
            const of = taken[at % Math.max(1, taken.length)];
            const before = sent[at % Math.max(1, sent.length)];
            if (what === 'again' && before !== undefined) {
              sent.push(before);
              continue;
            }
            const next =
              what === 'payment'
                ? pay(stay, amount, { by: manager })
                : what === 'reverse' && of !== undefined
                  ? { ...reversalOf(of), by: manager }
                  : line(stay, { amountMinor: what === 'bad' ? -amount : amount, by: manager });
            const goes =
              what !== 'bad' &&
              (next.reverses === null ||
                (of?.reverses === null && !taken.some(({ reverses }) => reverses === next.reverses)));
            sent.push(adding(next));
            if (goes) taken.push(next);
          }
          // What is made here counts here at once, and no more once it came back.
          for (const operation of new Set(sent)) cache.postLocally(operation);
          cache.settleOperations(await push(device, ...sent));
          const owed = balanceOf(taken);
          expect(cache.postings.balanceOf(stay.id)).toBe(owed);
          const pulled = await rowsAfter(device, cursor);
          ({ cursor } = pulled);
          cache.applyPuts(pulled.puts, cursor);
          expect(cache.postings.balanceOf(stay.id)).toBe(owed);
          const mine = pulled.puts.flatMap((put) =>
            put.entity === 'posting' && put.row.stayId === stay.id ? [put.row] : [],
          );
          expect(mine).toEqual(taken);
        }),
        { numRuns: 12 },
      );
    });
  });
}
