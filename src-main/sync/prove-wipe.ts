/**
 * A wipe that was ordered, as it lies beside the files that it destroys: whatever ends the program in the middle, the next start goes on
 * with it before it does anything else, until the server has heard that it is done. Nothing in it is secret.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { routes, WipeProof, WipeProofResponse } from '../../src-shared/sync/protocol.ts';
import { writeDurably } from '../store/durable-file.ts';
import type { Transport } from './transport.ts';

const PendingWipe = z.strictObject({
  serverUrl: z.string(),
  caPem: z.string(),
  /** Signed while there was a key to sign with; sent once there is nothing left. */
  proof: WipeProof,
});
export type PendingWipe = z.infer<typeof PendingWipe>;

/** Begins a wipe: from here on it is carried out, whatever happens. @throws what the file system says */
export function beginWipe(file: string, wipe: PendingWipe): void {
  writeDurably(file, JSON.stringify(wipe));
}

/** The wipe that has begun here; `unreadable` for one whose proof is lost; null when there is none. */
export function readWipe(file: string): PendingWipe | 'unreadable' | null {
  if (!existsSync(file)) return null;
  try {
    return PendingWipe.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return 'unreadable';
  }
}

/** The server has the proof, or there is none to send: the terminal is as one that was never enrolled. */
export function endWipe(file: string): void {
  rmSync(file, { force: true });
}

/** Tells the server that there is nothing left; safe to send again. @throws LineError */
export async function proveWipe(transport: Pick<Transport, 'post'>, proof: WipeProof): Promise<void> {
  await transport.post(routes.wipeProof, proof, WipeProofResponse);
}
