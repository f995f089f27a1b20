/** What the sync loop needs of the cache, and nothing else of it. */
import type { Cache } from './open.ts';

/** Binds a cache to the shape that `SyncLoop` asks for. */
export function syncStore(cache: Cache) {
  return {
    cursor: () => cache.syncState.get().cursor,
    applyPuts: cache.applyPuts.bind(cache),
    refuseBatch: (
      batch: {
        readonly lines: readonly string[];
        readonly fromSeq: number;
        readonly cursor: number;
        readonly field: string;
        readonly reason: string;
      },
      receivedAt: number,
    ) =>
      cache.refuseBatch(
        { receivedAt, fromSeq: batch.fromSeq, toSeq: batch.cursor, field: batch.field, reason: batch.reason },
        batch.lines.join('\n'),
      ),
    queuedOperations: (limit: number) => cache.outbox.queued(limit),
    settleOperations: cache.settleOperations.bind(cache),
    noteSync: (at: number, offset: number) => cache.syncState.note(at, offset),
  };
}
