/** What the night audit posts, and what it must come to. The same on the terminal, which shows it at once, and on the server. */
import type { Property, Stay } from '../model/entities.ts';
import { BusinessDate, type EmployeeId, PostingId, type StayId } from '../model/ids.ts';
import type { Posting } from '../model/posting.ts';
import { taxed } from './taxes.ts';

/** SHA-256 of a text; whoever calls brings it, so that this runs anywhere. */
export type Sha256 = (text: string) => Uint8Array;

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * The id of what a night posts for a stay: a ULID made of the day and of what it is, so that posting it twice is posting it once, whoever
 * does and however often.
 */
export function nightPostingId(
  sha256: Sha256,
  {
    stayId,
    businessDate,
    item,
  }: { readonly stayId: StayId; readonly businessDate: BusinessDate; readonly item: string },
): PostingId {
  const digest = sha256(`keyrack/night-posting/v1/${stayId}/${businessDate}/${item}`);
  let time = Date.parse(businessDate);
  let head = '';
  for (let place = 0; place < 10; place++) {
    head = (ALPHABET[time % 32] ?? '0') + head;
    time = Math.floor(time / 32);
  }
  let rest = digest.slice(0, 10).reduce((all, byte) => all * 256n + BigInt(byte), 0n);
  let tail = '';
  for (let place = 0; place < 16; place++) {
    tail = (ALPHABET[Number(rest % 32n)] ?? '0') + tail;
    rest /= 32n;
  }
  return PostingId.parse(head + tail);
}

interface Night {
  readonly sha256: Sha256;
  readonly property: Pick<Property, 'country' | 'businessDate'>;
  readonly by: EmployeeId;
  readonly at: number;
}

/** Room and tax of one night of a stay; nothing for one without a rate. */
export function nightPostings(stay: Stay, { sha256, property, by, at }: Night): Posting[] {
  const { country, businessDate } = property;
  if (stay.rateMinor === 0) return [];
  const { netMinor, taxes } = taxed({ country, businessDate, kind: 'room', priceMinor: stay.rateMinor });
  const line = (kind: 'room' | 'tax', item: Posting['item'], amountMinor: number): Posting => ({
    id: nightPostingId(sha256, { stayId: stay.id, businessDate, item }),
    stayId: stay.id,
    guestId: stay.guestId,
    businessDate,
    kind,
    item,
    text: null,
    amountMinor,
    currency: stay.currency,
    folio: 1,
    reverses: null,
    reason: null,
    by,
    at,
  });
  return [line('room', 'night', netMinor), ...taxes.map(({ item, amountMinor }) => line('tax', item, amountMinor))];
}

/** The day after. */
export function dayAfter(date: BusinessDate): BusinessDate {
  return BusinessDate.parse(new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10));
}

/** What a day came to in one currency. */
export interface TrialBalance {
  readonly currency: string;
  readonly openingMinor: number;
  readonly debitsMinor: number;
  readonly creditsMinor: number;
  readonly closingMinor: number;
}

/** What the lines of a day came to, by currency. */
export interface DaySum {
  readonly currency: string;
  readonly debitsMinor: number;
  readonly creditsMinor: number;
}

/** Lines of a day, summed by currency. */
export function sumDay(postings: readonly Pick<Posting, 'currency' | 'amountMinor'>[]): DaySum[] {
  return [...Map.groupBy(postings, ({ currency }) => currency)].map(([currency, lines]) => ({
    currency,
    debitsMinor: lines.reduce((sum, { amountMinor }) => sum + Math.max(0, amountMinor), 0),
    creditsMinor: lines.reduce((sum, { amountMinor }) => sum + Math.max(0, -amountMinor), 0),
  }));
}

/** Yesterday + debits − credits = today, in each currency that either has. */
export function trialBalance(
  opening: readonly { readonly currency: string; readonly closingMinor: number }[],
  day: readonly DaySum[],
): TrialBalance[] {
  const currencies = [...new Set([...opening, ...day].map(({ currency }) => currency))].sort();
  return currencies.map((currency) => {
    const openingMinor = opening.find((one) => one.currency === currency)?.closingMinor ?? 0;
    const { debitsMinor = 0, creditsMinor = 0 } = day.find((one) => one.currency === currency) ?? {};
    return {
      currency,
      openingMinor,
      debitsMinor,
      creditsMinor,
      closingMinor: openingMinor + debitsMinor - creditsMinor,
    };
  });
}
