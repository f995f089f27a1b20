import { setImmediate } from 'node:timers/promises';
import {
  LINE_LIMIT_BYTES,
  PROTOCOL_VERSION,
  PullEnd,
  PullHeader,
  PutLine,
  routes,
} from '../../src-shared/sync/protocol.ts';
import { LineError, type Transport } from './transport.ts';

/** Rows asked for at once: what one transaction takes without holding up the window. */
const PULL_BATCH = 250;
/** Lines parsed between two turns of the event loop. */
const PARSE_CHUNK = 50;

export type Pulled =
  | {
      readonly kind: 'batch';
      readonly puts: readonly PutLine[];
      readonly cursor: number;
      readonly more: boolean;
      readonly serverTime: number;
      readonly lastSeq: number;
      readonly generation: number;
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
      readonly serverTime: number;
      readonly lastSeq: number;
      readonly generation: number;
    };

/**
 * Asks for what came after `after` and checks every line before anything is applied.
 * @throws LineError; `unreachable` also for an answer that was cut before its end line, which is not a batch at all;
 * `update-required` for a header of another version
 */
export async function pull(transport: Transport, property: string, token: string, after: number): Promise<Pulled> {
  const lines: string[] = [];
  for await (const line of transport.lines(
    `${routes.changes(property)}?after=${after}&limit=${PULL_BATCH}`,
    token,
    LINE_LIMIT_BYTES,
  )) {
    if (lines.length > PULL_BATCH + 2) throw new LineError('refused', 'more lines than were asked for');
    lines.push(line);
  }
  const first = parse(lines[0]);
  const header = PullHeader.safeParse(first);
  if (!header.success) {
    if (speaksAnotherVersion(first)) throw new LineError('update-required', 'a header of another version');
    throw new LineError('refused', 'the first line is not a header of this protocol');
  }
  if (header.data.propertyId !== property || header.data.after !== after) {
    throw new LineError('refused', 'the answer is for another question');
  }
  const end = PullEnd.safeParse(parse(lines.at(-1)));
  if (!end.success) throw new LineError('unreachable', 'the answer was cut');
  const body = lines.slice(1, -1);
  const { cursor, more, count } = end.data;
  if (count !== body.length || cursor < after || (more && cursor === after)) {
    throw new LineError('refused', 'the end line does not count what was sent');
  }
  const { serverTime, lastSeq, generation } = header.data;
  const common = { cursor, more, serverTime, lastSeq, generation };
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
        ...common,
      };
    }
    before = put.data.seq;
    puts.push(put.data);
  }
  // A cursor beyond the last row would pass over rows that were never sent.
  if (cursor !== before) throw new LineError('refused', 'the end line names another place than the last row');
  return { kind: 'batch', puts, ...common };
}

function speaksAnotherVersion(header: unknown): boolean {
  if (typeof header !== 'object' || header === null || !('kind' in header && 'protocol' in header)) return false;
  return header.kind === 'header' && Number.isInteger(header.protocol) && header.protocol !== PROTOCOL_VERSION;
}

function parse(line: string | undefined): unknown {
  if (line === undefined) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
