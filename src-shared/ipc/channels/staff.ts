/** People and what they may: who works here, rights ordered and withdrawn, second factors, keys recovered. */
import { z } from 'zod';
import { SealedClass } from '../../model/classes.ts';
import { CaseText, Employee, GRANT_SCOPES, Role, SecurityKey } from '../../model/entities.ts';
import { EmployeeId, EntitlementId, SecurityKeyId } from '../../model/ids.ts';
import { type Channel, channel, nothing } from '../channel.ts';
import { NOT_LOCKED } from '../errors.ts';
import { RENEWED } from '../prompt-ceremony.ts';
import { FactorsView, GrantView, StaffItem, StaffView } from '../views.ts';

/** Somebody new, as typed into a form. */
export const NewPersonInput = z.strictObject({
  name: z.string().trim().min(1).max(80),
  nameLatin: z.string().trim().max(80).nullable(),
  staffNumber: Employee.shape.staffNumber,
});

const ORDERING_ERRORS = [
  ...NOT_LOCKED,
  'forbidden',
  'needs-unlock',
  'not-found',
  'log-unavailable',
  'disk-full',
] as const;

/** What can be ordered: to see or find a class, or to order. */
const Right = z.union([
  z.strictObject({ scope: z.enum(GRANT_SCOPES), class: SealedClass }),
  z.strictObject({ scope: z.literal('order'), class: z.null() }),
]);

export const STAFF_CHANNELS = {
  /** Adds somebody to the staff: password and second factor are chosen in the prompt. */
  'staff.enrol': channel(NewPersonInput.extend({ role: Role }), StaffItem, [
    ...NOT_LOCKED,
    'forbidden',
    'staff-number-taken',
    'cancelled',
    'prompt-unavailable',
    'server-unreachable',
    'server-refused',
    'log-unavailable',
    'disk-full',
  ]),
  /** Brings the class keys back to whoever is signed in, from two recovery shares and by an officer's order. */
  'keys.recover': channel(z.strictObject({ officerId: EmployeeId }), z.strictObject({ keys: z.int() }), [
    ...NOT_LOCKED,
    'forbidden',
    'not-found',
    'no-recovery-key',
    'officer-may-not-order',
    'cancelled',
    'prompt-unavailable',
    'unreadable-value',
    'log-unavailable',
    'disk-full',
  ]),

  'staff.view': channel(nothing, StaffView, [...NOT_LOCKED, 'forbidden']),
  /** What whoever is signed in is entitled to, and what of it waits. */
  'staff.mine': channel(nothing, z.array(GrantView), NOT_LOCKED),
  /** Orders a grant; a holder's unlocked terminal completes it. */
  'staff.order': channel(z.strictObject({ employeeId: EmployeeId, right: Right }), z.null(), ORDERING_ERRORS),
  'staff.withdraw': channel(z.strictObject({ entitlementId: EntitlementId }), z.null(), ORDERING_ERRORS),
  'staff.leave': channel(z.strictObject({ employeeId: EmployeeId }), z.null(), ORDERING_ERRORS),

  /** Her own second factors: what she has, and whether she may add one. */
  'factors.view': channel(nothing, FactorsView, NOT_LOCKED),
  /** Has main ask for a new security key and a code; answered when the prompt has closed. */
  'securityKey.add': channel(z.strictObject({ name: SecurityKey.shape.name }), FactorsView, [
    ...NOT_LOCKED,
    'forbidden',
    'cancelled',
    'prompt-unavailable',
    'log-unavailable',
    'disk-full',
  ]),
  /** Has main ask for a factor that she has, then show what takes its place; answered when the prompt has closed. */
  'factor.renew': channel(z.strictObject({ what: z.enum(RENEWED) }), FactorsView, [
    ...NOT_LOCKED,
    'forbidden',
    'cancelled',
    'prompt-unavailable',
    'server-unreachable',
    'server-refused',
    'log-unavailable',
    'disk-full',
  ]),
  /** Orders a new second factor for somebody who lost hers, and who is at this desk. */
  'factor.reset': channel(z.strictObject({ employeeId: EmployeeId, reason: CaseText }), z.null(), [
    ...ORDERING_ERRORS,
    'sensitive-number',
    'cancelled',
    'prompt-unavailable',
    'server-unreachable',
    'server-refused',
  ]),
  'securityKey.remove': channel(z.strictObject({ id: SecurityKeyId }), FactorsView, [
    ...NOT_LOCKED,
    'forbidden',
    'not-found',
    'log-unavailable',
    'disk-full',
  ]),
} as const satisfies Record<string, Channel>;
