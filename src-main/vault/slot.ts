/**
 * An employee's slot at one terminal (DESIGN §4), like a key slot of LUKS: Argon2id over the password with the device's secret,
 * then HKDF, then AES-256-GCM over the cache key and the employee's unlock key.
 *
 * The library gives Argon2id no associated data, so the header is bound where it can be: it is HKDF's info and the box's AAD. Lowered
 * parameters, another employee or another place do not open.
 */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { KdfHeader } from '../../src-shared/model/entities.ts';
import type { Who } from './credential.ts';
import { type Cost, stretch } from './kdf.ts';
import { deriveKey, openBox, sealBox } from './sealed-box.ts';

export const Slot = z.strictObject({ kdf: KdfHeader, box: z.base64().max(256) });
export type Slot = z.infer<typeof Slot>;

/** What a password opened. The holder wipes it with {@link wipeOpened}. */
export interface Opened {
  /** Opens the cache. */
  readonly cacheKey: Buffer;
  /** The unlock key of the employee's credential. */
  readonly unlockKey: Buffer;
}

export interface SlotInput extends Who {
  /** UTF-8, NFC; still the caller's to zero, as are all secrets here. */
  readonly password: Buffer;
  /** Argon2id's secret input, derived from the device secret. */
  readonly deviceKey: Buffer;
}

/** Makes a slot. One Argon2id run. */
export async function makeSlot(input: SlotInput & Opened & { readonly cost: Cost }): Promise<Slot> {
  const kdf: Slot['kdf'] = { algorithm: 'argon2id', ...input.cost, salt: randomBytes(16).toString('base64') };
  const key = await slotKey(input, kdf);
  const plain = encode(input);
  try {
    return { kdf, box: sealBox(key, headerOf(input, kdf), plain) };
  } finally {
    key.fill(0);
    plain.fill(0);
  }
}

/** Tries a password. One Argon2id run. @returns null when it is not the one */
export async function openSlot(slot: Slot, input: SlotInput): Promise<Opened | null> {
  const key = await slotKey(input, slot.kdf);
  const plain = openBox(key, headerOf(input, slot.kdf), slot.box);
  key.fill(0);
  try {
    return decode(plain);
  } finally {
    plain?.fill(0);
  }
}

export function wipeOpened({ cacheKey, unlockKey }: Opened): void {
  cacheKey.fill(0);
  unlockKey.fill(0);
}

const KEY = 32;

/** Cache key, unlock key: bytes and not JSON, since a string with a key in it could not be wiped. */
function encode({ cacheKey, unlockKey }: Opened): Buffer {
  if (cacheKey.length !== KEY || unlockKey.length !== KEY) throw new RangeError('these are not the keys of a slot');
  return Buffer.concat([cacheKey, unlockKey]);
}

function decode(plain: Buffer | null): Opened | null {
  if (plain?.length !== 2 * KEY) return null;
  return { cacheKey: Buffer.from(plain.subarray(0, KEY)), unlockKey: Buffer.from(plain.subarray(KEY)) };
}

async function slotKey(input: SlotInput, kdf: Slot['kdf']): Promise<Buffer> {
  const master = await stretch(input.password, kdf, input.deviceKey);
  try {
    return deriveKey(master, headerOf(input, kdf));
  } finally {
    master.fill(0);
  }
}

/** Everything that a slot is bound to, in one canonical text. */
function headerOf({ propertyId, employeeId }: Who, kdf: Slot['kdf']): string {
  const { algorithm, memoryKib, passes, lanes, salt } = kdf;
  return JSON.stringify(['keyrack/slot/v1', propertyId, employeeId, algorithm, memoryKib, passes, lanes, salt]);
}
