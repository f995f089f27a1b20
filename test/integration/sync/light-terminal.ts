/** The sync of a terminal by itself: the real loop over the real line, with what it stores in memory, so that there can be many. */
import { type Besides, SyncLoop, type SyncState } from '../../../src-main/sync/loop.ts';
import { createTransport } from '../../../src-main/sync/transport.ts';
import { SEALED_CLASSES, type SealedClass } from '../../../src-shared/model/classes.ts';
import type { PutLine } from '../../../src-shared/sync/protocol.ts';
import type { Terminal } from '../server/client.ts';

export interface LightTerminal {
  readonly loop: SyncLoop;
  /** The newest row of each id. */
  readonly rows: Map<string, PutLine>;
  cursor(): number;
  /** Every state it was in, the newest last. */
  readonly states: SyncState[];
  close(): Promise<void>;
}

const NOTHING: Besides = { waits: () => false, send: async () => undefined };

/** @param cursor behind which it asks, as if it had all up to there */
export function lightTerminal(
  server: { readonly url: string; readonly caPem: string },
  terminal: Terminal,
  { besides = NOTHING, cursor: from = 0 }: { readonly besides?: Besides | undefined; readonly cursor?: number } = {},
): LightTerminal {
  let cursor = from;
  let held: readonly SealedClass[] = SEALED_CLASSES;
  const rows = new Map<string, PutLine>();
  const states: SyncState[] = [];
  const clock = { now: () => Date.now(), mono: () => performance.now() };
  const loop = new SyncLoop({
    transport: createTransport(server, terminal),
    store: {
      cursor: () => cursor,
      applyPuts: (puts, to) => {
        for (const put of puts) rows.set(`${put.entity} ${put.row.id}`, put);
        cursor = to;
      },
      refuseBatch: (batch) => {
        throw new Error(`a batch that does not fit at ${batch.field}`);
      },
      queuedOperations: () => [],
      settleOperations: () => undefined,
      noteSync: () => undefined,
      heldClasses: () => held,
      purge: async (classes) => {
        held = held.filter((one) => !classes.includes(one));
      },
      beginFills: (classes) => {
        held = [...held, ...classes];
      },
      nextFill: () => null,
      generation: () => null,
      noteGeneration: () => undefined,
      beginAnew: () => undefined,
      since: () => 0,
      noteSince: () => undefined,
      takeAnew: () => undefined,
      finishAnew: () => false,
      applyFill: () => undefined,
    },
    property: terminal.propertyId,
    clock,
    besides,
    events: {
      onState: (state) => states.push(state),
      onRows: () => undefined,
      onBatchRefused: () => undefined,
      onHungUp: () => undefined,
      onRestored: () => undefined,
      onStale: () => undefined,
      onStoreError: (error) => {
        throw error;
      },
    },
  });
  loop.start();
  return { loop, rows, cursor: () => cursor, states, close: () => loop.close() };
}
