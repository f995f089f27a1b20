import type { Database } from 'better-sqlite3';
import type { DayClose } from '../../src-shared/model/day-close.ts';
import type { BusinessDate } from '../../src-shared/model/ids.ts';

/** Business days that were closed; one that was closed here is shown before the server has it. */
export class DayCloses {
  readonly #latest;
  readonly #put;
  readonly #forget;

  constructor(db: Database) {
    this.#latest = db
      .prepare<[string], string>('SELECT body FROM day_close WHERE id < ? ORDER BY id DESC LIMIT 1')
      .pluck();
    this.#put = db.prepare<[{ id: string; seq: number; body: string }]>(
      `INSERT INTO day_close (id, seq, body) VALUES (:id, :seq, :body)
       ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, body = excluded.body WHERE excluded.seq > day_close.seq`,
    );
    this.#forget = db.prepare<[string]>('DELETE FROM day_close WHERE id = ? AND seq = 0');
  }

  /** The last day that was closed before one; null when none was. */
  latestBefore(day: BusinessDate): DayClose | null {
    const body = this.#latest.get(day);
    return body === undefined ? null : JSON.parse(body);
  }

  /** @param seq 0 for one that the server does not have yet */
  put(close: DayClose, seq: number): void {
    this.#put.run({ id: close.id, seq, body: JSON.stringify(close) });
  }

  /** The server would not have it. */
  forget(day: BusinessDate): void {
    this.#forget.run(day);
  }
}
