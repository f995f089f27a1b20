import { z } from 'zod';
import { PULL_PAGE, routes, SNAPSHOT_LOT } from '../../src-shared/sync/protocol.ts';
import type { FeedPage } from '../store/feed.ts';
import type { App, HttpContext } from './app.ts';
import { headerLine, pageLines, sendLines } from './feed-lines.ts';
import { PropertyParams } from './gate.ts';
import { HeldClasses, isStale, nothingAfter, settleClasses } from './held-classes.ts';
import { wholeNumber } from './whole-number.ts';

const Query = z.strictObject({
  after: wholeNumber(0, Number.MAX_SAFE_INTEGER),
  classes: HeldClasses,
  since: wholeNumber(0, Number.MAX_SAFE_INTEGER).optional(),
});

/**
 * Everything after a cursor in one answer, lot by lot: a terminal's first sync, and its return after a long time. Each lot is whole by
 * itself, so that who was cut off goes on behind the last one. The last end line says that there is no more: whoever has come to it has the
 * hotel exactly as it was at that seq, because what changed meanwhile has moved behind what was read and came later in the same answer.
 */
export function addSnapshotRoute(app: App, { store, clock, gate }: HttpContext): void {
  app.get(
    routes.snapshot(':property'),
    { onRequest: gate.admit, schema: { params: PropertyParams, querystring: Query } },
    async (request, reply) => {
      const { property } = request.params;
      const { after, classes, since } = request.query;
      const device = gate.deviceOf(request);
      const settled = await settleClasses(store, request, { property, device }, classes);
      const stale = settled.purge.length === 0 && isStale(settled.forgottenSeq, after, since);
      const read = async (from: number) => {
        if (settled.purge.length > 0 || stale) return nothingAfter(from);
        // It may take long: who is revoked meanwhile, or may hold less, gets no further page.
        const { mayHold } = await store.readHolding(property, device);
        const stillMay = classes.every((dataClass) => mayHold.includes(dataClass));
        if (!stillMay || !(await gate.stillAdmits(request))) throw new Cut();
        const page = await store.readFeed(property, from, PULL_PAGE, classes);
        // Something went while it was being read: whoever asks again is told.
        if (isStale(page.forgottenSeq, from, since)) throw new Cut();
        return page;
      };
      const header = headerLine(property, after, clock.now(), { ...settled, stale });
      return sendLines(request, reply, snapshotLines(read, header, after));
    },
  );
}

/** The answer ends here without an end line. */
class Cut extends Error {
  override readonly name = 'Cut';
}

async function* snapshotLines(
  read: (after: number) => Promise<FeedPage>,
  header: string,
  after: number,
): AsyncGenerator<string> {
  yield header;
  let page = await read(after);
  for (;;) {
    for (const lot of lotsOf(page)) yield* pageLines(lot);
    if (!page.more) return;
    page = await read(page.cursor);
  }
}

/** A page in lots that a terminal applies in one transaction each. */
function* lotsOf({ rows, cursor, more }: FeedPage): Generator<FeedPage> {
  for (let start = 0; start + SNAPSHOT_LOT < rows.length; start += SNAPSHOT_LOT) {
    const lot = rows.slice(start, start + SNAPSHOT_LOT);
    yield { rows: lot, cursor: lot.at(-1)?.seq ?? cursor, more: true };
  }
  const rest = rows.length === 0 ? 0 : Math.floor((rows.length - 1) / SNAPSHOT_LOT) * SNAPSHOT_LOT;
  yield { rows: rows.slice(rest), cursor, more };
}
