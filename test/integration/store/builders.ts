/** Rows for the store's tests: whole entities with one line of what matters in the test. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type Cache, openCache } from '../../../src-main/store/open.ts';
import type { DayClose } from '../../../src-shared/model/day-close.ts';
import type {
  ClassGrant,
  Conflict,
  Employee,
  Entitlement,
  Guest,
  GuestNote,
  Property,
  RecoveryGrant,
  Room,
  SecurityCase,
  SecurityKey,
  Stay,
} from '../../../src-shared/model/entities.ts';
import {
  BusinessDate,
  CaseId,
  ConflictId,
  DeviceId,
  EmployeeId,
  EntitlementId,
  GrantId,
  GuestId,
  NoteId,
  OperationId,
  PostingId,
  PropertyId,
  type RecoveryKeyId,
  RoomId,
  SecurityKeyId,
  StayId,
} from '../../../src-shared/model/ids.ts';
import type { Posting } from '../../../src-shared/model/posting.ts';
import type { PostingAddition } from '../../../src-shared/sync/folio.ts';
import type { CaseClosing, CaseOpening, NoteAddition, PutLine } from '../../../src-shared/sync/protocol.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The ULID of a small number, sorting as the number does. */
export function ulidOf(number: number): string {
  let rest = number;
  let text = '';
  for (let place = 0; place < 26; place++) {
    text = (ALPHABET[rest % 32] ?? '0') + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

export const guestId = (n: number) => GuestId.parse(ulidOf(n));
export const stayId = (n: number) => StayId.parse(ulidOf(n));
export const roomId = (n: number) => RoomId.parse(ulidOf(n));
const noteId = (n: number) => NoteId.parse(ulidOf(n));
export const employeeId = (n: number) => EmployeeId.parse(ulidOf(n));
const operationId = (n: number) => OperationId.parse(ulidOf(n));
export const date = (text: string) => BusinessDate.parse(text);

export const TODAY = date('2026-03-14');

export function property(change: Partial<Property> = {}): Property {
  return {
    id: PropertyId.parse('west-lake'),
    name: '西湖酒店',
    nameLatin: 'West Lake Hotel',
    businessDate: TODAY,
    timeZone: 'Asia/Shanghai',
    country: 'CN',
    policyVersion: 3,
    ...change,
  };
}

export function room(n: number, change: Partial<Room> = {}): Room {
  return { id: roomId(n), number: String(1000 + n), floor: 10, type: 'twin', status: 'clean', ...change };
}

export function guest(n: number, change: Partial<Guest> = {}): Guest {
  return {
    id: guestId(n),
    name: `客人${n}`,
    nameLatin: null,
    salutation: 'ms',
    language: 'zh-CN',
    phone: null,
    email: null,
    company: null,
    vehiclePlate: null,
    vip: false,
    doNotDisclose: false,
    documentType: 'passport',
    documentNumber: null,
    dateOfBirth: null,
    nationality: null,
    documentAddress: null,
    cardNumber: null,
    invoiceTaxNumber: null,
    dietaryNeeds: null,
    ...change,
  };
}

export function sealedField(mask: string): NonNullable<Guest['documentNumber']> {
  return { sealed: randomBytes(60).toString('base64'), mask };
}

export function stay(n: number, change: Partial<Stay> = {}): Stay {
  return {
    id: stayId(n),
    guestId: guestId(n),
    roomId: null,
    reservationNumber: `R${String(n).padStart(7, '0')}`,
    status: 'reserved',
    arrival: TODAY,
    departure: date('2026-03-16'),
    adults: 2,
    children: 0,
    roomType: 'twin',
    channel: 'direct',
    rateMinor: 68_800,
    currency: 'CNY',
    ...change,
  };
}

export function employee(n: number, change: Partial<Employee> = {}): Employee {
  return {
    id: employeeId(n),
    propertyId: PropertyId.parse('west-lake'),
    name: '陈前台',
    nameLatin: 'Chen Qiantai',
    staffNumber: `S${n}00`,
    role: 'receptionist',
    active: true,
    shifts: [{ begins: '22:00', ends: '06:30' }],
    trainedUntil: '2026-12-31',
    policyAcknowledged: 3,
    slotKey: Buffer.alloc(32, 4).toString('base64'),
    sealingKey: Buffer.alloc(32, 5).toString('base64'),
    signingKey: Buffer.alloc(32, 6).toString('base64'),
    credential: {
      version: 3,
      kdf: {
        algorithm: 'argon2id',
        memoryKib: 65_536,
        passes: 3,
        lanes: 4,
        salt: Buffer.alloc(16, 1).toString('base64'),
      },
      signIn: 'AAAA',
      signInKeys: 'CCCC',
      sealingKey: 'DDDD',
    },
    ...change,
  };
}

export function entitlement(n: number, change: Partial<Entitlement> = {}): Entitlement {
  return {
    id: EntitlementId.parse(ulidOf(n)),
    employeeId: employeeId(n),
    scope: 'see',
    class: 'payment',
    sealingKey: Buffer.alloc(32, n).toString('base64'),
    signingKey: Buffer.alloc(32, n).toString('base64'),
    orderedBy: employeeId(1),
    orderedAt: 1_773_000_000_000,
    signature: Buffer.alloc(64, n).toString('base64'),
    withdrawn: null,
    ...change,
  };
}

export function grant(n: number, change: Partial<ClassGrant> = {}): ClassGrant {
  return {
    id: GrantId.parse(ulidOf(n)),
    employeeId: employeeId(1),
    class: 'identity',
    scope: 'see',
    epoch: 1,
    sealingKey: Buffer.alloc(32, 5).toString('base64'),
    enc: Buffer.alloc(32, 1).toString('base64'),
    sealed: Buffer.alloc(48, 2).toString('base64'),
    grantedBy: employeeId(1),
    grantedAt: 1_773_000_000_000,
    signature: Buffer.alloc(64, 3).toString('base64'),
    ...change,
  };
}

export function recoveryGrant(n: number, recoveryKeyId: RecoveryKeyId): RecoveryGrant {
  const { employeeId: _, scope: _scope, sealingKey: _key, ...rest } = grant(n);
  return { ...rest, recoveryKeyId, proof: Buffer.alloc(32, 4).toString('base64') };
}

export function securityKey(n: number, change: Partial<SecurityKey> = {}): SecurityKey {
  return {
    id: SecurityKeyId.parse(ulidOf(n)),
    employeeId: employeeId(1),
    name: `key ${n}`,
    credentialId: Buffer.alloc(16, n).toString('base64'),
    prfSalt: Buffer.alloc(32, 5).toString('base64'),
    sealedShare: Buffer.alloc(60, 6).toString('base64'),
    addedAt: 1_773_000_000_000 + n,
    signature: Buffer.alloc(64, 7).toString('base64'),
    ...change,
  };
}

export function note(n: number, change: Partial<GuestNote> = {}): GuestNote {
  return {
    id: noteId(n),
    guestId: guestId(1),
    text: `note ${n}`,
    authorId: employeeId(1),
    writtenAt: 1_773_000_000_000 + n,
    ...change,
  };
}

export function posting(n: number, change: Partial<Posting> = {}): Posting {
  return {
    id: PostingId.parse(ulidOf(n)),
    stayId: stayId(1),
    guestId: guestId(1),
    businessDate: TODAY,
    kind: 'charge',
    item: 'minibar',
    text: null,
    amountMinor: 4_500,
    currency: 'CNY',
    folio: 1,
    reverses: null,
    reason: null,
    by: employeeId(1),
    at: 1_700_000_000_000,
    ...change,
  };
}

export function dayClose(day: string, change: Partial<DayClose> = {}): DayClose {
  return { id: date(day), by: employeeId(1), at: 1, waived: [], rooms: 0, noShows: 0, balances: [], ...change };
}

export function posted(n: number, ...postings: readonly Posting[]): PostingAddition {
  return { id: operationId(n), kind: 'posting.add', employeeId: employeeId(1), at: 1, postings: [...postings] };
}

export function securityCase(n: number, change: Partial<SecurityCase> = {}): SecurityCase {
  return {
    id: CaseId.parse(ulidOf(n)),
    kind: 'break-glass',
    // The newest comes first.
    openedAt: 1_773_000_000_000 - n,
    openedBy: employeeId(1),
    role: 'duty-manager',
    stayId: stayId(1),
    guestId: guestId(1),
    class: null,
    reasonText: 'the guest is unconscious',
    confirmedBy: null,
    terminal: DeviceId.parse(ulidOf(9)),
    entry: 7,
    state: 'open',
    closedBy: null,
    closedAt: null,
    verdict: null,
    finding: null,
    ...change,
  };
}

export function conflict(n: number, change: Partial<Conflict> = {}): Conflict {
  const side = { by: employeeId(1), device: DeviceId.parse(ulidOf(9)), at: 1_773_000_000_000 };
  return {
    id: ConflictId.parse(ulidOf(n)),
    entity: 'guest',
    rowId: guestId(1),
    guestId: guestId(1),
    field: 'company',
    held: { ...side, value: '甲' },
    brought: { ...side, value: '乙' },
    openedAt: 1_773_000_000_000,
    state: 'open',
    settledBy: null,
    settledAt: null,
    ...change,
  };
}

export function opening(n: number, of: SecurityCase = securityCase(n)): CaseOpening {
  return { id: operationId(n), kind: 'case.open', employeeId: of.openedBy, at: of.openedAt, case: of };
}

export function closing(n: number, of: SecurityCase, change: Partial<CaseClosing> = {}): CaseClosing {
  const closure = { verdict: 'justified', finding: 'a doctor was called' } as const;
  return {
    id: operationId(n),
    kind: 'case.close',
    employeeId: employeeId(2),
    at: of.openedAt + 1,
    caseId: of.id,
    ...closure,
    ...change,
  };
}

export function addition(n: number, of: GuestNote = note(n)): NoteAddition {
  return { id: operationId(n), kind: 'guestNote.add', employeeId: of.authorId, at: of.writtenAt, note: of };
}

type Rows = {
  readonly [E in PutLine['entity']]?: readonly Extract<PutLine, { entity: E }>['row'][];
};

/** Lines of the feed for these rows, numbered from `seq` on. */
export function feed(rows: Rows, seq = 1): PutLine[] {
  let next = seq;
  return Object.entries(rows).flatMap(([entity, list]) =>
    list.map((row) => ({ kind: 'put', entity, seq: next++, row }) as PutLine),
  );
}

const afterwards: (() => void)[] = [];
afterAll(() => {
  for (const undo of afterwards.reverse()) undo();
});

/** A folder of its own, gone after the tests of the file. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'keyrack-store-'));
  afterwards.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface OpenedForTest {
  readonly cache: Cache;
  readonly file: string;
  readonly key: Buffer;
}

/** A new cache in a folder of its own, closed after the tests of the file. */
export function newCache(puts: readonly PutLine[] = []): OpenedForTest {
  const file = join(testFolder(), 'cache.db');
  const key = randomBytes(32);
  const cache = reopen(file, key);
  if (puts.length > 0) cache.applyPuts(puts, puts.length);
  return { cache, file, key };
}

/** Opens a cache that must open. */
export function reopen(file: string, key: Buffer): Cache {
  const opened = openCache({ file, key });
  if (!opened.ok) throw new Error(`the cache did not open: ${opened.problem}`);
  afterwards.push(() => opened.value.close());
  return opened.value;
}

/** Why a cache did not open; null when it did. */
export function problemOf(file: string, key: Buffer): string | null {
  const opened = openCache({ file, key });
  if (opened.ok) opened.value.close();
  return opened.ok ? null : opened.problem;
}
