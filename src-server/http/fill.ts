import { z } from 'zod';
import { SealedClass } from '../../src-shared/model/classes.ts';
import { PULL_PAGE, routes } from '../../src-shared/sync/protocol.ts';
import type { App, HttpContext } from './app.ts';
import { headerLine, pageLines, sendLines } from './feed-lines.ts';
import { PropertyParams } from './gate.ts';
import { nothingAfter } from './held-classes.ts';
import { wholeNumber } from './whole-number.ts';

const Query = z.strictObject({
  class: SealedClass,
  after: wholeNumber(0, Number.MAX_SAFE_INTEGER),
  until: wholeNumber(0, Number.MAX_SAFE_INTEGER),
  limit: wholeNumber(1, PULL_PAGE).optional(),
});

/** Guests of a stretch of the feed with their values of one class, as NDJSON: for a terminal that may hold it now and might not before. */
export function addFillRoute(app: App, { store, clock, gate }: HttpContext): void {
  app.get(
    routes.fill(':property'),
    { onRequest: gate.admit, schema: { params: PropertyParams, querystring: Query } },
    async (request, reply) => {
      const { property } = request.params;
      const { class: dataClass, after, until, limit = PULL_PAGE } = request.query;
      const holding = await store.readHolding(property, gate.deviceOf(request));
      const allowed = holding.mayHold.includes(dataClass);
      const page = allowed ? await store.readFill(property, dataClass, { after, until }, limit) : nothingAfter(after);
      const header = headerLine(property, after, clock.now(), {
        ...holding,
        purge: allowed ? [] : [dataClass],
        // Where it stands in the feed was said at the pull before.
        stale: false,
      });
      return sendLines(request, reply, [header, ...pageLines(page)]);
    },
  );
}
