import { ulid } from 'ulid';
import { afterEach, describe, expect, it } from 'vitest';
import { dayAfter } from '../../../src-shared/folio/night.ts';
import type { Entity } from '../../../src-shared/model/entities.ts';
import { BusinessDate, OperationId, PostingId } from '../../../src-shared/model/ids.ts';
import { balanceOf, type Posting } from '../../../src-shared/model/posting.ts';
import type { DateRoll, PostingAddition } from '../../../src-shared/sync/folio.ts';
import type { OperationResult, PutLine } from '../../../src-shared/sync/protocol.ts';
import { enrolled, type Terminal } from './client.ts';
import type { House } from './house.ts';

/** The night audit, as terminals ask for it. */
export function closingDays(house: () => House): void {
  const terminal = async () => enrolled(house().client(), await house().code());
  const rowsOf = (device: Terminal) => house().client().pullAll(device);
  const of = <E extends PutLine['entity']>(puts: readonly PutLine[], entity: E) =>
    puts.flatMap((put) => (put.entity === entity ? [put.row as Entity<E>] : []));
  const today = async (device: Terminal) => {
    const [property] = of(await rowsOf(device), 'property');
    if (property === undefined) throw new Error('no property');
    return property.businessDate;
  };
  const rolling = (from: BusinessDate, change: Partial<DateRoll> = {}): DateRoll => ({
    id: OperationId.parse(ulid()),
    kind: 'businessDate.roll',
    employeeId: house().employee('night-auditor').id,
    at: house().now(),
    from,
    to: dayAfter(from),
    waived: [],
    ...change,
  });
  const said = (results: readonly OperationResult[]) =>
    results.map((result) => (result.status === 'refused' ? result.reason : result.status));
  const setDay = (businessDate: BusinessDate) =>
    house()
      .server()
      .store.appendRows(house().hotel.property.id, [
        { entity: 'property', row: { ...house().hotel.property, businessDate } },
      ]);

  describe('closing a day', () => {
    // The other tests of this house are of its first day.
    afterEach(() => setDay(house().hotel.property.businessDate));

    it('posts room and tax of everybody in house once, to the cent, and opens the next: two terminals, resends and a third time', async () => {
      const [one, other] = [await terminal(), await terminal()];
      const from = await today(one);
      const inHouse = of(await rowsOf(one), 'stay').filter(({ status }) => status === 'in-house');
      const [mine, hers] = [rolling(from), rolling(from)];
      const answers = await Promise.all([
        house().client().push(one, [mine]),
        house().client().push(other, [hers]),
        house().client().push(one, [mine]),
      ]);
      expect(answers.flatMap(said).filter((word) => word === 'stale')).toHaveLength(
        answers.flatMap(said).includes('duplicate') ? 1 : 2,
      );
      expect(answers.flatMap(said).filter((word) => word === 'applied')).toHaveLength(1);
      const puts = await rowsOf(other);
      expect(of(puts, 'property')[0]?.businessDate).toBe(dayAfter(from));
      const isTonight = ({ item, businessDate, stayId }: Posting) =>
        item === 'night' && businessDate === from && inHouse.some(({ id }) => id === stayId);
      const night = of(puts, 'posting').filter(isTonight);
      expect(night.map(({ stayId }) => stayId).sort()).toEqual(inHouse.map(({ id }) => id).sort());
      for (const stay of inHouse) {
        const lines = of(puts, 'posting').filter(
          ({ stayId, kind, at }) => stayId === stay.id && (kind === 'room' || kind === 'tax') && at === mine.at,
        );
        expect(balanceOf(lines)).toBe(stay.rateMinor);
      }
      // The day opened once more by mistake: what was posted is not posted again.
      await setDay(from);
      expect(
        said(
          await house()
            .client()
            .push(one, [rolling(from)]),
        ),
      ).toEqual(['applied']);
      const again = of(await rowsOf(one), 'posting').filter(isTonight);
      expect(again).toHaveLength(inHouse.length);
    });

    it('comes to yesterday + debits − credits, day after day, and to the sum of every line', async () => {
      const device = await terminal();
      const stay = of(await rowsOf(device), 'stay').find(({ status }) => status === 'in-house');
      if (stay === undefined) throw new Error('nobody is in house');
      let day = await today(device);
      const line = (amountMinor: number): PostingAddition => {
        const by = house().employee('night-auditor').id;
        const posting: Posting = {
          id: PostingId.parse(ulid()),
          stayId: stay.id,
          guestId: stay.guestId,
          businessDate: day,
          ...(amountMinor > 0 ? { kind: 'charge', item: 'minibar' } : { kind: 'payment', item: 'cash' }),
          text: null,
          amountMinor,
          currency: stay.currency,
          folio: 1,
          reverses: null,
          reason: null,
          by,
          at: house().now(),
        };
        return {
          id: OperationId.parse(ulid()),
          kind: 'posting.add',
          employeeId: by,
          at: house().now(),
          postings: [posting],
        };
      };
      for (const amounts of [[4_501, -3], [-99_999], []]) {
        // In one batch with what came before it, as from a terminal that had no line.
        const operations = [...amounts.map(line), rolling(day)];
        expect(new Set(said(await house().client().push(device, operations)))).toEqual(new Set(['applied']));
        const puts = await rowsOf(device);
        const close = of(puts, 'dayClose').find(({ id }) => id === day);
        for (const { currency, openingMinor, debitsMinor, creditsMinor, closingMinor } of close?.balances ?? []) {
          expect(openingMinor + debitsMinor - creditsMinor).toBe(closingMinor);
          const all = of(puts, 'posting').filter((one) => one.currency === currency);
          expect(closingMinor).toBe(balanceOf(all));
        }
        expect(close?.balances.length).toBeGreaterThan(0);
        // Nothing posts to a day that is closed.
        expect(
          said(
            await house()
              .client()
              .push(device, [line(100)]),
          ),
        ).toEqual(['not-business-date']);
        day = dayAfter(day);
      }
    });

    it('is for whoever closes days, one day at a time, and never ahead of the calendar', async () => {
      const device = await terminal();
      const from = await today(device);
      const ahead = BusinessDate.parse(new Date(house().now() + 2 * 86_400_000).toISOString().slice(0, 10));
      expect(
        said(
          await house()
            .client()
            .push(device, [
              rolling(from, { employeeId: house().employee('receptionist').id }),
              rolling(from, { employeeId: house().employee('finance').id }),
              rolling(from, { to: dayAfter(dayAfter(from)) }),
              rolling(dayAfter(from)),
              rolling(from, { waived: [{ step: 'arrivals', reason: 'card 4111 1111 1111 1111' }] }),
            ]),
        ),
      ).toEqual(['forbidden', 'forbidden', 'invalid', 'stale', 'invalid']);
      await setDay(ahead);
      expect(
        said(
          await house()
            .client()
            .push(device, [rolling(ahead)]),
        ),
      ).toEqual(['not-due']);
      expect(await today(device)).toBe(ahead);
    });

    it('knows who did not come, who may say so, and not before the day', async () => {
      const device = await terminal();
      const from = await today(device);
      const stays = of(await rowsOf(device), 'stay').filter(({ status }) => status === 'reserved');
      const due = stays.find(({ arrival }) => arrival === from);
      const later = stays.find(({ arrival }) => arrival > from);
      if (due === undefined || later === undefined) throw new Error('nobody is expected');
      const absent = (stayId: typeof due.id, role: 'receptionist' | 'night-auditor' = 'night-auditor') => ({
        id: OperationId.parse(ulid()),
        kind: 'stay.noShow' as const,
        employeeId: house().employee(role).id,
        at: house().now(),
        stayId,
      });
      expect(
        said(
          await house()
            .client()
            .push(device, [absent(due.id, 'receptionist'), absent(later.id), absent(due.id), rolling(from)]),
        ),
      ).toEqual(['forbidden', 'not-due', 'applied', 'applied']);
      const puts = await rowsOf(device);
      expect(of(puts, 'stay').find(({ id }) => id === due.id)?.status).toBe('no-show');
      expect(of(puts, 'dayClose').find(({ id }) => id === from)?.noShows).toBe(1);
    });
  });
}
