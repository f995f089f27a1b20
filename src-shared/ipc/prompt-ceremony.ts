/**
 * Steps that follow one another in the prompt window: enrolling a person, handing out recovery shares, taking them back, adding a security key, renewing a factor (DESIGN §4). What
 * is shown here, a new second factor or the words of a share, is shown in main's own window and nowhere else.
 */
import { z } from 'zod';
import { SecurityKey } from '../model/entities.ts';
import { PASSWORD_LIMIT } from '../policy/password.ts';
import { RECOVERY_CODE_LENGTH } from '../step-up/recovery-code.ts';
import { WORD_LANGUAGES, WORDS_PER_SHARE } from '../words/share-words.ts';
import { KeyAnswer, KeyToAsk } from './security-key.ts';
import { StaffItem } from './views.ts';

/** What may be renewed: the phone, and the codes with it, or these alone. */
export const RENEWED = ['phone', 'codes'] as const;

const turn = { turn: z.int() };
const shareNumber = z.int().min(1).max(3);

/** A share as it is printed. */
export const SharePaper = z.strictObject({
  number: shareNumber,
  hotel: z.string(),
  hotelLatin: z.string(),
  /** The day it was made, by the hotel's calendar. */
  date: z.string(),
  /** Tells which shares belong together. */
  fingerprint: z.string(),
  language: z.enum(WORD_LANGUAGES),
  words: z.array(z.string()).length(WORDS_PER_SHARE),
});
export type SharePaper = z.infer<typeof SharePaper>;

export const CeremonyStep = z.discriminatedUnion('asks', [
  z.strictObject({
    asks: z.literal('new-password'),
    person: StaffItem,
    /** Whose, and what for: of somebody new, changed, or under duress. */
    of: z.enum(['enrolment', 'change', 'duress']),
    /** What a password must not be made of. */
    known: z.array(z.string()),
    ...turn,
  }),
  /** The authenticator: as a picture, and as text to type. */
  z.strictObject({ asks: z.literal('new-totp'), person: StaffItem, uri: z.string(), secret: z.string(), ...turn }),
  /** For the day when the phone is lost: each is good once, and they are shown once. */
  z.strictObject({
    asks: z.literal('recovery-codes'),
    person: StaffItem,
    /** Whoever works at two hotels has a paper of each. */
    hotel: z.string(),
    hotelLatin: z.string(),
    codes: z.array(z.string()),
    ...turn,
  }),
  z.strictObject({ asks: z.literal('share'), paper: SharePaper, ...turn }),
  /** Some words of the share just handed out, by their places from 1: it is on paper, and it can be read. */
  z.strictObject({
    asks: z.literal('share-check'),
    number: shareNumber,
    fingerprint: z.string(),
    places: z.array(z.int().min(1).max(WORDS_PER_SHARE)).length(3),
    ...turn,
  }),
  z.strictObject({ asks: z.literal('officer-password'), person: StaffItem, ...turn }),
  /** The words of one share that comes back: of the first keeper or of the second. */
  z.strictObject({ asks: z.literal('share-words'), keeper: z.int().min(1).max(2), fingerprint: z.string(), ...turn }),
  /** A security key that is to be hers, asked with a new salt; `known` are those she has already. */
  z.strictObject({
    asks: z.literal('new-key'),
    person: StaffItem,
    prfSalt: SecurityKey.shape.prfSalt,
    known: z.array(SecurityKey.shape.credentialId),
    ...turn,
  }),
  /** The code that gives the share which is sealed to the new key, or under the new password. */
  z.strictObject({
    asks: z.literal('key-code'),
    person: StaffItem,
    action: z.enum(['security-key.add', 'password.change', 'duress.set']),
    ...turn,
  }),
  /** The password she has signed in with, before she changes what lets her in. */
  z.strictObject({
    asks: z.literal('current-password'),
    person: StaffItem,
    action: z.enum(['password.change', 'duress.set']),
    ...turn,
  }),
  /** A factor that she has, for one that takes its place; `keys` are those that may answer. */
  z.strictObject({
    asks: z.literal('own-factor'),
    person: StaffItem,
    keys: z.array(KeyToAsk),
    renews: z.enum(RENEWED),
    ...turn,
  }),
  /** The password of somebody for whom an officer orders a new second factor. */
  z.strictObject({ asks: z.literal('own-password'), person: StaffItem, ...turn }),
]);
export type CeremonyStep = z.infer<typeof CeremonyStep>;
export type CeremonyAsks = CeremonyStep['asks'];

const password = z.string().min(1).max(PASSWORD_LIMIT);

/** What answers each step. */
export const CEREMONY_ANSWERS = {
  'new-password': z.strictObject({ password, again: z.string().max(PASSWORD_LIMIT) }),
  'new-totp': z.strictObject({ code: z.string().regex(/^\d{6}$/, 'six digits') }),
  'recovery-codes': z.strictObject({ done: z.literal(true) }),
  share: z.strictObject({ done: z.literal(true) }),
  /** Null: the keeper wants to see the share again. */
  'share-check': z.strictObject({ words: z.array(z.string().max(40)).length(3).nullable() }),
  'officer-password': z.strictObject({ password }),
  'current-password': z.strictObject({ password }),
  'share-words': z.strictObject({ words: z.string().max(1_000) }),
  'own-factor': z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('totp'), code: z.string().regex(/^\d{6}$/, 'six digits') }),
    z.strictObject({ kind: z.literal('recovery-code'), code: z.string().min(1).max(RECOVERY_CODE_LENGTH) }),
    KeyAnswer.extend({ kind: z.literal('security-key') }),
  ]),
  'own-password': z.strictObject({ password }),
  'new-key': KeyAnswer,
  'key-code': z.strictObject({ code: z.string().regex(/^\d{6}$/, 'six digits') }),
} as const satisfies { readonly [A in CeremonyAsks]: z.ZodType };
export type CeremonyAnswer<A extends CeremonyAsks> = z.infer<(typeof CEREMONY_ANSWERS)[A]>;
