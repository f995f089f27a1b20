/** How an entry of the access log is written down and hashed. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { AccessEntry } from '../../src-shared/audit/event.ts';

/** RFC 6962 §2.1 leaf prefix: the same hash is a leaf of the server's tree later. */
const LEAF = Buffer.from([0]);

/** @returns the entry as canonical JSON (RFC 8785): the bytes that are hashed and kept */
export function encodeEntry(entry: AccessEntry): string {
  const text = canonicalize(entry);
  if (text === undefined) throw new Error('an access-log entry has no canonical form');
  return text;
}

/** @returns SHA-256 of the leaf, lower-case hex */
export function hashEntry(encoded: string): string {
  return createHash('sha256').update(LEAF).update(encoded, 'utf8').digest('hex');
}

/** @returns the entry, or null when the text is not one */
export function decodeEntry(encoded: string): AccessEntry | null {
  try {
    return AccessEntry.parse(JSON.parse(encoded));
  } catch {
    return null;
  }
}

/** What the device signs to vouch for everything up to an entry. */
export function sealMessage(deviceId: string, upToSeq: number, hash: string): Buffer {
  return Buffer.from(JSON.stringify(['keyrack/access-log-seal/v1', deviceId, upToSeq, hash]), 'utf8');
}
