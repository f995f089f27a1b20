/** Folios: what a stay owes, and what is done about it. Amounts are minor units, always above nothing: main gives them their sign. */
import { z } from 'zod';
import { OperationId, PostingId, StayId } from '../../model/ids.ts';
import { AMOUNT_MOST, PostingFields } from '../../model/posting.ts';
import { type Channel, channel } from '../channel.ts';
import { NOT_LOCKED } from '../errors.ts';
import { FolioView } from '../folio-views.ts';

const RECORDED = [...NOT_LOCKED, 'forbidden', 'not-found', 'log-unavailable', 'disk-full'] as const;
const { item, text, folio, reason } = PostingFields.shape;
const amountMinor = z.int().min(1).max(AMOUNT_MOST);

export const FOLIO_CHANNELS = {
  'folio.open': channel(z.strictObject({ stayId: StayId }), FolioView, [...NOT_LOCKED, 'forbidden', 'not-found']),
  /** A charge takes its tax along. An adjustment here is in the guest's favour. */
  'folio.post': channel(
    z.strictObject({
      stayId: StayId,
      kind: z.enum(['charge', 'payment', 'deposit', 'refund', 'adjustment']),
      item,
      text,
      amountMinor,
      folio,
      reason,
    }),
    FolioView,
    [...RECORDED, 'house-rule', 'sensitive-number', 'invalid-input'],
  ),
  /** Takes a line back, with the tax that came with it. */
  'folio.reverse': channel(
    z.strictObject({ stayId: StayId, postingId: PostingId, reason: reason.unwrap() }),
    FolioView,
    [...RECORDED, 'house-rule'],
  ),
  /** Moves what is owed from one window to another. */
  'folio.split': channel(z.strictObject({ stayId: StayId, from: folio, to: folio, amountMinor }), FolioView, [
    ...RECORDED,
    'house-rule',
    'invalid-input',
  ]),
  /** Lines that came back, and are not needed. */
  'folio.drop': channel(z.strictObject({ stayId: StayId, operationId: OperationId }), FolioView, RECORDED),
} as const satisfies Record<string, Channel>;
