/** The folio of a stay as the window is shown it. */
import { z } from 'zod';
import { BusinessDate, Instant, OperationId, StayId } from '../model/ids.ts';
import { FOLIOS_MOST, PostingFields } from '../model/posting.ts';

export const FolioLine = PostingFields.omit({ stayId: true, guestId: true, by: true }).extend({
  /** Who posted it. */
  by: z.string(),
  /** `waiting` until the server has it; `refused` when it would not take it, and then it counts nothing. */
  state: z.enum(['synced', 'waiting', 'refused']),
  /** What was owed with it, over all windows. */
  runningMinor: z.int(),
  isReversed: z.boolean(),
  /** Whether whoever looks may take it back now. */
  mayReverse: z.boolean(),
  /** Of a line that came back: what it was sent as, and why. */
  returned: z.strictObject({ operationId: OperationId, reason: z.string() }).nullable(),
});
export type FolioLine = z.infer<typeof FolioLine>;

export const FolioView = z.strictObject({
  stayId: StayId,
  currency: z.string(),
  businessDate: BusinessDate,
  lines: z.array(FolioLine),
  balanceMinor: z.int(),
  /** What each window owes, those that have lines. */
  windows: z.array(z.strictObject({ folio: z.int().min(1).max(FOLIOS_MOST), balanceMinor: z.int() })),
  may: z.strictObject({ post: z.boolean(), deposit: z.boolean(), refund: z.boolean(), adjust: z.boolean() }),
  readAt: Instant,
});
export type FolioView = z.infer<typeof FolioView>;
