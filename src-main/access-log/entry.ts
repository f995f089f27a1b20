/** How an entry of the access log is written down and hashed. */
import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { AccessEntry } from '../../src-shared/audit/event.ts';

/** RFC 6962 §2.1 leaf prefix: the same hash is a leaf of the server's tree later. */
const LEAF = '\u0000';

/** @returns the entry as canonical JSON (RFC 8785): the bytes that are hashed and kept */
export function encodeEntry(entry: AccessEntry): string {
  const text = canonicalize(entry);
  if (text === undefined) throw new Error('an access-log entry has no canonical form');
  return text;
}

/** @returns SHA-256 of the leaf, lower-case hex */
export function hashEntry(encoded: string): string {
  // One call: a hash object for each entry costs more than the hashing.
  return hash('sha256', LEAF + encoded);
}

/**
 * How the text of an entry ends: RFC 8785 sorts the names, and these come last. Nothing within the event can end like it, since
 * the last brace is the entry's own. Comparing this costs a tenth of reading the entry.
 */
export function endOf(seq: number, prev: string): string {
  return `,"prev":"${prev}","seq":${seq},"version":1}`;
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
