import type { Database } from 'better-sqlite3';
import type { SecurityKey } from '../../src-shared/model/entities.ts';
import type { EmployeeId, SecurityKeyId } from '../../src-shared/model/ids.ts';

/** A key that is not removed. */
export type UsableKey = SecurityKey & { readonly sealedShare: string };

/** Security keys of the staff: each holds a share that its owner alone can open, with the key in her hand. */
export class SecurityKeys {
  readonly #of;
  readonly #put;
  readonly #remove;

  constructor(db: Database) {
    // security_key_employee
    this.#of = db.prepare<[string], UsableKey>(
      `SELECT id, employee_id AS employeeId, name, credential_id AS credentialId, prf_salt AS prfSalt, sealed_share AS sealedShare,
         added_at AS addedAt, signature
       FROM security_key WHERE employee_id = ? AND sealed_share IS NOT NULL ORDER BY added_at, id`,
    );
    // A removal is for good, whatever came late.
    this.#put = db.prepare<[SecurityKey & { seq: number }]>(
      `INSERT INTO security_key (id, seq, employee_id, name, credential_id, prf_salt, sealed_share, added_at, signature)
       VALUES (:id, :seq, :employeeId, :name, :credentialId, :prfSalt, :sealedShare, :addedAt, :signature)
       ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, employee_id = excluded.employee_id, name = excluded.name,
         credential_id = excluded.credential_id, prf_salt = excluded.prf_salt, added_at = excluded.added_at,
         sealed_share = CASE WHEN security_key.sealed_share IS NULL THEN NULL ELSE excluded.sealed_share END,
         signature = excluded.signature
       WHERE excluded.seq > security_key.seq`,
    );
    this.#remove = db.prepare<[string]>('UPDATE security_key SET sealed_share = NULL WHERE id = ?');
  }

  /** The keys an employee can use, the oldest first. */
  of(id: EmployeeId): UsableKey[] {
    return this.#of.all(id);
  }

  /** @param seq 0 for a key added here that the server does not have yet */
  put(key: SecurityKey, seq: number): void {
    this.#put.run({ ...key, seq });
  }

  /** Forgets what the key holds. Harmless when there is none. */
  remove(id: SecurityKeyId): void {
    this.#remove.run(id);
  }
}
