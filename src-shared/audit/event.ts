/** What the access log records (DESIGN §8): who, what, why, where, when, with which outcome. Never a value. */
import { z } from 'zod';
import { SealedClass } from '../model/classes.ts';
import { Role } from '../model/entities.ts';
import { CaseId, DeviceId, EmployeeId, FieldName, GuestId, Instant, StayId } from '../model/ids.ts';
import { Purpose } from '../policy/purposes.ts';

const EVENT_TYPES = [
  'terminal.start',
  'terminal.stop',
  'terminal.enrolled',
  'session.sign-in',
  'session.sign-out',
  'session.unlock',
  'session.lock',
  /** An older cache or slot file was put back; `reason` says which. */
  'terminal.rolled-back',
  /** The keys of the log before were lost: that one was set aside, and what was not sent with it. */
  'terminal.begun-anew',
  'grant.ignored',
  'grant.order',
  'grant.withdraw',
  /** A holder's terminal has sealed a class key to whoever was entitled. */
  'grant.complete',
  'employee.leave',
  'epoch.begin',
  'epoch.retire',
  /** Values were sealed anew in the newest epoch; nobody has seen them. */
  'guest.rewrap',
  'employee.enrol',
  /** Class keys were brought back from two recovery shares. */
  'keys.recover',
  'password.change',
  /** A password under duress was set, or taken away. */
  'duress.set',
  'security-key.add',
  'security-key.remove',
  /** Her phone, and with it her recovery codes, or these alone, were made anew; `reason` is the factor that proved it was she. */
  'factor.renew',
  'factor.codes',
  /** An officer ordered somebody a new second factor, who confirmed it with her password. */
  'factor.reset',
  'factor.confirm',
  'guest.search',
  'stay.open',
  'field.reveal',
  /** What a guest showed was compared with what is on file; how it ended is a second entry. */
  'field.compare',
  /** A document that a guest showed was read and sealed; `reason` where a wrong check digit was taken all the same. */
  'field.take',
  /** Guests were looked for by the number of a document or card, whole or its last four. */
  'field.find',
  'note.write',
  'guest.change',
  'stay.change',
  'stay.check-in',
  'stay.check-out',
  'stay.create',
  /** `reason` says why; `undone` when it was taken back. */
  'stay.cancel',
  'room.set-status',
  /** Lines were added to a folio; `count` of them. */
  'folio.post',
  'folio.refund',
  'folio.adjust',
  'stay.no-show',
  /** A step of the night audit was left open; `reason` says which. */
  'audit.waive',
  /** The business day was closed, and room and tax of `count` stays were posted. */
  'audit.roll',
  /** Both values of a field that two have changed were shown. */
  'conflict.open',
  'conflict.settle',
  'guest.erase',
  'terminal.revoke',
  'terminal.wipe',
  /** A code was made that enrols one. */
  'terminal.code',
  'log.read',
  'log.verify',
  'break-glass.ask',
  'break-glass.confirm',
  'break-glass.begin',
  'break-glass.end',
  'case.open',
  'case.close',
  'case.read',
  /** What the server shows of the property's log does not fit what it showed before, or fits again; `reason` says which. */
  'log.server',
  'sync.batch-refused',
  'ipc.refused',
] as const;
export const EventType = z.enum(EVENT_TYPES);
export type EventType = z.infer<typeof EventType>;

export const AccessEvent = z.strictObject({
  type: EventType,
  outcome: z.enum(['allowed', 'refused', 'failed']),
  employeeId: EmployeeId.nullable(),
  role: Role.nullable(),
  guestId: GuestId.optional(),
  stayId: StayId.optional(),
  /** The colleague it is about. */
  aboutId: EmployeeId.optional(),
  /** The terminal it is about, where that is another one. */
  terminalId: DeviceId.optional(),
  field: FieldName.optional(),
  class: SealedClass.optional(),
  purpose: Purpose.optional(),
  /** The case that it belongs to. */
  caseId: CaseId.optional(),
  /** Done behind a password under duress: what it is about exists in the decoy only. */
  duress: z.literal(true).optional(),
  /** Machine-readable cause of a refusal, a lock or a failure, as in `idle` or `needs-unlock`. */
  reason: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/)
    .optional(),
  /** How many rows were shown, for searches. */
  count: z.int().min(0).optional(),
});
export type AccessEvent = z.infer<typeof AccessEvent>;

/** An entry as it is hashed: the event and its place in the chain of one terminal. */
export const AccessEntry = z.strictObject({
  version: z.literal(1),
  seq: z.int().min(1),
  /** Hash of the entry before, lower-case hex; 64 zeros for the first. */
  prev: z.string().regex(/^[0-9a-f]{64}$/),
  deviceId: DeviceId,
  at: Instant,
  /** Milliseconds of a clock that is never set back, counted from the start of this process. */
  mono: z.number().min(0),
  event: AccessEvent,
});
export type AccessEntry = z.infer<typeof AccessEntry>;

export const GENESIS = '0'.repeat(64);
