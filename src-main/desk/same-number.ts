/** Comparing a number with the one on file, in Buffers: of the value on file no string is made, which could not be zeroed. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { numberForm } from '../../src-shared/documents/number-form.ts';

/** The value on file in the form of number-form.ts, byte by byte. Zeroes its input; the caller zeroes the rest. */
export function compact(kept: Buffer): Buffer {
  if (kept.some((byte) => byte > LAST_OF_ASCII)) {
    // Signs of other scripts have no form byte by byte.
    const bytes = Buffer.from(numberForm(kept.toString('utf8')), 'utf8');
    kept.fill(0);
    return bytes;
  }
  const bytes = Buffer.alloc(kept.length);
  let length = 0;
  for (const byte of kept) {
    const capital = byte >= SMALL_A && byte <= SMALL_Z ? byte - SMALL_A + CAPITAL_A : byte;
    if ((capital >= ZERO && capital <= NINE) || (capital >= CAPITAL_A && capital <= CAPITAL_Z))
      bytes[length++] = capital;
  }
  kept.fill(0);
  return bytes.subarray(0, length);
}
const [ZERO, NINE, CAPITAL_A, CAPITAL_Z, SMALL_A, SMALL_Z, LAST_OF_ASCII] = [48, 57, 65, 90, 97, 122, 127];

/** In constant time whatever the lengths: both are made 32 bytes under a key that nobody knows. Zeroes both. */
export function isSame(one: Buffer, other: Buffer): boolean {
  const key = randomBytes(32);
  const digest = (bytes: Buffer) => createHmac('sha256', key).update(bytes).digest();
  const same = timingSafeEqual(digest(one), digest(other));
  for (const bytes of [key, one, other]) bytes.fill(0);
  return same;
}
