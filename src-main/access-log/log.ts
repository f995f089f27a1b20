/**
 * The access log of one terminal (DESIGN §8): append-only, hash-chained, each entry on disk before `append` returns, sealed in
 * batches with the device's signing key. It lives in an encrypted file of its own, so that it outlasts a rebuilt cache.
 */
import type { Database } from 'better-sqlite3';
import { encodeEntry } from '../../src-shared/audit/entry.ts';
import { type AccessEntry, type AccessEvent, GENESIS } from '../../src-shared/audit/event.ts';
import type { CaseId, DeviceId, EmployeeId } from '../../src-shared/model/ids.ts';
import type { Clock } from '../clock.ts';
import { classifyStoreError } from '../store/encrypted-file.ts';
import type { DeviceIdentity } from '../vault/device-identity.ts';
import { hashEntry, sealMessage } from './entry.ts';

/** Entries after which a seal is made without being asked. */
export const SEAL_EVERY = 64;

/** One recorded entry with its hash. */
export interface Recorded {
  readonly encoded: string;
  readonly hash: string;
  readonly seq: number;
}

/** A place outside the file that remembers how far the log had come: the OS keychain. */
export interface LogHead {
  readonly seq: number;
  readonly hash: string;
}

/** The log cannot be written or read. Whoever meets it reveals nothing. */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable';
  readonly problem: 'disk-full' | 'broken';
  constructor(problem: LogUnavailable['problem'], cause: unknown) {
    super(`the access log is unavailable: ${problem}`, { cause });
    this.problem = problem;
  }
}

export interface LogFilter {
  readonly before?: number;
  readonly limit: number;
  readonly types?: readonly AccessEvent['type'][];
  /** Left out: what is not for whoever looks. */
  readonly notTypes?: readonly AccessEvent['type'][];
  readonly outcomes?: readonly AccessEvent['outcome'][];
  readonly employeeId?: EmployeeId;
  readonly guestId?: string;
  readonly caseId?: CaseId;
  /** Without entries about guests of the hotel: as it is read behind a password under duress. */
  readonly guests?: 'of-the-decoy';
}

const OF_THE_DECOY = "(guest_id IS NULL OR body ->> '$.event.duress' = 1)";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS entry (
    seq INTEGER PRIMARY KEY,
    body TEXT NOT NULL,
    hash TEXT NOT NULL,
    -- Read out of the hashed body, so that what is filtered cannot differ from what is proven.
    type TEXT AS (body ->> '$.event.type') VIRTUAL,
    outcome TEXT AS (body ->> '$.event.outcome') VIRTUAL,
    employee_id TEXT AS (body ->> '$.event.employeeId') VIRTUAL,
    guest_id TEXT AS (body ->> '$.event.guestId') VIRTUAL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS entry_employee ON entry (employee_id, seq);
  CREATE INDEX IF NOT EXISTS entry_guest ON entry (guest_id, seq) WHERE guest_id IS NOT NULL;
  CREATE INDEX IF NOT EXISTS entry_case ON entry (body ->> '$.event.caseId', seq) WHERE body ->> '$.event.caseId' IS NOT NULL;
  -- For budgets (reveal-history.ts).
  CREATE INDEX IF NOT EXISTS entry_reveal ON entry (employee_id, seq)
    WHERE type = 'field.reveal' AND outcome = 'allowed' AND body ->> '$.event.purpose' <> 'emergency';
  CREATE INDEX IF NOT EXISTS entry_start ON entry (seq) WHERE type = 'terminal.start';
  CREATE TABLE IF NOT EXISTS seal (
    up_to_seq INTEGER PRIMARY KEY,
    hash TEXT NOT NULL,
    device_id TEXT NOT NULL,
    signature TEXT NOT NULL
  ) STRICT;
`;

export class AccessLog {
  readonly #db: Database;
  readonly #deviceId: DeviceId;
  readonly #identity: DeviceIdentity;
  readonly #clock: Clock;
  readonly #insert;
  #head: LogHead;
  #sealedTo: number;

  /**
   * @param db an open encrypted database with `synchronous = FULL`; the log owns it from here on
   * @throws LogUnavailable
   */
  constructor(db: Database, deviceId: DeviceId, identity: DeviceIdentity, clock: Clock) {
    this.#db = db;
    this.#deviceId = deviceId;
    this.#identity = identity;
    this.#clock = clock;
    try {
      db.exec(SCHEMA);
      this.#insert = db.prepare<[number, string, string]>('INSERT INTO entry (seq, body, hash) VALUES (?, ?, ?)');
      this.#head = db.prepare<[], LogHead>('SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1').get() ?? {
        seq: 0,
        hash: GENESIS,
      };
      this.#sealedTo = db.prepare<[], number>('SELECT max(up_to_seq) FROM seal').pluck().get() ?? 0;
    } catch (error) {
      throw unavailable(error);
    }
  }

  get head(): LogHead {
    return this.#head;
  }

  /** The terminal whose log this is. */
  get deviceId(): DeviceId {
    return this.#deviceId;
  }

  /** Public key that the seals verify under. */
  get publicKey(): string {
    return this.#identity.publicKey;
  }

  /**
   * Records an event. When this returns, the entry is on the disk.
   * @throws LogUnavailable when it is not, whatever the cause
   */
  append(event: AccessEvent): Recorded {
    const entry: AccessEntry = {
      version: 1,
      seq: this.#head.seq + 1,
      prev: this.#head.hash,
      deviceId: this.#deviceId,
      at: this.#clock.now(),
      mono: this.#clock.mono(),
      event,
    };
    const encoded = encodeEntry(entry);
    const hash = hashEntry(encoded);
    try {
      this.#insert.run(entry.seq, encoded, hash);
    } catch (error) {
      throw unavailable(error);
    }
    this.#head = { seq: entry.seq, hash };
    if (entry.seq - this.#sealedTo >= SEAL_EVERY) this.seal();
    return { encoded, hash, seq: entry.seq };
  }

  /**
   * Signs everything so far. Called every 64 entries, at lock and at the end.
   * @returns the head that was signed, for the anchor outside the file
   * @throws LogUnavailable
   */
  seal(): LogHead {
    const { seq, hash } = this.#head;
    if (seq > this.#sealedTo) {
      const signature = this.#identity.sign(sealMessage(this.#deviceId, seq, hash));
      try {
        this.#db
          .prepare('INSERT INTO seal (up_to_seq, hash, device_id, signature) VALUES (?, ?, ?, ?)')
          .run(seq, hash, this.#deviceId, signature);
      } catch (error) {
        throw unavailable(error);
      }
      this.#sealedTo = seq;
    }
    return this.#head;
  }

  /** Entries that fit, newest first. @throws LogUnavailable */
  list(filter: LogFilter): Recorded[] {
    const where = ['seq < ?'];
    const values: (string | number)[] = [filter.before ?? Number.MAX_SAFE_INTEGER];
    const among = (column: string, wanted: readonly string[] | undefined) => {
      if (wanted === undefined) return;
      where.push(`${column} IN (${wanted.map(() => '?').join(', ')})`);
      values.push(...wanted);
    };
    among('type', filter.types);
    if (filter.notTypes !== undefined) {
      where.push(`type NOT IN (${filter.notTypes.map(() => '?').join(', ')})`);
      values.push(...filter.notTypes);
    }
    among('outcome', filter.outcomes);
    among('employee_id', filter.employeeId === undefined ? undefined : [filter.employeeId]);
    among('guest_id', filter.guestId === undefined ? undefined : [filter.guestId]);
    // entry_case
    among("body ->> '$.event.caseId'", filter.caseId === undefined ? undefined : [filter.caseId]);
    if (filter.guests !== undefined) where.push(OF_THE_DECOY);
    try {
      return this.#db
        .prepare<unknown[], Recorded>(
          `SELECT seq, body AS encoded, hash FROM entry WHERE ${where.join(' AND ')} ORDER BY seq DESC LIMIT ?`,
        )
        .all(...values, filter.limit);
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** How many entries there are, of all or of one employee, without some types. @throws LogUnavailable */
  count({ employeeId, notTypes = [], guests }: Pick<LogFilter, 'employeeId' | 'notTypes' | 'guests'> = {}): number {
    const where = [
      ...(employeeId === undefined ? [] : ['employee_id = ?']),
      ...(notTypes.length === 0 ? [] : [`type NOT IN (${notTypes.map(() => '?').join(', ')})`]),
      ...(guests === undefined ? [] : [OF_THE_DECOY]),
    ];
    const values = [...(employeeId === undefined ? [] : [employeeId]), ...notTypes];
    try {
      const sql = `SELECT count(*) FROM entry ${where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`}`;
      return (
        this.#db
          .prepare<string[], number>(sql)
          .pluck()
          .get(...values) ?? 0
      );
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** Rows as they lie in the file, for {@link verifyLog}. */
  get database(): Database {
    return this.#db;
  }

  /** Seals and closes; closes also when it cannot seal. @throws LogUnavailable */
  close(): void {
    if (!this.#db.open) return;
    try {
      this.seal();
    } finally {
      this.#db.close();
    }
  }

  /** Closes without a seal: the file cannot be written any more. */
  abandon(): void {
    this.#db.close();
  }
}

/** What an error of the log's file means to whoever needs the log. */
export function unavailable(error: unknown): LogUnavailable {
  return new LogUnavailable(classifyStoreError(error) === 'disk-full' ? 'disk-full' : 'broken', error);
}
