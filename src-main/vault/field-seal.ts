/**
 * Sealing of single values (DESIGN §4): AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D §8.2.2), key-committing, bound
 * to the place it belongs to, under a key that dies with the guest's seed. Only primitives that Electron's BoringSSL has.
 *
 * Envelope, base64 in storage and on the wire:
 *   version 2 | algorithm 1 | class 1 | epoch 4 (big endian) | nonce 12 | commitment 16 | ciphertext n | tag 16
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { SEALED_CLASSES, type SealedClass } from '../../src-shared/model/classes.ts';
import type { GuestId, PropertyId } from '../../src-shared/model/ids.ts';
import { bytesAsKey } from './bytes-as-key.ts';

/** Where a sealed value belongs. It is authenticated with the ciphertext: moved elsewhere, it does not open. */
export interface FieldPlace {
  readonly propertyId: PropertyId;
  readonly entity: 'guest';
  readonly rowId: string;
  readonly field: string;
  readonly class: SealedClass;
}

/** Key of one class of one property in one epoch: 32 bytes. The holder zeroes it. */
export interface ClassKey {
  readonly class: SealedClass;
  readonly epoch: number;
  readonly key: Buffer;
}

/** Key of one guest's record in one class and epoch. The holder zeroes it after use. */
export interface RecordKey extends ClassKey {
  readonly commitment: Buffer;
}

/** Why a sealed value does not open. It never carries any part of the value. */
export class SealError extends Error {
  override readonly name = 'SealError';
  readonly problem: 'malformed' | 'unsupported' | 'no-seed' | 'wrong-key' | 'altered';
  constructor(problem: SealError['problem']) {
    super(`sealed value: ${problem}`);
    this.problem = problem;
  }
}

const VERSION = 2;
/** Algorithm identifiers leave room for SM4-GCM. */
const AES_256_GCM = 1;
const KEY = 32;
const NONCE = 12;
const COMMITMENT = 16;
const TAG = 16;
const HEADER = 7;
const OVERHEAD = HEADER + NONCE + COMMITMENT + TAG;

/**
 * Derives the key of one guest's record in one class: HKDF-SHA256 (RFC 5869) of the class key, salted with the guest's seed, to 32
 * bytes for the cipher and 16 that commit to it. Without the seed there is no way back to it.
 * @param seed the guest's, 32 bytes; still the caller's to zero
 * @throws RangeError when key or seed are not 32 bytes: a bug of the caller
 */
export function deriveRecordKey(
  classKey: ClassKey,
  seed: Uint8Array,
  of: { readonly propertyId: PropertyId; readonly guestId: GuestId },
): RecordKey {
  if (classKey.key.length !== KEY) throw new RangeError('a class key is 32 bytes');
  if (seed.length !== KEY) throw new RangeError('a seed is 32 bytes');
  const info = JSON.stringify(['keyrack/record/v2', of.propertyId, of.guestId, classKey.class, classKey.epoch]);
  const derived = Buffer.from(bytesAsKey(() => hkdfSync('sha256', classKey.key, seed, info, KEY + COMMITMENT)));
  const { class: dataClass, epoch } = classKey;
  return { class: dataClass, epoch, key: derived.subarray(0, KEY), commitment: derived.subarray(KEY) };
}

/**
 * Seals `plain` (UTF-8) under a record key for one place.
 * @returns the envelope, base64
 * @throws RangeError when the key is of another class than the place: a bug of the caller
 */
export function sealField(recordKey: RecordKey, place: FieldPlace, plain: string): string {
  if (recordKey.class !== place.class) throw new RangeError('record key and place are of different classes');
  const header = Buffer.alloc(HEADER);
  header.writeUInt8(VERSION, 0);
  header.writeUInt8(AES_256_GCM, 1);
  header.writeUInt8(SEALED_CLASSES.indexOf(place.class) + 1, 2);
  header.writeUInt32BE(recordKey.epoch, 3);
  const nonce = randomBytes(NONCE);
  const cipher = bytesAsKey(() => createCipheriv('aes-256-gcm', recordKey.key, nonce, { authTagLength: TAG }));
  cipher.setAAD(associatedData(place, recordKey.epoch));
  const bytes = Buffer.from(plain, 'utf8');
  const body = Buffer.concat([cipher.update(bytes), cipher.final()]);
  bytes.fill(0);
  return Buffer.concat([header, nonce, recordKey.commitment, body, cipher.getAuthTag()]).toString('base64');
}

/**
 * Opens an envelope made by {@link sealField} for the same place.
 * @returns the plain value as UTF-8 bytes; the caller zeroes them
 * @throws SealError
 */
export function openField(recordKey: RecordKey, place: FieldPlace, sealed: string): Buffer {
  const envelope = Buffer.from(sealed, 'base64');
  if (envelope.length < OVERHEAD) throw new SealError('malformed');
  if (envelope.readUInt8(0) !== VERSION || envelope.readUInt8(1) !== AES_256_GCM) throw new SealError('unsupported');
  const dataClass = SEALED_CLASSES[envelope.readUInt8(2) - 1];
  if (dataClass !== place.class || dataClass !== recordKey.class) throw new SealError('wrong-key');
  if (envelope.readUInt32BE(3) !== recordKey.epoch) throw new SealError('wrong-key');
  const nonce = envelope.subarray(HEADER, HEADER + NONCE);
  const commitment = envelope.subarray(HEADER + NONCE, HEADER + NONCE + COMMITMENT);
  // The commitment is checked first: without it one GCM ciphertext can be made to open under two keys.
  if (!timingSafeEqual(commitment, recordKey.commitment)) throw new SealError('wrong-key');
  const decipher = bytesAsKey(() => createDecipheriv('aes-256-gcm', recordKey.key, nonce, { authTagLength: TAG }));
  decipher.setAAD(associatedData(place, recordKey.epoch));
  decipher.setAuthTag(envelope.subarray(envelope.length - TAG));
  const head = decipher.update(envelope.subarray(HEADER + NONCE + COMMITMENT, envelope.length - TAG));
  try {
    return Buffer.concat([head, decipher.final()]);
  } catch {
    throw new SealError('altered');
  } finally {
    head.fill(0);
  }
}

/** Epoch named in an envelope's header, read without a key. @throws SealError when it is not an envelope */
export function epochOf(sealed: string): number {
  const envelope = Buffer.from(sealed, 'base64');
  if (envelope.length < OVERHEAD) throw new SealError('malformed');
  return envelope.readUInt32BE(3);
}

/** A JSON array of strings and numbers is unambiguous and the same in every engine. */
function associatedData(place: FieldPlace, epoch: number): Buffer {
  return Buffer.from(
    JSON.stringify(['keyrack/field/v2', place.propertyId, place.entity, place.rowId, place.field, place.class, epoch]),
    'utf8',
  );
}
