import { describe, expect, it, vi } from 'vitest';
import { applyInPortions } from '../../../src-main/sync/portions.ts';
import { GuestId } from '../../../src-shared/model/ids.ts';
import type { PutLine } from '../../../src-shared/sync/protocol.ts';

const ID = GuestId.parse('01JA0000000000000000000001');
const put = (seq: number): PutLine => ({ kind: 'put', entity: 'guestSeed', seq, row: { id: ID, seed: null } });
/** Numbers with gaps, as a feed has them. */
const rows = (count: number) => Array.from({ length: count }, (_, at) => put(10 + at * 3));

describe('a batch of the feed', () => {
  it.each([1, 9, 10, 11, 30, 250])(
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
    expect(order).toEqual(['to 37', 'somebody else', 'to 97']);
  });

  it('is applied in larger portions where they take no time, and in smaller ones where they do', async () => {
    const sizes = async (msPerRow: number) => {
      const applied: number[] = [];
      let now = 0;
      using _ = vi.spyOn(performance, 'now').mockImplementation(() => now);
      const apply = (portion: readonly PutLine[]) => {
        applied.push(portion.length);
        now += portion.length * msPerRow;
      };
      await applyInPortions(apply, rows(250), 5_000);
      return applied;
    };
    expect(await sizes(0)).toEqual([10, 20, 40, 50, 50, 50, 30]);
    expect(new Set((await sizes(2)).slice(1))).toEqual(new Set([5]));
  });
});
