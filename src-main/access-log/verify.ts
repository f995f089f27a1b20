import { setImmediate } from 'node:timers/promises';
import type { Database } from 'better-sqlite3';
import { decodeEntry } from '../../src-shared/audit/entry.ts';
import { GENESIS } from '../../src-shared/audit/event.ts';
import { deviceVerifier } from '../vault/device-identity.ts';
import { endOf, hashEntry, sealMessage } from './entry.ts';
import { type LogHead, SEAL_EVERY, unavailable } from './log.ts';

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
const CHUNK = 1_000;

type Row = readonly [seq: number, encoded: string, hash: string];

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
  // As arrays: making an object of each row takes longer than hashing it.
  const page = db
    .prepare<[number, number], Row>('SELECT seq, body, hash FROM entry WHERE seq > ? ORDER BY seq LIMIT ?')
    .raw();
  const seals = new Map(
    db
      .prepare<[], SealRow>('SELECT up_to_seq, hash, device_id, signature FROM seal')
      .all()
      .map((seal) => [seal.up_to_seq, seal] as const),
  );
  const signedByDevice = deviceVerifier(publicKey);
  // What a seal vouches for is what `append` wrote, to the letter; the seal itself is checked when its entry is reached.
  let vouchedTo = 0;
  for (const upTo of seals.keys()) vouchedTo = Math.max(vouchedTo, upTo);
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
      const [seq, , hash] = row;
      const problem = checkEntry(row, last, seq <= vouchedTo ? 'vouched' : 'open');
      if (problem !== null) return broken(problem, problem === 'missing' ? last.seq + 1 : seq);
      const seal = seals.get(seq);
      if (
        seal !== undefined &&
        !(seal.hash === hash && signedByDevice(sealMessage(seal.device_id, seq, hash), seal.signature))
      )
        return broken('bad-seal', seq);
      if (seals.delete(seq)) sealedTo = seq;
      if (seq - sealedTo > UNSEALED_AT_MOST) return broken('bad-seal', seq);
      if (anchor?.seq === seq && anchor.hash !== hash) return broken('altered', seq);
      last = { seq, hash };
    }
    if (rows.length < CHUNK) break;
    await setImmediate();
  }
  // A seal, or the anchor, that vouches for more than there is: the end was cut off.
  const promised = Math.max(anchor?.seq ?? 0, vouchedTo);
  if (promised > last.seq) return broken('cut-short', last.seq + 1);
  return { entries: last.seq, head: last.hash, problem: null, atSeq: null };
}

function checkEntry([seq, encoded, hash]: Row, last: LogHead, trust: 'vouched' | 'open'): Verdict['problem'] {
  if (seq !== last.seq + 1) return 'missing';
  if (hashEntry(encoded) !== hash) return 'altered';
  const follows = encoded.endsWith(endOf(seq, last.hash));
  if (follows && trust === 'vouched') return null;
  const entry = decodeEntry(encoded);
  if (entry === null) return 'unreadable';
  if (entry.seq !== seq) return 'reordered';
  // The entry itself is whole, but it does not follow the one that stands before it.
  return follows ? null : 'altered';
}
