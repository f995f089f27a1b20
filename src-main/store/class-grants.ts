import type { Database } from 'better-sqlite3';
import type { SealedClass } from '../../src-shared/model/classes.ts';
import type { ClassGrant } from '../../src-shared/model/entities.ts';
import type { EmployeeId } from '../../src-shared/model/ids.ts';

/** Class keys as they were granted: sealed to one employee each, useless to everybody else. */
export class ClassGrants {
  readonly #all;
  readonly #forEmployee;
  readonly #put;
  readonly #removeBefore;

  constructor(db: Database) {
    const columns =
      'id, employee_id AS employeeId, class, scope, epoch, sealing_key AS sealingKey, enc, sealed, granted_by AS grantedBy, granted_at AS grantedAt, signature';
    this.#all = db.prepare<[], ClassGrant>(`SELECT ${columns} FROM class_grant ORDER BY seq`);
    // class_grant_employee
    this.#forEmployee = db.prepare<[string], ClassGrant>(
      `SELECT ${columns} FROM class_grant WHERE employee_id = ? ORDER BY seq`,
    );
    this.#put = db.prepare<[ClassGrant & { seq: number }]>(
      `INSERT INTO class_grant (id, seq, employee_id, class, scope, epoch, sealing_key, enc, sealed, granted_by, granted_at, signature)
       VALUES (:id, :seq, :employeeId, :class, :scope, :epoch, :sealingKey, :enc, :sealed, :grantedBy, :grantedAt, :signature)
       ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, employee_id = excluded.employee_id, class = excluded.class, scope = excluded.scope,
         epoch = excluded.epoch, sealing_key = excluded.sealing_key, enc = excluded.enc, sealed = excluded.sealed, granted_by = excluded.granted_by,
         granted_at = excluded.granted_at, signature = excluded.signature
       WHERE excluded.seq > class_grant.seq`,
    );
    this.#removeBefore = db.prepare<[string, number]>('DELETE FROM class_grant WHERE class = ? AND epoch < ?');
  }

  all(): ClassGrant[] {
    return this.#all.all();
  }

  /** In the order in which the server took them. */
  forEmployee(id: EmployeeId): ClassGrant[] {
    return this.#forEmployee.all(id);
  }

  put(grant: ClassGrant, seq: number): void {
    this.#put.run({ ...grant, seq });
  }

  /** Forgets the grants of epochs in which nothing is sealed any more. */
  removeBefore(dataClass: SealedClass, epoch: number): void {
    this.#removeBefore.run(dataClass, epoch);
  }
}
