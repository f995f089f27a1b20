/** The entities both sides agree on, as they travel and as they rest. Every field here has its line in registry.ts. */
import { z } from 'zod';
import { SealedClass } from './classes.ts';
import { DayClose } from './day-close.ts';
import {
  BusinessDate,
  CaseId,
  ConflictId,
  DeviceId,
  EmployeeId,
  EntitlementId,
  FieldName,
  GrantId,
  GuestId,
  Instant,
  NoteId,
  PropertyId,
  RecoveryKeyId,
  RoomId,
  SecurityKeyId,
  StayId,
} from './ids.ts';
import { Posting } from './posting.ts';
import { BlindIndex, findableField, SealedField, sealedField } from './sealed-field.ts';

const shortText = z.string().max(200);
const optionalText = shortText.nullable();

export const Property = z.strictObject({
  id: PropertyId,
  name: shortText.min(1),
  nameLatin: shortText,
  /** The day that is being worked on: it turns at the night audit. */
  businessDate: BusinessDate,
  timeZone: z.string().max(64).refine(isTimeZone, 'a time zone of the IANA database, as in Asia/Shanghai'),
  /** ISO 3166-1, two letters. */
  country: z.string().regex(/^[A-Z]{2}$/, 'two capital letters of ISO 3166-1'),
  /** The confidentiality policy in force, which staff acknowledge by its number; 0 while there is none. */
  policyVersion: z.int().min(0),
});
export type Property = z.infer<typeof Property>;

export const ROOM_STATUSES = ['clean', 'dirty', 'inspected', 'out-of-order'] as const;
export const Room = z.strictObject({
  id: RoomId,
  number: z.string().min(1).max(8),
  floor: z.int().min(-5).max(200),
  type: z.string().max(24),
  status: z.enum(ROOM_STATUSES),
});
export type Room = z.infer<typeof Room>;

export const DOCUMENT_TYPES = ['chinese-id', 'passport', 'hk-macao-permit', 'taiwan-permit', 'other'] as const;
export const Guest = z.strictObject({
  id: GuestId,
  name: shortText.min(1),
  /** The name in Latin letters as on the document; null where the name itself is Latin. */
  nameLatin: optionalText,
  salutation: z.enum(['mr', 'ms', 'none']),
  /** BCP 47, as in `zh-CN`. */
  language: z.string().regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}$/, 'a language tag, as in zh-CN'),
  /** E.164. */
  phone: z
    .string()
    .regex(/^\+[1-9]\d{5,14}$/, 'a phone number in E.164 form')
    .nullable(),
  email: z.string().max(254).nullable(),
  company: optionalText,
  vehiclePlate: z.string().max(16).nullable(),
  vip: z.boolean(),
  doNotDisclose: z.boolean(),
  documentType: z.enum(DOCUMENT_TYPES),
  /** Chinese IDs and every other document: the mask of the first falls back to that of the others. */
  documentNumber: findableField('chinese-id').nullable(),
  dateOfBirth: sealedField('date').nullable(),
  nationality: sealedField('free-text').nullable(),
  documentAddress: sealedField('address').nullable(),
  cardNumber: findableField('card').nullable(),
  invoiceTaxNumber: sealedField('bank-account').nullable(),
  dietaryNeeds: sealedField('free-text').nullable(),
});
export type Guest = z.infer<typeof Guest>;

export const STAY_STATUSES = ['reserved', 'in-house', 'departed', 'cancelled', 'no-show'] as const;
/** The fields of a stay, each by itself: a change names some of them. */
export const StayFields = z.strictObject({
  id: StayId,
  guestId: GuestId,
  roomId: RoomId.nullable(),
  reservationNumber: z.string().regex(/^[A-Z0-9]{4,16}$/),
  status: z.enum(STAY_STATUSES),
  arrival: BusinessDate,
  departure: BusinessDate,
  adults: z.int().min(0).max(20),
  children: z.int().min(0).max(20),
  roomType: z.string().max(24),
  channel: z.string().max(32),
  /** Nightly rate in minor units of `currency`. */
  rateMinor: z.int().min(0),
  /** ISO 4217: anything else would stop whoever formats it. */
  currency: z.string().regex(/^[A-Z]{3}$/, 'three capital letters of ISO 4217'),
});
export const Stay = StayFields.refine((stay) => stay.arrival <= stay.departure, {
  path: ['departure'],
  error: 'a day not before the arrival',
});
export type Stay = z.infer<typeof Stay>;

export const ROLES = [
  'receptionist',
  'concierge',
  'night-auditor',
  'finance',
  'security-officer',
  'duty-manager',
  'it',
] as const;
export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;

/** A raw key of 32 bytes, base64. */
export const key32 = z.base64().length(44);

/** How a password is stretched (RFC 9106): never below 64 MiB and 3 passes. */
export const KdfHeader = z.strictObject({
  algorithm: z.literal('argon2id'),
  memoryKib: z.int().min(65_536).max(4_194_304),
  passes: z.int().min(3).max(64),
  lanes: z.int().min(1).max(16),
  salt: z.base64().length(24),
});

/**
 * What a terminal needs to sign an employee in offline: envelopes under keys derived from the password by Argon2id
 * (src-main/vault/credential.ts). It holds no key in clear and is useless without the password.
 */
export const Credential = z.strictObject({
  version: z.literal(3),
  kdf: KdfHeader,
  signIn: z.base64().max(1024),
  /** Private halves that come with the password: of the slot key and of the signing key. */
  signInKeys: z.base64().max(1024),
  /** The private half of the sealing key, which needs the step-up share as well. */
  sealingKey: z.base64().max(1024),
});
export type Credential = z.infer<typeof Credential>;

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day, as in 06:30');
/** Daily hours by the property's clock. One that ends before it begins goes over midnight; one that ends as it begins is a whole day. */
export const Shift = z.strictObject({ begins: clockTime, ends: clockTime });
export type Shift = z.infer<typeof Shift>;

export const Employee = z.strictObject({
  id: EmployeeId,
  /** Where she works: a row that strays to another hotel gives no rights there. */
  propertyId: PropertyId,
  name: shortText.min(1),
  nameLatin: optionalText,
  staffNumber: z.string().regex(/^[A-Z0-9]{2,12}$/),
  role: Role,
  active: z.boolean(),
  shifts: z.array(Shift).max(7),
  /** The last day, by the property's calendar, on which her training counts. */
  trainedUntil: z.iso.date(),
  /** The newest policy she has acknowledged; 0 for none. */
  policyAcknowledged: z.int().min(0),
  /** X25519 (RFC 7748): terminals seal their cache key to it. */
  slotKey: key32,
  /** X25519 (RFC 7748): class keys are sealed to it. */
  sealingKey: key32,
  /** Ed25519 (RFC 8032): grants this employee makes verify under it. */
  signingKey: key32,
  credential: Credential,
});
export type Employee = z.infer<typeof Employee>;

/** `see` gives the class key; `search` only the key under which its values are found, which opens none. */
export const GRANT_SCOPES = ['see', 'search'] as const;
export type GrantScope = (typeof GRANT_SCOPES)[number];

/**
 * A class key, sealed by HPKE (RFC 9180) to one employee and signed by who granted it (src-main/vault/class-grant.ts). The server
 * hands it on and cannot open it.
 */
export const ClassGrant = z.strictObject({
  id: GrantId,
  employeeId: EmployeeId,
  class: SealedClass,
  scope: z.enum(GRANT_SCOPES),
  epoch: z.int().min(1).max(0xffff_ffff),
  /** The public key it is sealed to: hers then. What is sealed to a key she has no more is no grant of hers. */
  sealingKey: key32,
  /** HPKE's encapsulated key. */
  enc: key32,
  /** 32 bytes and their tag. */
  sealed: z.base64().length(64),
  grantedBy: EmployeeId,
  grantedAt: Instant,
  signature: z.base64().length(88),
});
export type ClassGrant = z.infer<typeof ClassGrant>;

/**
 * What an employee is to hold, as somebody who may order it has signed (src-main/vault/entitlement.ts): to see or to find the values of
 * a class, or to `order` entitlements herself. It names the public keys the orderer saw, so that a server which changes them is noticed.
 */
export const Entitlement = z
  .strictObject({
    id: EntitlementId,
    employeeId: EmployeeId,
    scope: z.enum([...GRANT_SCOPES, 'order']),
    /** Null for `order`, which is about no class. */
    class: SealedClass.nullable(),
    sealingKey: key32,
    signingKey: key32,
    orderedBy: EmployeeId,
    orderedAt: Instant,
    /** Ed25519, of the orderer. */
    signature: z.base64().length(88),
    /** Once withdrawn it stays so; whoever is to have it again is given another. */
    withdrawn: z.strictObject({ by: EmployeeId, at: Instant }).nullable(),
  })
  .refine(({ scope, class: dataClass }) => (scope === 'order') === (dataClass === null), {
    path: ['class'],
    error: 'a class for what is seen or found, none for ordering',
  });
export type Entitlement = z.infer<typeof Entitlement>;

/** Where the key of a class stands: one row a class. New values are sealed in the newest epoch; what is of older ones waits to be re-wrapped. */
export const ClassEpoch = z
  .strictObject({
    id: SealedClass,
    epoch: z.int().min(1).max(0xffff_ffff),
    /** Grants of epochs before this one are gone: nothing is sealed in them any more. */
    oldest: z.int().min(1).max(0xffff_ffff),
    begunBy: EmployeeId,
    begunAt: Instant,
  })
  .refine(({ epoch, oldest }) => oldest <= epoch, { path: ['oldest'], error: 'an epoch that has begun' });
export type ClassEpoch = z.infer<typeof ClassEpoch>;

/**
 * The public half of the recovery key (X25519), whose private half lies on paper in three shares of which two make it
 * (src-main/vault/recovery-key.ts).
 */
export const RecoveryKey = z.strictObject({
  id: RecoveryKeyId,
  publicKey: key32,
  /** In whose hands the class keys were when it was made. */
  madeBy: EmployeeId,
  madeAt: Instant,
});
export type RecoveryKey = z.infer<typeof RecoveryKey>;

/** A class key of one epoch, sealed by HPKE (RFC 9180) to the recovery key and signed by who did it (src-main/vault/recovery-grant.ts). */
export const RecoveryGrant = z.strictObject({
  id: GrantId,
  recoveryKeyId: RecoveryKeyId,
  class: SealedClass,
  epoch: z.int().min(1).max(0xffff_ffff),
  /** HPKE's encapsulated key. */
  enc: key32,
  /** 32 bytes and their tag. */
  sealed: z.base64().length(64),
  /** That whoever sealed it held the class key: what tells this recovery key from one that a server has put in. */
  proof: key32,
  grantedBy: EmployeeId,
  grantedAt: Instant,
  signature: z.base64().length(88),
});
export type RecoveryGrant = z.infer<typeof RecoveryGrant>;

export const KEY_NAME_LENGTH = 40;

/**
 * A security key of one employee (WebAuthn with the prf extension): her step-up share, sealed under what the key answers and her
 * slot key together (src-main/vault/security-key.ts). She signs it; the server hands it on and cannot open it.
 */
export const SecurityKey = z.strictObject({
  id: SecurityKeyId,
  employeeId: EmployeeId,
  /** What she calls it, as in "blue, on my key ring". */
  name: z.string().trim().min(1).max(KEY_NAME_LENGTH),
  /** As the key gave it: up to 1023 bytes (WebAuthn §4), base64. */
  credentialId: z.base64().min(4).max(1364),
  /** What the key is asked: 32 random bytes. */
  prfSalt: key32,
  /** Nonce, 32 bytes and their tag. Null once it was removed, for good: a removed key stays as its own gravestone. */
  sealedShare: z.base64().length(80).nullable(),
  addedAt: Instant,
  /** By the employee's signing key, over all the rest as it was when it was added. */
  signature: z.base64().length(88),
});
export type SecurityKey = z.infer<typeof SecurityKey>;

export const Device = z.strictObject({
  id: DeviceId,
  name: shortText.min(1),
  /** Raw Ed25519 public key, base64: the access log of this terminal verifies under it. */
  publicKey: key32,
  enrolledAt: Instant,
  revokedAt: Instant.nullable(),
});
export type Device = z.infer<typeof Device>;

export const NOTE_LENGTH = 500;
export const GuestNote = z.strictObject({
  id: NoteId,
  guestId: GuestId,
  text: z.string().min(1).max(NOTE_LENGTH),
  authorId: EmployeeId,
  writtenAt: Instant,
});
export type GuestNote = z.infer<typeof GuestNote>;

export const CASE_KINDS = ['break-glass', 'budget', 'searches', 'factor-reset', 'duress'] as const;
/** What the security officer found. */
export const CASE_VERDICTS = ['justified', 'mistake', 'misuse'] as const;
export const CASE_TEXT = { least: 10, most: 300 } as const;
/** What a database of either side takes: whole characters, and no NUL. */
export const CaseText = z
  .string()
  .trim()
  .min(CASE_TEXT.least)
  .max(CASE_TEXT.most)
  .refine((text) => text.isWellFormed() && !text.includes('\0'), 'text of whole characters');

/** Something that the security officer must look at. Nobody else sees it; it is closed with a verdict and a sentence. */
export const SecurityCase = z.strictObject({
  id: CaseId,
  kind: z.enum(CASE_KINDS),
  openedAt: Instant,
  /** Who did it. She need not know that there is a case. */
  openedBy: EmployeeId,
  /** Her role then. */
  role: Role,
  stayId: StayId.nullable(),
  guestId: GuestId.nullable(),
  /** The class whose budget was drawn on, or whose numbers were looked for. */
  class: SealedClass.nullable(),
  /** The reason she typed. It goes with a guest who is erased. */
  reasonText: CaseText.nullable(),
  /** Who stood by and confirmed it; null where nobody did. */
  confirmedBy: EmployeeId.nullable(),
  /** The terminal, and the entry in its access log with which it began. */
  terminal: DeviceId,
  entry: z.int().min(1),
  state: z.enum(['open', 'closed']),
  closedBy: EmployeeId.nullable(),
  closedAt: Instant.nullable(),
  verdict: z.enum(CASE_VERDICTS).nullable(),
  /** What the security officer writes when she closes it. */
  finding: CaseText.nullable(),
});
export type SecurityCase = z.infer<typeof SecurityCase>;
/** How a case is closed. */
export const CaseClosure = z.strictObject({ verdict: z.enum(CASE_VERDICTS), finding: CaseText });
export type CaseClosure = z.infer<typeof CaseClosure>;

/**
 * A guest's seed, under the guest's id: 32 random bytes that with a class key make the key of the guest's record. Deleting it
 * everywhere is erasing the guest.
 */
const GuestSeed = z.strictObject({
  id: GuestId,
  /** Null: the server has it no more. */
  seed: key32.nullable(),
});

/** Stands in the place of a guest who was erased, for good: it wins over every later row of that guest. */
export const GuestErasure = z.strictObject({ id: GuestId, erasedAt: Instant });
export type GuestErasure = z.infer<typeof GuestErasure>;

/** Entities that the desk changes field by field; each field of theirs has a version of its own (sync/changes.ts). */
export const MERGED_FIELDS = { guest: Guest, stay: StayFields, room: Room } as const;
export const MERGED = ['guest', 'stay', 'room'] as const;
export type MergedName = (typeof MERGED)[number];

/** A field's value with who put it there, when and where. Who is null for what no employee did. */
const ConflictSide = z.strictObject({
  /** As it stands in the row; what is sealed stays sealed. Null also once the conflict is settled. */
  value: z.union([
    z.string().max(254),
    z.int(),
    z.boolean(),
    SealedField.extend({ index: BlindIndex.optional() }),
    z.null(),
  ]),
  by: EmployeeId.nullable(),
  device: DeviceId.nullable(),
  at: Instant.nullable(),
});
export type ConflictSide = z.infer<typeof ConflictSide>;

/** A field that two have changed without knowing of one another. The row has one value and this the other, until a person settles it. */
export const Conflict = z
  .strictObject({
    id: ConflictId,
    entity: z.enum(MERGED),
    rowId: z.union([GuestId, StayId, RoomId]),
    /** Whose it is: it goes with a guest who is erased. Null for a room. */
    guestId: GuestId.nullable(),
    field: FieldName,
    /** What the row has: it follows the row while the conflict is open. */
    held: ConflictSide,
    /** What came too late to know of it. */
    brought: ConflictSide,
    openedAt: Instant,
    state: z.enum(['open', 'settled']),
    settledBy: EmployeeId.nullable(),
    settledAt: Instant.nullable(),
  })
  .refine((conflict) => fitsField(conflict, conflict.held) && fitsField(conflict, conflict.brought), {
    path: ['field'],
    error: 'a field of the entity, and values that fit it',
  });
export type Conflict = z.infer<typeof Conflict>;

function fitsField(
  { entity, field }: { readonly entity: MergedName; readonly field: string },
  { value }: ConflictSide,
): boolean {
  const shape: { readonly [field: string]: z.ZodType } = MERGED_FIELDS[entity].shape;
  // Both sides are null once it is settled, whatever the field.
  return Object.hasOwn(shape, field) && (value === null || shape[field]?.safeParse(value).success === true);
}

/** The entities that travel from the server to a terminal, by their name on the wire. */
export const ENTITIES = {
  property: Property,
  room: Room,
  guest: Guest,
  stay: Stay,
  employee: Employee,
  classGrant: ClassGrant,
  entitlement: Entitlement,
  classEpoch: ClassEpoch,
  recoveryKey: RecoveryKey,
  recoveryGrant: RecoveryGrant,
  device: Device,
  guestNote: GuestNote,
  case: SecurityCase,
  guestSeed: GuestSeed,
  guestErasure: GuestErasure,
  securityKey: SecurityKey,
  conflict: Conflict,
  posting: Posting,
  dayClose: DayClose,
} as const;
export type EntityName = keyof typeof ENTITIES;
export type Entity<N extends EntityName> = z.infer<(typeof ENTITIES)[N]>;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
