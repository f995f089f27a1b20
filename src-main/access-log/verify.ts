import { setImmediate } from 'node:timers/promises';
import type { Database } from 'better-sqlite3';
import { GENESIS } from '../../src-shared/audit/event.ts';
import { verifyDeviceSignature } from '../vault/device-identity.ts';
import { decodeEntry, hashEntry, sealMessage } from './entry.ts';
import { type LogHead, type Recorded, SEAL_EVERY, unavailable } from './log.ts';

export interface Verdict {
  readonly entries: number;
  readonly head: string;
  /** The first thing that does not fit; null when the log is as it was written. */
  readonly problem: 'altered' | 'missing' | 'reordered' | 'bad-seal' | 'cut-short' | 'unreadable' | null;
  readonly atSeq: number | null;
}

/** Kills between entry and seal may delay a seal, but not for long: entries without one are somebody else's. */
const UNSEALED_AT_MOST = 2 * SEAL_EVERY;

/** Entries checked between two turns of the event loop: a few milliseconds. */
const CHUNK = 500;

interface SealRow {
  readonly up_to_seq: number;
  readonly hash: string;
  readonly device_id: string;
  readonly signature: string;
}

/**
 * Reads the whole log and checks that every entry is what was written, in the order it was written, that nothing was taken out,
 * that the seals are the device's, and that it reaches at least as far as the anchor remembers.
 * @param publicKey raw Ed25519 key of the terminal, base64
 * @param anchor head remembered outside the file, or null when none is known
 * @throws LogUnavailable when the file cannot be read
 */
export async function verifyLog(db: Database, publicKey: string, anchor: LogHead | null): Promise<Verdict> {
  try {
    return await check(db, publicKey, anchor);
  } catch (error) {
    throw unavailable(error);
  }
}

async function check(db: Database, publicKey: string, anchor: LogHead | null): Promise<Verdict> {
  const page = db.prepare<[number, number], Recorded>(
    'SELECT seq, body AS encoded, hash FROM entry WHERE seq > ? ORDER BY seq LIMIT ?',
  );
  const seals = new Map(
    db
      .prepare<[], SealRow>('SELECT up_to_seq, hash, device_id, signature FROM seal')
      .all()
      .map((seal) => [seal.up_to_seq, seal] as const),
  );
  let last: LogHead = { seq: 0, hash: GENESIS };
  let sealedTo = 0;
  const broken = (problem: Verdict['problem'], atSeq: number): Verdict => ({
    entries: last.seq,
    head: last.hash,
    problem,
    atSeq,
  });
  for (;;) {
    const rows = page.all(last.seq, CHUNK);
    for (const row of rows) {
      const problem = checkEntry(row, last);
      if (problem !== null) return broken(problem, problem === 'missing' ? last.seq + 1 : row.seq);
      const seal = seals.get(row.seq);
      if (seal !== undefined && !sealHolds(seal, row.hash, publicKey)) return broken('bad-seal', row.seq);
      if (seals.delete(row.seq)) sealedTo = row.seq;
      if (row.seq - sealedTo > UNSEALED_AT_MOST) return broken('bad-seal', row.seq);
      if (anchor?.seq === row.seq && anchor.hash !== row.hash) return broken('altered', row.seq);
      last = { seq: row.seq, hash: row.hash };
    }
    if (rows.length < CHUNK) break;
    await setImmediate();
  }
  // A seal, or the anchor, that vouches for more than there is: the end was cut off.
  const promised = Math.max(anchor?.seq ?? 0, ...seals.keys());
  if (promised > last.seq) return broken('cut-short', last.seq + 1);
  return { entries: last.seq, head: last.hash, problem: null, atSeq: null };
}

function checkEntry(row: Recorded, last: LogHead): Verdict['problem'] {
  if (row.seq !== last.seq + 1) return 'missing';
  if (hashEntry(row.encoded) !== row.hash) return 'altered';
  const entry = decodeEntry(row.encoded);
  if (entry === null) return 'unreadable';
  if (entry.seq !== row.seq) return 'reordered';
  // The entry itself is whole, but it does not follow the one that stands before it.
  return entry.prev === last.hash ? null : 'altered';
}

function sealHolds(seal: SealRow, hash: string, publicKey: string): boolean {
  return (
    seal.hash === hash &&
    verifyDeviceSignature(publicKey, sealMessage(seal.device_id, seal.up_to_seq, hash), seal.signature)
  );
}
