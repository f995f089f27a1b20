/**
 * The wire protocol of terminal and server, first form (DESIGN §7): pull by cursor as NDJSON, push of operations, one-time
 * enrolment. Every line is parsed by these schemas on both sides.
 */
import { z } from 'zod';
import { FOLIO_RULES } from '../folio/posting-rules.ts';
import { SealedClass } from '../model/classes.ts';
import {
  CaseClosure,
  ClassGrant,
  Credential,
  ENTITIES,
  Entitlement,
  GuestNote,
  type MergedName,
  SecurityCase,
  SecurityKey,
} from '../model/entities.ts';
import {
  CaseId,
  DeviceId,
  EmployeeId,
  EntitlementId,
  GuestId,
  Instant,
  OperationId,
  PropertyId,
  SecurityKeyId,
} from '../model/ids.ts';
import { GUEST_SEALED_FIELDS } from '../model/registry.ts';
import { BlindIndex, SealedField } from '../model/sealed-field.ts';
import { CHANGES, Versions } from './changes.ts';
import { DateRoll, PostingAddition } from './folio.ts';
import { HOUSE_RULES } from './house-rules.ts';
import { operation } from './operation-head.ts';

/**
 * 8: folios; a new guest's seed comes from the terminal that took her in; the server forgets what was kept long enough, and says so; 7:
 * terminals show certificates in the place of tokens; 6: a terminal says values of which classes it holds, and is sent those of no
 * others; guests, stays and rooms are changed field by field.
 */
export const PROTOCOL_VERSION = 8;
/** Changes in one answer at most; the terminal asks again while `more` is true. */
export const PULL_PAGE = 2_000;
/** Rows of a snapshot between two end lines: what a terminal applies in one transaction. */
export const SNAPSHOT_LOT = 250;
/** A longer line is refused before it is parsed. */
export const LINE_LIMIT_BYTES = 1_048_576;
export const OPERATIONS_PER_PUSH = 200;

const Seq = z.int().min(0);

export const PullHeader = z.strictObject({
  kind: z.literal('header'),
  protocol: z.literal(PROTOCOL_VERSION),
  propertyId: PropertyId,
  after: Seq,
  /** The newest number given. One below what a terminal has seen is a server that went back in time. */
  lastSeq: Seq,
  /** Another one, once the server was restored from a backup. */
  generation: z.int().min(0),
  serverTime: Instant,
  /** Classes whose values this terminal may hold now. Of those it did not ask for it has none yet, and fetches them beside what is new. */
  mayHold: z.array(SealedClass),
  /** Classes it says it holds and may not: it deletes these first. Nothing else comes before it no longer names them. */
  purge: z.array(SealedClass),
  /**
   * What is gone after this cursor can no longer be told: nothing follows, and the terminal takes everything anew, from 0. Neither for who
   * asks from 0, nor on account of what was gone by the seq that is said as `since`.
   */
  stale: z.boolean(),
  /** Operations made before may have been applied though their ids are forgotten; 0 where none is. */
  idsKeptFrom: Instant,
});
export type PullHeader = z.infer<typeof PullHeader>;

const put = <N extends keyof typeof ENTITIES>(entity: N) =>
  z.strictObject({ kind: z.literal('put'), entity: z.literal(entity), seq: Seq, row: ENTITIES[entity] });

/** A put of what the desk changes field by field, with the version of each field that has changed since the row first came. */
const mergedPut = <N extends MergedName>(entity: N) => put(entity).extend({ versions: Versions.optional() });

/** One put of the property's feed. A union by entity, so that each row is checked against its own schema. */
export const PutLine = z.discriminatedUnion('entity', [
  put('property'),
  mergedPut('room'),
  mergedPut('guest'),
  mergedPut('stay'),
  put('employee'),
  put('classGrant'),
  put('entitlement'),
  put('classEpoch'),
  put('recoveryKey'),
  put('recoveryGrant'),
  put('device'),
  put('guestNote'),
  put('case'),
  put('guestSeed'),
  put('guestErasure'),
  put('securityKey'),
  put('conflict'),
  put('posting'),
  put('dayClose'),
]);
export type PutLine = z.infer<typeof PutLine>;

/** Last line of an answer, and of each lot of a snapshot. What comes without it was cut and is not applied. */
export const PullEnd = z.strictObject({
  kind: z.literal('end'),
  cursor: Seq,
  more: z.boolean(),
  count: z.int().min(0),
});
export type PullEnd = z.infer<typeof PullEnd>;

/** What a live line says: there is something after what came before this seq. No content: that is pulled. */
export const LiveEvent = z.strictObject({ seq: Seq });
/** A live line that says nothing for longer is broken: something comes at least so often. */
export const LIVE_HEARTBEAT_MS = 15_000;

export const NoteAddition = operation('guestNote.add').extend({ note: GuestNote });
export type NoteAddition = z.infer<typeof NoteAddition>;
export const GuestErase = operation('guest.erase').extend({ guestId: GuestId });
export type GuestErase = z.infer<typeof GuestErase>;

/** An order to grant, signed by whoever orders. It is complete when a holder's terminal has sealed the keys (`classGrant.add`). */
const EntitlementOrder = operation('entitlement.order').extend({ entitlement: Entitlement });
const EntitlementWithdrawal = operation('entitlement.withdraw').extend({ entitlementId: EntitlementId });
/** Somebody's employment has ended: she signs in nowhere, and all she was entitled to is withdrawn. */
const EmployeeLeave = operation('employee.leave').extend({ leaverId: EmployeeId });
/** A new key for class keys, for somebody who lost what opened hers, and what she was entitled to, ordered anew to that key. */
const EmployeeRekeying = operation('employee.rekey').extend({
  rekeyedId: EmployeeId,
  sealingKey: ENTITIES.employee.shape.sealingKey,
  /** The private half, in her credential. */
  sealedKey: ENTITIES.employee.shape.credential.shape.sealingKey,
  entitlements: z.array(Entitlement).max(10),
});
/** A holder hands a class key on to whoever was entitled. */
const GrantAddition = operation('classGrant.add').extend({ grant: ClassGrant });
/** Most people who may hold one class in one property. */
const HOLDERS = 2_000;
/** The next epoch of a class, with the grants of all who go on holding it: all or nothing, and only if nobody was first. */
const EpochBeginning = operation('classEpoch.begin').extend({
  class: SealedClass,
  epoch: z.int().min(2).max(0xffff_ffff),
  grants: z.array(ClassGrant).min(1).max(HOLDERS),
  /** For two keepers together; null in a hotel that has no recovery key. */
  recoveryGrant: ENTITIES.recoveryGrant.nullable(),
});
/** Nothing is sealed before this epoch any more: the grants of older ones go. */
const EpochRetirement = operation('classEpoch.retire').extend({
  class: SealedClass,
  oldest: z.int().min(2).max(0xffff_ffff),
});
/** Guests re-wrapped in one operation at most. */
export const GUESTS_PER_RESEAL = 200;
/** A guest's values under the newest epoch, made from the row of number `seq`: a change in between wins, and this one is passed over. */
export const ResealedGuest = z.strictObject({
  guestId: GuestId,
  seq: Seq,
  /** Masks stay as they are: the values are the same. */
  sealed: z.partialRecord(
    z.enum(GUEST_SEALED_FIELDS),
    z.strictObject({ sealed: SealedField.shape.sealed, index: BlindIndex.optional() }),
  ),
});
export type ResealedGuest = z.infer<typeof ResealedGuest>;
const GuestReseal = operation('guest.reseal').extend({
  class: SealedClass,
  epoch: z.int().min(2).max(0xffff_ffff),
  guests: z.array(ResealedGuest).min(1).max(GUESTS_PER_RESEAL),
});
export type GuestReseal = z.infer<typeof GuestReseal>;

/** Something happened that the security officer must look at: reported by the terminal, whoever worked there. */
export const CaseOpening = operation('case.open').extend({ case: SecurityCase });
export type CaseOpening = z.infer<typeof CaseOpening>;
export const CaseClosing = operation('case.close').extend({ caseId: CaseId, ...CaseClosure.shape });
export type CaseClosing = z.infer<typeof CaseClosing>;
/** Somebody new, with her key pairs and credential; it gives no class key. */
const EmployeeAddition = operation('employee.add').extend({ employee: ENTITIES.employee });
/** Class keys that two recovery shares brought back, sealed to whoever asks, by the order of an officer, who is the granter too. */
export const KeysRestored = operation('keys.restore').extend({
  /** What she was not entitled to before. */
  entitlements: z.array(ENTITIES.entitlement).max(10),
  grants: z.array(ENTITIES.classGrant).min(1).max(100),
});
export type KeysRestored = z.infer<typeof KeysRestored>;
export const SecurityKeyAddition = operation('securityKey.add').extend({ securityKey: SecurityKey });
export type SecurityKeyAddition = z.infer<typeof SecurityKeyAddition>;
export const SecurityKeyRemoval = operation('securityKey.remove').extend({ securityKeyId: SecurityKeyId });
export type SecurityKeyRemoval = z.infer<typeof SecurityKeyRemoval>;
/** Shuts a terminal out; `device.wipe` has it destroy what it holds too, as soon as it hears of it. */
const DeviceRevocation = operation('device.revoke').extend({ terminalId: DeviceId });
const DeviceWipe = operation('device.wipe').extend({ terminalId: DeviceId });
export type DeviceShutOut = z.infer<typeof DeviceRevocation> | z.infer<typeof DeviceWipe>;
/** Her own password, changed: she has signed the new credential (src-shared/model/password-change.ts). */
export const PasswordChange = operation('employee.password').extend({
  credential: Credential,
  /** The salt of the credential it takes the place of: of two changes at once the later is refused. */
  replaces: Credential.shape.kdf.shape.salt,
  signature: z.base64().length(88),
});
export type PasswordChange = z.infer<typeof PasswordChange>;
export const Operation = z.discriminatedUnion('kind', [
  NoteAddition,
  PasswordChange,
  GuestErase,
  EmployeeAddition,
  KeysRestored,
  CaseOpening,
  CaseClosing,
  SecurityKeyAddition,
  SecurityKeyRemoval,
  EntitlementOrder,
  EntitlementWithdrawal,
  EmployeeLeave,
  EmployeeRekeying,
  GrantAddition,
  EpochBeginning,
  EpochRetirement,
  GuestReseal,
  DeviceRevocation,
  DeviceWipe,
  PostingAddition,
  DateRoll,
  ...CHANGES,
]);
export type Operation = z.infer<typeof Operation>;

export const PushRequest = z.strictObject({
  protocol: z.literal(PROTOCOL_VERSION),
  operations: z.array(Operation).min(1).max(OPERATIONS_PER_PUSH),
});
export type PushRequest = z.infer<typeof PushRequest>;

/** How long a terminal's certificate is good. */
export const CERTIFICATE_LIFE_MS = 7 * 86_400_000;
/** With less than this left it is renewed: a terminal that has a line now and then never comes near the end. */
export const RENEW_BEFORE_MS = 4 * 86_400_000;
/** A certificate that ended no longer ago than this is renewed by the device key's signature alone. */
export const RENEWAL_GRACE_MS = 90 * 86_400_000;

/** A request for a certificate (PKCS #10) and a certificate (X.509), DER in base64. */
const certificateRequest = z.base64().min(200).max(2_000);
const certificate = z.base64().min(200).max(2_000);

const REFUSALS = [
  'unknown-guest',
  'unknown-employee',
  'forbidden',
  'current-stay',
  'unknown-case',
  'case-closed',
  'unknown-security-key',
  'unknown-terminal',
  'invalid',
  'stale',
  ...HOUSE_RULES,
  ...FOLIO_RULES,
  'unknown-stay',
  'room-changed',
  'unknown-conflict',
  'conflict-settled',
  /** Made so long ago that it may have been applied already, and nobody knows any more (`idsKeptFrom`). */
  'too-old',
  /** A new guest came without her seed. */
  'no-seed',
] as const;
export const OperationResult = z.discriminatedUnion('status', [
  z.strictObject({ id: OperationId, status: z.literal('applied'), seq: Seq }),
  z.strictObject({ id: OperationId, status: z.literal('duplicate'), seq: Seq }),
  z.strictObject({ id: OperationId, status: z.literal('refused'), reason: z.enum(REFUSALS) }),
]);
export type OperationResult = z.infer<typeof OperationResult>;
export const PushResponse = z.strictObject({ results: z.array(OperationResult) });
export type PushResponse = z.infer<typeof PushResponse>;

export const EnrolRequest = z.strictObject({
  protocol: z.literal(PROTOCOL_VERSION),
  /** The secret part of a one-time code (src-shared/enrolment/code.ts); spaces and dashes do not matter. */
  code: z.string().min(4).max(64),
  deviceName: z.string().min(1).max(80),
  publicKey: z.base64().length(44),
  certificateRequest,
});
export type EnrolRequest = z.infer<typeof EnrolRequest>;
export const EnrolResponse = z.strictObject({ propertyId: PropertyId, deviceId: DeviceId, certificate });
export type EnrolResponse = z.infer<typeof EnrolResponse>;

const nonce = z.base64().length(24);
const signature = z.base64().length(88);

/**
 * A terminal asks how it stands with the server, and for its next certificate: with no certificate of its own, since that may have ended,
 * and signed by its device key (src-shared/enrolment/messages.ts). Who cannot sign is not answered.
 */
export const StandingRequest = z.strictObject({
  protocol: z.literal(PROTOCOL_VERSION),
  propertyId: PropertyId,
  deviceId: DeviceId,
  /** Null while the certificate is not near its end. */
  certificateRequest: certificateRequest.nullable(),
  /** Of the program. */
  version: z.string().min(1).max(40),
  at: Instant,
  nonce,
  signature,
});
export type StandingRequest = z.infer<typeof StandingRequest>;
export const StandingResponse = z.discriminatedUnion('standing', [
  z.strictObject({ standing: z.literal('good'), certificate: certificate.nullable() }),
  /** Signed for another time than the server's: sign again for this one. */
  z.strictObject({ standing: z.literal('clock-off'), serverTime: Instant }),
  /** It was away for longer than {@link RENEWAL_GRACE_MS}: it is enrolled anew. */
  z.strictObject({ standing: z.literal('lapsed') }),
  z.strictObject({ standing: z.literal('revoked') }),
  /** Revoked, and to be wiped; the order is named in the proof. */
  z.strictObject({ standing: z.literal('wipe'), order: nonce }),
]);
export type StandingResponse = z.infer<typeof StandingResponse>;

/** What a terminal had not sent when it was wiped: how many operations of each kind, and nothing of what is in them. */
export const Unsent = z.array(z.strictObject({ kind: z.string().max(40), count: z.int().min(1) })).max(100);
export type Unsent = z.infer<typeof Unsent>;
/** A terminal's word that it has destroyed what it held; signed by its device key before that went too. */
export const WipeProof = z.strictObject({
  protocol: z.literal(PROTOCOL_VERSION),
  propertyId: PropertyId,
  deviceId: DeviceId,
  order: nonce,
  /** Null when it was not to be known: the cache was closed, and not in order. */
  unsent: Unsent.nullable(),
  /** Entries of its access log, which went with it. */
  entries: z.int().min(0),
  signature,
});
export type WipeProof = z.infer<typeof WipeProof>;
export const WipeProofResponse = z.strictObject({ kept: z.literal(true) });

/** Asked for by IT or the security officer, at a terminal. */
export const TerminalsRequest = z.strictObject({ protocol: z.literal(PROTOCOL_VERSION), employeeId: EmployeeId });
export type TerminalsRequest = z.infer<typeof TerminalsRequest>;
/** A terminal of the hotel as the server knows it. */
export const TerminalEntry = z.strictObject({
  id: DeviceId,
  name: z.string(),
  enrolledAt: Instant,
  seenAt: Instant,
  /** Null until it has asked for its standing once. */
  version: z.string().nullable(),
  certificateUntil: Instant,
  revokedAt: Instant.nullable(),
  wipe: z.enum(['ordered', 'done']).nullable(),
  wipedAt: Instant.nullable(),
  unsent: Unsent.nullable(),
  entries: z.int().nullable(),
});
export type TerminalEntry = z.infer<typeof TerminalEntry>;
export const TerminalsResponse = z.strictObject({ terminals: z.array(TerminalEntry) });
export type TerminalsResponse = z.infer<typeof TerminalsResponse>;
export const EnrolmentCodeResponse = z.strictObject({ code: z.string().max(64), expiresAt: Instant });
export type EnrolmentCodeResponse = z.infer<typeof EnrolmentCodeResponse>;

/** Hands in what the server keeps for somebody's second factor; signed by her (src-shared/step-up/messages.ts). */
export const StepUpPut = z.strictObject({
  protocol: z.literal(PROTOCOL_VERSION),
  employeeId: EmployeeId,
  /** Her Ed25519 key: she may not be in the feed yet. */
  signingKey: z.base64().length(44),
  share: z.base64().length(44),
  /** RFC 4226 §4: 128 bits at least, 160 recommended. */
  totpSecret: z.base64().min(24).max(88),
  /** SHA-256 of each one-time recovery code, hex (src-main/vault/recovery-codes.ts). */
  recoveryCodes: z.array(z.string().regex(/^[0-9a-f]{64}$/)).max(10),
  at: Instant,
  nonce,
  signature,
});
export type StepUpPut = z.infer<typeof StepUpPut>;
export const StepUpPutResponse = z.strictObject({
  /**
   * `kept`, also when the same was handed in before; `exists`: there are others, which stay; `not-hers`: the signature, or the key it
   * verifies under, is not hers.
   */
  outcome: z.enum(['kept', 'exists', 'not-hers']),
});
export type StepUpPutResponse = z.infer<typeof StepUpPutResponse>;

/** Puts a new phone, or new recovery codes, in the place of the old: signed by her, and proved by the share that a factor of hers gave. */
export const StepUpRenewal = StepUpPut.pick({
  protocol: true,
  employeeId: true,
  recoveryCodes: true,
  at: true,
  nonce: true,
  signature: true,
}).extend({
  /** Null: the phone stays. */
  totpSecret: StepUpPut.shape.totpSecret.nullable(),
  /** HMAC-SHA-256 over what is signed, under a key of the share. */
  proof: z.base64().length(44),
});
export type StepUpRenewal = z.infer<typeof StepUpRenewal>;
/** New secrets, share and all, for somebody who has no factor left: signed by her and by whoever orders it and saw who she is. */
export const StepUpReset = StepUpPut.omit({ signingKey: true }).extend({
  orderedBy: EmployeeId,
  /** Of whoever orders it, over the same text. */
  order: signature,
});
export type StepUpReset = z.infer<typeof StepUpReset>;
export const StepUpRenewalResponse = z.strictObject({
  /** `not-hers`: a signature or the proof is not; `forbidden`: whoever orders it may not, or not now. */
  outcome: z.enum(['renewed', 'no-step-up', 'not-hers', 'forbidden']),
});
export type StepUpRenewalResponse = z.infer<typeof StepUpRenewalResponse>;

/** Asks for a step-up share with a second factor; signed by the employee, which shows that her password was right. */
export const StepUpRequest = z.strictObject({
  protocol: z.literal(PROTOCOL_VERSION),
  employeeId: EmployeeId,
  factor: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('totp'), code: z.string().regex(/^[0-9]{6}$/) }),
    z.strictObject({ kind: z.literal('recovery-code'), code: z.string().regex(/^[0-9A-HJKMNP-TV-Z]{17}$/) }),
  ]),
  at: Instant,
  nonce,
  signature,
});
export type StepUpRequest = z.infer<typeof StepUpRequest>;
const attemptsLeft = z.int().min(0);
export const StepUpResponse = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('released'),
    share: z.base64().length(44),
    totpSecret: z.base64().min(24).max(88),
    /** The terminal may check codes itself for so long and so often. */
    lease: z.strictObject({ issuedAt: Instant, expiresAt: Instant, attempts: z.int().min(1).max(10) }),
    recoveryCodesLeft: z.int().min(0),
  }),
  z.strictObject({ outcome: z.literal('wrong-code'), attemptsLeft }),
  /** Right, and accepted before: at this terminal or another. */
  z.strictObject({ outcome: z.literal('code-used'), attemptsLeft }),
  z.strictObject({ outcome: z.literal('too-many-attempts'), retryAt: Instant }),
  /** Nothing was handed in for her. */
  z.strictObject({ outcome: z.literal('no-step-up') }),
  /** Signed for another time than the server's: sign again for this one. */
  z.strictObject({ outcome: z.literal('clock-off'), serverTime: Instant }),
  /** Unknown here, not active, or the signature is not hers: which of them is not told. */
  z.strictObject({ outcome: z.literal('not-hers') }),
]);
export type StepUpResponse = z.infer<typeof StepUpResponse>;

/** Entries of an access log in one request at most. */
export const LOG_ENTRIES_PER_PUSH = 200;
const hash = z.string().regex(/^[0-9a-f]{64}$/);
/** A signed note of at most three short lines and a signature (src-shared/audit/checkpoint.ts). */
const note = z.string().max(512);
const LogSize = z.int().min(0);

/** Entries of this terminal's access log that the server does not have yet, with a seal over the last of them. */
export const LogPush = z.strictObject({
  protocol: z.literal(PROTOCOL_VERSION),
  /** Canonical JSON each (src-shared/audit/entry.ts), in their order; none where only the checkpoint is asked for. */
  entries: z.array(z.string().min(2).max(4_096)).max(LOG_ENTRIES_PER_PUSH),
  seal: z.strictObject({ upToSeq: z.int().min(1), hash, signature }).nullable(),
  /** Leaves of the newest checkpoint that the terminal holds. */
  heldSize: LogSize,
});
export type LogPush = z.infer<typeof LogPush>;
export const LogPushResponse = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('taken'),
    /** The newest entry of this terminal that the server has. */
    upToSeq: z.int().min(0),
    checkpoint: note,
    publicKey: z.base64().length(44),
    /** That this checkpoint has grown out of the held one; empty where the server has no more leaves than that. */
    consistency: z.array(hash).max(64),
  }),
  /** Entries in between are missing: send again from behind `upToSeq`. */
  z.strictObject({ outcome: z.literal('gap'), upToSeq: z.int().min(0) }),
  /**
   * Nothing was taken. `forked`: the server has another entry in that place; `bad-seal`: the seal is not this terminal's, or not of these
   * entries; `unreadable`: no entry of this terminal in canonical form.
   */
  z.strictObject({
    outcome: z.literal('refused'),
    reason: z.enum(['forked', 'bad-seal', 'unreadable']),
    atSeq: z.int().min(0),
  }),
]);
export type LogPushResponse = z.infer<typeof LogPushResponse>;

/** Asks for the proof that an entry of this terminal is in the property's log. */
export const LogProofRequest = z.strictObject({
  protocol: z.literal(PROTOCOL_VERSION),
  seq: z.int().min(1),
  heldSize: LogSize,
});
export type LogProofRequest = z.infer<typeof LogProofRequest>;
export const LogProof = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('proof'),
    index: LogSize,
    path: z.array(hash).max(64),
    checkpoint: note,
    publicKey: z.base64().length(44),
    consistency: z.array(hash).max(64),
  }),
  z.strictObject({ outcome: z.literal('unknown') }),
]);
export type LogProof = z.infer<typeof LogProof>;

/** Asks whether a founding code is good, before anybody goes through a ceremony for it. */
export const FoundingCheck = z.strictObject({ protocol: z.literal(PROTOCOL_VERSION), code: EnrolRequest.shape.code });
export type FoundingCheck = z.infer<typeof FoundingCheck>;
export const FoundingPlace = z.strictObject({ propertyId: PropertyId, expiresAt: Instant });
export type FoundingPlace = z.infer<typeof FoundingPlace>;

/** A new hotel with its first people and sealed keys, and the terminal it is founded on. No key of it is in clear. */
export const FoundingRequest = EnrolRequest.extend({
  property: ENTITIES.property,
  employees: z.array(ENTITIES.employee).min(2).max(10),
  /** What the server keeps for each one's second factor. */
  stepUps: z.array(
    StepUpPut.pick({ employeeId: true, signingKey: true, share: true, totpSecret: true, recoveryCodes: true }),
  ),
  entitlements: z.array(ENTITIES.entitlement).min(1).max(100),
  grants: z.array(ENTITIES.classGrant).min(1).max(100),
  recoveryKey: ENTITIES.recoveryKey,
  recoveryGrants: z.array(ENTITIES.recoveryGrant).min(1).max(100),
});
export type FoundingRequest = z.infer<typeof FoundingRequest>;

/** Every refusal of the server that is not an operation result. `code` is for programs, `message` for a log reader. */
export const ServerProblem = z.object({
  error: z.strictObject({
    code: z.enum([
      'invalid-request',
      /** The body is no JSON, or not whole: what left the terminal did not arrive. It may be sent again as it is. */
      'unreadable',
      /** The body is larger than 1 MiB. */
      'too-large',
      'unknown-code',
      'forbidden',
      'too-many-requests',
      'busy',
      'update-required',
      'not-found',
      'internal',
    ]),
    message: z.string(),
    /** Path of the field that did not fit, as in `operations.0.note.text`. */
    field: z.string().optional(),
  }),
});
export type ServerProblem = z.infer<typeof ServerProblem>;

/** Routes, in one place. */
export const routes = {
  enrol: '/v1/enrolments',
  foundingCheck: '/v1/foundings/checks',
  found: '/v1/foundings',
  standing: '/v1/standings',
  wipeProof: '/v1/wipe-proofs',
  changes: (property: string) => `/v1/properties/${property}/changes`,
  fill: (property: string) => `/v1/properties/${property}/fill`,
  snapshot: (property: string) => `/v1/properties/${property}/snapshot`,
  live: (property: string) => `/v1/properties/${property}/live`,
  operations: (property: string) => `/v1/properties/${property}/operations`,
  terminals: (property: string) => `/v1/properties/${property}/terminals`,
  enrolmentCodes: (property: string) => `/v1/properties/${property}/enrolment-codes`,
  stepUpSecrets: (property: string) => `/v1/properties/${property}/step-up-secrets`,
  stepUps: (property: string) => `/v1/properties/${property}/step-ups`,
  accessLog: (property: string) => `/v1/properties/${property}/access-log`,
  accessLogProofs: (property: string) => `/v1/properties/${property}/access-log/proofs`,
  stepUpRenewals: (property: string) => `/v1/properties/${property}/step-up-renewals`,
  stepUpResets: (property: string) => `/v1/properties/${property}/step-up-resets`,
  health: '/healthz',
} as const;
