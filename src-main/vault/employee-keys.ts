/** An employee's own key pairs (DESIGN §4): X25519 (RFC 7748) takes class keys, Ed25519 (RFC 8032) signs the grants one makes. */
import { generateKeyPairSync } from 'node:crypto';
import type { Employee } from '../../src-shared/model/entities.ts';
import { generateDeviceKey as generateSigningKey, openDeviceIdentity as openSigningKey } from './device-identity.ts';

/** The halves that lie in the credential, under the unlock key. The holder zeroes them. */
export interface PrivateKeys {
  /** X25519, 32 bytes. */
  readonly sealing: Buffer;
  /** Ed25519, PKCS #8 (RFC 8410 §7), 48 bytes. */
  readonly signing: Buffer;
}

export interface EmployeeKeys {
  readonly publicKeys: Pick<Employee, 'sealingKey' | 'signingKey'>;
  readonly privateKeys: PrivateKeys;
}

/** Makes both key pairs; the caller zeroes the private halves with {@link wipeKeys}. */
export function generateEmployeeKeys(): EmployeeKeys {
  const { publicKey, privateKey } = generateKeyPairSync('x25519', {
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  });
  // Both encodings end in the raw key (RFC 8410 §4, §7).
  const sealing = Buffer.from(privateKey.subarray(-KEY));
  privateKey.fill(0);
  const signing = generateSigningKey();
  return {
    publicKeys: {
      sealingKey: publicKey.subarray(-KEY).toString('base64'),
      signingKey: openSigningKey(signing).publicKey,
    },
    privateKeys: { sealing, signing },
  };
}

/** The private halves one after the other: bytes and not JSON, since a string with a key in it could not be wiped. */
export function encodePrivateKeys({ sealing, signing }: PrivateKeys): Buffer {
  if (sealing.length !== KEY || signing.length !== SIGNING_KEY)
    throw new RangeError('these are not an employee’s keys');
  return Buffer.concat([sealing, signing]);
}

/** @returns null when these are not the bytes of {@link encodePrivateKeys} */
export function decodePrivateKeys(bytes: Buffer): PrivateKeys | null {
  if (bytes.length !== KEY + SIGNING_KEY) return null;
  return { sealing: Buffer.from(bytes.subarray(0, KEY)), signing: Buffer.from(bytes.subarray(KEY)) };
}

export function wipeKeys({ sealing, signing }: PrivateKeys): void {
  sealing.fill(0);
  signing.fill(0);
}

const KEY = 32;
const SIGNING_KEY = 48;
