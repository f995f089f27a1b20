/**
 * An employee's own key pairs (DESIGN §4). Two come with the password: an X25519 pair (RFC 7748) that takes a terminal's cache key, and
 * Ed25519 (RFC 8032), which signs what she stands for. The third, an X25519 pair that takes class keys, comes with the second factor only.
 */
import { generateKeyPairSync } from 'node:crypto';
import type { Employee } from '../../src-shared/model/entities.ts';
import { generateDeviceKey as generateSigningKey, openDeviceIdentity as openSigningKey } from './device-identity.ts';

/** What the password alone opens. The holder zeroes it. */
export interface SignInKeys {
  /** X25519, 32 bytes. */
  readonly slot: Buffer;
  /** Ed25519, PKCS #8 (RFC 8410 §7), 48 bytes. */
  readonly signing: Buffer;
}

/** All private halves. The holder zeroes them. */
export interface PrivateKeys extends SignInKeys {
  /** X25519, 32 bytes. */
  readonly sealing: Buffer;
}

export interface EmployeeKeys {
  readonly publicKeys: Pick<Employee, 'slotKey' | 'sealingKey' | 'signingKey'>;
  readonly privateKeys: PrivateKeys;
}

/** Makes the key pairs; the caller zeroes the private halves with {@link wipeKeys}. */
export function generateEmployeeKeys(): EmployeeKeys {
  const [slot, sealing] = [generateSealingPair(), generateSealingPair()];
  const signing = generateSigningKey();
  return {
    publicKeys: {
      slotKey: slot.publicKey,
      sealingKey: sealing.publicKey,
      signingKey: openSigningKey(signing).publicKey,
    },
    privateKeys: { slot: slot.privateKey, sealing: sealing.privateKey, signing },
  };
}

/** An X25519 key pair: the public half raw in base64, the private half raw in 32 bytes. */
export function generateSealingPair(): { readonly publicKey: string; readonly privateKey: Buffer } {
  const { publicKey, privateKey } = generateKeyPairSync('x25519', {
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  });
  // Both encodings end in the raw key (RFC 8410 §4, §7).
  const raw = Buffer.from(privateKey.subarray(-KEY));
  privateKey.fill(0);
  return { publicKey: publicKey.subarray(-KEY).toString('base64'), privateKey: raw };
}

/** The keys one after the other: bytes and not JSON, since a string with a key in it could not be wiped. */
export function encodeSignInKeys({ slot, signing }: SignInKeys): Buffer {
  if (slot.length !== KEY || signing.length !== SIGNING_KEY) throw new RangeError('these are not an employee’s keys');
  return Buffer.concat([slot, signing]);
}

/** @returns null when these are not the bytes of {@link encodeSignInKeys} */
export function decodeSignInKeys(bytes: Buffer): SignInKeys | null {
  if (bytes.length !== KEY + SIGNING_KEY) return null;
  return { slot: Buffer.from(bytes.subarray(0, KEY)), signing: Buffer.from(bytes.subarray(KEY)) };
}

export function wipeKeys(keys: SignInKeys & { readonly sealing?: Buffer }): void {
  keys.slot.fill(0);
  keys.signing.fill(0);
  keys.sealing?.fill(0);
}

const KEY = 32;
const SIGNING_KEY = 48;
