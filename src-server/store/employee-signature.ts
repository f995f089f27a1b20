import { createPublicKey, verify } from 'node:crypto';

/** SubjectPublicKeyInfo of Ed25519 up to the key itself (RFC 8410 §4). */
const ED25519_SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * Checks a signature by an employee's or a terminal's Ed25519 key (RFC 8032).
 * @param signingKey raw public key, base64
 * @returns whether it is of that key; it never throws
 */
export function signedBy(signingKey: string, text: string, signature: string): boolean {
  try {
    const spki = Buffer.concat([ED25519_SPKI_PREFIX, Buffer.from(signingKey, 'base64')]);
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
