import type { Database } from 'better-sqlite3';
import type { RecoveryGrant, RecoveryKey } from '../../src-shared/model/entities.ts';
import type { RecoveryKeyId } from '../../src-shared/model/ids.ts';

/** Recovery keys and what is sealed to them: of use only to two keepers of a share together. */
export class RecoveryKeys {
  readonly #newest;
  readonly #put;
  readonly #grantsFor;
  readonly #putGrant;

  constructor(db: Database) {
    this.#newest = db.prepare<[], RecoveryKey>(
      'SELECT id, public_key AS publicKey, made_by AS madeBy, made_at AS madeAt FROM recovery_key ORDER BY made_at DESC, id DESC LIMIT 1',
    );
    this.#put = db.prepare<[RecoveryKey & { seq: number }]>(
      `INSERT INTO recovery_key (id, seq, public_key, made_by, made_at) VALUES (:id, :seq, :publicKey, :madeBy, :madeAt)
       ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, public_key = excluded.public_key, made_by = excluded.made_by,
         made_at = excluded.made_at
       WHERE excluded.seq > recovery_key.seq`,
    );
    // recovery_grant_key
    this.#grantsFor = db.prepare<[string], RecoveryGrant>(
      `SELECT id, recovery_key_id AS recoveryKeyId, class, epoch, enc, sealed, proof, granted_by AS grantedBy, granted_at AS grantedAt,
         signature
       FROM recovery_grant WHERE recovery_key_id = ? ORDER BY seq`,
    );
    this.#putGrant = db.prepare<[RecoveryGrant & { seq: number }]>(
      `INSERT INTO recovery_grant (id, seq, recovery_key_id, class, epoch, enc, sealed, proof, granted_by, granted_at, signature)
       VALUES (:id, :seq, :recoveryKeyId, :class, :epoch, :enc, :sealed, :proof, :grantedBy, :grantedAt, :signature)
       ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, recovery_key_id = excluded.recovery_key_id, class = excluded.class,
         epoch = excluded.epoch, enc = excluded.enc, sealed = excluded.sealed, proof = excluded.proof, granted_by = excluded.granted_by,
         granted_at = excluded.granted_at, signature = excluded.signature
       WHERE excluded.seq > recovery_grant.seq`,
    );
  }

  /** The one whose papers are in force; null in a hotel that has none. */
  newest(): RecoveryKey | null {
    return this.#newest.get() ?? null;
  }

  put(key: RecoveryKey, seq: number): void {
    this.#put.run({ ...key, seq });
  }

  /** In the order in which the server took them. */
  grantsFor(id: RecoveryKeyId): RecoveryGrant[] {
    return this.#grantsFor.all(id);
  }

  putGrant(grant: RecoveryGrant, seq: number): void {
    this.#putGrant.run({ ...grant, seq });
  }
}
