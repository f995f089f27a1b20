/** Terminals: enrolled once by a one-time code, known by the key of their certificate afterwards. Only hashes of both are kept. */
import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { ulid } from 'ulid';
import { makeSecret, normaliseCode } from '../../src-shared/enrolment/code.ts';
import type { Device } from '../../src-shared/model/entities.ts';
import { DeviceId, PropertyId } from '../../src-shared/model/ids.ts';
import { CERTIFICATE_LIFE_MS, type EnrolRequest, type TerminalEntry } from '../../src-shared/sync/protocol.ts';
import type { Database } from './database.ts';
import { lockFeed, putRows } from './feed.ts';
import type { Tables, WipeReport } from './tables.ts';

const CODE_LIFE_MS = 10 * 60_000;
/** As long as a nonce of the protocol. */
const ORDER_BYTES = 16;

export interface IssuedCode {
  /** The secret part (src-shared/enrolment/code.ts). */
  readonly code: string;
  readonly expiresAt: number;
}

/** Who asks for a place, and the key that its certificate will be for. */
export type NewTerminal = Pick<EnrolRequest, 'deviceName' | 'publicKey'> & { readonly keySha256: string };
export type EnrolledTerminal = { readonly propertyId: PropertyId; readonly deviceId: DeviceId };

/** Makes a code that enrols one terminal within ten minutes. Null when there is no such property. */
export async function issueEnrolmentCode(
  db: Kysely<Tables>,
  propertyId: PropertyId,
  now: number,
): Promise<IssuedCode | null> {
  const made = makeCode();
  const expiresAt = now + CODE_LIFE_MS;
  return db.transaction().execute(async (trx) => {
    const property = await trx
      .selectFrom('property')
      .select('property_id')
      .where('property_id', '=', propertyId)
      .executeTakeFirst();
    if (property === undefined) return null;
    await trx
      .deleteFrom('enrolment_code')
      .where('property_id', '=', propertyId)
      .where('expires_at', '<=', now)
      .execute();
    await trx
      .insertInto('enrolment_code')
      .values({ property_id: propertyId, code_sha256: made.sha256, expires_at: expiresAt, used_at: null })
      .execute();
    return { code: made.code, expiresAt };
  });
}

/**
 * Trades a code for a terminal's identity and writes the terminal into the property's feed.
 * @returns null when the code is wrong, used or too old: which of them is nobody's business
 */
export async function enrol(
  { of, everywhere }: Pick<Database, 'of' | 'everywhere'>,
  request: NewTerminal & Pick<EnrolRequest, 'code'>,
  now: number,
): Promise<EnrolledTerminal | null> {
  const live = await everywhere
    .selectFrom('enrolment_code')
    .select(['property_id', 'code_sha256'])
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .execute();
  const match = matchCode(live, request.code);
  if (match === undefined) return null;
  return of(match.property_id)
    .transaction()
    .execute(async (trx) => {
      const used = await trx
        .updateTable('enrolment_code')
        .set({ used_at: now })
        .where('property_id', '=', match.property_id)
        .where('code_sha256', '=', match.code_sha256)
        // Of two who come at once, the second waits for the first and then finds it used.
        .where('used_at', 'is', null)
        .returning('property_id')
        .executeTakeFirst();
      if (used === undefined) return null;
      return addDevice(trx, PropertyId.parse(match.property_id), request, now);
    });
}

/** Writes a terminal down and into the property's feed. Whoever asks has seen its code. */
export async function addDevice(
  trx: Transaction<Tables>,
  propertyId: PropertyId,
  { deviceName: name, publicKey, keySha256 }: NewTerminal,
  now: number,
): Promise<EnrolledTerminal> {
  const deviceId = DeviceId.parse(ulid(now));
  const row = { id: deviceId, name, publicKey, enrolledAt: now, revokedAt: null };
  await trx
    .insertInto('device')
    .values({
      property_id: propertyId,
      id: deviceId,
      name,
      public_key: publicKey,
      key_sha256: keySha256,
      enrolled_at: now,
      revoked_at: null,
      seen_at: now,
      certificate_until: now + CERTIFICATE_LIFE_MS,
      version: null,
      wipe_order: null,
      wiped_at: null,
      wipe_report: null,
    })
    .execute();
  await putRows(trx, propertyId, await lockFeed(trx, propertyId), [{ entity: 'device', row }]);
  return { propertyId, deviceId };
}

/** A new one-time code and the hash that is kept of it. */
export function makeCode(): { readonly code: string; readonly sha256: string } {
  const code = makeSecret(randomInt);
  return { code, sha256: sha256(code) };
}

/** Which of the live codes was typed: every one is compared, each in constant time. */
export function matchCode<T extends { readonly code_sha256: string }>(
  live: readonly T[],
  typed: string,
): T | undefined {
  const presented = sha256(normaliseCode(typed));
  return live.filter((code) => sameHash(code.code_sha256, presented))[0];
}

/** Whether a terminal of this property has this key and is not revoked. */
export async function hasDevice(db: Kysely<Tables>, device: DeviceKey): Promise<boolean> {
  // Served by the primary key.
  const found = await db
    .selectFrom('device')
    .select('id')
    .where('property_id', '=', device.propertyId)
    .where('id', '=', device.deviceId)
    .where('key_sha256', '=', device.keySha256)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return found !== undefined;
}

/** A terminal as its certificate names it; whether there is one, {@link hasDevice} says. */
export interface DeviceKey {
  readonly propertyId: string;
  readonly deviceId: string;
  readonly keySha256: string;
}

/** What a terminal's standing depends on. */
export interface DeviceStanding {
  readonly publicKey: string;
  readonly keySha256: string;
  readonly revokedAt: number | null;
  readonly certificateUntil: number;
  /** Null when none was ordered. */
  readonly wipe: { readonly order: string; readonly done: boolean } | null;
}

/** Null when there is no such terminal. */
export async function standingOf(
  db: Kysely<Tables>,
  { propertyId, deviceId }: EnrolledTerminal,
): Promise<DeviceStanding | null> {
  const device = await db
    .selectFrom('device')
    .select(['public_key', 'key_sha256', 'revoked_at', 'certificate_until', 'wipe_order', 'wiped_at'])
    .where('property_id', '=', propertyId)
    .where('id', '=', deviceId)
    .executeTakeFirst();
  if (device === undefined) return null;
  return {
    publicKey: device.public_key,
    keySha256: device.key_sha256,
    revokedAt: device.revoked_at,
    certificateUntil: device.certificate_until,
    wipe: device.wipe_order === null ? null : { order: device.wipe_order, done: device.wiped_at !== null },
  };
}

/** Notes what IT is shown of a terminal: that it was here, and what it has. */
export async function noteDevice(
  db: Kysely<Tables>,
  { propertyId, deviceId }: EnrolledTerminal,
  seen: { readonly at: number; readonly certificateUntil?: number; readonly version?: string },
): Promise<void> {
  const { at, certificateUntil, version } = seen;
  await db
    .updateTable('device')
    .set({
      seen_at: at,
      ...(certificateUntil === undefined ? {} : { certificate_until: certificateUntil }),
      ...(version === undefined ? {} : { version }),
    })
    .where('property_id', '=', propertyId)
    .where('id', '=', deviceId)
    .execute();
}

/**
 * Shuts a terminal out, and has it wiped if that is ordered.
 * @returns its row for the feed; null when it is unknown, or nothing changes by it
 */
export async function shutOutDevice(
  trx: Transaction<Tables>,
  propertyId: PropertyId,
  deviceId: DeviceId,
  order: { readonly now: number; readonly wipe: boolean },
): Promise<Device | null> {
  const found = await trx
    .selectFrom('device')
    .select(['name', 'public_key', 'enrolled_at', 'revoked_at', 'wipe_order'])
    .where('property_id', '=', propertyId)
    .where('id', '=', deviceId)
    .forUpdate()
    .executeTakeFirst();
  if (found === undefined) return null;
  const isNew = found.revoked_at === null || (order.wipe && found.wipe_order === null);
  if (!isNew) return null;
  const revokedAt = found.revoked_at ?? order.now;
  const wipeOrder = found.wipe_order ?? (order.wipe ? randomBytes(ORDER_BYTES).toString('base64') : null);
  await trx
    .updateTable('device')
    .set({ revoked_at: revokedAt, wipe_order: wipeOrder })
    .where('property_id', '=', propertyId)
    .where('id', '=', deviceId)
    .execute();
  return { id: deviceId, name: found.name, publicKey: found.public_key, enrolledAt: found.enrolled_at, revokedAt };
}

/** Shuts a terminal out by itself, and tells the others by the feed. False when it is unknown or was revoked before. */
export async function revokeDevice(
  db: Kysely<Tables>,
  propertyId: PropertyId,
  deviceId: DeviceId,
  now: number,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const lastSeq = await lockFeed(trx, propertyId);
    const row = await shutOutDevice(trx, propertyId, deviceId, { now, wipe: false });
    if (row !== null) await putRows(trx, propertyId, lastSeq, [{ entity: 'device', row }]);
    return row !== null;
  });
}

/** Takes a terminal's word that it is wiped; what it said first stays. */
export async function noteWiped(
  db: Kysely<Tables>,
  { propertyId, deviceId }: EnrolledTerminal,
  report: WipeReport,
  now: number,
): Promise<void> {
  await db
    .updateTable('device')
    .set({ wiped_at: now, wipe_report: JSON.stringify(report) })
    .where('property_id', '=', propertyId)
    .where('id', '=', deviceId)
    .where('wiped_at', 'is', null)
    .execute();
}

/** Every terminal that a property has or had, the newest first. */
export async function listDevices(db: Kysely<Tables>, propertyId: PropertyId): Promise<TerminalEntry[]> {
  const rows = await db
    .selectFrom('device')
    .selectAll()
    .where('property_id', '=', propertyId)
    .orderBy('id', 'desc')
    .execute();
  return rows.map((row) => ({
    id: DeviceId.parse(row.id),
    name: row.name,
    enrolledAt: row.enrolled_at,
    seenAt: row.seen_at,
    version: row.version,
    certificateUntil: row.certificate_until,
    revokedAt: row.revoked_at,
    wipe: row.wipe_order === null ? null : row.wiped_at === null ? 'ordered' : 'done',
    wipedAt: row.wiped_at,
    unsent: row.wipe_report?.unsent ?? null,
    entries: row.wipe_report?.entries ?? null,
  }));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function sameHash(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
