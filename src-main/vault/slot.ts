/**
 * An employee's slot at one terminal (DESIGN §4), like a key slot of LUKS: Argon2id over the password with the device's secret,
 * then HKDF, then AES-256-GCM. There are two boxes under one salt and cost, and both are tried with every password: the first opens to
 * the cache key and the employee's unlock key, the second to what a password under duress opens (docs/decisions/0024-duress.md).
 * Nobody who has set no such password has one of random bytes, so that a slot tells nothing.
 *
 * The library gives Argon2id no associated data, so the header is bound where it can be: it is HKDF's info and the boxes' AAD. Lowered
 * parameters, another employee or another place do not open.
 */
import { hash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { KdfHeader } from '../../src-shared/model/entities.ts';
import type { Who } from './credential.ts';
import { type Cost, stretch } from './kdf.ts';
import { deriveKey, openBox, sealBox } from './sealed-box.ts';

const Box = z.base64().max(512);

export const Slot = z.strictObject({ kdf: KdfHeader, boxes: z.tuple([Box, Box]) });
export type Slot = z.infer<typeof Slot>;

/**
 * What makes the second box, kept in the first: with it the slot is made anew at another cost or for another password, and the password
 * under duress stays. Random where nobody has set one. The holder wipes it.
 */
export interface Duress {
  /** Of the password: what Argon2id is given. */
  readonly digest: Buffer;
  /** What it opens. */
  readonly content: Buffer;
}

/** The employee's own password was right. The holder wipes it with {@link wipeOpened}. */
export interface OpenedOwn {
  readonly kind: 'own';
  /** Opens the cache. */
  readonly cacheKey: Buffer;
  /** The unlock key of the employee's credential. */
  readonly unlockKey: Buffer;
  readonly duress: Duress;
}

/** The password under duress was. Neither the cache nor anything of the employee's opens with it. */
export interface OpenedUnderDuress {
  readonly kind: 'duress';
  /** Opens the decoy. */
  readonly decoyKey: Buffer;
  /** By which codes are checked there. */
  readonly totpSecret: Buffer;
}

export type Opened = OpenedOwn | OpenedUnderDuress;

export interface SlotInput extends Who {
  /** UTF-8, NFC; still the caller's to zero, as are all secrets here. */
  readonly password: Buffer;
  /** Argon2id's secret input, derived from the device secret. */
  readonly deviceKey: Buffer;
}

/** What stands where nobody has set a password: one that nobody knows. */
export function noDuress(): Duress {
  return { digest: randomBytes(KEY), content: randomBytes(CONTENT) };
}

/** A password under duress and what it opens. @throws RangeError when the secret is none of a second factor */
export function duressOf(password: Buffer, { decoyKey, totpSecret }: Omit<OpenedUnderDuress, 'kind'>): Duress {
  if (decoyKey.length !== KEY || totpSecret.length > TOTP_ROOM)
    throw new RangeError('these are not the keys of a decoy');
  const content = randomBytes(CONTENT);
  decoyKey.copy(content);
  content.writeUInt8(totpSecret.length, KEY);
  totpSecret.copy(content, KEY + 1);
  return { digest: digestOf(password), content };
}

/** Makes a slot. Two Argon2id runs, whether there is a password under duress or not. */
export async function makeSlot(input: SlotInput & Omit<OpenedOwn, 'kind'> & { readonly cost: Cost }): Promise<Slot> {
  const kdf: Slot['kdf'] = { algorithm: 'argon2id', ...input.cost, salt: randomBytes(16).toString('base64') };
  const { cacheKey, unlockKey, duress } = input;
  const digest = digestOf(input.password);
  const plain = encodeOwn({ cacheKey, unlockKey, duress });
  try {
    const own = await sealIn(input, kdf, 0, digest, plain);
    return { kdf, boxes: [own, await sealIn(input, kdf, 1, duress.digest, padded(duress.content))] };
  } finally {
    digest.fill(0);
    plain.fill(0);
  }
}

/** Tries a password on both boxes. One Argon2id run. @returns null when it opens neither */
export async function openSlot(slot: Slot, input: SlotInput): Promise<Opened | null> {
  const digest = digestOf(input.password);
  const key = await slotKey(input, slot.kdf, digest);
  digest.fill(0);
  const [own, duress] = slot.boxes.map((box, place) => openBox(key, contextOf(input, slot.kdf, place), box));
  key.fill(0);
  try {
    return decodeOwn(own ?? null) ?? decodeUnderDuress(duress ?? null);
  } finally {
    own?.fill(0);
    duress?.fill(0);
  }
}

/**
 * Gives the second box to another password, by whoever has opened it: to her the slot looks as if her password had been changed. The
 * first box stays, and what it keeps of the second; when the slot is made anew, that is there again. Two Argon2id runs, as for making one.
 */
export async function moveDuress(slot: Slot, input: SlotInput, opened: OpenedUnderDuress): Promise<Slot> {
  const { digest, content } = duressOf(input.password, opened);
  const nobodys = randomBytes(KEY);
  try {
    (await slotKey(input, slot.kdf, nobodys)).fill(0);
    return { ...slot, boxes: [slot.boxes[0], await sealIn(input, slot.kdf, 1, digest, padded(content))] };
  } finally {
    digest.fill(0);
    content.fill(0);
  }
}

export function wipeOpened(opened: Opened): void {
  const secrets =
    opened.kind === 'own'
      ? [opened.cacheKey, opened.unlockKey, opened.duress.digest, opened.duress.content]
      : [opened.decoyKey, opened.totpSecret];
  for (const secret of secrets) secret.fill(0);
}

const KEY = 32;
/** The longest secret that a server keeps for codes (src-shared/sync/protocol.ts). */
const TOTP_ROOM = 66;
/** The decoy's key, how long the secret is, the secret. */
const CONTENT = KEY + 1 + TOTP_ROOM;
/** Cache key, unlock key, digest, content: as long as the second box is filled up to. */
const PLAIN = 3 * KEY + CONTENT;

/** Of one length, whatever is typed: it can be kept in a box of one size. What is slow comes after (kdf.ts). */
function digestOf(password: Buffer): Buffer {
  return hash('sha256', Buffer.concat([Buffer.from('keyrack/slot-password/v1\0'), password]), 'buffer');
}

/** Bytes and not JSON, since a string with a key in it could not be wiped. */
function encodeOwn({ cacheKey, unlockKey, duress }: Omit<OpenedOwn, 'kind'>): Buffer {
  if (cacheKey.length !== KEY || unlockKey.length !== KEY) throw new RangeError('these are not the keys of a slot');
  return Buffer.concat([cacheKey, unlockKey, duress.digest, duress.content]);
}

function decodeOwn(plain: Buffer | null): OpenedOwn | null {
  if (plain?.length !== PLAIN) return null;
  const part = (from: number, to: number) => Buffer.from(plain.subarray(from, to));
  return {
    kind: 'own',
    cacheKey: part(0, KEY),
    unlockKey: part(KEY, 2 * KEY),
    duress: { digest: part(2 * KEY, 3 * KEY), content: part(3 * KEY, PLAIN) },
  };
}

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, randomBytes(PLAIN - CONTENT)]);
}

function decodeUnderDuress(plain: Buffer | null): OpenedUnderDuress | null {
  const length = plain?.[KEY] ?? PLAIN;
  if (plain?.length !== PLAIN || length > TOTP_ROOM) return null;
  return {
    kind: 'duress',
    decoyKey: Buffer.from(plain.subarray(0, KEY)),
    totpSecret: Buffer.from(plain.subarray(KEY + 1, KEY + 1 + length)),
  };
}

async function sealIn(who: SlotInput, kdf: Slot['kdf'], place: number, digest: Buffer, plain: Buffer): Promise<string> {
  const key = await slotKey(who, kdf, digest);
  try {
    return sealBox(key, contextOf(who, kdf, place), plain);
  } finally {
    key.fill(0);
  }
}

async function slotKey(input: Omit<SlotInput, 'password'>, kdf: Slot['kdf'], digest: Buffer): Promise<Buffer> {
  const master = await stretch(digest, kdf, input.deviceKey);
  try {
    return deriveKey(master, headerOf(input, kdf));
  } finally {
    master.fill(0);
  }
}

/** Everything that a slot is bound to, in one canonical text. */
function headerOf({ propertyId, employeeId }: Who, kdf: Slot['kdf']): string {
  const { algorithm, memoryKib, passes, lanes, salt } = kdf;
  return JSON.stringify(['keyrack/slot/v2', propertyId, employeeId, algorithm, memoryKib, passes, lanes, salt]);
}

const contextOf = (who: Who, kdf: Slot['kdf'], place: number) => `${headerOf(who, kdf)}/${place}`;
