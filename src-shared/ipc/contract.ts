/**
 * Every channel between main and the app's page, once (DESIGN §6). Main's wrapper and the renderer's client are both made from
 * this table; a channel that is not here does not exist. None takes a password or code: those are typed into the prompt window,
 * which has a contract of its own (prompt-contract.ts).
 */
import { z } from 'zod';
import { NOTE_LENGTH, Role } from '../model/entities.ts';
import { EmployeeId, GuestId, Instant, StayId } from '../model/ids.ts';
import { COMPARABLE_FIELDS, GUEST_SEALED_FIELDS } from '../model/registry.ts';
import { Purpose } from '../policy/purposes.ts';
import { Help, RefusalReason } from '../policy/refusals.ts';
import {
  AppStatus,
  LogItem,
  LogVerdict,
  NoteView,
  RefusedBatchView,
  Revealed,
  SearchHit,
  SessionView,
  StaffItem,
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
  /** The person did something: idle times start again. */
  'session.touch': channel(nothing, SessionView, []),

  'today.view': channel(nothing, TodayView, [...NOT_LOCKED, 'forbidden']),
  'guest.search': channel(
    z.strictObject({ query: z.string().max(80), limit: z.int().min(1).max(50) }),
    z.array(SearchHit),
    [...NOT_LOCKED, 'forbidden', 'log-unavailable', 'disk-full'],
  ),
  'stay.open': channel(z.strictObject({ stayId: StayId }), StayRecord, [
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
