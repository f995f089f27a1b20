/** Terminals: enrolled once by a one-time code, known by a bearer token afterwards. Only hashes of both are kept. */
import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { ulid } from 'ulid';
import { DeviceId, PropertyId } from '../../src-shared/model/ids.ts';
import type { EnrolRequest, EnrolResponse } from '../../src-shared/sync/protocol.ts';
import { lockFeed, putRows } from './feed.ts';
import type { Tables } from './tables.ts';

/** Crockford's base 32: nothing that looks like something else. Ten characters are 50 bits. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_LENGTH = 10;
const CODE_LIFE_MS = 10 * 60_000;
const TOKEN_BYTES = 32;

export interface EnrolmentCode {
  /** As it is read out and typed: `K7QF2-9XWBD`. */
  readonly code: string;
  readonly expiresAt: number;
}

/** Makes a code that enrols one terminal within ten minutes. Null when there is no such property. */
export async function issueEnrolmentCode(
  db: Kysely<Tables>,
  propertyId: PropertyId,
  now: number,
): Promise<EnrolmentCode | null> {
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
  db: Kysely<Tables>,
  request: Pick<EnrolRequest, 'code' | 'deviceName' | 'publicKey'>,
  now: number,
): Promise<EnrolResponse | null> {
  return db.transaction().execute(async (trx) => {
    const live = await trx
      .selectFrom('enrolment_code')
      .select(['property_id', 'code_sha256'])
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .execute();
    const match = matchCode(live, request.code);
    if (match === undefined) return null;
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

/** Writes a terminal down and into the property's feed, and gives it its token. Whoever asks has seen its code. */
export async function addDevice(
  trx: Transaction<Tables>,
  propertyId: PropertyId,
  request: Pick<EnrolRequest, 'deviceName' | 'publicKey'>,
  now: number,
): Promise<EnrolResponse> {
  const deviceId = DeviceId.parse(ulid(now));
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  await trx
    .insertInto('device')
    .values({
      property_id: propertyId,
      id: deviceId,
      name: request.deviceName,
      public_key: request.publicKey,
      token_sha256: sha256(token),
      enrolled_at: now,
      revoked_at: null,
    })
    .execute();
  const { deviceName: name, publicKey } = request;
  const row = { id: deviceId, name, publicKey, enrolledAt: now, revokedAt: null };
  await putRows(trx, propertyId, await lockFeed(trx, propertyId), [{ entity: 'device', row }]);
  return { propertyId, deviceId, token };
}

/** A new one-time code and the hash that is kept of it. */
export function makeCode(): { readonly code: string; readonly sha256: string } {
  const plain = Array.from({ length: CODE_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return { code: `${plain.slice(0, CODE_LENGTH / 2)}-${plain.slice(CODE_LENGTH / 2)}`, sha256: sha256(plain) };
}

/** Which of the live codes was typed: every one is compared, each in constant time. */
export function matchCode<T extends { readonly code_sha256: string }>(
  live: readonly T[],
  typed: string,
): T | undefined {
  const presented = sha256(normaliseCode(typed));
  return live.filter((code) => sameHash(code.code_sha256, presented))[0];
}

/** The terminal a token belongs to at this property; null when there is none or it is revoked. */
export async function deviceOf(db: Kysely<Tables>, propertyId: PropertyId, token: string): Promise<DeviceId | null> {
  // Served by device_token. Looked up by hash: what the time tells of a hash does not help to find its token.
  const device = await db
    .selectFrom('device')
    .select('id')
    .where('property_id', '=', propertyId)
    .where('token_sha256', '=', sha256(token))
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return device === undefined ? null : DeviceId.parse(device.id);
}

/** Shuts a terminal out from now on, and tells the others by the feed. False when it is unknown or was revoked before. */
export async function revokeDevice(
  db: Kysely<Tables>,
  propertyId: PropertyId,
  deviceId: DeviceId,
  now: number,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const device = await trx
      .updateTable('device')
      .set({ revoked_at: now })
      .where('property_id', '=', propertyId)
      .where('id', '=', deviceId)
      .where('revoked_at', 'is', null)
      .returning(['name', 'public_key', 'enrolled_at'])
      .executeTakeFirst();
    if (device === undefined) return false;
    const { name, public_key: publicKey, enrolled_at: enrolledAt } = device;
    const row = { id: deviceId, name, publicKey, enrolledAt, revokedAt: now };
    await putRows(trx, propertyId, await lockFeed(trx, propertyId), [{ entity: 'device', row }]);
    return true;
  });
}

/** As typed: spaces, dashes and case do not matter; O is read as 0, I and L as 1. */
function normaliseCode(code: string): string {
  return code.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function sameHash(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
