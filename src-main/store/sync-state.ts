import type { Database } from 'better-sqlite3';

export interface RefusedBatch {
  readonly id: number;
  readonly receivedAt: number;
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly field: string;
  readonly reason: string;
}

/** How far this terminal is behind the server, and what it would not take. */
export class SyncStates {
  readonly #get;
  readonly #setCursor;
  readonly #note;
  readonly #refuse;
  readonly #refused;
  readonly #mark;
  readonly #forgetBodies;
  readonly #setMark;

  constructor(db: Database) {
    this.#get = db.prepare<[], { cursor: number; lastSyncAt: number | null; clockOffsetMs: number }>(
      'SELECT cursor, last_sync_at AS lastSyncAt, clock_offset_ms AS clockOffsetMs FROM sync_state WHERE one = 1',
    );
    this.#setCursor = db.prepare<[number]>('UPDATE sync_state SET cursor = ? WHERE one = 1');
    this.#mark = db.prepare<[], number>('SELECT mark FROM sync_state WHERE one = 1').pluck();
    this.#setMark = db.prepare<[number]>('UPDATE sync_state SET mark = ? WHERE one = 1');
    this.#note = db.prepare<[number, number]>(
      'UPDATE sync_state SET last_sync_at = ?, clock_offset_ms = ? WHERE one = 1',
    );
    this.#refuse = db.prepare<[Omit<RefusedBatch, 'id'> & { body: string }]>(
      `INSERT INTO refused_batch (received_at, from_seq, to_seq, field, reason, body)
       VALUES (:receivedAt, :fromSeq, :toSeq, :field, :reason, :body)`,
    );
    this.#forgetBodies = db.prepare<[]>("UPDATE refused_batch SET body = ''");
    this.#refused = db.prepare<[], RefusedBatch>(
      `SELECT id, received_at AS receivedAt, from_seq AS fromSeq, to_seq AS toSeq, field, reason
       FROM refused_batch ORDER BY id DESC LIMIT 100`,
    );
  }

  get(): { readonly cursor: number; readonly lastSyncAt: number | null; readonly clockOffsetMs: number } {
    return this.#get.get() ?? { cursor: 0, lastSyncAt: null, clockOffsetMs: 0 };
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

  note(at: number, clockOffsetMs: number): void {
    this.#note.run(at, Math.round(clockOffsetMs));
  }

  refuse(batch: Omit<RefusedBatch, 'id'>, body: string): void {
    this.#refuse.run({ ...batch, body });
  }

  /** The batches stay as marks of what was refused; what they held goes. */
  forgetBodies(): void {
    this.#forgetBodies.run();
  }

  /** Newest first, a hundred at most. */
  refused(): RefusedBatch[] {
    return this.#refused.all();
  }
}
