import type { Database } from 'better-sqlite3';
import type { DaySum } from '../../src-shared/folio/night.ts';
import type { BusinessDate, OperationId, StayId } from '../../src-shared/model/ids.ts';
import type { Posting } from '../../src-shared/model/posting.ts';

export type PostingState = 'synced' | 'waiting' | 'refused';
export type StoredPosting = Posting & {
  readonly state: PostingState;
  /** Of a line made here, until the feed has brought it. */
  readonly operationId: OperationId | null;
  /** Why the server would not have it. */
  readonly refusedFor: string | null;
};

/** Lines of folios. One made here counts at once, and is no longer counted if the server does not take it. */
export class Postings {
  readonly #ofStay;
  readonly #get;
  readonly #balance;
  readonly #put;
  readonly #setState;
  readonly #ofOperation;
  readonly #forget;
  readonly #answered;
  readonly #arrived;
  readonly #sumsOn;
  readonly #owedBefore;

  constructor(db: Database) {
    const columns = `id, stay_id AS stayId, guest_id AS guestId, business_date AS businessDate, kind, item, text,
      amount_minor AS amountMinor, currency, folio, reverses, reason, by_id AS by, at, state, operation_id AS operationId,
      CASE state WHEN 'refused' THEN (SELECT reason FROM outbox WHERE outbox.id = operation_id) END AS refusedFor`;
    // posting_stay, both
    this.#ofStay = db.prepare<[string], StoredPosting>(
      `SELECT ${columns} FROM posting WHERE stay_id = ? ORDER BY business_date, at, kind = 'tax', folio, id`,
    );
    this.#balance = db
      .prepare<[string], number>(
        "SELECT coalesce(sum(amount_minor), 0) FROM posting WHERE stay_id = ? AND state <> 'refused'",
      )
      .pluck();
    this.#get = db.prepare<[string], StoredPosting>(`SELECT ${columns} FROM posting WHERE id = ?`);
    this.#put = db.prepare<[Omit<StoredPosting, 'refusedFor'> & { seq: number }]>(
      `INSERT INTO posting (id, seq, stay_id, guest_id, business_date, kind, item, text, amount_minor, currency, folio, reverses, reason,
         by_id, at, state, operation_id)
       VALUES (:id, :seq, :stayId, :guestId, :businessDate, :kind, :item, :text, :amountMinor, :currency, :folio, :reverses, :reason,
         :by, :at, :state, :operationId)
       ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, guest_id = excluded.guest_id, text = excluded.text,
         business_date = excluded.business_date, amount_minor = excluded.amount_minor, by_id = excluded.by_id, at = excluded.at,
         state = excluded.state, operation_id = NULL
       WHERE excluded.seq > posting.seq`,
    );
    // posting_operation, both
    this.#setState = db.prepare<[PostingState, string]>('UPDATE posting SET state = ? WHERE operation_id = ?');
    this.#ofOperation = db.prepare<[string], StoredPosting>(`SELECT ${columns} FROM posting WHERE operation_id = ?`);
    this.#answered = db.prepare<[number, string]>('UPDATE posting SET answered = ? WHERE operation_id = ?');
    // posting_operation
    this.#arrived = db.prepare<[number]>(
      "DELETE FROM posting WHERE operation_id IS NOT NULL AND state = 'waiting' AND answered <= ?",
    );
    // posting_day
    this.#sumsOn = db.prepare<[string], DaySum>(
      `SELECT currency, sum(max(amount_minor, 0)) AS debitsMinor, sum(max(-amount_minor, 0)) AS creditsMinor
       FROM posting WHERE business_date = ? AND state <> 'refused' GROUP BY currency`,
    );
    this.#owedBefore = db.prepare<[string], { currency: string; closingMinor: number }>(
      `SELECT currency, sum(amount_minor) AS closingMinor FROM posting
       WHERE business_date < ? AND state <> 'refused' GROUP BY currency`,
    );
    this.#forget = db.prepare<[string]>("DELETE FROM posting WHERE operation_id = ? AND state <> 'synced'");
  }

  /** Every line of a stay in the order of its days, those that the server would not have among them. */
  ofStay(id: StayId): StoredPosting[] {
    return this.#ofStay.all(id);
  }

  get(id: string): StoredPosting | null {
    return this.#get.get(id) ?? null;
  }

  /** What a stay owes, in minor units of its currency, with what waits for the server and without what it refused. */
  balanceOf(id: StayId): number {
    return this.#balance.get(id) ?? 0;
  }

  ofOperation(id: OperationId): StoredPosting[] {
    return this.#ofOperation.all(id);
  }

  /** As the server has it. */
  put(posting: Posting, seq: number): void {
    this.#put.run({ ...posting, seq, state: 'synced', operationId: null });
  }

  /** Made here; what the feed has brought already stays as it is. */
  putLocally(postings: readonly Posting[], operationId: OperationId, state: 'waiting' | 'refused' = 'waiting'): void {
    for (const posting of postings) this.#put.run({ ...posting, seq: 0, state, operationId });
  }

  /** What the server has said of an operation. */
  setState(id: OperationId, state: PostingState): void {
    this.#setState.run(state, id);
  }

  /** The server has done what an operation asked, in this seq: what it made of it comes with the feed. */
  answered(id: OperationId, seq: number): void {
    this.#answered.run(seq, id);
  }

  /** The feed has come so far: lines that were shown in the place of what it brought, and are not among it, go. */
  arrived(cursor: number): void {
    this.#arrived.run(cursor);
  }

  /** What a day came to, by currency. */
  sumsOn(day: BusinessDate): DaySum[] {
    return this.#sumsOn.all(day);
  }

  /** What was owed before a day, by currency: every line is read. */
  owedBefore(day: BusinessDate): { readonly currency: string; readonly closingMinor: number }[] {
    return this.#owedBefore.all(day);
  }

  /** Somebody has dealt with what the server would not have. */
  forget(id: OperationId): void {
    this.#forget.run(id);
  }
}
