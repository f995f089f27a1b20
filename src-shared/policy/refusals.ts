/** Why something is refused, and what would help: the words of decide(), as they travel to the window. */
import { z } from 'zod';
import { Role, Shift } from '../model/entities.ts';
import { BusinessDate, Instant } from '../model/ids.ts';
import { Purpose } from './purposes.ts';

/** In the order in which they are told: of several causes the first, and one only (matrix.ts says why in this order). */
export const REFUSAL_REASONS = [
  'signed-out',
  'inactive',
  'role',
  'other-property',
  'stay-not-current',
  'training-expired',
  'off-shift',
  'policy-not-acknowledged',
  'budget',
  'glass-whole',
  'purpose-missing',
  'purpose',
  'not-granted',
  'grant-pending',
  'needs-unlock',
] as const;
export const RefusalReason = z.enum(REFUSAL_REASONS);
export type RefusalReason = z.infer<typeof RefusalReason>;

/** What would help: one thing to do, or nothing. */
export const Help = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('nothing') }),
  z.strictObject({ kind: z.literal('sign-in') }),
  z.strictObject({ kind: z.literal('another-role'), roles: z.array(Role).min(1).readonly() }),
  /** From this day on. */
  z.strictObject({ kind: z.literal('another-day'), from: BusinessDate }),
  z.strictObject({ kind: z.literal('training') }),
  z.strictObject({ kind: z.literal('shift'), shifts: z.array(Shift).readonly() }),
  z.strictObject({ kind: z.literal('acknowledgement'), version: z.int() }),
  /** From this time on, or by somebody of these roles at once. */
  z.strictObject({ kind: z.literal('budget'), freesAt: Instant, roles: z.array(Role).readonly() }),
  z.strictObject({ kind: z.literal('break-glass') }),
  z.strictObject({ kind: z.literal('purpose'), purposes: z.array(Purpose).readonly() }),
  z.strictObject({ kind: z.literal('second-factor') }),
  /** A security officer or duty manager orders the grant. */
  z.strictObject({ kind: z.literal('order') }),
  /** The grant was ordered: it is complete once somebody who holds the key has unlocked. */
  z.strictObject({ kind: z.literal('holder') }),
]);
export type Help = z.infer<typeof Help>;
