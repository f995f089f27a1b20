/**
 * Taxes of what a hotel sells, as one table by country and day. Rates are those of the law for lodging and what goes with it at the ordinary rate; whether
 * a hotel is taxed so, its accountant says. Everything is counted in whole minor units and rounded half up, line by line.
 */
import type { BusinessDate } from '../model/ids.ts';
import type { PostingItem, PostingKind } from '../model/posting.ts';

export interface TaxRule {
  /** ISO 3166-1, two letters. */
  readonly country: string;
  /** First and last business day on which it holds; null for one without an end. */
  readonly from: string;
  readonly until: string | null;
  readonly on: readonly PostingKind[];
  readonly item: Extract<PostingItem, 'vat' | 'service-charge'>;
  /** Hundredths of a percent. */
  readonly basisPoints: number;
  /** In the price already, or on top of it. */
  readonly mode: 'included' | 'added';
  readonly source: string;
}

const SOLD = ['room', 'charge'] as const;

export const TAX_RULES: readonly TaxRule[] = [
  {
    country: 'CN',
    from: '2016-05-01',
    until: null,
    on: SOLD,
    item: 'vat',
    basisPoints: 600,
    mode: 'included',
    source: '财税〔2016〕36号: lodging and catering are life services, 6 %',
  },
  {
    country: 'JP',
    from: '2019-10-01',
    until: null,
    on: SOLD,
    item: 'vat',
    basisPoints: 1000,
    mode: 'included',
    source: 'Consumption Tax Act: 10 %; prices are shown with it (from 2021-04-01 always)',
  },
  {
    country: 'SG',
    from: '2024-01-01',
    until: null,
    on: SOLD,
    item: 'vat',
    basisPoints: 900,
    mode: 'added',
    source: 'Goods and Services Tax Act: 9 %',
  },
];

/** What of a price is the house's and what is tax, each in minor units. */
export interface Taxed {
  readonly netMinor: number;
  readonly taxes: readonly { readonly item: TaxRule['item']; readonly amountMinor: number }[];
}

export interface Priced {
  readonly country: string;
  readonly businessDate: BusinessDate;
  readonly kind: PostingKind;
  /** As it is on the price list, above nothing. */
  readonly priceMinor: number;
}

/**
 * Takes a price apart. With taxes included, net and taxes are the price to the cent; with taxes added, net is the price.
 * @throws RangeError for a price that is no whole number above nothing
 */
export function taxed(
  { country, businessDate, kind, priceMinor }: Priced,
  rules: readonly TaxRule[] = TAX_RULES,
): Taxed {
  if (!Number.isSafeInteger(priceMinor) || priceMinor <= 0)
    throw new RangeError('a price is whole minor units above nothing');
  const holding = rules.filter(
    (rule) =>
      rule.country === country &&
      rule.from <= businessDate &&
      (rule.until === null || businessDate <= rule.until) &&
      rule.on.includes(kind),
  );
  const included = holding.filter(({ mode }) => mode === 'included');
  const whole = WHOLE + included.reduce((sum, { basisPoints }) => sum + basisPoints, 0);
  const taxes = holding.map(({ item, basisPoints, mode }) => ({
    item,
    mode,
    amountMinor: roundHalfUp(priceMinor, basisPoints, mode === 'included' ? whole : WHOLE),
  }));
  const inside = taxes.reduce((sum, { mode, amountMinor }) => sum + (mode === 'included' ? amountMinor : 0), 0);
  return {
    netMinor: priceMinor - inside,
    // A tax that rounds to nothing is no line.
    taxes: taxes.flatMap(({ item, amountMinor }) => (amountMinor === 0 ? [] : [{ item, amountMinor }])),
  };
}

/** All of something, in basis points. */
const WHOLE = 10_000;

/** amount × part ÷ whole, half a unit rounded up; exact for every amount a folio takes. */
function roundHalfUp(amount: number, part: number, whole: number): number {
  const [a, p, w] = [BigInt(amount), BigInt(part), BigInt(whole)];
  return Number((2n * a * p + w) / (2n * w));
}
