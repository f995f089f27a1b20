import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dayAfter, nightPostingId, nightPostings, sumDay, trialBalance } from '../../../src-shared/folio/night.ts';
import { BusinessDate, EmployeeId, PostingId } from '../../../src-shared/model/ids.ts';
import { balanceOf } from '../../../src-shared/model/posting.ts';
import { stay, stayId } from '../../integration/store/builders.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest();
const day = (text: string) => BusinessDate.parse(text);

it('the id of what a night posts is of the stay, the day and what it is, and of nothing else', () => {
  const about = { stayId: stayId(1), businessDate: day('2026-03-14'), item: 'night' };
  const id = nightPostingId(sha256, about);
  expect(PostingId.safeParse(id).success).toBe(true);
  expect(nightPostingId(sha256, about)).toBe(id);
  const others = [
    { ...about, item: 'vat' },
    { ...about, stayId: stayId(2) },
    { ...about, businessDate: day('2026-03-15') },
  ];
  expect(new Set([id, ...others.map((other) => nightPostingId(sha256, other))]).size).toBe(4);
});

it('a night is the rate to the cent, room and tax together; without a rate it is nothing', () => {
  const night = { sha256, by: EmployeeId.parse(stayId(1)), at: 1 };
  const property = { country: 'CN', businessDate: day('2026-03-14') };
  fc.assert(
    fc.property(fc.nat(100_000_000), (rateMinor) => {
      expect(balanceOf(nightPostings(stay(1, { rateMinor }), { ...night, property }))).toBe(rateMinor);
    }),
  );
  expect(nightPostings(stay(1, { rateMinor: 0 }), { ...night, property })).toEqual([]);
});

it('yesterday + debits − credits is today, whatever was posted on whichever day and in whichever currency', () => {
  const amount = fc.record({
    currency: fc.constantFrom('CNY', 'USD'),
    amountMinor: fc.integer({ min: -10_000_000, max: 10_000_000 }),
  });
  fc.assert(
    fc.property(fc.array(fc.array(amount, { maxLength: 20 }), { maxLength: 8 }), (days) => {
      let balances: ReturnType<typeof trialBalance> = [];
      for (const lines of days) balances = trialBalance(balances, sumDay(lines));
      for (const { currency, closingMinor } of balances)
        expect(closingMinor).toBe(balanceOf(days.flat().filter((line) => line.currency === currency)));
    }),
  );
});

it('the day after is the next of the calendar, over months and leap years', () => {
  expect(['2026-12-31', '2028-02-28', '2026-03-14'].map((text) => dayAfter(day(text)))).toEqual([
    '2027-01-01',
    '2028-02-29',
    '2026-03-15',
  ]);
});
