import type { Database } from 'better-sqlite3';
import type { BusinessDate } from '../../src-shared/model/ids.ts';

export interface RefusedBatch {
  readonly id: number;
  readonly receivedAt: number;
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly field: string;
  readonly reason: string;
}

interface SyncFigures {
  readonly cursor: number;
  readonly lastSyncAt: number | null;
  readonly clockOffsetMs: number;
  readonly generation: number | null;
  /** When this terminal noticed that the server had gone back in time. */
  readonly restoredAt: number | null;
  /** How far the feed had come when the first row was taken. */
  readonly since: number;
  /** What is gone that has not come anew when the feed comes to its end; null while nothing is. */
  readonly anew: Anew | null;
}

export type Anew = 'conflicts' | 'everything';

const BEFORE_ANY: SyncFigures = {
  cursor: 0,
  lastSyncAt: null,
  clockOffsetMs: 0,
  generation: null,
  restoredAt: null,
  since: 0,
  anew: null,
};

/** How far this terminal is behind the server, and what it would not take. */
export class SyncStates {
  readonly #get;
  readonly #setCursor;
  readonly #setSince;
  readonly #setAnew;
  readonly #note;
  readonly #noteGeneration;
  readonly #refuse;
  readonly #refused;
  readonly #setAside;
  readonly #mark;
  readonly #forgetBodies;
  readonly #setMark;
  readonly #setRolledTo;

  constructor(db: Database) {
    this.#get = db.prepare<[], SyncFigures>(
      'SELECT cursor, last_sync_at AS lastSyncAt, clock_offset_ms AS clockOffsetMs, generation, restored_at AS restoredAt, since, anew FROM sync_state WHERE one = 1',
    );
    this.#setSince = db.prepare<[number]>('UPDATE sync_state SET since = ? WHERE one = 1');
    this.#setAnew = db.prepare<[Anew | null]>('UPDATE sync_state SET anew = ? WHERE one = 1');
    this.#setCursor = db.prepare<[number]>('UPDATE sync_state SET cursor = ? WHERE one = 1');
    this.#mark = db.prepare<[], number>('SELECT mark FROM sync_state WHERE one = 1').pluck();
    this.#setMark = db.prepare<[number]>('UPDATE sync_state SET mark = ? WHERE one = 1');
    this.#setRolledTo = db.prepare<[string | null]>('UPDATE sync_state SET rolled_to = ? WHERE one = 1');
    this.#note = db.prepare<[number, number]>(
      'UPDATE sync_state SET last_sync_at = ?, clock_offset_ms = ? WHERE one = 1',
    );
    this.#noteGeneration = db.prepare<[number, number | null]>(
      'UPDATE sync_state SET generation = ?, restored_at = coalesce(?, restored_at) WHERE one = 1',
    );
    this.#refuse = db.prepare<[Omit<RefusedBatch, 'id'> & { body: string }]>(
      `INSERT INTO refused_batch (received_at, from_seq, to_seq, field, reason, body)
       VALUES (:receivedAt, :fromSeq, :toSeq, :field, :reason, :body)`,
    );
    this.#setAside = db.prepare<[string], number>('SELECT 1 FROM refused_batch WHERE instr(body, ?) > 0').pluck();
    this.#forgetBodies = db.prepare<[]>("UPDATE refused_batch SET body = ''");
    this.#refused = db.prepare<[], RefusedBatch>(
      `SELECT id, received_at AS receivedAt, from_seq AS fromSeq, to_seq AS toSeq, field, reason
       FROM refused_batch ORDER BY id DESC LIMIT 100`,
    );
  }

  get(): SyncFigures {
    return this.#get.get() ?? BEFORE_ANY;
  }

  /** The day that this terminal works on since it closed the one before; null when it closed none that the server lacks. */
  setRolledTo(date: BusinessDate | null): void {
    this.#setRolledTo.run(date);
  }

  /** How often this file was opened and closed; beside it (slot-file.ts) is how often it should have been. */
  get mark(): number {
    return this.#mark.get() ?? 0;
  }

  setMark(mark: number): void {
    this.#setMark.run(mark);
  }

  setCursor(cursor: number): void {
    this.#setCursor.run(cursor);
  }

  setSince(seq: number): void {
    this.#setSince.run(seq);
  }

  setAnew(anew: Anew | null): void {
    this.#setAnew.run(anew);
  }

  note(at: number, clockOffsetMs: number): void {
    this.#note.run(at, Math.round(clockOffsetMs));
  }

  /** @param restoredAt when it is another than before; null for the first */
  noteGeneration(generation: number, restoredAt: number | null): void {
    this.#noteGeneration.run(generation, restoredAt);
  }

  refuse(batch: Omit<RefusedBatch, 'id'>, body: string): void {
    this.#refuse.run({ ...batch, body });
  }

  /** The batches stay as marks of what was refused; what they held goes. */
  forgetBodies(): void {
    this.#forgetBodies.run();
  }

  /** Whether a row of this id may be in a batch that was set aside. */
  mayBeSetAside(id: string): boolean {
    return this.#setAside.get(id) !== undefined;
  }

  /** Newest first, a hundred at most. */
  refused(): RefusedBatch[] {
    return this.#refused.all();
  }
}
