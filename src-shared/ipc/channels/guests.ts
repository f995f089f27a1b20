/** The day’s work: lists, search, one stay, its sealed fields and notes. */
import { z } from 'zod';
import { SHOWN_LENGTH } from '../../documents/shown-number.ts';
import { NOTE_LENGTH } from '../../model/entities.ts';
import { GuestId, StayId } from '../../model/ids.ts';
import { COMPARABLE_FIELDS, GUEST_SEALED_FIELDS } from '../../model/registry.ts';
import { DAY_LISTS, Purpose } from '../../policy/purposes.ts';
import { type Channel, channel, nothing } from '../channel.ts';
import { NOT_LOCKED } from '../errors.ts';
import { NoteView, Revealed, SealedHit, SearchHit, StayRecord, TodayView } from '../views.ts';

export const GUESTS_CHANNELS = {
  'today.view': channel(nothing, TodayView, [...NOT_LOCKED, 'forbidden']),
  'guest.search': channel(
    z.strictObject({ query: z.string().max(80), limit: z.int().min(1).max(50) }),
    z.array(SearchHit),
    [...NOT_LOCKED, 'forbidden', 'log-unavailable', 'disk-full'],
  ),
  /** By the whole number of a document or card, or its last four, after the second factor. What was typed is neither kept nor recorded. */
  'guest.findSealed': channel(
    z.strictObject({ number: z.string().min(1).max(SHOWN_LENGTH), limit: z.int().min(1).max(50) }),
    z.array(SealedHit),
    [
      ...NOT_LOCKED,
      'forbidden',
      'needs-unlock',
      'number-does-not-fit',
      'too-many-attempts',
      'log-unavailable',
      'disk-full',
    ],
  ),
  /** `from`: the list of the day that it was opened from, which says what is being done. */
  'stay.open': channel(z.strictObject({ stayId: StayId, from: z.enum(DAY_LISTS).optional() }), StayRecord, [
    ...NOT_LOCKED,
    'forbidden',
    'not-found',
    'log-unavailable',
    'disk-full',
  ]),
  'stay.reveal': channel(
    z.strictObject({ stayId: StayId, field: z.enum(GUEST_SEALED_FIELDS), purpose: Purpose }),
    Revealed,
    [
      ...NOT_LOCKED,
      'forbidden',
      'needs-unlock',
      'not-found',
      'log-unavailable',
      'disk-full',
      'unreadable-value',
      'not-at-this-terminal',
    ],
  ),
  /** The whole number that a guest shows against the one on file: the answer is match or no match, and nothing else. */
  'stay.compare': channel(
    z.strictObject({ stayId: StayId, field: z.enum(COMPARABLE_FIELDS), shown: z.string().min(1).max(SHOWN_LENGTH) }),
    z.strictObject({ matches: z.boolean() }),
    [
      ...NOT_LOCKED,
      'forbidden',
      'needs-unlock',
      'not-found',
      'number-does-not-fit',
      'too-many-attempts',
      'log-unavailable',
      'disk-full',
      'unreadable-value',
      'not-at-this-terminal',
    ],
  ),

  'note.add': channel(z.strictObject({ guestId: GuestId, text: z.string().trim().min(1).max(NOTE_LENGTH) }), NoteView, [
    ...NOT_LOCKED,
    'forbidden',
    'not-found',
    'sensitive-number',
    'log-unavailable',
    'disk-full',
  ]),

  /** Asks the server to erase a guest everywhere; the feed brings it here when it is done. */
  'guest.erase': channel(z.strictObject({ guestId: GuestId }), z.null(), [
    ...NOT_LOCKED,
    'forbidden',
    'needs-unlock',
    'not-found',
    'current-stay',
    'log-unavailable',
    'disk-full',
  ]),
} as const satisfies Record<string, Channel>;
