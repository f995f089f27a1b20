import { encodeTime } from 'ulid';

/** Sorts before every ULID that was made at this instant or later, and behind every one that was made before. @param at epoch ms */
export function firstUlidAt(at: number): string {
  return encodeTime(Math.max(0, at), 10) + '0'.repeat(16);
}
