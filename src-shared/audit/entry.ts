/** How an entry of the access log is written down, for whoever hashes and signs it: the terminal that made it and the server that keeps it. */
import canonicalize from 'canonicalize';
import { AccessEntry } from './event.ts';

/** RFC 9162 §2.1.1: what stands before a leaf when it is hashed. */
export const LEAF_PREFIX = '\u0000';

/** @returns the entry as canonical JSON (RFC 8785): the bytes that are hashed and kept */
export function encodeEntry(entry: AccessEntry): string {
  const text = canonicalize(entry);
  if (text === undefined) throw new Error('an access-log entry has no canonical form');
  return text;
}

/** @returns the entry, or null when the text is not one */
export function decodeEntry(encoded: string): AccessEntry | null {
  try {
    return AccessEntry.parse(JSON.parse(encoded));
  } catch {
    return null;
  }
}

/** What the device signs (Ed25519) to vouch for everything up to an entry. */
export function sealText(deviceId: string, upToSeq: number, hash: string): string {
  return JSON.stringify(['keyrack/access-log-seal/v1', deviceId, upToSeq, hash]);
}
