/**
 * Every channel between main and the app's page, once (DESIGN §6). Main's wrapper and the renderer's client are both made from
 * this table; a channel that is not here does not exist. None takes a password or code: those are typed into the prompt window,
 * which has a contract of its own (prompt-contract.ts).
 */
import { z } from 'zod';
import { SealedClass } from '../model/classes.ts';
import {
  CASE_KINDS,
  CaseClosure,
  CaseText,
  Employee,
  GRANT_SCOPES,
  NOTE_LENGTH,
  Property,
  Role,
  SecurityKey,
} from '../model/entities.ts';
import { CaseId, EmployeeId, EntitlementId, GuestId, Instant, SecurityKeyId, StayId } from '../model/ids.ts';
import { COMPARABLE_FIELDS, GUEST_SEALED_FIELDS } from '../model/registry.ts';
import { DAY_LISTS, Purpose } from '../policy/purposes.ts';
import { Help, RefusalReason } from '../policy/refusals.ts';
import {
  AppStatus,
  CaseView,
  FactorsView,
  FoundingView,
  GlassView,
  GrantView,
  LeaseView,
  LogItem,
  LogVerdict,
  NoteView,
  RefusedBatchView,
  Revealed,
  SealedHit,
  SearchHit,
  SessionView,
  StaffItem,
  StaffView,
  StayRecord,
  SyncView,
  TodayView,
} from './views.ts';

export const ERROR_CODES = [
  /** Nobody is signed in. */
  'locked',
  'forbidden',
  'needs-unlock',
  'wrong-password',
  'wrong-code',
  /** This TOTP code was accepted before: wait for the next. */
  'code-used',
  /** A recovery code that is not one, by its check character: it was not tried. */
  'recovery-code-mistyped',
  'wrong-recovery-code',
  'recovery-code-used',
  /** Only the server can take a recovery code, and it cannot be reached. */
  'recovery-needs-line',
  /** The server cannot be reached, and nothing on this terminal can check the code in its place. */
  'lease-none',
  'lease-expired',
  'lease-used-up',
  /** The server cannot be reached, and this terminal's clock was set back: no code can be told by it. */
  'clock-set-back',
  /** The server has no second factor of this person. */
  'no-second-factor',
  /** The security key's answer opens nothing of hers. */
  'wrong-key',
  'too-many-attempts',
  /** The person closed the prompt, or it was closed because she went away. */
  'cancelled',
  /** The window for passwords and codes cannot be made. */
  'prompt-unavailable',
  'not-found',
  /** The guest is in the house or expected, and cannot be erased yet. */
  'current-stay',
  /** The note holds an ID or card number: those have their own sealed fields. */
  'sensitive-number',
  /** What a guest shows is no whole number of its kind: `problem` says how. */
  'number-does-not-fit',
  'wrong-enrolment-code',
  'wrong-founding-code',
  /** Somebody has this staff number, or had it. */
  'staff-number-taken',
  'passwords-differ',
  /** Too short, too common, or made of what colleagues know. */
  'password-weak',
  /** Of a second factor that is being added. */
  'code-does-not-fit',
  /** The words asked for are not those of the share. */
  'words-differ',
  /** Of a share: `place` is the first word that is in no list. */
  'unknown-word',
  /** Of a share: `count` words were typed. */
  'word-count',
  'mixed-words',
  'word-checksum',
  /** The second share is the first one again. */
  'same-share',
  /** Two shares of different keys, or not of this hotel's. */
  'shares-not-together',
  'not-printed',
  /** No recovery key was ever made here. */
  'no-recovery-key',
  /** She was never entitled to order grants, or not by anybody who may. */
  'officer-may-not-order',
  'server-unreachable',
  'server-refused',
  /** The access log cannot be written, so nothing may be revealed. */
  'log-unavailable',
  'disk-full',
  /** The sealed value does not open: wrong epoch, altered or moved. */
  'unreadable-value',
  'not-ready',
  /** The input did not fit the contract; `field` names where. */
  'invalid-input',
  /** Called from somewhere else than our own page. */
  'foreign-sender',
  /** A bug; `incident` is the id under which the log has it. */
  'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

const NUMBER_PROBLEMS = ['length', 'characters', 'check-digit', 'date'] as const;

export const IpcError = z.strictObject({
  code: z.enum(ERROR_CODES),
  field: z.string().optional(),
  retryAt: Instant.optional(),
  attemptsLeft: z.int().optional(),
  /** Why the policy refused, whom to ask, what would help. */
  reason: RefusalReason.optional(),
  whoCan: z.array(Role).optional(),
  help: Help.optional(),
  problem: z.enum(NUMBER_PROBLEMS).optional(),
  place: z.int().optional(),
  count: z.int().optional(),
  incident: z.string().optional(),
});
export type IpcError = z.infer<typeof IpcError>;

export type IpcResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: IpcError };

export interface Channel {
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  readonly errors: readonly ErrorCode[];
}

/** One line of a contract. */
export const channel = <I extends z.ZodType, O extends z.ZodType, const E extends readonly ErrorCode[]>(
  input: I,
  output: O,
  errors: E,
) => ({ input, output, errors }) satisfies Channel;

export const nothing = z.undefined();
/** A machine-readable zone of three lines and what a scanner puts between them. */
export const SHOWN_LENGTH = 128;
const NOT_LOCKED = ['locked', 'not-ready'] as const;
/** Somebody new, as typed into a form. */
const NewPersonInput = z.strictObject({
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

/** A table of channels: what one window may ask. */
export type Contract<T> = { readonly [C in keyof T]: Channel };

/** A use case for every channel of a contract. */
export type HandlersOf<T extends Contract<T>> = {
  readonly [C in keyof T]: (
    input: z.output<T[C]['input']>,
  ) => IpcResult<z.output<T[C]['output']>> | Promise<IpcResult<z.output<T[C]['output']>>>;
};

export const CHANNELS = {
  'app.status': channel(nothing, AppStatus, []),
  'app.retry': channel(nothing, AppStatus, []),
  /** Puts a corrupt or unopenable cache aside (never deletes it) and starts a new one from the server. */
  'app.rebuild': channel(nothing, AppStatus, ['not-ready']),
  'app.enrol': channel(z.strictObject({ code: z.string().min(4).max(64) }), AppStatus, [
    'wrong-enrolment-code',
    'server-unreachable',
    'server-refused',
    'not-ready',
  ]),
  /** Founding a hotel on this terminal (desk/founding.ts). The code is the server operator's and good once. */
  'founding.view': channel(nothing, FoundingView, []),
  'founding.begin': channel(z.strictObject({ code: z.string().trim().min(4).max(64) }), FoundingView, [
    'wrong-founding-code',
    'server-unreachable',
    'server-refused',
    'not-ready',
  ]),
  'founding.hotel': channel(Property.omit({ id: true, policyVersion: true }), FoundingView, ['not-ready']),
  'founding.enrol': channel(NewPersonInput.extend({ as: z.enum(['officer', 'holder']) }), FoundingView, [
    'not-ready',
    'staff-number-taken',
    'cancelled',
    'prompt-unavailable',
  ]),
  'founding.handOut': channel(nothing, FoundingView, ['not-ready', 'cancelled', 'prompt-unavailable']),
  'founding.send': channel(nothing, AppStatus, [
    'wrong-founding-code',
    'server-unreachable',
    'server-refused',
    'not-ready',
  ]),
  'founding.drop': channel(nothing, FoundingView, []),

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

  'preferences.set': channel(
    z.strictObject({ locale: z.enum(['zh-CN', 'en']).optional(), theme: z.enum(['light', 'dark', 'auto']).optional() }),
    AppStatus,
    ['not-ready'],
  ),

  'session.view': channel(nothing, SessionView, []),
  'session.staff': channel(nothing, z.array(StaffItem), ['not-ready']),
  /** Has main ask for the password of whoever was picked; answered when the prompt has closed. */
  'session.signIn': channel(z.strictObject({ employeeId: EmployeeId }), SessionView, [
    'cancelled',
    'prompt-unavailable',
    'not-found',
    'not-ready',
  ]),
  /** Has main ask for the second factor; answered when the prompt has closed. */
  'session.unlock': channel(nothing, SessionView, [...NOT_LOCKED, 'cancelled', 'prompt-unavailable']),
  /** Takes the question of the prompt back; harmless when there is none. */
  'session.cancel': channel(nothing, SessionView, []),
  'session.lock': channel(nothing, SessionView, []),
  /** Locks for somebody else: the picker comes up with nobody picked. */
  'session.switch': channel(nothing, SessionView, []),
  /** Whether whoever is signed in can unlock without the server, and until when. */
  'session.lease': channel(nothing, LeaseView, NOT_LOCKED),
  /** The person did something: idle times start again. */
  'session.touch': channel(nothing, SessionView, []),

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
    [...NOT_LOCKED, 'forbidden', 'needs-unlock', 'not-found', 'log-unavailable', 'disk-full', 'unreadable-value'],
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
    ],
  ),
  /** Asks for one stay to be opened in an emergency: confirmed by somebody on the spot, or without her after a delay. */
  'glass.ask': channel(
    z.strictObject({ stayId: StayId, reason: CaseText, confirmer: EmployeeId.nullable() }),
    GlassView,
    [
      ...NOT_LOCKED,
      'forbidden',
      'needs-unlock',
      'not-found',
      'sensitive-number',
      'cancelled',
      'prompt-unavailable',
      'log-unavailable',
      'disk-full',
    ],
  ),
  /** After the delay. */
  'glass.begin': channel(nothing, GlassView, [
    ...NOT_LOCKED,
    'forbidden',
    'needs-unlock',
    'not-found',
    'log-unavailable',
    'disk-full',
  ]),
  'glass.end': channel(nothing, GlassView, [...NOT_LOCKED, 'log-unavailable', 'disk-full']),

  /** For the security officer alone. */
  'case.count': channel(
    nothing,
    z.strictObject({
      open: z.int(),
      newest: z
        .strictObject({ id: CaseId, kind: z.enum(CASE_KINDS), openedAt: Instant, openedBy: z.string() })
        .nullable(),
    }),
    [...NOT_LOCKED, 'forbidden'],
  ),
  'case.list': channel(nothing, z.array(CaseView), [...NOT_LOCKED, 'forbidden', 'log-unavailable', 'disk-full']),
  'case.entries': channel(z.strictObject({ caseId: CaseId }), z.array(LogItem), [
    ...NOT_LOCKED,
    'forbidden',
    'not-found',
    'log-unavailable',
    'disk-full',
  ]),
  'case.close': channel(CaseClosure.extend({ caseId: CaseId }), CaseView, [
    ...NOT_LOCKED,
    'forbidden',
    'not-found',
    'sensitive-number',
    'log-unavailable',
    'disk-full',
  ]),

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
  'securityKey.remove': channel(z.strictObject({ id: SecurityKeyId }), FactorsView, [
    ...NOT_LOCKED,
    'forbidden',
    'not-found',
    'log-unavailable',
    'disk-full',
  ]),

  'log.list': channel(
    z.strictObject({
      before: z.int().min(1).optional(),
      limit: z.int().min(1).max(200),
      type: z.enum(['all', 'reveals', 'sessions', 'refusals']).default('all'),
    }),
    z.strictObject({ items: z.array(LogItem), scope: z.enum(['all', 'own']), total: z.int() }),
    [...NOT_LOCKED, 'forbidden', 'log-unavailable'],
  ),
  'log.verify': channel(nothing, LogVerdict, [...NOT_LOCKED, 'forbidden', 'log-unavailable']),

  'sync.view': channel(nothing, SyncView, []),
  'sync.now': channel(nothing, SyncView, NOT_LOCKED),
  'sync.refused': channel(nothing, z.array(RefusedBatchView), [...NOT_LOCKED, 'forbidden']),
} as const satisfies Record<string, Channel>;

export type ChannelName = keyof typeof CHANNELS;
export type ChannelInput<C extends ChannelName> = z.input<(typeof CHANNELS)[C]['input']>;
export type ChannelParsedInput<C extends ChannelName> = z.output<(typeof CHANNELS)[C]['input']>;
export type ChannelOutput<C extends ChannelName> = z.output<(typeof CHANNELS)[C]['output']>;

/** What main tells the renderer unasked. The payload says what is new, never guest data. */
export const NOTICES = {
  'app.changed': AppStatus,
  'session.changed': SessionView,
  'sync.changed': SyncView,
  /** Rows changed: a screen that shows them asks again. */
  'data.changed': z.strictObject({ rows: z.int() }),
} as const;
export type NoticeName = keyof typeof NOTICES;
export type Notice<N extends NoticeName> = z.output<(typeof NOTICES)[N]>;
