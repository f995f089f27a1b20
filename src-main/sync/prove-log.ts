import { LogProof, PROTOCOL_VERSION, routes } from '../../src-shared/sync/protocol.ts';
import type { ServerCopy } from '../access-log/server-copy.ts';
import type { StepUpLine } from './step-up.ts';
import { LineError } from './transport.ts';

/** How the newest entry that was handed over, and with it all before, stands in the property's log on the server. */
export type ServerVerdict = 'proved' | 'not-proved' | 'not-yet' | 'not-reached';

/**
 * Asks the server to prove that it keeps this terminal's log.
 * @param entry the newest that was handed over; null before the first
 * @throws LogUnavailable
 */
export async function proveLog(
  { transport, propertyId, token, serverNow }: StepUpLine,
  copy: ServerCopy,
  entry: { readonly seq: number; readonly hash: string } | null,
): Promise<ServerVerdict> {
  if (entry === null) return 'not-yet';
  const heldSize = copy.checkpoint?.size ?? 0;
  const body = { protocol: PROTOCOL_VERSION, seq: entry.seq, heldSize };
  try {
    const proof = await transport.post(routes.accessLogProofs(propertyId), body, LogProof, token);
    return copy.proves(proof, entry.hash, serverNow()) ? 'proved' : 'not-proved';
  } catch (error) {
    if (error instanceof LineError) return 'not-reached';
    throw error;
  }
}
