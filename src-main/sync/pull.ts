import { setImmediate } from 'node:timers/promises';
import type { SealedClass } from '../../src-shared/model/classes.ts';
import {
  LINE_LIMIT_BYTES,
  PROTOCOL_VERSION,
  PullEnd,
  PullHeader,
  PutLine,
  routes,
  SNAPSHOT_LOT,
} from '../../src-shared/sync/protocol.ts';
import { LineError, type Transport } from './transport.ts';

/** Rows asked for at once: what one transaction takes without holding up the window. */
const PULL_BATCH = SNAPSHOT_LOT;
/** Lines parsed between two turns of the event loop. */
const PARSE_CHUNK = 50;

/** What every answer says of the server. */
interface Said {
  readonly serverTime: number;
  readonly mayHold: readonly SealedClass[];
  readonly lastSeq: number;
  readonly generation: number;
  readonly idsKeptFrom: number;
}

export type Pulled = Said &
  (
    | {
        /** These may not be held here any more: they are deleted, and then it is asked again. */
        readonly kind: 'purge';
        readonly classes: readonly SealedClass[];
        readonly cursor: number;
        readonly more: false;
      }
    | {
        /** The server has forgotten what went since: everything is taken anew. */
        readonly kind: 'stale';
        readonly cursor: number;
        readonly more: false;
      }
    | {
        readonly kind: 'batch';
        readonly puts: readonly PutLine[];
        readonly cursor: number;
        readonly more: boolean;
      }
    | {
        /** A line did not fit: the whole batch is set aside and shown, and the feed goes on behind it. */
        readonly kind: 'refused';
        readonly lines: readonly string[];
        readonly field: string;
        readonly reason: string;
        readonly fromSeq: number;
        readonly cursor: number;
        readonly more: boolean;
      }
  );

/** Where an answer comes from. */
export interface Source {
  readonly transport: Pick<Transport, 'lines'>;
  readonly property: string;
  /** Classes whose values are held here, or being fetched. */
  readonly classes: readonly SealedClass[];
  /** How far the feed had come when the first row was taken: what was gone by then was never here. Left out: nothing was gone. */
  readonly since?: number;
}

/**
 * Asks for what came after `after` and checks every line before anything is applied.
 * @throws LineError; `unreachable` also for an answer that was cut before its end line, which is not a batch at all;
 * `update-required` for a header of another version
 */
export async function pull(source: Source, after: number): Promise<Pulled> {
  const path = `${routes.changes(source.property)}?after=${after}&limit=${PULL_BATCH}&${toldBy(source)}`;
  return readOne(source, path, after);
}

function toldBy({ classes, since = 0 }: Source): string {
  return `classes=${classes.join()}&since=${since}`;
}

/** Asks for guests of a stretch of the feed with their values of one class. @throws LineError as {@link pull} */
export async function pullFill(source: Source, { class: dataClass, after, until }: Fill): Promise<Pulled> {
  const path = `${routes.fill(source.property)}?class=${dataClass}&after=${after}&until=${until}&limit=${PULL_BATCH}`;
  return readOne(source, path, after);
}

/** A class that is fetched for rows that are here already: those from behind `after` up to `until`. */
export interface Fill {
  readonly class: SealedClass;
  readonly after: number;
  readonly until: number;
}

async function readOne(source: Source, path: string, after: number): Promise<Pulled> {
  const lots: Pulled[] = [];
  for await (const lot of readLots(source, path, after)) {
    if (lots.length > 0) throw new LineError('refused', 'more lines than were asked for');
    lots.push(lot);
  }
  const [lot] = lots;
  if (lot === undefined) throw new LineError('unreachable', 'the answer was cut');
  return lot;
}

/**
 * Asks for everything after `after` in one answer, and hands it on lot by lot as it comes: no further one is read from the line before
 * the caller is through with the last.
 * @throws LineError as {@link pull}, behind the lots that were whole
 */
export async function* pullAll(source: Source, after: number): AsyncGenerator<Pulled, void, void> {
  let more = true;
  const path = `${routes.snapshot(source.property)}?after=${after}&${toldBy(source)}`;
  for await (const lot of readLots(source, path, after)) {
    if (!more) throw new LineError('refused', 'more lines than were counted');
    more = lot.more;
    yield lot;
  }
  if (more) throw new LineError('unreachable', 'the answer was cut');
}

async function* readLots({ transport, property }: Source, path: string, after: number): AsyncGenerator<Pulled> {
  let header: PullHeader | null = null;
  let from = after;
  let body: string[] = [];
  for await (const line of transport.lines(path, LINE_LIMIT_BYTES)) {
    if (header === null) {
      header = readHeader(line);
      if (header.propertyId !== property || header.after !== after) {
        throw new LineError('refused', 'the answer is for another question');
      }
      continue;
    }
    const end = mayBeEnd(line) ? PullEnd.safeParse(parse(line)) : undefined;
    if (end?.success === true) {
      const lot = await checkLot(body, from, end.data);
      const { serverTime, mayHold, purge, lastSeq, generation, idsKeptFrom, stale } = header;
      const common = { serverTime, mayHold, lastSeq, generation, idsKeptFrom };
      if (stale) yield { kind: 'stale', cursor: from, more: false, ...common };
      else if (purge.length > 0) yield { kind: 'purge', classes: purge, cursor: from, more: false, ...common };
      else yield { ...lot, ...common };
      from = lot.cursor;
      body = [];
      continue;
    }
    if (body.length > PULL_BATCH) throw new LineError('refused', 'more lines than were asked for');
    body.push(line);
  }
  if (header === null) throw new LineError('refused', 'the first line is not a header of this protocol');
  if (body.length > 0) throw new LineError('unreachable', 'the answer was cut');
}

/** Told by its beginning, as our server writes it: a row may say the same further in, and is not parsed for it. */
function mayBeEnd(line: string): boolean {
  return line.startsWith('{"kind":"end"');
}

function readHeader(line: string): PullHeader {
  const first = parse(line);
  const header = PullHeader.safeParse(first);
  if (header.success) return header.data;
  if (speaksAnotherVersion(first)) throw new LineError('update-required', 'a header of another version');
  throw new LineError('refused', 'the first line is not a header of this protocol');
}

type Unstamped<T> = T extends { kind: 'batch' | 'refused' } ? Omit<T, keyof Said> : never;

/** @throws LineError when the end line does not fit what came before it: that is no lot at all */
async function checkLot(body: string[], after: number, { cursor, more, count }: PullEnd): Promise<Unstamped<Pulled>> {
  if (count !== body.length || cursor < after || (more && cursor === after)) {
    throw new LineError('refused', 'the end line does not count what was sent');
  }
  const puts: PutLine[] = [];
  let before = after;
  for (const [index, line] of body.entries()) {
    if (index % PARSE_CHUNK === PARSE_CHUNK - 1) await setImmediate();
    const put = PutLine.safeParse(parse(line));
    const inOrder = put.success && put.data.seq > before && put.data.seq <= cursor;
    if (!put.success || !inOrder) {
      const issue = put.error?.issues[0];
      return {
        kind: 'refused',
        lines: body,
        field: issue ? `${index}.${issue.path.join('.')}` : `${index}.seq`,
        reason: issue ? issue.code : 'out-of-order',
        fromSeq: after,
        cursor,
        more,
      };
    }
    before = put.data.seq;
    puts.push(put.data);
  }
  // A cursor beyond the last row would pass over rows that were never sent.
  if (cursor !== before) throw new LineError('refused', 'the end line names another place than the last row');
  return { kind: 'batch', puts, cursor, more };
}

function speaksAnotherVersion(header: unknown): boolean {
  if (typeof header !== 'object' || header === null || !('kind' in header && 'protocol' in header)) return false;
  return header.kind === 'header' && Number.isInteger(header.protocol) && header.protocol !== PROTOCOL_VERSION;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
