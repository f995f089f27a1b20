import { Readable } from 'node:stream';
import { z } from 'zod';
import { PROTOCOL_VERSION, PULL_PAGE, type PullEnd, type PullHeader, routes } from '../../src-shared/sync/protocol.ts';
import type { FeedPage } from '../store/feed.ts';
import type { App, HttpContext } from './app.ts';
import { createGate, PropertyParams } from './authenticate.ts';

/** A whole number in a query string, as a number. */
const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,16}$/, 'a whole number')
    .transform(Number)
    .pipe(z.int().min(least).max(most));

const Query = z.strictObject({
  after: wholeNumber(0, Number.MAX_SAFE_INTEGER),
  limit: wholeNumber(1, PULL_PAGE).optional(),
});

/** Everything after a cursor, as NDJSON: header, puts, end line. An answer without its end line was cut. */
export function addChangesRoute(app: App, { store, clock }: HttpContext): void {
  const gate = createGate(store);
  app.get(
    routes.changes(':property'),
    { onRequest: gate.admit, schema: { params: PropertyParams, querystring: Query } },
    async (request, reply) => {
      const { property } = request.params;
      const { after, limit = PULL_PAGE } = request.query;
      const page = await store.readFeed(property, after, limit);
      const header: z.input<typeof PullHeader> = {
        kind: 'header',
        protocol: PROTOCOL_VERSION,
        propertyId: property,
        after,
        lastSeq: page.lastSeq,
        generation: page.generation,
        serverTime: clock.now(),
      };
      return reply.type('application/x-ndjson; charset=utf-8').send(Readable.from(pieces(header, page)));
    },
  );
}

/** Lines are sent together up to about this size: a write and a TLS record each would cost more than the row. */
const PIECE_CHARACTERS = 65_536;

function* pieces(header: object, page: FeedPage): Generator<string> {
  let piece = `${JSON.stringify(header)}\n`;
  for (const { entity, seq, json } of page.rows) {
    // The row is JSON of our own database; entity names need no escaping.
    piece += `{"kind":"put","entity":"${entity}","seq":${seq},"row":${json}}\n`;
    if (piece.length >= PIECE_CHARACTERS) {
      yield piece;
      piece = '';
    }
  }
  const end: z.input<typeof PullEnd> = {
    kind: 'end',
    cursor: page.cursor,
    more: page.more,
    count: page.rows.length,
  };
  yield `${piece}${JSON.stringify(end)}\n`;
}
