/** One line of a stay's folio. Lines are added and never changed: what was wrong is reversed and posted anew. */
import { z } from 'zod';
import { BusinessDate, EmployeeId, GuestId, Instant, PostingId, StayId } from './ids.ts';

const POSTING_KINDS = ['room', 'tax', 'charge', 'payment', 'deposit', 'refund', 'adjustment'] as const;
export type PostingKind = (typeof POSTING_KINDS)[number];

/** By what means money comes in or goes back. A card is named by the guest's record, never here. */
const MEANS = ['cash', 'card', 'mobile', 'transfer'] as const;

/** What a line can be for, by its kind. `city-ledger`: not paid, and owed by a company from now on. */
export const POSTING_ITEMS = {
  room: ['night', 'no-show', 'late-check-out'],
  tax: ['vat', 'service-charge'],
  charge: ['minibar', 'restaurant', 'laundry', 'telephone', 'parking', 'extra-bed', 'damage', 'other'],
  payment: [...MEANS, 'city-ledger'],
  deposit: MEANS,
  refund: MEANS,
  adjustment: ['rebate', 'correction', 'split', 'write-off'],
} as const satisfies { readonly [K in PostingKind]: readonly string[] };
export type PostingItem = (typeof POSTING_ITEMS)[PostingKind][number];
const ITEMS = [...new Set(Object.values(POSTING_ITEMS).flat())] as [PostingItem, ...PostingItem[]];

/** Why something is taken back, given back or adjusted. */
export const POSTING_REASONS = [
  'wrong-amount',
  'wrong-stay',
  'posted-twice',
  'not-delivered',
  'complaint',
  'goodwill',
  'stay-shortened',
  'deposit-back',
  'no-card-at-hand',
] as const;
export type PostingReason = (typeof POSTING_REASONS)[number];

/** A hundred million in hundredths: more is a slip of the finger, and a sum of a million of them is still exact. */
export const AMOUNT_MOST = 10_000_000_000;
/** 1 the guest, 2 a company, further ones as they are needed. */
export const FOLIOS_MOST = 4;
export const POSTING_TEXT_LENGTH = 120;

export const PostingFields = z.strictObject({
  id: PostingId,
  stayId: StayId,
  /** Whose it is: what was typed goes with a guest who is erased, the amounts stay for the books. */
  guestId: GuestId,
  /** The day whose books it is in. */
  businessDate: BusinessDate,
  kind: z.enum(POSTING_KINDS),
  item: z.enum(ITEMS),
  text: z.string().trim().min(1).max(POSTING_TEXT_LENGTH).nullable(),
  /** In minor units of `currency`; what the guest owes more is positive, what she owes less negative. */
  amountMinor: z
    .int()
    .min(-AMOUNT_MOST)
    .max(AMOUNT_MOST)
    .refine((amount) => amount !== 0, 'an amount other than nothing'),
  /** ISO 4217: the stay's. */
  currency: z.string().regex(/^[A-Z]{3}$/, 'three capital letters of ISO 4217'),
  /** Which window of the folio: who is to pay. */
  folio: z.int().min(1).max(FOLIOS_MOST),
  /** The line that this one takes back. */
  reverses: PostingId.nullable(),
  reason: z.enum(POSTING_REASONS).nullable(),
  by: EmployeeId,
  at: Instant,
});
export const Posting = PostingFields.refine(({ kind, item }) => POSTING_ITEMS[kind].some((name) => name === item), {
  path: ['item'],
  error: 'an item of its kind',
});
export type Posting = z.infer<typeof Posting>;

/** What is owed by these lines, in minor units: the sum, whatever their order. */
export function balanceOf(postings: readonly Pick<Posting, 'amountMinor'>[]): number {
  return postings.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
}
