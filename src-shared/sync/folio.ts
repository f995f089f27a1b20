/** What is done to folios, as it is pushed. */
import { z } from 'zod';
import { AUDIT_STEPS, Waiver } from '../model/day-close.ts';
import { BusinessDate } from '../model/ids.ts';
import { Posting } from '../model/posting.ts';
import { operation } from './operation-head.ts';

/** Lines of one stay that belong together, as a charge and its tax: all or none. */
const POSTINGS_PER_OPERATION = 20;
export const PostingAddition = operation('posting.add').extend({
  postings: z.array(Posting).min(1).max(POSTINGS_PER_OPERATION),
});
export type PostingAddition = z.infer<typeof PostingAddition>;

/** Closes a business day and opens the next. The server posts room and tax as it has the house, and does it once. */
export const DateRoll = operation('businessDate.roll').extend({
  from: BusinessDate,
  to: BusinessDate,
  waived: z.array(Waiver).max(AUDIT_STEPS.length),
});
export type DateRoll = z.infer<typeof DateRoll>;
