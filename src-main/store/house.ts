import type { Database } from 'better-sqlite3';
import type { Credential, Device, Employee, Property, Room } from '../../src-shared/model/entities.ts';
import type { DeviceId, EmployeeId } from '../../src-shared/model/ids.ts';
import type { Versions } from '../../src-shared/sync/changes.ts';
import type { HeldRow } from './pending-changes.ts';

/** The hotel this terminal belongs to: one row. */
export class Properties {
  readonly #get;
  readonly #put;

  constructor(db: Database) {
    this.#get = db.prepare<[], Property>(
      `SELECT id, name, name_latin AS nameLatin,
         -- A day that was closed here is over here, whether or not the server knows.
         max(business_date, coalesce((SELECT rolled_to FROM sync_state), business_date)) AS businessDate, time_zone AS timeZone, country,
         policy_version AS policyVersion FROM property LIMIT 1`,
    );
    this.#put = db.prepare<[Property & { seq: number }]>(
      `INSERT INTO property (id, seq, name, name_latin, business_date, time_zone, country, policy_version)
       VALUES (:id, :seq, :name, :nameLatin, :businessDate, :timeZone, :country, :policyVersion)
       ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, name = excluded.name, name_latin = excluded.name_latin,
         business_date = excluded.business_date, time_zone = excluded.time_zone, country = excluded.country,
         policy_version = excluded.policy_version
       WHERE excluded.seq > property.seq`,
    );
  }

  get(): Property | null {
    return this.#get.get() ?? null;
  }

  put(property: Property, seq: number): void {
    this.#put.run({ ...property, seq });
  }
}

export class Rooms {
  readonly #all;
  readonly #get;
  readonly #put;

  constructor(db: Database) {
    this.#all = db.prepare<[], Room>('SELECT id, number, floor, type, status FROM room ORDER BY floor, number');
    this.#get = db.prepare<[string], Room & { seq: number; versions: string }>(
      'SELECT id, number, floor, type, status, seq, versions FROM room WHERE id = ?',
    );
    // One of the same seq may have pending changes over it, or no longer.
    this.#put = db.prepare<[Room & { seq: number; versions: string }]>(
      `INSERT INTO room (id, seq, number, floor, type, status, versions)
       VALUES (:id, :seq, :number, :floor, :type, :status, :versions)
       ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, number = excluded.number, floor = excluded.floor,
         type = excluded.type, status = excluded.status, versions = excluded.versions
       WHERE excluded.seq >= room.seq`,
    );
  }

  all(): Room[] {
    return this.#all.all();
  }

  get(id: string): Room | null {
    return this.held(id)?.row ?? null;
  }

  /** A room as it stands here, pending changes in it, with the seq and versions of the server's. */
  held(id: string): HeldRow<Room> | null {
    const found = this.#get.get(id);
    if (found === undefined) return null;
    const { seq, versions, ...row } = found;
    return { row, seq, versions: JSON.parse(versions) };
  }

  put(room: Room, seq: number, versions: Versions = {}): void {
    this.#put.run({ ...room, seq, versions: JSON.stringify(versions) });
  }
}

type EmployeeRow = Omit<Employee, 'active' | 'shifts' | 'credential'> & {
  readonly active: number;
  readonly shifts: string;
  readonly credential: string;
};

export class Employees {
  readonly #all;
  readonly #get;
  readonly #put;
  readonly #setCredential;

  constructor(db: Database) {
    const columns = `id, property_id AS propertyId, name, name_latin AS nameLatin, staff_number AS staffNumber, role, active, shifts,
      trained_until AS trainedUntil, policy_acknowledged AS policyAcknowledged, slot_key AS slotKey, sealing_key AS sealingKey,
      signing_key AS signingKey, credential`;
    this.#all = db.prepare<[], EmployeeRow>(`SELECT ${columns} FROM employee ORDER BY staff_number`);
    this.#get = db.prepare<[string], EmployeeRow>(`SELECT ${columns} FROM employee WHERE id = ?`);
    this.#put = db.prepare<[EmployeeRow & { seq: number }]>(
      `INSERT INTO employee (id, seq, property_id, name, name_latin, staff_number, role, active, shifts, trained_until,
         policy_acknowledged, slot_key, sealing_key, signing_key, credential)
       VALUES (:id, :seq, :propertyId, :name, :nameLatin, :staffNumber, :role, :active, :shifts, :trainedUntil,
         :policyAcknowledged, :slotKey, :sealingKey, :signingKey, :credential)
       ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, property_id = excluded.property_id, name = excluded.name, name_latin = excluded.name_latin,
         staff_number = excluded.staff_number, role = excluded.role, active = excluded.active,
         shifts = excluded.shifts, trained_until = excluded.trained_until,
         policy_acknowledged = excluded.policy_acknowledged, slot_key = excluded.slot_key, sealing_key = excluded.sealing_key,
         signing_key = excluded.signing_key, credential = excluded.credential
       WHERE excluded.seq > employee.seq`,
    );
    this.#setCredential = db.prepare<[string, string]>('UPDATE employee SET credential = ? WHERE id = ?');
  }

  /** By staff number. */
  all(): Employee[] {
    return this.#all.all().map(toEmployee);
  }

  get(id: EmployeeId): Employee | null {
    const row = this.#get.get(id);
    return row === undefined ? null : toEmployee(row);
  }

  put(employee: Employee, seq: number): void {
    this.#put.run({
      ...employee,
      active: employee.active ? 1 : 0,
      shifts: JSON.stringify(employee.shifts),
      credential: JSON.stringify(employee.credential),
      seq,
    });
  }

  /** Her password was changed here, which the server does not know yet. */
  setCredential(id: EmployeeId, credential: Credential): void {
    this.#setCredential.run(JSON.stringify(credential), id);
  }
}

function toEmployee(row: EmployeeRow): Employee {
  return {
    ...row,
    active: row.active === 1,
    shifts: JSON.parse(row.shifts),
    credential: JSON.parse(row.credential),
  };
}

export class Devices {
  readonly #get;
  readonly #all;
  readonly #put;

  constructor(db: Database) {
    this.#get = db.prepare<[string], Device>(
      `SELECT id, name, public_key AS publicKey, enrolled_at AS enrolledAt, revoked_at AS revokedAt FROM device WHERE id = ?`,
    );
    this.#all = db.prepare<[], Device>(
      `SELECT id, name, public_key AS publicKey, enrolled_at AS enrolledAt, revoked_at AS revokedAt FROM device ORDER BY id`,
    );
    this.#put = db.prepare<[Device & { seq: number }]>(
      `INSERT INTO device (id, seq, name, public_key, enrolled_at, revoked_at)
       VALUES (:id, :seq, :name, :publicKey, :enrolledAt, :revokedAt)
       ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, name = excluded.name, public_key = excluded.public_key,
         enrolled_at = excluded.enrolled_at, revoked_at = excluded.revoked_at
       WHERE excluded.seq > device.seq`,
    );
  }

  get(id: DeviceId): Device | null {
    return this.#get.get(id) ?? null;
  }

  all(): Device[] {
    return this.#all.all();
  }

  put(device: Device, seq: number): void {
    this.#put.run({ ...device, seq });
  }
}
