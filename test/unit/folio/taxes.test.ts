import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TAX_RULES, type TaxRule, taxed } from '../../../src-shared/folio/taxes.ts';
import { BusinessDate } from '../../../src-shared/model/ids.ts';
import { AMOUNT_MOST } from '../../../src-shared/model/posting.ts';

const day = (text: string) => BusinessDate.parse(text);
const sold = (country: string, priceMinor: number, businessDate = day('2026-03-14')) =>
  taxed({ country, businessDate, kind: 'room', priceMinor });
const sum = (taxes: ReturnType<typeof taxed>['taxes']) => taxes.reduce((all, { amountMinor }) => all + amountMinor, 0);

describe('taxes', () => {
  it('are in the price or on top of it, by country and day', () => {
    expect(sold('CN', 10_600)).toEqual({ netMinor: 10_000, taxes: [{ item: 'vat', amountMinor: 600 }] });
    expect(sold('SG', 10_000)).toEqual({ netMinor: 10_000, taxes: [{ item: 'vat', amountMinor: 900 }] });
    expect(sold('CN', 10_600, day('2016-04-30'))).toEqual({ netMinor: 10_600, taxes: [] });
    expect(sold('XX', 10_600)).toEqual({ netMinor: 10_600, taxes: [] });
    expect(taxed({ country: 'CN', businessDate: day('2026-03-14'), kind: 'payment', priceMinor: 100 }).taxes).toEqual(
      [],
    );
  });

  it('are rounded half up, each line by itself', () => {
    // 9 % of 50 is 4.5; of 49 it is 4.41.
    expect([sum(sold('SG', 50).taxes), sum(sold('SG', 49).taxes)]).toEqual([5, 4]);
    // 6/106 of 9 is 0.509; of 8 it is 0.453, which is nothing.
    expect([sold('CN', 9), sold('CN', 8)]).toEqual([
      { netMinor: 8, taxes: [{ item: 'vat', amountMinor: 1 }] },
      { netMinor: 8, taxes: [] },
    ]);
  });

  it('lose no cent whatever the price and the rates: net and what is included are the price, and no line is off by more than half', () => {
    const rule = fc.record({
      basisPoints: fc.integer({ min: 1, max: 4_000 }),
      mode: fc.constantFrom('included' as const, 'added' as const),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: AMOUNT_MOST }), fc.array(rule, { maxLength: 4 }), (priceMinor, drawn) => {
        const rules = drawn.map(
          (one): TaxRule => ({
            ...one,
            country: 'XX',
            from: '2000-01-01',
            until: null,
            on: ['room'],
            item: 'vat',
            source: '',
          }),
        );
        const all = taxed({ country: 'XX', businessDate: day('2026-03-14'), kind: 'room', priceMinor }, rules);
        const added = taxed(
          { country: 'XX', businessDate: day('2026-03-14'), kind: 'room', priceMinor },
          rules.filter(({ mode }) => mode === 'added'),
        );
        expect(all.netMinor + sum(all.taxes) - sum(added.taxes)).toBe(priceMinor);
        expect(added.netMinor).toBe(priceMinor);
        const inside = rules.filter(({ mode }) => mode === 'included');
        const points = inside.reduce((total, { basisPoints }) => total + basisPoints, 0);
        const exact = (priceMinor * 10_000) / (10_000 + points);
        expect(Math.abs(all.netMinor - exact)).toBeLessThanOrEqual(inside.length / 2 + 1e-3);
      }),
    );
  });

  it('are told apart by their days: no two rules of one kind hold at once', () => {
    for (const [index, one] of TAX_RULES.entries())
      for (const other of TAX_RULES.slice(index + 1)) {
        const isSame = one.country === other.country && one.item === other.item;
        const overlap = one.from <= (other.until ?? '9999') && other.from <= (one.until ?? '9999');
        expect(isSame && overlap && one.on.some((kind) => other.on.includes(kind))).toBe(false);
      }
  });
});
