import type { Database } from 'better-sqlite3';
import type { GuestId, OperationId } from '../../src-shared/model/ids.ts';
import { firstUlidAt } from '../../src-shared/model/ulid-time.ts';
import { type Change, isChange } from '../../src-shared/sync/changes.ts';
import type { PostingAddition } from '../../src-shared/sync/folio.ts';
import { Operation, type OperationResult, type Unsent } from '../../src-shared/sync/protocol.ts';

export interface Unsettled {
  readonly operation: Operation;
  readonly state: 'queued' | 'refused';
  readonly reason: string | null;
}

/** Operations on their way to the server. They leave in the order they were made, also when the clock was set back between two. */
export class Outbox {
  readonly #add;
  readonly #restore;
  readonly #unsettled;
  readonly #queued;
  readonly #get;
  readonly #settle;
  readonly #count;
  readonly #byKind;
  readonly #sendAgain;
  readonly #begins;

  constructor(db: Database) {
    this.#add = db.prepare<[string, string]>("INSERT INTO outbox (id, body, state) VALUES (?, ?, 'queued')");
    this.#restore = db.prepare<[string, string, string, string | null]>(
      'INSERT INTO outbox (id, body, state, reason) VALUES (?, ?, ?, ?)',
    );
    this.#unsettled = db.prepare<[], { body: string; state: Unsettled['state']; reason: string | null }>(
      "SELECT body, state, reason FROM outbox WHERE state IN ('queued', 'refused') ORDER BY place",
    );
    // outbox_state
    this.#queued = db
      .prepare<[number], string>("SELECT body FROM outbox WHERE state = 'queued' ORDER BY place LIMIT ?")
      .pluck();
    this.#get = db.prepare<[string], string>('SELECT body FROM outbox WHERE id = ?').pluck();
    this.#settle = db.prepare<[string, string | null, string]>('UPDATE outbox SET state = ?, reason = ? WHERE id = ?');
    this.#byKind = db.prepare<[], Unsent[number]>(
      `SELECT body ->> '$.kind' AS kind, count(*) AS count FROM outbox WHERE state IN ('queued', 'refused') GROUP BY 1 ORDER BY 1`,
    );
    // outbox_state
    this.#begins = db
      .prepare<[string], number>(
        `SELECT 1 FROM outbox WHERE state = 'queued' AND body ->> '$.kind' = 'stay.create' AND body ->> '$.guest.id' = ?`,
      )
      .pluck();
    this.#sendAgain = db.prepare<[string]>("UPDATE outbox SET state = 'queued' WHERE state = 'sent' AND id >= ?");
    // Cases are not counted: whoever works here is not to see by a number that one was opened.
    this.#count = db
      .prepare<[string], number>("SELECT count(*) FROM outbox WHERE state = ? AND body ->> '$.kind' <> 'case.open'")
      .pluck();
  }

  /** What the server has not taken, counted by kind: for whoever has this terminal wiped. */
  unsentByKind(): Unsent {
    return this.#byKind.all();
  }

  add(operation: Operation): void {
    this.#add.run(operation.id, JSON.stringify(operation));
  }

  has(id: OperationId): boolean {
    return this.#get.get(id) !== undefined;
  }

  /** What the server has not taken: waiting for it, or refused by it and waiting for a person. */
  unsettled(): Unsettled[] {
    return this.#unsettled
      .all()
      .map(({ body, state, reason }) => ({ operation: Operation.parse(JSON.parse(body)), state, reason }));
  }

  /** Changes that the server refused and nobody has dealt with. */
  refusedChanges(): (Unsettled & { readonly operation: Change })[] {
    return this.unsettled().flatMap((one) => {
      const { operation, state } = one;
      return state === 'refused' && isChange(operation) ? [{ ...one, operation }] : [];
    });
  }

  /** Lines of folios that the server refused and nobody has dealt with. */
  refusedPostings(): (Unsettled & { readonly operation: PostingAddition })[] {
    return this.unsettled().flatMap((one) => {
      const { operation, state } = one;
      return state === 'refused' && operation.kind === 'posting.add' ? [{ ...one, operation }] : [];
    });
  }

  /** Somebody has dealt with what was refused. */
  drop(id: OperationId): void {
    this.#settle.run('dropped', null, id);
  }

  /** Whether a guest was taken in here and waits for the server: nobody else has her seed. */
  begins(guestId: GuestId): boolean {
    return this.#begins.get(guestId) !== undefined;
  }

  restore({ operation, state, reason }: Unsettled): void {
    this.#restore.run(operation.id, JSON.stringify(operation), state, reason);
  }

  queued(limit: number): Operation[] {
    return this.#queued.all(limit).map((body) => Operation.parse(JSON.parse(body)));
  }

  /** Takes the server's word on one operation. @returns the operation, null when it is not ours */
  settle(result: OperationResult): Operation | null {
    const body = this.#get.get(result.id);
    if (body === undefined) return null;
    const refused = result.status === 'refused';
    this.#settle.run(refused ? 'refused' : 'sent', refused ? result.reason : null, result.id);
    return Operation.parse(JSON.parse(body));
  }

  /**
   * Queues all that the server took: each counts once there by its id, so that only what it lost is applied.
   * @param idsKeptFrom of what was made before it knows no ids, and has lost nothing (docs/decisions/0029-what-the-server-forgets.md)
   */
  sendAgain(idsKeptFrom: number): void {
    this.#sendAgain.run(firstUlidAt(idsKeptFrom));
  }

  /** Without cases that were opened. */
  count(state: 'queued' | 'sent' | 'refused'): number {
    return this.#count.get(state) ?? 0;
  }
}
