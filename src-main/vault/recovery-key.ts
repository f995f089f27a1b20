/**
 * The recovery key (DESIGN §4): 31 random bytes make an X25519 pair (RFC 7748) by HKDF (RFC 5869) and are split by Shamir's scheme (shamir.ts
 * of an audited library) so that any two of three shares bring them back and one says nothing about them. A share is 32 bytes: the
 * 31 of its polynomial and the point they were taken at.
 */
import { createHash, createPrivateKey, createPublicKey, randomBytes } from 'node:crypto';
import { combine, split } from 'shamir-secret-sharing';
import type { RecoveryKey } from '../../src-shared/model/entities.ts';
import { deriveKey } from './sealed-box.ts';

const SHARES = 3;
/** Shares that bring the key back. */
const SHARES_NEEDED = 2;
const SECRET_BYTES = 31;
export const SHARE_BYTES = SECRET_BYTES + 1;

export interface MadeRecoveryKey {
  /** Raw X25519 public key, base64. */
  readonly publicKey: string;
  /** 32 bytes each; the holder zeroes them. */
  readonly shares: readonly Buffer[];
}

/** Makes a recovery key. Nothing of it is left but the public half and the shares. */
export async function makeRecoveryKey(): Promise<MadeRecoveryKey> {
  const secret = randomBytes(SECRET_BYTES);
  const pair = pairOf(secret);
  pair.privateKey.fill(0);
  try {
    // The library takes no Buffer; this is the same memory.
    const parts = await split(new Uint8Array(secret.buffer, secret.byteOffset, secret.length), SHARES, SHARES_NEEDED);
    const shares = parts.map((part) => Buffer.from(part));
    for (const part of parts) part.fill(0);
    return { publicKey: pair.publicKey, shares };
  } finally {
    secret.fill(0);
  }
}

/** Why shares do not bring back the key. */
export type JoinProblem = 'same-share' | 'not-together';

/**
 * Brings a recovery key back.
 * @param shares two or more, still the caller's to zero
 * @param publicKey the half that everybody has: what does not make it is not its key
 * @returns the private X25519 key, which the caller zeroes, or why these shares do not make it
 */
export async function joinShares(
  shares: readonly Buffer[],
  publicKey: string,
): Promise<{ readonly privateKey: Buffer } | { readonly problem: JoinProblem }> {
  if (new Set(shares.map(pointOf)).size !== shares.length) return { problem: 'same-share' };
  const joined = await combine(shares.map((share) => new Uint8Array(share)));
  const secret = Buffer.from(joined);
  joined.fill(0);
  try {
    const pair = pairOf(secret);
    if (pair.publicKey === publicKey) return { privateKey: pair.privateKey };
    pair.privateKey.fill(0);
    return { problem: 'not-together' };
  } finally {
    secret.fill(0);
  }
}

/** What is printed on the papers of one key, so that people see which belong together: eight hex digits of its public half's hash. */
export function fingerprintOf({ publicKey }: Pick<RecoveryKey, 'publicKey'>): string {
  const hash = createHash('sha256').update('keyrack/recovery-fingerprint/v1').update(publicKey).digest('hex');
  return `${hash.slice(0, 4)}-${hash.slice(4, 8)}`.toUpperCase();
}

/** The library puts the point last. */
const pointOf = (share: Buffer) => share.at(-1);

/** PrivateKeyInfo of X25519 up to the key itself (RFC 8410 §7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');
const KEY_BYTES = 32;

function pairOf(secret: Buffer): { readonly publicKey: string; readonly privateKey: Buffer } {
  const privateKey = deriveKey(secret, 'keyrack/recovery-key/v1');
  const pkcs8 = Buffer.concat([PKCS8_PREFIX, privateKey]);
  try {
    const spki = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }));
    const raw = spki.export({ type: 'spki', format: 'der' }).subarray(-KEY_BYTES);
    return { publicKey: raw.toString('base64'), privateKey };
  } finally {
    pkcs8.fill(0);
  }
}
