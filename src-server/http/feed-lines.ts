/** The feed as NDJSON: a header, then lots of puts, each lot with its end line. What has no end line was cut. */
import { pipeline, Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { PropertyId } from '../../src-shared/model/ids.ts';
import { PROTOCOL_VERSION, type PullEnd, type PullHeader } from '../../src-shared/sync/protocol.ts';
import type { FeedPage } from '../store/feed.ts';
import { chooseEncoding, createCompressor } from './content-encoding.ts';
import type { Settled } from './held-classes.ts';

/** Lines are sent together up to about this size: a write and a TLS record each would cost more than the row. */
const PIECE_CHARACTERS = 65_536;

export function headerLine(
  propertyId: PropertyId,
  after: number,
  serverTime: number,
  {
    mayHold,
    purge,
    lastSeq,
    generation,
    idsKeptFrom,
    stale,
  }: Omit<Settled, 'forgottenSeq'> & { readonly stale: boolean },
): string {
  const header: z.input<typeof PullHeader> = {
    kind: 'header',
    protocol: PROTOCOL_VERSION,
    propertyId,
    after,
    lastSeq,
    generation,
    serverTime,
    mayHold: [...mayHold],
    purge: [...purge],
    stale,
    idsKeptFrom,
  };
  return `${JSON.stringify(header)}\n`;
}

/** The puts of a page and its end line, in pieces. */
export function* pageLines({ rows, cursor, more }: FeedPage): Generator<string> {
  let piece = '';
  for (const { entity, seq, json, versions } of rows) {
    // The row is JSON of our own database; entity names need no escaping.
    const beside = versions === null ? '' : `,"versions":${versions}`;
    piece += `{"kind":"put","entity":"${entity}","seq":${seq},"row":${json}${beside}}\n`;
    if (piece.length >= PIECE_CHARACTERS) {
      yield piece;
      piece = '';
    }
  }
  const end: z.input<typeof PullEnd> = { kind: 'end', cursor, more, count: rows.length };
  yield `${piece}${JSON.stringify(end)}\n`;
}

/**
 * Sends lines, compressed where the reader takes that. They are made as fast as they are read: however slow the reader, no more than a few
 * pieces wait.
 */
export function sendLines(
  request: FastifyRequest,
  reply: FastifyReply,
  lines: Iterable<string> | AsyncIterable<string>,
): FastifyReply {
  const source = Readable.from(lines, { highWaterMark: 1 });
  reply.type('application/x-ndjson; charset=utf-8').header('vary', 'accept-encoding');
  const encoding = chooseEncoding(request.headers['accept-encoding']);
  if (encoding === null) return reply.send(source);
  const compressor = createCompressor(encoding);
  // What fails on the way ends the answer without its end line; Fastify sees and logs it at the compressor.
  pipeline(source, compressor, () => undefined);
  return reply.header('content-encoding', encoding).send(compressor);
}
