import { createPublicKey, verify } from 'node:crypto';

/** SubjectPublicKeyInfo of Ed25519 up to the key itself (RFC 8410 §4). */
const ED25519_SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * Checks what an employee has signed (Ed25519, RFC 8032).
 * @param publicKey raw, base64
 * @returns false for whatever is no such key or signature as well; it never throws
 */
export function isSignedBy(publicKey: string, statement: string, signature: string): boolean {
  try {
    const spki = Buffer.concat([ED25519_SPKI_PREFIX, Buffer.from(publicKey, 'base64')]);
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    return verify(null, Buffer.from(statement, 'utf8'), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
