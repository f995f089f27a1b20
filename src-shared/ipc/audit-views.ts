/** The night audit as the window is shown it. Guests are masks. */
import { z } from 'zod';
import { AUDIT_STEPS, DayClose } from '../model/day-close.ts';
import { BusinessDate, StayId } from '../model/ids.ts';
import { MaskedText } from './views.ts';

const AuditStay = z.strictObject({
  stayId: StayId,
  room: z.string().nullable(),
  guest: MaskedText,
  reservationNumber: z.string(),
  departure: BusinessDate,
});

/** What a night posts for one stay. */
const NightLine = AuditStay.pick({ stayId: true, room: true, guest: true }).extend({
  roomMinor: z.int(),
  taxMinor: z.int(),
  currency: z.string(),
  /** Posted before: it is not posted again. */
  isPosted: z.boolean(),
});

export const AuditView = z.strictObject({
  businessDate: BusinessDate,
  next: BusinessDate,
  steps: z.array(
    z.strictObject({
      step: z.enum(AUDIT_STEPS),
      /** Nobody can waive it. */
      isBlocking: z.boolean(),
      /** What is open; 0 when it is done. */
      count: z.int().min(0),
      /** Those it is about, fifty at most. */
      stays: z.array(AuditStay),
    }),
  ),
  night: z.array(NightLine),
  /** What the day comes to with the night in it. */
  balances: DayClose.shape.balances,
  may: z.strictObject({ roll: z.boolean(), noShow: z.boolean() }),
  /** Operations that wait for the server: the audit goes on without it. */
  waiting: z.int(),
  /** The day that was closed last. */
  last: DayClose.omit({ by: true }).extend({ by: z.string() }).nullable(),
});
export type AuditView = z.infer<typeof AuditView>;
