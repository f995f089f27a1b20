/** What the sync loop needs of the cache and the seeds, and nothing else of them. */
import { setImmediate as turn } from 'node:timers/promises';
import type { SealedClass } from '../../src-shared/model/classes.ts';
import type { Operation, PutLine } from '../../src-shared/sync/protocol.ts';
import type { GuestSeeds } from './guest-seeds.ts';
import type { Cache } from './open.ts';

/** A seed as it stands in a line. A batch that is set aside lies in the cache, and a seed must not. */
const SEED = /"seed"\s*:\s*"[^"]*"/g;

/**
 * Binds a cache and its seeds to the shape that `SyncLoop` asks for. The seeds go first: what a crash leaves undone in the cache
 * comes again, and an erasure that began is not taken back.
 */
export function syncStore(cache: Cache, seeds: GuestSeeds) {
  return {
    cursor: () => cache.syncState.get().cursor,
    applyPuts: (puts: readonly PutLine[], cursor: number) => {
      seeds.apply(puts, cursor);
      cache.applyPuts(puts, cursor);
    },
    /** The two halves of `applyPuts`, for who takes the rows a portion at a time: the seeds of a batch cost one commit. */
    takeSeeds: seeds.apply.bind(seeds),
    takeRows: cache.applyPuts.bind(cache),
    refuseBatch: (
      batch: {
        readonly lines: readonly string[];
        readonly fromSeq: number;
        readonly cursor: number;
        readonly field: string;
        readonly reason: string;
      },
      receivedAt: number,
    ) => {
      seeds.apply([], batch.cursor);
      cache.refuseBatch(
        { receivedAt, fromSeq: batch.fromSeq, toSeq: batch.cursor, field: batch.field, reason: batch.reason },
        batch.lines.join('\n').replace(SEED, '"seed":null'),
      );
    },
    queuedOperations: (limit: number) => cache.outbox.queued(limit).map((operation) => withSeed(operation, seeds)),
    settleOperations: cache.settleOperations.bind(cache),
    heldClasses: () => cache.heldClasses.names(),
    purge: async (classes: readonly SealedClass[]) => {
      for (const one of classes) await cache.purge(one, turn);
    },
    beginFills: cache.beginFills.bind(cache),
    nextFill: () => cache.heldClasses.nextFilling(),
    applyFill: cache.applyFill.bind(cache),
    generation: () => cache.syncState.get().generation,
    noteGeneration: (generation: number) => cache.syncState.noteGeneration(generation, null),
    beginAnew: cache.beginAnew.bind(cache),
    since: () => cache.syncState.get().since,
    noteSince: (seq: number) => {
      cache.noteSince(seq);
      // From a time before this cache began, or begins anew: they come again too.
      if (seeds.cursor > 0) seeds.takeAnew();
    },
    takeAnew: cache.takeAnew.bind(cache),
    finishAnew: () => {
      if (cache.syncState.get().anew === 'everything') {
        seeds.removeUnseen((guestId) => cache.syncState.mayBeSetAside(guestId) || cache.outbox.begins(guestId));
      }
      return cache.finishAnew();
    },
    noteSync: (at: number, offset: number) => cache.syncState.note(at, offset),
  };
}

/** A new guest goes with her seed, which the queue does not hold. Without one, should the file be lost, the server says `no-seed`. */
function withSeed(operation: Operation, seeds: Pick<GuestSeeds, 'get'>): Operation {
  if (operation.kind !== 'stay.create' || operation.guest === null) return operation;
  const seed = seeds.get(operation.guest.id);
  const whole = { ...operation, seed: seed?.toString('base64') ?? null };
  seed?.fill(0);
  return whole;
}
