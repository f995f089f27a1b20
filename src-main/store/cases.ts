import type { Database } from 'better-sqlite3';
import type { SealedClass } from '../../src-shared/model/classes.ts';
import type { CaseClosure, SecurityCase } from '../../src-shared/model/entities.ts';
import type { CaseId, EmployeeId, GuestId } from '../../src-shared/model/ids.ts';

/** A closure made here, on its way to the server. */
interface Closing extends CaseClosure {
  readonly closedBy: EmployeeId;
  readonly closedAt: number;
}

/** Shown at most; the rest is closed long ago. */
const SHOWN = 200;

/** Cases for the security officer: opened here or elsewhere, closed by her. Nobody else is shown any. */
export class Cases {
  readonly #latest;
  readonly #openAbout;
  readonly #get;
  readonly #put;
  readonly #setClosing;
  readonly #forget;

  constructor(db: Database) {
    this.#latest = db.prepare<[], Row>(
      `SELECT body, closing FROM security_case ORDER BY state = 'open' AND closing IS NULL DESC, opened_at DESC LIMIT ${SHOWN}`,
    );
    // security_case_open
    this.#openAbout = db
      .prepare<[string, string, string], CaseId>(
        `SELECT id FROM security_case WHERE state = 'open' AND closing IS NULL AND body ->> '$.kind' = ?
           AND body ->> '$.openedBy' = ? AND body ->> '$.class' = ? LIMIT 1`,
      )
      .pluck();
    this.#get = db.prepare<[string], Row>('SELECT body, closing FROM security_case WHERE id = ?');
    this.#put = db.prepare<[{ id: string; seq: number; state: string; openedAt: number; body: string }]>(
      `INSERT INTO security_case (id, seq, state, opened_at, body) VALUES (:id, :seq, :state, :openedAt, :body)
       ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, state = excluded.state, opened_at = excluded.opened_at, body = excluded.body,
         closing = CASE excluded.state WHEN 'closed' THEN NULL ELSE security_case.closing END
       WHERE excluded.seq > security_case.seq`,
    );
    this.#setClosing = db.prepare<[string | null, string]>('UPDATE security_case SET closing = ? WHERE id = ?');
    this.#forget = db.prepare<[string]>(
      `UPDATE security_case SET body = json_set(body, '$.reasonText', NULL) WHERE body ->> '$.guestId' = ?`,
    );
  }

  /** Open ones first, then the newest; 200 at most. */
  latest(): SecurityCase[] {
    return this.#latest.all().map(toCase);
  }

  get(id: CaseId): SecurityCase | null {
    const row = this.#get.get(id);
    return row === undefined ? null : toCase(row);
  }

  /** The case of a kind that is open about somebody and a class; null when none is. */
  openCaseOf(kind: 'budget' | 'searches', openedBy: EmployeeId, dataClass: SealedClass): CaseId | null {
    return this.#openAbout.get(kind, openedBy, dataClass) ?? null;
  }

  /** @param seq 0 for one opened here that the server does not have yet */
  put(opened: SecurityCase, seq: number): void {
    const { id, state, openedAt } = opened;
    this.#put.run({ id, seq, state, openedAt, body: JSON.stringify(opened) });
  }

  /** Closed here, which the server has not heard of yet; null when it would not have it. */
  setClosing(id: CaseId, closing: Closing | null): void {
    this.#setClosing.run(closing === null ? null : JSON.stringify(closing), id);
  }

  /** What was typed about a guest goes with the guest; that there was a case remains. */
  forgetGuest(id: GuestId): void {
    this.#forget.run(id);
  }
}

interface Row {
  readonly body: string;
  readonly closing: string | null;
}

function toCase({ body, closing }: Row): SecurityCase {
  const opened: SecurityCase = JSON.parse(body);
  return closing === null ? opened : { ...opened, ...(JSON.parse(closing) as Closing), state: 'closed' };
}
