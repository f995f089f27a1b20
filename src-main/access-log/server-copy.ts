/**
 * What this terminal knows of the server's copy of its log, and of the property's whole log there: how far it was handed over, and the
 * checkpoints it has seen. They lie in the log's own file. A server that shows another history than it showed before is found out here.
 */
import { hash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import { type Checkpoint, keyNumberInput, readNote } from '../../src-shared/audit/checkpoint.ts';
import { provesConsistency, provesInclusion } from '../../src-shared/audit/merkle.ts';
import {
  LOG_ENTRIES_PER_PUSH,
  type LogProof,
  type LogPush,
  type LogPushResponse,
} from '../../src-shared/sync/protocol.ts';
import { deviceVerifier } from '../vault/device-identity.ts';
import { hashChildren } from './entry.ts';
import { unavailable } from './log.ts';

/**
 * What is wrong with the server's log, as far as this terminal can tell. `went-back`: it has fewer entries than it had; `rewritten`: what it shows
 * did not grow out of what it showed; `other-key`: somebody else signed; `forked`: it holds another entry in the place of one of ours;
 * `not-taken`: it does not take our entries.
 */
export type LogProblem = 'went-back' | 'rewritten' | 'other-key' | 'forked' | 'not-taken';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS server_copy (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    up_to_seq INTEGER NOT NULL,
    public_key TEXT,
    problem TEXT
  ) STRICT;
  INSERT OR IGNORE INTO server_copy (id, up_to_seq) VALUES (1, 0);
  CREATE TABLE IF NOT EXISTS checkpoint (
    size INTEGER PRIMARY KEY,
    root TEXT NOT NULL,
    note TEXT NOT NULL,
    seen_at INTEGER NOT NULL
  ) STRICT;
  -- Of the server before it was restored from a backup: what it had signed stays evidence.
  CREATE TABLE IF NOT EXISTS checkpoint_before (
    size INTEGER NOT NULL,
    root TEXT NOT NULL,
    note TEXT NOT NULL,
    seen_at INTEGER NOT NULL
  ) STRICT;
`;

interface Row {
  readonly up_to_seq: number;
  readonly public_key: string | null;
  readonly problem: LogProblem | null;
}

/** Checkpoints are kept at doubling distances back from the newest, so that an old one is always there and the file does not grow. */
const KEPT_CHECKPOINTS = 64;

export class ServerCopy {
  readonly #db: Database;
  readonly #origin: string;

  /**
   * @param db the log's own file
   * @param property whose log it must be
   * @throws LogUnavailable
   */
  constructor(db: Database, property: string) {
    this.#db = db;
    this.#origin = `keyrack/${property}/`;
    this.#reading(() => db.exec(SCHEMA));
  }

  /** The newest of this terminal's entries that the server has. @throws LogUnavailable */
  get upToSeq(): number {
    return this.#row().up_to_seq;
  }

  /** @throws LogUnavailable */
  get problem(): LogProblem | null {
    return this.#row().problem;
  }

  /** The newest checkpoint held; null before the first. @throws LogUnavailable */
  get checkpoint(): (Pick<Checkpoint, 'size' | 'root'> & { readonly seenAt: number }) | null {
    return this.#reading(
      () =>
        this.#db
          .prepare<[], { size: number; root: string; seenAt: number }>(
            'SELECT size, root, seen_at AS seenAt FROM checkpoint ORDER BY size DESC LIMIT 1',
          )
          .get() ?? null,
    );
  }

  /** What to hand over next: entries up to a seal, none when the server has all. The log is to be sealed before. @throws LogUnavailable */
  next(): Pick<LogPush, 'entries' | 'seal' | 'heldSize'> {
    const after = this.upToSeq;
    return this.#reading(() => {
      const heldSize = this.checkpoint?.size ?? 0;
      const seal = this.#db
        .prepare<[number, number], NonNullable<LogPush['seal']>>(
          `SELECT up_to_seq AS upToSeq, hash, signature FROM seal WHERE up_to_seq > ? AND up_to_seq <= ?
           ORDER BY up_to_seq DESC LIMIT 1`,
        )
        .get(after, after + LOG_ENTRIES_PER_PUSH);
      if (seal === undefined) return { entries: [], seal: null, heldSize };
      const entries = this.#db
        .prepare<[number, number], string>('SELECT body FROM entry WHERE seq > ? AND seq <= ? ORDER BY seq')
        .pluck()
        .all(after, seal.upToSeq);
      return { entries, seal, heldSize };
    });
  }

  /**
   * Takes the server's answer to what was handed over. A checkpoint is kept only when it has grown out of the one held.
   * @returns what is wrong with it, which is also remembered; null when all is well
   * @throws LogUnavailable
   */
  take(answer: LogPushResponse, now: number): LogProblem | null {
    if (answer.outcome === 'gap') {
      this.#set({ upToSeq: answer.upToSeq });
      return this.problem;
    }
    const problem =
      answer.outcome === 'refused' ? (answer.reason === 'forked' ? 'forked' : 'not-taken') : this.#judge(answer, now);
    this.#set({ problem, ...(answer.outcome === 'taken' ? { upToSeq: answer.upToSeq } : {}) });
    return problem;
  }

  /** Checks the proof that an entry of this terminal is in the property's log. @throws LogUnavailable */
  proves(proof: LogProof, leaf: string, now: number): boolean {
    if (proof.outcome !== 'proof') return false;
    const said = this.#read(proof);
    if (said === null || this.#judge(proof, now) !== null) return false;
    const { index, path } = proof;
    return provesInclusion({ index, path, leaf, size: said.size }, said.root, hashChildren);
  }

  /** Keeps a checkpoint that is right. */
  #judge(
    answer: { readonly checkpoint: string; readonly publicKey: string; readonly consistency: readonly string[] },
    now: number,
  ): LogProblem | null {
    const pinned = this.#row().public_key;
    if (pinned !== null && pinned !== answer.publicKey) return 'other-key';
    const said = this.#read(answer);
    if (said === null) return 'rewritten';
    const held = this.checkpoint;
    if (held !== null && this.#generationOf(said.origin) > this.#generationOf(this.#heldOrigin())) {
      this.#reading(() =>
        this.#db.exec(
          `INSERT INTO checkpoint_before SELECT size, root, note, seen_at FROM checkpoint; DELETE FROM checkpoint`,
        ),
      );
      this.#keep(said, answer.checkpoint, now);
      // Said once: from here on the new history is held against the server.
      return 'went-back';
    }
    if (held !== null) {
      if (said.size < held.size) return 'went-back';
      if (!provesConsistency(held, said, answer.consistency, hashChildren)) return 'rewritten';
    }
    // The line is authenticated by the hotel's own CA: whoever answers first there is the server.
    if (pinned === null) this.#set({ publicKey: answer.publicKey });
    if (said.size !== held?.size) this.#keep(said, answer.checkpoint, now);
    return null;
  }

  /** What the server says of its log. @returns null when it is not of this property, or not signed by that key */
  #read(answer: { readonly checkpoint: string; readonly publicKey: string }): Checkpoint | null {
    const note = readNote(answer.checkpoint);
    if (note === null || !note.checkpoint.origin.startsWith(this.#origin)) return null;
    const signed = Buffer.from(note.signature, 'base64');
    const key = Buffer.from(answer.publicKey, 'base64');
    const number = hash('sha256', keyNumberInput(note.checkpoint.origin, key), 'buffer').subarray(0, 4);
    if (!signed.subarray(0, 4).equals(number)) return null;
    const verify = deviceVerifier(answer.publicKey);
    return verify(Buffer.from(note.text), signed.subarray(4).toString('base64')) ? note.checkpoint : null;
  }

  #heldOrigin(): string {
    const note = this.#reading(() =>
      this.#db.prepare<[], string>('SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1').pluck().get(),
    );
    return (note === undefined ? null : readNote(note))?.checkpoint.origin ?? this.#origin;
  }

  #generationOf(origin: string): number {
    return Number(origin.slice(this.#origin.length));
  }

  #keep({ size, root }: Checkpoint, note: string, now: number): void {
    this.#reading(() =>
      this.#db.transaction(() => {
        this.#db
          .prepare('INSERT INTO checkpoint (size, root, note, seen_at) VALUES (?, ?, ?, ?)')
          .run(size, root, note, now);
        this.#thinOut();
      })(),
    );
  }

  /** Of two neighbours that are closer to each other than a quarter of their distance from the newest, the younger goes. */
  #thinOut(): void {
    const sizes = this.#db.prepare<[], number>('SELECT size FROM checkpoint ORDER BY size DESC').pluck().all();
    if (sizes.length <= KEPT_CHECKPOINTS) return;
    const newest = sizes[0] ?? 0;
    const remove = this.#db.prepare('DELETE FROM checkpoint WHERE size = ?');
    for (let at = 1; at < sizes.length - 1; at += 1) {
      const [size = 0, older = 0] = [sizes[at], sizes[at + 1]];
      if (size - older >= (newest - older) / 4) continue;
      remove.run(size);
      at += 1;
    }
  }

  #row(): Row {
    const row = this.#reading(() =>
      this.#db.prepare<[], Row>('SELECT up_to_seq, public_key, problem FROM server_copy').get(),
    );
    return row ?? { up_to_seq: 0, public_key: null, problem: null };
  }

  #set(change: { upToSeq?: number; publicKey?: string; problem?: LogProblem | null }): void {
    const row = this.#row();
    const { upToSeq = row.up_to_seq, publicKey = row.public_key, problem = row.problem } = change;
    if (upToSeq === row.up_to_seq && publicKey === row.public_key && problem === row.problem) return;
    this.#reading(() =>
      this.#db
        .prepare('UPDATE server_copy SET up_to_seq = ?, public_key = ?, problem = ?')
        .run(upToSeq, publicKey, problem),
    );
  }

  #reading<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw unavailable(error);
    }
  }
}
