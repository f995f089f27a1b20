import type { Database } from 'better-sqlite3';
import type { Entitlement } from '../../src-shared/model/entities.ts';

type EntitlementRow = Omit<Entitlement, 'withdrawn'> & {
  readonly withdrawnBy: string | null;
  readonly withdrawnAt: number | null;
};

/** Who is to hold what, as it was ordered and signed (vault/entitlement.ts), and whose signature is at the root of it. */
export class Entitlements {
  readonly #all;
  readonly #put;
  readonly #root;
  readonly #pin;
  #changes = 0;

  constructor(db: Database) {
    this.#all = db.prepare<[], EntitlementRow>(
      `SELECT id, employee_id AS employeeId, scope, class, sealing_key AS sealingKey, signing_key AS signingKey,
         ordered_by AS orderedBy, ordered_at AS orderedAt, signature, withdrawn_by AS withdrawnBy, withdrawn_at AS withdrawnAt
       FROM entitlement ORDER BY seq`,
    );
    // An entitlement never changes but for its withdrawal, and that is never taken back: not even by the server.
    this.#put = db.prepare<[EntitlementRow & { seq: number }]>(
      `INSERT INTO entitlement (id, seq, employee_id, scope, class, sealing_key, signing_key, ordered_by, ordered_at, signature,
         withdrawn_by, withdrawn_at)
       VALUES (:id, :seq, :employeeId, :scope, :class, :sealingKey, :signingKey, :orderedBy, :orderedAt, :signature,
         :withdrawnBy, :withdrawnAt)
       ON CONFLICT (id) DO UPDATE SET seq = excluded.seq,
         withdrawn_by = coalesce(entitlement.withdrawn_by, excluded.withdrawn_by),
         withdrawn_at = coalesce(entitlement.withdrawn_at, excluded.withdrawn_at)
       WHERE excluded.seq > entitlement.seq`,
    );
    this.#root = db.prepare<[], string>('SELECT signing_key FROM trust_root WHERE one = 1').pluck();
    this.#pin = db.prepare<[string]>('INSERT OR IGNORE INTO trust_root VALUES (1, ?)');
  }

  /** In the order in which the server took them. */
  all(): Entitlement[] {
    return this.#all.all().map(({ withdrawnBy, withdrawnAt, ...row }) => ({
      ...row,
      withdrawn: withdrawnBy === null ? null : { by: withdrawnBy, at: withdrawnAt },
    })) as unknown as Entitlement[];
  }

  /** The signing key that every entitlement leads back to; null before the first was seen. */
  root(): string | null {
    return this.#root.get() ?? null;
  }

  /** How often a row has come since the file was opened: what was judged before is judged anew after. */
  get changes(): number {
    return this.#changes;
  }

  /** Keeps a root; the first is kept for good. */
  pinRoot(signingKey: string): void {
    this.#changes += 1;
    this.#pin.run(signingKey);
  }

  /** Runs inside the caller's transaction. The first root that comes is pinned: trust on first use, when the terminal is enrolled. */
  put(entitlement: Entitlement, seq: number): void {
    this.#changes += 1;
    const { withdrawn, ...row } = entitlement;
    this.#put.run({ ...row, withdrawnBy: withdrawn?.by ?? null, withdrawnAt: withdrawn?.at ?? null, seq });
    if (row.scope === 'order' && row.orderedBy === row.employeeId) this.pinRoot(row.signingKey);
  }
}
