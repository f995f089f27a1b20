/** A business day that was closed by the night audit: there is one a day, and its figures stay. */
import { z } from 'zod';
import { BusinessDate, EmployeeId, Instant } from './ids.ts';

/** What is looked at before a day is closed. */
export const AUDIT_STEPS = ['calendar', 'rooms', 'rates', 'arrivals', 'departures', 'returned', 'conflicts'] as const;
export type AuditStep = (typeof AUDIT_STEPS)[number];
/** Steps that nobody can waive: a guest without a room, and a day that has not come. */
export const BLOCKING_STEPS = ['calendar', 'rooms'] as const satisfies readonly AuditStep[];

/** A step that was left open, and why. */
export const Waiver = z.strictObject({
  step: z.enum(AUDIT_STEPS).exclude(BLOCKING_STEPS),
  reason: z.string().trim().min(3).max(200),
});
export type Waiver = z.infer<typeof Waiver>;

const Sum = z.int();
export const DayClose = z.strictObject({
  /** The day that was closed. */
  id: BusinessDate,
  by: EmployeeId,
  at: Instant,
  waived: z.array(Waiver).max(AUDIT_STEPS.length),
  /** Stays whose room was posted, and arrivals that did not come. */
  rooms: z.int().min(0),
  noShows: z.int().min(0),
  /** In minor units: yesterday + debits − credits = today. */
  balances: z
    .array(
      z.strictObject({
        currency: z.string().regex(/^[A-Z]{3}$/),
        openingMinor: Sum,
        debitsMinor: Sum.min(0),
        creditsMinor: Sum.min(0),
        closingMinor: Sum,
      }),
    )
    .max(20),
});
export type DayClose = z.infer<typeof DayClose>;
