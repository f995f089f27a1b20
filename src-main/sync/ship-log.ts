/** Hands the access log over to the server, entry by entry in their order, and checks what the server says it has. */
import { LogPushResponse, PROTOCOL_VERSION, routes } from '../../src-shared/sync/protocol.ts';
import type { AccessLog } from '../access-log/log.ts';
import type { LogProblem, ServerCopy } from '../access-log/server-copy.ts';
import type { Clock } from '../clock.ts';
import type { Transport } from './transport.ts';

interface ShipInput {
  readonly log: AccessLog;
  readonly copy: ServerCopy;
  readonly transport: Transport;
  readonly property: string;
  readonly token: string;
  readonly clock: Clock;
}

/** With nothing to hand over, the server is asked for its checkpoint no more often than this. */
const ASK_AGAIN_MS = 10 * 60_000;
/** A server that answers `gap` again and again would keep the loop from pulling. */
const ROUNDS = 50;

/**
 * @returns what is wrong with the server's log as of now; null when all is well
 * @throws LineError when it did not get through, LogUnavailable when the log's file fails
 */
export async function shipLog(input: ShipInput): Promise<LogProblem | null> {
  const { log, copy, transport, property, token, clock } = input;
  for (let round = 0; round < ROUNDS; round += 1) {
    if (log.head.seq > copy.upToSeq) log.seal();
    const next = copy.next();
    const asked = copy.checkpoint?.seenAt ?? Number.NEGATIVE_INFINITY;
    if (next.entries.length === 0 && Math.abs(clock.now() - asked) < ASK_AGAIN_MS) break;
    const body = { protocol: PROTOCOL_VERSION, ...next };
    const answer = await transport.post(routes.accessLog(property), body, LogPushResponse, token);
    const problem = copy.take(answer, clock.now());
    if (answer.outcome === 'refused' || next.entries.length === 0) return problem;
  }
  return copy.problem;
}
