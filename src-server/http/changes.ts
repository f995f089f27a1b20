import { z } from 'zod';
import { PULL_PAGE, routes } from '../../src-shared/sync/protocol.ts';
import type { App, HttpContext } from './app.ts';
import { headerLine, pageLines, sendLines } from './feed-lines.ts';
import { PropertyParams } from './gate.ts';
import { HeldClasses, isStale, nothingAfter, settleClasses } from './held-classes.ts';
import { wholeNumber } from './whole-number.ts';

const Query = z.strictObject({
  after: wholeNumber(0, Number.MAX_SAFE_INTEGER),
  limit: wholeNumber(1, PULL_PAGE).optional(),
  classes: HeldClasses,
  since: wholeNumber(0, Number.MAX_SAFE_INTEGER).optional(),
});

/** What came after a cursor, up to a limit, as NDJSON: header, puts, end line. */
export function addChangesRoute(app: App, { store, clock, gate }: HttpContext): void {
  app.get(
    routes.changes(':property'),
    { onRequest: gate.admit, schema: { params: PropertyParams, querystring: Query } },
    async (request, reply) => {
      const { property } = request.params;
      const { after, limit = PULL_PAGE, classes, since } = request.query;
      const settled = await settleClasses(store, request, { property, device: gate.deviceOf(request) }, classes);
      const read =
        settled.purge.length > 0 ? nothingAfter(after) : await store.readFeed(property, after, limit, classes);
      const stale = isStale(read.forgottenSeq, after, since);
      const header = headerLine(property, after, clock.now(), { ...settled, stale });
      return sendLines(request, reply, [header, ...pageLines(stale ? nothingAfter(after) : read)]);
    },
  );
}
