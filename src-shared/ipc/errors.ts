/** What a channel answers with when it cannot do what was asked: values, not exceptions, that say why and what would help. */
import { z } from 'zod';
import { FOLIO_RULES } from '../folio/posting-rules.ts';
import { Role } from '../model/entities.ts';
import { Instant } from '../model/ids.ts';
import { Help, RefusalReason } from '../policy/refusals.ts';
import { HOUSE_RULES } from '../sync/house-rules.ts';

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
  /** Nobody may work at this terminal: the status says why. */
  'terminal-shut-out',
  'not-found',
  /** The guest is in the house or expected, and cannot be erased yet. */
  'current-stay',
  /** The note holds an ID or card number: those have their own sealed fields. */
  'sensitive-number',
  /** Something that must hold in the house: `rule` says what. */
  'house-rule',
  'phone-does-not-fit',
  /** What a guest shows is no whole number of its kind: `problem` says how. */
  'number-does-not-fit',
  /** Somebody under eighteen is checked in only once all that is owed to her is done. */
  'minor-musts',
  'wrong-enrolment-code',
  'wrong-founding-code',
  /** Somebody has this staff number, or had it. */
  'staff-number-taken',
  'passwords-differ',
  /** Too short, too common, or made of what colleagues know. */
  'password-weak',
  /** Too much like the one she has: a slip of the finger would make the one of the other. */
  'password-alike',
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
  /** Another CA than the code's answers at the server's address. */
  'foreign-certificate',
  'server-refused',
  /** The access log cannot be written, so nothing may be revealed. */
  'log-unavailable',
  'disk-full',
  /** The sealed value does not open: wrong epoch, altered or moved. */
  'unreadable-value',
  /** It is on file, and this terminal may not hold values of its class. */
  'not-at-this-terminal',
  'not-ready',
  /** The input did not fit the contract; `field` names where. */
  'invalid-input',
  /** Called from somewhere else than our own page. */
  'foreign-sender',
  /** A bug; `incident` is the id under which the log has it. */
  'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Of every channel that wants somebody signed in. */
export const NOT_LOCKED = ['locked', 'not-ready'] as const satisfies readonly ErrorCode[];

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
  rule: z.enum([...HOUSE_RULES, ...FOLIO_RULES]).optional(),
  place: z.int().optional(),
  count: z.int().optional(),
  incident: z.string().optional(),
});
export type IpcError = z.infer<typeof IpcError>;

export type IpcResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: IpcError };
