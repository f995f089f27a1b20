import { setImmediate as turn } from 'node:timers/promises';
import type { PutLine } from '../../src-shared/sync/protocol.ts';

/** Rows of one transaction: as many as this disk took a few milliseconds for, after which whoever works at the desk has her turn. */
const [FEWEST, FIRST, MOST] = [5, 10, 50];
const WANTED_MS = 8;

/** Applies a batch of the feed: its seeds at once, as they go first, then its rows in portions. */
export async function applyBatch(
  store: {
    takeSeeds(puts: readonly PutLine[], cursor: number): void;
    takeRows(puts: readonly PutLine[], cursor: number): void;
  },
  puts: readonly PutLine[],
  cursor: number,
): Promise<void> {
  store.takeSeeds(puts, cursor);
  await applyInPortions(store.takeRows, puts, cursor);
}

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
  let size = FIRST;
  for (let from = 0; from < puts.length; ) {
    if (from > 0) await turn();
    const portion = puts.slice(from, from + size);
    from += size;
    const began = performance.now();
    apply(portion, from >= puts.length ? cursor : (portion.at(-1)?.seq ?? cursor));
    size = sizeAfter(performance.now() - began, size);
  }
}

/** In a cache of a million guests a row touches pages that nobody has read lately, and takes many times as long. */
function sizeAfter(tookMs: number, size: number): number {
  if (tookMs > WANTED_MS) return Math.max(FEWEST, Math.floor(size / 2));
  return tookMs < WANTED_MS / 2 ? Math.min(MOST, size * 2) : size;
}
