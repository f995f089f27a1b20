/**
 * An employee's slot at one terminal (DESIGN §4), like a key slot of LUKS: Argon2id over the password with the device's secret,
 * then HKDF, then AES-256-GCM over the cache key and the employee's unlock key. A slot always has two boxes of one size. The second
 * is hers to fill with a password for duress, and random until she does: both are always tried, so that neither the file nor the
 * time says which it was.
 *
 * The library gives Argon2id no associated data, so the header is bound where it can be: it is HKDF's info and the boxes' AAD. Lowered
 * parameters, another employee or another place do not open.
 */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { KdfHeader } from '../../src-shared/model/entities.ts';
import type { Who } from './credential.ts';
import { type Cost, isRaised, stretch } from './kdf.ts';
import { deriveKey, openBox, sealBox } from './sealed-box.ts';

const Box = z.base64().max(256);

export const Slot = z.strictObject({
  kdf: KdfHeader,
  boxes: z.tuple([Box, Box]),
  /** Whether the second box was filled, sealed under the unlock key: only the owner's own program needs to know. */
  note: Box,
});
export type Slot = z.infer<typeof Slot>;

/** What a password opened. The holder wipes it with {@link wipeOpened}. */
export interface Opened {
  /** `duress`: the keys open nothing of the hotel, and somebody needs help. */
  readonly kind: 'own' | 'duress';
  /** Opens the cache; under duress a key that opens nothing. */
  readonly cacheKey: Buffer;
  /** The unlock key of the employee's credential; under duress one that opens nothing. */
  readonly unlockKey: Buffer;
}

export interface SlotInput extends Who {
  /** UTF-8, NFC; still the caller's to zero, as are all secrets here. */
  readonly password: Buffer;
  /** Argon2id's secret input, derived from the device secret. */
  readonly deviceKey: Buffer;
}

/** Makes a slot whose second box nobody fills. One Argon2id run. */
export async function makeSlot(
  input: SlotInput & { readonly cost: Cost; readonly cacheKey: Buffer; readonly unlockKey: Buffer },
): Promise<Slot> {
  const kdf: Slot['kdf'] = { algorithm: 'argon2id', ...input.cost, salt: randomBytes(16).toString('base64') };
  const key = await slotKey(input, kdf);
  const plain = encode({ kind: 'own', cacheKey: input.cacheKey, unlockKey: input.unlockKey });
  try {
    const own = sealBox(key, contextOf(input, kdf, 0), plain);
    return { kdf, boxes: [own, randomBox()], note: sealNote(input, kdf, input.unlockKey, false) };
  } finally {
    key.fill(0);
    plain.fill(0);
  }
}

/** Tries a password on both boxes, whichever opens. One Argon2id run. @returns null when neither does */
export async function openSlot(slot: Slot, input: SlotInput): Promise<Opened | null> {
  const key = await slotKey(input, slot.kdf);
  const opened = slot.boxes.map((box, place) => openBox(key, contextOf(input, slot.kdf, place), box));
  key.fill(0);
  try {
    return opened.flatMap((plain) => decode(plain) ?? [])[0] ?? null;
  } finally {
    for (const plain of opened) plain?.fill(0);
  }
}

/**
 * Fills the second box. One Argon2id run, and the same work whatever comes of it.
 * @param unlockKey of whoever is signed in
 * @returns null when the password is one that she signs in with now
 */
export async function withDuress(
  slot: Slot,
  input: SlotInput,
  session: Opened['kind'],
  unlockKey: Buffer,
): Promise<Slot | null> {
  const key = await slotKey(input, slot.kdf);
  const opened = slot.boxes.map((box, place) => openBox(key, contextOf(input, slot.kdf, place), box));
  const plain = encode({ kind: 'duress', cacheKey: randomBytes(KEY), unlockKey: randomBytes(KEY) });
  try {
    const filled = sealBox(key, contextOf(input, slot.kdf, 1), plain);
    const note = sealNote(input, slot.kdf, unlockKey, true);
    const [own, duress] = opened;
    const same = session === 'own' ? own : duress;
    if (same !== null) return null;
    // Whoever acts under duress is shown the same, and changes nothing.
    return session === 'own' ? { ...slot, boxes: [slot.boxes[0], filled], note } : slot;
  } finally {
    key.fill(0);
    plain.fill(0);
    for (const found of opened) found?.fill(0);
  }
}

/**
 * Whether a slot is below a cost and may be made anew at it. One with a duress password is left as it is: it would lose that, and
 * only its owner can give it again.
 */
export function mayRaise(slot: Slot, who: Who, cost: Cost, unlockKey: Buffer): boolean {
  const note = openBox(unlockKey, contextOf(who, slot.kdf, NOTE), slot.note);
  return isRaised(slot.kdf, cost) && note?.[0] === 0;
}

export function wipeOpened({ cacheKey, unlockKey }: Pick<Opened, 'cacheKey' | 'unlockKey'>): void {
  cacheKey.fill(0);
  unlockKey.fill(0);
}

const KEY = 32;
const KINDS = ['own', 'duress'] as const;
const PLAIN = 1 + 2 * KEY;
const NOTE = 2;

/** Kind, cache key, unlock key: bytes and not JSON, since a string with a key in it could not be wiped. */
function encode({ kind, cacheKey, unlockKey }: Opened): Buffer {
  if (cacheKey.length !== KEY || unlockKey.length !== KEY) throw new RangeError('these are not the keys of a slot');
  return Buffer.concat([Buffer.from([KINDS.indexOf(kind)]), cacheKey, unlockKey]);
}

function decode(plain: Buffer | null): Opened | null {
  const kind = KINDS[plain?.[0] ?? -1];
  if (plain?.length !== PLAIN || kind === undefined) return null;
  return {
    kind,
    cacheKey: Buffer.from(plain.subarray(1, 1 + KEY)),
    unlockKey: Buffer.from(plain.subarray(1 + KEY)),
  };
}

/** A box that looks like any other and that no key opens. */
function randomBox(): string {
  return sealBox(randomBytes(KEY), '', Buffer.alloc(PLAIN));
}

function sealNote(who: Who, kdf: Slot['kdf'], unlockKey: Buffer, hasDuress: boolean): string {
  return sealBox(unlockKey, contextOf(who, kdf, NOTE), Buffer.from([hasDuress ? 1 : 0]));
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

const contextOf = (who: Who, kdf: Slot['kdf'], place: number) => `${headerOf(who, kdf)}/${place}`;
