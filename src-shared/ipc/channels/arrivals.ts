/** Taking somebody in: a reservation, a walk-in, and what they show. */
import { z } from 'zod';
import { SHOWN_LENGTH } from '../../documents/shown-number.ts';
import { CHECK_DIGIT_OVERRIDES, MINOR_MUSTS } from '../../model/arrival.ts';
import { DOCUMENT_TYPES, Guest, StayFields } from '../../model/entities.ts';
import { BusinessDate, GuestId, RoomId, StayId } from '../../model/ids.ts';
import { type Channel, channel, nothing } from '../channel.ts';
import { NOT_LOCKED } from '../errors.ts';
import { ReadDocument, RoomChoice } from '../views.ts';

const DOCUMENT_ERRORS = [
  ...NOT_LOCKED,
  'forbidden',
  'needs-unlock',
  'not-found',
  'number-does-not-fit',
  'unreadable-value',
  'log-unavailable',
  'disk-full',
] as const;

const text = z.string().trim().min(1);
const AS = ['reservation', 'walk-in'] as const;
const { adults, children, rateMinor, currency, roomId, roomType, channel: through } = StayFields.shape;
const { language, salutation, vip, doNotDisclose } = Guest.shape;

/** The form of a new stay as it stands half filled: of a guest who is known only the masks, of a document too. */
export const StayDraft = z.strictObject({
  as: z.enum(AS),
  known: z.strictObject({ guestId: GuestId, shown: z.string().max(500) }).nullable(),
  name: z.string().max(200),
  nameLatin: z.string().max(200),
  phone: z.string().max(40),
  language: z.string().max(40),
  salutation,
  vip,
  doNotDisclose,
  arrival: z.string().max(10),
  departure: z.string().max(10),
  roomType,
  roomId,
  rate: z.string().max(20),
  adults: z.string().max(2),
  children: z.string().max(2),
  channel: through,
  document: ReadDocument.nullable(),
});
export type StayDraft = z.infer<typeof StayDraft>;

export const ARRIVALS_CHANNELS = {
  /** What the form for a new stay begins with. */
  'stay.prepare': channel(
    nothing,
    z.strictObject({
      businessDate: BusinessDate,
      currency,
      /** Each with what most of those who are here or expected pay for it; null where nobody is. */
      roomTypes: z.array(z.strictObject({ type: roomType, rateMinor: rateMinor.nullable() })),
      /** What she left half filled when the terminal was locked. */
      draft: StayDraft.nullable(),
    }),
    [...NOT_LOCKED, 'forbidden'],
  ),
  /** Keeps a half-filled form while the cache is open, or forgets it: a lock costs nobody what she typed. */
  'stay.keepDraft': channel(z.strictObject({ draft: StayDraft.nullable() }), z.null(), [...NOT_LOCKED, 'forbidden']),
  /** Rooms for a stay that is being typed, the fitting ones first. */
  'room.offer': channel(
    z.strictObject({ as: z.enum(AS), arrival: BusinessDate, departure: BusinessDate, roomType }),
    z.array(RoomChoice),
    [...NOT_LOCKED, 'forbidden'],
  ),
  /**
   * Reads what a guest shows, after the second factor, and seals it at once: for the guest of a stay, or for one who is not there yet. Neither
   * number nor birthday leave main again.
   */
  'document.read': channel(
    z.strictObject({
      text: z.string().min(1).max(SHOWN_LENGTH),
      documentType: z.enum(DOCUMENT_TYPES),
      stayId: StayId.nullable(),
      /** Of a guest whose stay is still being typed; null, as `stayId`, for one who is not there yet. */
      guestId: GuestId.nullable(),
      /** Why a wrong check digit is taken all the same; null while it is not. */
      override: z.enum(CHECK_DIGIT_OVERRIDES).nullable(),
    }),
    ReadDocument,
    [...DOCUMENT_ERRORS],
  ),
  /** Into a room, with the document that was read, onto the record that it belongs to. */
  'stay.checkIn': channel(
    z.strictObject({
      stayId: StayId,
      roomId: RoomId,
      document: z.string().length(26).nullable(),
      /** The record of the hotel that the guest has had all along, where the document showed one. */
      guestId: GuestId.nullable(),
      musts: z.array(z.enum(MINOR_MUSTS)).max(MINOR_MUSTS.length),
    }),
    z.null(),
    [...NOT_LOCKED, 'forbidden', 'not-found', 'house-rule', 'minor-musts', 'log-unavailable', 'disk-full'],
  ),
  /** `walk-in`: in house at once. A phone number is given as it was typed. */
  'stay.create': channel(
    z.strictObject({
      as: z.enum(AS),
      guest: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('known'), guestId: GuestId }),
        z.strictObject({
          kind: z.literal('new'),
          name: text.max(200),
          nameLatin: text.max(200).nullable(),
          phone: text.max(40).nullable(),
          language,
          salutation,
          vip,
          doNotDisclose,
        }),
      ]),
      arrival: BusinessDate,
      departure: BusinessDate,
      roomType,
      roomId,
      adults: adults.min(1),
      children,
      rateMinor,
      currency,
      channel: through,
      document: z.string().length(26).nullable(),
      musts: z.array(z.enum(MINOR_MUSTS)).max(MINOR_MUSTS.length),
    }),
    z.strictObject({ stayId: StayId }),
    [
      ...NOT_LOCKED,
      'forbidden',
      'not-found',
      'house-rule',
      'sensitive-number',
      'phone-does-not-fit',
      'minor-musts',
      'log-unavailable',
      'disk-full',
    ],
  ),
} as const satisfies Record<string, Channel>;
