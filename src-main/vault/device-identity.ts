/** The terminal's own signing key (DESIGN §4): Ed25519 (RFC 8032), made at first run, kept in the OS keychain. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';

export interface DeviceIdentity {
  /** Raw public key, base64 (44 characters). */
  readonly publicKey: string;
  /** @returns signature, base64 */
  sign(message: Buffer): string;
}

/** Makes a new signing key. @returns its PKCS #8 bytes, for the keychain; the caller zeroes them */
export function generateDeviceKey(): Buffer {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'der' });
}

/** @param pkcs8 as made by {@link generateDeviceKey}; may be zeroed afterwards. @throws when it is not such a key */
export function openDeviceIdentity(pkcs8: Buffer): DeviceIdentity {
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('the device key is not an Ed25519 key');
  return {
    publicKey: rawPublicKey(createPublicKey(key)).toString('base64'),
    sign: (message) => sign(null, message, key).toString('base64'),
  };
}

/**
 * Checks signatures of the device with this raw public key, which is read once: reading it takes a third as long as a check.
 * @returns whether a signature over a message was made by that device; it never throws
 */
export function deviceVerifier(publicKey: string): (message: Buffer, signature: string) => boolean {
  const key = readPublicKey(publicKey);
  return (message, signature) => {
    try {
      return key !== null && verify(null, message, key, Buffer.from(signature, 'base64'));
    } catch {
      return false;
    }
  };
}

function readPublicKey(publicKey: string): KeyObject | null {
  try {
    const spki = Buffer.concat([ED25519_SPKI_PREFIX, Buffer.from(publicKey, 'base64')]);
    return createPublicKey({ key: spki, format: 'der', type: 'spki' });
  } catch {
    return null;
  }
}

/** SubjectPublicKeyInfo of Ed25519 up to the key itself (RFC 8410 §4). */
const ED25519_SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

function rawPublicKey(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' }).subarray(ED25519_SPKI_PREFIX.length);
}
