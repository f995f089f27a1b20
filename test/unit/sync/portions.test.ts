import { describe, expect, it } from 'vitest';
import { applyInPortions } from '../../../src-main/sync/portions.ts';
import { GuestId } from '../../../src-shared/model/ids.ts';
import type { PutLine } from '../../../src-shared/sync/protocol.ts';

const ID = GuestId.parse('01JA0000000000000000000001');
const put = (seq: number): PutLine => ({ kind: 'put', entity: 'guestSeed', seq, row: { id: ID, seed: null } });
/** Numbers with gaps, as a feed has them. */
const rows = (count: number) => Array.from({ length: count }, (_, at) => put(10 + at * 3));

describe('a batch of the feed', () => {
  it.each([1, 49, 50, 51, 250])(
    'of %i rows is applied whole and in order, each portion up to its last row, the last up to the cursor',
    async (count) => {
      const [puts, cursor] = [rows(count), 5_000];
      const applied: { readonly puts: readonly PutLine[]; readonly cursor: number }[] = [];
      await applyInPortions((portion, at) => void applied.push({ puts: portion, cursor: at }), puts, cursor);
      expect(applied.flatMap((portion) => portion.puts)).toEqual(puts);
      expect(Math.max(...applied.map((portion) => portion.puts.length))).toBeLessThanOrEqual(50);
      for (const [at, portion] of applied.entries())
        expect(portion.cursor).toBe(at === applied.length - 1 ? cursor : portion.puts.at(-1)?.seq);
    },
  );

  it('lets others have their turn between two portions, and stops at the portion that fails', async () => {
    const order: string[] = [];
    const failed = applyInPortions(
      (_, cursor) => {
        order.push(`to ${cursor}`);
        setImmediate(() => order.push('somebody else'));
        if (order.length > 1) throw new Error('the disk is full');
      },
      rows(150),
      5_000,
    );
    await expect(failed).rejects.toThrow('the disk is full');
    expect(order).toEqual(['to 157', 'somebody else', 'to 307']);
  });
});
