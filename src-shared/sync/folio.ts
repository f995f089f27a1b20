/** What is done to folios, as it is pushed. */
import { z } from 'zod';
import { Posting } from '../model/posting.ts';
import { operation } from './operation-head.ts';

/** Lines of one stay that belong together, as a charge and its tax: all or none. */
export const POSTINGS_PER_OPERATION = 20;
export const PostingAddition = operation('posting.add').extend({
  postings: z.array(Posting).min(1).max(POSTINGS_PER_OPERATION),
});
export type PostingAddition = z.infer<typeof PostingAddition>;
