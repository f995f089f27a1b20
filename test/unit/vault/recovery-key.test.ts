import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { combine } from 'shamir-secret-sharing';
import { describe, expect, it } from 'vitest';
import { fingerprintOf, joinShares, makeRecoveryKey, SHARE_BYTES } from '../../../src-main/vault/recovery-key.ts';

const made = await makeRecoveryKey();
const other = await makeRecoveryKey();
const [one, two, three] = made.shares as [Buffer, Buffer, Buffer];

describe('a recovery key', () => {
  it('comes back from any two of its three shares, in any order, and from all three', async () => {
    const first = await joinShares([one, two], made.publicKey);
    if (!('privateKey' in first)) throw new Error(first.problem);
    for (const shares of [
      [two, one],
      [one, three],
      [three, two],
      [one, two, three],
    ]) {
      expect(await joinShares(shares, made.publicKey)).toEqual(first);
    }
    expect(first.privateKey).toHaveLength(32);
    expect(made.shares.map((share) => share.length)).toEqual([SHARE_BYTES, SHARE_BYTES, SHARE_BYTES]);
  });

  it('does not come back from shares of two keys, from one share twice, nor from one that was altered', async () => {
    expect(await joinShares([one, other.shares[1] as Buffer], made.publicKey)).toEqual({ problem: 'not-together' });
    expect(await joinShares([one, two], other.publicKey)).toEqual({ problem: 'not-together' });
    expect(await joinShares([one, one], made.publicKey)).toEqual({ problem: 'same-share' });
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: SHARE_BYTES - 2 }), fc.integer({ min: 1, max: 255 }), async (place, change) => {
        const altered = Buffer.from(two);
        altered[place] = (altered[place] ?? 0) ^ change;
        expect(await joinShares([one, altered], made.publicKey)).toEqual({ problem: 'not-together' });
      }),
      { numRuns: 30 },
    );
  });

  it('is told nothing of by one share: for every secret there is a second share that would make it', async () => {
    // GF(2^8), two of three: with one point fixed, the line through it meets the axis anywhere, byte by byte.
    const secrets = new Set<string>();
    for (let tried = 0; tried < 512; tried++) {
      const guess = randomBytes(SHARE_BYTES);
      guess[SHARE_BYTES - 1] = two.at(-1) ?? 0;
      const joined = await combine([new Uint8Array(one), new Uint8Array(guess)]);
      secrets.add(Buffer.from(joined.subarray(0, 1)).toString('hex'));
    }
    expect(secrets.size).toBeGreaterThan(200);
  });

  it('has a mark on its papers that tells which belong together, and which says nothing of the key', () => {
    expect(fingerprintOf(made)).toMatch(/^[0-9A-F]{4}-[0-9A-F]{4}$/);
    expect(fingerprintOf(made)).toBe(fingerprintOf({ publicKey: made.publicKey }));
    expect(fingerprintOf(made)).not.toBe(fingerprintOf(other));
  });
});
