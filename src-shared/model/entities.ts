/** The entities both sides agree on, as they travel and as they rest. Every field here has its line in registry.ts. */
import { z } from 'zod';
import { SealedClass } from './classes.ts';
import {
  BusinessDate,
  DeviceId,
  EmployeeId,
  GrantId,
  GuestId,
  Instant,
  NoteId,
  PropertyId,
  RoomId,
  StayId,
} from './ids.ts';
import { sealedField } from './sealed-field.ts';

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
  documentNumber: sealedField('chinese-id').nullable(),
  dateOfBirth: sealedField('date').nullable(),
  nationality: sealedField('free-text').nullable(),
  documentAddress: sealedField('address').nullable(),
  cardNumber: sealedField('card').nullable(),
  invoiceTaxNumber: sealedField('bank-account').nullable(),
  dietaryNeeds: sealedField('free-text').nullable(),
});
export type Guest = z.infer<typeof Guest>;

export const STAY_STATUSES = ['reserved', 'in-house', 'departed', 'cancelled', 'no-show'] as const;
export const Stay = z
  .strictObject({
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
  })
  .refine((stay) => stay.arrival <= stay.departure, { path: ['departure'], error: 'a day not before the arrival' });
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
const key32 = z.base64().length(44);

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
  secondFactor: z.base64().max(1024),
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
  /** HPKE's encapsulated key. */
  enc: key32,
  /** 32 bytes and their tag. */
  sealed: z.base64().length(64),
  grantedBy: EmployeeId,
  grantedAt: Instant,
  signature: z.base64().length(88),
});
export type ClassGrant = z.infer<typeof ClassGrant>;

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

/** The entities that travel from the server to a terminal, by their name on the wire. */
export const ENTITIES = {
  property: Property,
  room: Room,
  guest: Guest,
  stay: Stay,
  employee: Employee,
  classGrant: ClassGrant,
  device: Device,
  guestNote: GuestNote,
  guestSeed: GuestSeed,
  guestErasure: GuestErasure,
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
