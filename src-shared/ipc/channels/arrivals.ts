/** Taking somebody in: a reservation, a walk-in, and what they show. */
import { z } from 'zod';
import { Guest, StayFields } from '../../model/entities.ts';
import { BusinessDate, GuestId, StayId } from '../../model/ids.ts';
import { type Channel, channel, nothing } from '../channel.ts';
import { NOT_LOCKED } from '../errors.ts';
import { RoomChoice } from '../views.ts';

const text = z.string().trim().min(1);
const AS = ['reservation', 'walk-in'] as const;
const { adults, children, rateMinor, currency, roomId, roomType, channel: through } = StayFields.shape;
const { language, salutation, vip, doNotDisclose } = Guest.shape;

export const ARRIVALS_CHANNELS = {
  /** What the form for a new stay begins with. */
  'stay.prepare': channel(
    nothing,
    z.strictObject({
      businessDate: BusinessDate,
      currency,
      /** Each with what most of those who are here or expected pay for it; null where nobody is. */
      roomTypes: z.array(z.strictObject({ type: roomType, rateMinor: rateMinor.nullable() })),
    }),
    [...NOT_LOCKED, 'forbidden'],
  ),
  /** Rooms for a stay that is being typed, the fitting ones first. */
  'room.offer': channel(
    z.strictObject({ as: z.enum(AS), arrival: BusinessDate, departure: BusinessDate, roomType }),
    z.array(RoomChoice),
    [...NOT_LOCKED, 'forbidden'],
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
    }),
    z.strictObject({ stayId: StayId }),
    [
      ...NOT_LOCKED,
      'forbidden',
      'not-found',
      'house-rule',
      'sensitive-number',
      'phone-does-not-fit',
      'log-unavailable',
      'disk-full',
    ],
  ),
} as const satisfies Record<string, Channel>;
