/** What the renderer is shown. Names and contacts in lists are masks; a record being worked on shows basic data in full. */
import { z } from 'zod';
import { EventType } from '../audit/event.ts';
import type { Masked } from '../mask/branded.ts';
import { DataClass, SealedClass } from '../model/classes.ts';
import {
  CASE_KINDS,
  CASE_VERDICTS,
  DOCUMENT_TYPES,
  Entitlement,
  MERGED,
  Property,
  ROOM_STATUSES,
  Role,
  SecurityKey,
  STAY_STATUSES,
} from '../model/entities.ts';
import {
  BusinessDate,
  CaseId,
  ConflictId,
  EmployeeId,
  EntitlementId,
  FieldName,
  GuestId,
  Instant,
  NoteId,
  OperationId,
  PropertyId,
  RoomId,
  StayId,
} from '../model/ids.ts';
import { GUEST_SEALED_FIELDS } from '../model/registry.ts';
import { WINDOWS } from '../policy/budgets.ts';
import { Purpose } from '../policy/purposes.ts';
import { Help, RefusalReason } from '../policy/refusals.ts';
import { CHANGE_KINDS } from '../sync/changes.ts';

export const MaskedText = z.string().max(160) as unknown as z.ZodType<Masked, string>;

export const FAULTS = [
  'keychain-missing',
  'keychain-locked',
  'keychain-unreadable',
  'wrong-key',
  /** An older copy of the cache or of the slot file was put in its place. */
  'rolled-back',
  'corrupt',
  'disk-full',
  'newer-schema',
  'not-writable',
  'log-broken',
  /** The keychain has no keys of this terminal any more: nothing that lies here opens again. */
  'keys-lost',
  /** It was enrolled by a version that knew no certificates: the server does not know it any more. */
  'enrolled-before',
  'config-invalid',
] as const;
export type Fault = (typeof FAULTS)[number];

export const AppStatus = z.strictObject({
  phase: z.enum(['starting', 'first-run', 'ready', 'fault', 'wiped']),
  fault: z.strictObject({ kind: z.enum(FAULTS), detail: z.string().max(200) }).nullable(),
  version: z.string(),
  terminalName: z.string(),
  propertyName: z.string().nullable(),
  propertyNameLatin: z.string().nullable(),
  businessDate: BusinessDate.nullable(),
  locale: z.enum(['zh-CN', 'en']),
  theme: z.enum(['light', 'dark', 'auto']),
  demo: z.boolean(),
  /** Why nobody may work at this terminal: the server revoked it, or has not been heard for too long. */
  shutOut: z.enum(['revoked', 'lapsed', 'lease-ended']).nullable(),
});
export type AppStatus = z.infer<typeof AppStatus>;

const LOCK_REASONS = [
  'start',
  'idle',
  'suspend',
  'screen-lock',
  'hidden',
  'by-hand',
  'switched',
  'signed-out',
  'too-long',
  'shut-out',
] as const;
export const SessionView = z.strictObject({
  state: z.enum(['sealed', 'locked', 'signed-in', 'unlocked']),
  employee: z
    .strictObject({
      id: EmployeeId,
      name: z.string(),
      nameLatin: z.string().nullable(),
      staffNumber: z.string(),
      role: Role,
    })
    .nullable(),
  /** When the unlock ends if nothing is done, and when it ends in any case. */
  unlock: z
    .strictObject({
      idleEndsAt: Instant,
      endsAt: Instant,
      /** When it was unlocked by a recovery code: how many are left. */
      recoveryCodesLeft: z.int().min(0).nullable(),
    })
    .nullable(),
  /** When the session locks if nothing is done. */
  idleLockAt: Instant.nullable(),
  lockReason: z.enum(LOCK_REASONS).nullable(),
  /** Who was working when it locked: she needs only her password to go on. */
  lastEmployeeId: EmployeeId.nullable(),
});
export type SessionView = z.infer<typeof SessionView>;

const LEASE_PROBLEMS = ['none', 'expired', 'used-up'] as const;
/** Until when this terminal may check somebody's codes itself, or why it may not. */
export const LeaseView = z.strictObject({ until: Instant.nullable(), problem: z.enum(LEASE_PROBLEMS).nullable() });
export type LeaseView = z.infer<typeof LeaseView>;

export const StaffItem = z.strictObject({
  id: EmployeeId,
  name: z.string(),
  nameLatin: z.string().nullable(),
  staffNumber: z.string(),
  role: Role,
});
export type StaffItem = z.infer<typeof StaffItem>;

/** How far the founding of a hotel has come on this terminal. */
export const FoundingView = z.strictObject({
  /** The hotel that the code founds; null before a good code was typed. */
  propertyId: PropertyId.nullable(),
  expiresAt: Instant.nullable(),
  hotel: Property.nullable(),
  officer: StaffItem.nullable(),
  /** The first who holds the keys. */
  holder: StaffItem.nullable(),
  /** Of the recovery shares, once all are handed out. */
  fingerprint: z.string().nullable(),
});
export type FoundingView = z.infer<typeof FoundingView>;

export const StayItem = z.strictObject({
  stayId: StayId,
  guestId: GuestId,
  name: MaskedText,
  nameLatin: MaskedText.nullable(),
  phone: MaskedText.nullable(),
  vip: z.boolean(),
  doNotDisclose: z.boolean(),
  room: z.string().nullable(),
  roomStatus: z.enum(ROOM_STATUSES).nullable(),
  roomType: z.string(),
  reservationNumber: z.string(),
  status: z.enum(STAY_STATUSES),
  arrival: BusinessDate,
  departure: BusinessDate,
  adults: z.int(),
  children: z.int(),
  channel: z.string(),
});
export type StayItem = z.infer<typeof StayItem>;

export const RackRoom = z.strictObject({
  number: z.string(),
  floor: z.int(),
  type: z.string(),
  status: z.enum(ROOM_STATUSES),
  /** The stay that is in the room now. */
  stayId: StayId.nullable(),
  departsToday: z.boolean(),
  arrivesToday: z.boolean(),
});
export type RackRoom = z.infer<typeof RackRoom>;

export const TodayView = z.strictObject({
  businessDate: BusinessDate,
  arrivals: z.array(StayItem),
  inHouse: z.array(StayItem),
  departures: z.array(StayItem),
  rooms: z.array(RackRoom),
});
export type TodayView = z.infer<typeof TodayView>;

export const SearchHit = z.strictObject({
  guestId: GuestId,
  stayId: StayId.nullable(),
  name: MaskedText,
  nameLatin: MaskedText.nullable(),
  phone: MaskedText.nullable(),
  room: z.string().nullable(),
  reservationNumber: z.string().nullable(),
  status: z.enum(STAY_STATUSES).nullable(),
  arrival: BusinessDate.nullable(),
  departure: BusinessDate.nullable(),
  matched: z.enum(['name', 'pinyin', 'initials', 'phone', 'room', 'reservation', 'document', 'card']),
});
export type SearchHit = z.infer<typeof SearchHit>;

/** A guest found by a sealed number: `possible` where the key that would open it is not granted, so that chance is not ruled out. */
export const SealedHit = SearchHit.extend({ certainty: z.enum(['sure', 'possible']) });
export type SealedHit = z.infer<typeof SealedHit>;

/** A document as it was read, sealed by main: of what is sealed the masks. It is kept under its id until it is used. */
export const ReadDocument = z.strictObject({
  readingId: z.string().length(26),
  documentType: z.enum(DOCUMENT_TYPES),
  number: MaskedText,
  dateOfBirth: MaskedText.nullable(),
  nationality: MaskedText.nullable(),
  /** As its zone has it, for a guest whose name is not typed yet. */
  nameLatin: z.string().nullable(),
  isMinor: z.boolean(),
  /** Whose record has this document already; null where nobody's has. */
  belongsTo: SealedHit.nullable(),
  /** What the guest's record has: nothing, this one, or one that this takes the place of. */
  onFile: z.enum(['none', 'same', 'other']),
});
export type ReadDocument = z.infer<typeof ReadDocument>;

/** A room that a stay may be moved to. */
export const RoomChoice = z.strictObject({
  roomId: RoomId,
  number: z.string(),
  type: z.string(),
  status: z.enum(ROOM_STATUSES),
  /** On all nights of the stay; for whoever is in house, also ready. */
  isFree: z.boolean(),
  isOwn: z.boolean(),
});
export type RoomChoice = z.infer<typeof RoomChoice>;

/** Work that the server sent back, with why, and what it was about. */
export const ReturnedWork = z.strictObject({
  operationId: OperationId,
  kind: z.enum([...CHANGE_KINDS, 'posting.add']),
  reason: z.string(),
  at: Instant,
  by: z.string(),
  mayDrop: z.boolean(),
  /** Whose record has the place where it is done otherwise. */
  stayId: StayId.nullable(),
  guest: MaskedText.nullable(),
  room: z.string().nullable(),
  /** What was to be changed, to what. */
  fields: z.array(z.strictObject({ field: FieldName, text: z.string().nullable() })),
});
export type ReturnedWork = z.infer<typeof ReturnedWork>;

/** A field that two have changed: whose it is, without the values. */
export const ConflictItem = z.strictObject({
  id: ConflictId,
  entity: z.enum(MERGED),
  field: FieldName,
  openedAt: Instant,
  /** Whether whoever looks may settle it. */
  maySettle: z.boolean(),
  stayId: StayId.nullable(),
  guest: MaskedText.nullable(),
  room: z.string().nullable(),
});
export type ConflictItem = z.infer<typeof ConflictItem>;

const ConflictValue = z.strictObject({
  /** In full for basic data; what is sealed is a mask. Null for nothing. */
  text: z.string().nullable(),
  by: z.string().nullable(),
  terminal: z.string().nullable(),
  at: Instant.nullable(),
});
export const ConflictView = ConflictItem.extend({
  seq: z.int(),
  /** What the record has, and what came later. */
  held: ConflictValue,
  brought: ConflictValue,
  isCombinable: z.boolean(),
});
export type ConflictView = z.infer<typeof ConflictView>;

/** Whether something could be done now, and if not, why and what would help. */
const Access = z.union([
  z.strictObject({ allowed: z.literal(true) }),
  z.strictObject({ allowed: z.literal(false), reason: RefusalReason, whoCan: z.array(Role), help: Help }),
]);
/** Somebody's own second factors. */
export const FactorsView = z.strictObject({
  securityKeys: z.array(SecurityKey.pick({ id: true, name: true, addedAt: true })),
  addKey: Access,
  /** Whether phone and codes may be made anew. */
  renew: Access,
});
export type FactorsView = z.infer<typeof FactorsView>;

export const FieldView = z.strictObject({
  field: z.enum(GUEST_SEALED_FIELDS),
  class: DataClass,
  /** Null when nothing is on file, or `mask` is refused. */
  masked: MaskedText.nullable(),
  mask: Access,
  reveal: Access,
  /** Null where there is nothing that a guest could show. */
  compare: Access.nullable(),
  /** Purposes to choose from, the suggested one first. */
  purposes: z.array(Purpose),
});
export type FieldView = z.infer<typeof FieldView>;

export const NoteView = z.strictObject({
  id: NoteId,
  text: z.string(),
  author: z.string(),
  writtenAt: Instant,
  /** `waiting` until the server has it, `refused` when it would not take it. */
  state: z.enum(['synced', 'waiting', 'refused']),
});

export const LogItem = z.strictObject({
  seq: z.int(),
  at: Instant,
  type: EventType,
  outcome: z.enum(['allowed', 'refused', 'failed']),
  employee: z.string().nullable(),
  role: Role.nullable(),
  /** The colleague the entry is about. */
  about: z.string().nullable(),
  /** Masked name of the guest the entry is about. */
  guest: MaskedText.nullable(),
  stayId: StayId.nullable(),
  field: z.string().nullable(),
  class: DataClass.nullable(),
  purpose: Purpose.nullable(),
  reason: z.string().nullable(),
  count: z.int().nullable(),
  hash: z.string().length(64),
});
export type LogItem = z.infer<typeof LogItem>;

/** Breaking the glass of a stay: whether she may, how far it is, and who could confirm it. */
export const GlassView = z.strictObject({
  begin: Access,
  state: z.discriminatedUnion('name', [
    z.strictObject({ name: z.literal('whole') }),
    z.strictObject({ name: z.enum(['waiting', 'ready', 'broken']), stayId: StayId, until: Instant }),
  ]),
  confirmers: z.array(StaffItem),
});
export type GlassView = z.infer<typeof GlassView>;

export const StayRecord = z.strictObject({
  stay: StayItem,
  roomId: RoomId.nullable(),
  /** Fields that wait for the server, and fields that two have changed. */
  marks: z.array(
    z.strictObject({
      entity: z.enum(MERGED),
      field: FieldName,
      state: z.enum(['waiting', 'conflict']),
      conflictId: ConflictId.nullable(),
    }),
  ),
  /** What whoever looks may do here now. */
  may: z.strictObject({
    guest: z.boolean(),
    stay: z.boolean(),
    checkIn: z.boolean(),
    checkOut: z.boolean(),
    cancel: z.boolean(),
    /** Take a cancellation back. */
    reinstate: z.boolean(),
    room: z.boolean(),
  }),
  nights: z.int(),
  rateMinor: z.int(),
  currency: z.string(),
  /** What the folio owes, in minor units; null for whoever may not see it. */
  balanceMinor: z.int().nullable(),
  guest: z.strictObject({
    id: GuestId,
    name: z.string(),
    nameLatin: z.string().nullable(),
    salutation: z.enum(['mr', 'ms', 'none']),
    language: z.string(),
    phone: z.string().nullable(),
    email: z.string().nullable(),
    company: z.string().nullable(),
    vehiclePlate: z.string().nullable(),
    vip: z.boolean(),
    doNotDisclose: z.boolean(),
    documentType: z.enum(DOCUMENT_TYPES),
  }),
  /** Whether the role may erase the guest and no current stay is in the way. */
  mayErase: z.boolean(),
  /** Whether a note may be written; otherwise no text field invites one. */
  mayNote: z.boolean(),
  fields: z.array(FieldView),
  /** Null for roles that have no such thing in their work. */
  glass: GlassView.nullable(),
  notes: z.array(NoteView),
  otherStays: z.array(
    z.strictObject({
      stayId: StayId,
      arrival: BusinessDate,
      departure: BusinessDate,
      status: z.enum(STAY_STATUSES),
      room: z.string().nullable(),
    }),
  ),
  recentAccess: z.array(LogItem),
});
export type StayRecord = z.infer<typeof StayRecord>;

export const Revealed = z.strictObject({
  /** The plain value: lives in one component's state for `shownForMs`, nowhere else. */
  value: z.string(),
  shownForMs: z.int(),
  watermark: z.strictObject({ employee: z.string(), terminal: z.string(), at: Instant, entry: z.int() }),
  /** What is to be said of the budget it was drawn from; null while there is nothing. */
  budget: z
    .strictObject({ step: z.enum(['soft', 'case']), window: z.enum(WINDOWS), spent: z.int(), stop: z.int() })
    .nullable(),
});
export type Revealed = z.infer<typeof Revealed>;

export const SyncView = z.strictObject({
  /** `resting`: the cache is sealed, and nothing comes in or goes out until somebody signs in. */
  line: z.enum(['online', 'offline', 'syncing', 'resting']),
  /** Why it is offline, for IT: never shown as a blocking message. */
  problem: z.enum(['unreachable', 'certificate', 'refused', 'busy', 'update-required']).nullable(),
  queued: z.int(),
  refusedOperations: z.int(),
  /** Fields that two have changed and nobody has settled. */
  conflicts: z.int(),
  refusedBatches: z.int(),
  lastSyncAt: Instant.nullable(),
  /** Rows received so far while the first sync runs; null afterwards. */
  firstSyncRows: z.int().nullable(),
  clockOffsetMs: z.int(),
  /** When this terminal noticed that the server was restored from a backup, within the last seven days; else null. */
  restoredAt: Instant.nullable(),
  /** Entries of the access log that the server does not have yet, and what is wrong with its copy; null while the log is closed. */
  log: z
    .strictObject({
      waiting: z.int().min(0),
      problem: z.enum(['went-back', 'rewritten', 'other-key', 'forked', 'not-taken']).nullable(),
    })
    .nullable(),
});
export type SyncView = z.infer<typeof SyncView>;

export const RefusedBatchView = z.strictObject({
  id: z.int(),
  receivedAt: Instant,
  fromSeq: z.int(),
  toSeq: z.int(),
  field: z.string(),
  reason: z.string(),
});

/** A right somebody has or may be given, and how far it is. */
export const GrantView = z.strictObject({
  scope: Entitlement.shape.scope,
  class: SealedClass.nullable(),
  /**
   * `none`: not ordered. `sending`, `withdrawing`: the server does not know yet. `waiting`: until a holder unlocks. `void`: ordered by nobody
   * who may, or with keys that are not the person's.
   */
  state: z.enum(['none', 'sending', 'waiting', 'complete', 'withdrawing', 'void']),
  entitlementId: EntitlementId.nullable(),
  orderedBy: z.string().nullable(),
  orderedAt: Instant.nullable(),
  /** Colleagues any of whom completes it by unlocking. */
  holders: z.array(z.string()),
});
export type GrantView = z.infer<typeof GrantView>;

export const StaffPerson = StaffItem.extend({
  active: z.boolean(),
  leaving: z.boolean(),
  isSelf: z.boolean(),
  grants: z.array(GrantView),
});
export type StaffPerson = z.infer<typeof StaffPerson>;

export const StaffView = z.strictObject({
  people: z.array(StaffPerson),
  /** Classes something of which is still sealed in an older epoch. */
  epochs: z.array(
    z.strictObject({
      class: SealedClass,
      total: z.int(),
      remaining: z.int(),
      /** Whether this terminal works at it. */
      here: z.boolean(),
      unreadable: z.int(),
    }),
  ),
  /** Whether whoever looks may order now. */
  order: Access,
});
export type StaffView = z.infer<typeof StaffView>;

export const LogVerdict = z.strictObject({
  intact: z.boolean(),
  entries: z.int(),
  head: z.string(),
  /** First entry that does not fit, and how. */
  problem: z.enum(['altered', 'missing', 'reordered', 'bad-seal', 'cut-short', 'unreadable']).nullable(),
  atSeq: z.int().nullable(),
  /** Whether the server proves that it keeps what it was handed. */
  server: z.enum(['proved', 'not-proved', 'not-yet', 'not-reached']),
});
export type LogVerdict = z.infer<typeof LogVerdict>;

/** A case as the security officer sees it. */
export const CaseView = z.strictObject({
  id: CaseId,
  kind: z.enum(CASE_KINDS),
  openedAt: Instant,
  openedBy: z.string(),
  role: Role,
  guest: MaskedText.nullable(),
  room: z.string().nullable(),
  class: SealedClass.nullable(),
  reasonText: z.string().nullable(),
  confirmedBy: z.string().nullable(),
  /** Name of the terminal where it happened, and whether that is this one: only its log has the entries. */
  terminal: z.string().nullable(),
  isHere: z.boolean(),
  entry: z.int(),
  state: z.enum(['open', 'closed']),
  closedBy: z.string().nullable(),
  closedAt: Instant.nullable(),
  verdict: z.enum(CASE_VERDICTS).nullable(),
  finding: z.string().nullable(),
});
export type CaseView = z.infer<typeof CaseView>;
