import type { Database } from 'better-sqlite3';
import type { ClassGrant } from '../../src-shared/model/entities.ts';
import type { EmployeeId } from '../../src-shared/model/ids.ts';

/** Class keys as they were granted: sealed to one employee each, useless to everybody else. */
export class ClassGrants {
  readonly #forEmployee;
  readonly #put;

  constructor(db: Database) {
    // class_grant_employee
    this.#forEmployee = db.prepare<[string], ClassGrant>(
      `SELECT id, employee_id AS employeeId, class, scope, epoch, enc, sealed, granted_by AS grantedBy, granted_at AS grantedAt, signature
       FROM class_grant WHERE employee_id = ? ORDER BY seq`,
    );
    this.#put = db.prepare<[ClassGrant & { seq: number }]>(
      `INSERT INTO class_grant (id, seq, employee_id, class, scope, epoch, enc, sealed, granted_by, granted_at, signature)
       VALUES (:id, :seq, :employeeId, :class, :scope, :epoch, :enc, :sealed, :grantedBy, :grantedAt, :signature)
       ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, employee_id = excluded.employee_id, class = excluded.class, scope = excluded.scope,
         epoch = excluded.epoch, enc = excluded.enc, sealed = excluded.sealed, granted_by = excluded.granted_by,
         granted_at = excluded.granted_at, signature = excluded.signature
       WHERE excluded.seq > class_grant.seq`,
    );
  }

  /** In the order in which the server took them. */
  forEmployee(id: EmployeeId): ClassGrant[] {
    return this.#forEmployee.all(id);
  }

  put(grant: ClassGrant, seq: number): void {
    this.#put.run({ ...grant, seq });
  }
}
