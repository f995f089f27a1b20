import { setImmediate as turn } from 'node:timers/promises';
import type { PutLine } from '../../src-shared/sync/protocol.ts';

/** Rows of one transaction: a few milliseconds, after which whoever works at the desk has her turn. */
const PORTION = 50;

/**
 * Applies a batch a portion at a time, with a turn of the event loop between two. Rows come in the order of their numbers, so that each
 * portion has a cursor of its own: what a crash leaves undone comes again.
 * @param puts in the order of their numbers, none beyond the cursor
 */
export async function applyInPortions(
  apply: (puts: readonly PutLine[], cursor: number) => void,
  puts: readonly PutLine[],
  cursor: number,
): Promise<void> {
  for (let from = 0; from < puts.length; from += PORTION) {
    if (from > 0) await turn();
    const portion = puts.slice(from, from + PORTION);
    const isLast = from + PORTION >= puts.length;
    apply(portion, isLast ? cursor : (portion.at(-1)?.seq ?? cursor));
  }
}
