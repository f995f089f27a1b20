/**
 * What the server keeps for people's second factors (DESIGN §4): step-up shares, TOTP secrets, hashes of recovery codes, and what
 * was guessed. In a file of its own beside the database, encrypted under a key in another file: a stolen backup of the database has
 * no share, and neither has one of this file without its key. Whoever copies the whole data directory has both.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { EmployeeId, PropertyId } from '../../src-shared/model/ids.ts';
import { CODE_ATTEMPTS } from '../../src-shared/step-up/messages.ts';

export interface StepUpSecrets {
  /** Ed25519, base64: who handed them in, and may ask for them. */
  readonly signingKey: string;
  /** 32 bytes, base64. */
  readonly share: string;
  /** Base64. */
  readonly totpSecret: string;
  /** SHA-256, hex. */
  readonly recoveryCodes: readonly string[];
}

interface RenewedSecrets extends Pick<StepUpSecrets, 'recoveryCodes'> {
  /** Base64; null when the phone stays. */
  readonly totpSecret: string | null;
}

type Attempt =
  | { readonly allowed: true; readonly left: number }
  | { readonly allowed: false; readonly retryAt: number };

/** Every write is on the disk when the call returns. */
export interface StepUps {
  get(propertyId: PropertyId, employeeId: EmployeeId): Omit<StepUpSecrets, 'recoveryCodes'> | null;
  /** Puts these in the place of whatever there was, with no guess counted and no code used. */
  put(propertyId: PropertyId, employeeId: EmployeeId, secrets: StepUpSecrets): void;
  /** Puts another phone, or none, and other codes in the place of those there are, which are good no more; the share stays. */
  renew(propertyId: PropertyId, employeeId: EmployeeId, renewed: RenewedSecrets): void;
  /** Counts an attempt as failed before it is checked. The one that reaches the limit may still be checked. */
  count(propertyId: PropertyId, employeeId: EmployeeId, now: number): Attempt;
  /** A right one starts the count anew. */
  clear(propertyId: PropertyId, employeeId: EmployeeId): void;
  /** Takes a TOTP time step once, and none before it (RFC 6238 §5.2). @returns whether it was taken */
  acceptStep(propertyId: PropertyId, employeeId: EmployeeId, step: number): boolean;
  /** Takes a recovery code once. */
  burn(propertyId: PropertyId, employeeId: EmployeeId, hash: string, at: number): 'taken' | 'used' | 'unknown';
  recoveryCodesLeft(propertyId: PropertyId, employeeId: EmployeeId): number;
  close(): void;
}

/** The first wait; each that follows without a right code in between is twice as long. */
const LOCKOUT_MS = 30 * 60_000;
/** Half an hour doubled seven times: 86 guesses in 30 days (NIST SP 800-63B §5.2.2 allows 100 in a row). */
const LONGEST_DOUBLING = 7;

/** Opens or creates the file in the data directory. @throws what the file system or SQLite says */
export function openStepUps(dataDir: string): StepUps {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'step-ups.db');
  const key = readKey(join(dataDir, 'step-ups.key'));
  const db = new Sqlite(file);
  try {
    chmodSync(file, 0o600);
    applyKey(db, key);
    // No journal that outlives a commit, and nothing deleted that is not overwritten.
    db.pragma('journal_mode = DELETE');
    db.pragma('synchronous = FULL');
    db.pragma('secure_delete = ON');
    db.pragma('temp_store = MEMORY');
    db.exec(SCHEMA);
    return stepUpsIn(db);
  } catch (error) {
    db.close();
    throw error;
  } finally {
    key.fill(0);
  }
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS step_up (
    property_id TEXT NOT NULL, employee_id TEXT NOT NULL, signing_key TEXT NOT NULL, share BLOB NOT NULL, totp_secret BLOB NOT NULL,
    last_step INTEGER NOT NULL, failed INTEGER NOT NULL, locked_until INTEGER NOT NULL, PRIMARY KEY (property_id, employee_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS recovery_code (
    property_id TEXT NOT NULL, employee_id TEXT NOT NULL, hash TEXT NOT NULL, used_at INTEGER,
    PRIMARY KEY (property_id, employee_id, hash)
  ) STRICT, WITHOUT ROWID;
`;

interface Row {
  readonly signingKey: string;
  readonly share: Buffer;
  readonly totpSecret: Buffer;
}

function stepUpsIn(db: Sqlite.Database): StepUps {
  const get = db.prepare<[string, string], Row>(
    `SELECT signing_key AS signingKey, share, totp_secret AS totpSecret FROM step_up WHERE property_id = ? AND employee_id = ?`,
  );
  const put = db.prepare<[string, string, string, Buffer, Buffer]>(
    'INSERT OR REPLACE INTO step_up VALUES (?, ?, ?, ?, ?, 0, 0, 0)',
  );
  const setTotp = db.prepare<[Buffer, string, string]>(
    'UPDATE step_up SET totp_secret = ?, last_step = 0 WHERE property_id = ? AND employee_id = ?',
  );
  const dropCodes = db.prepare<[string, string]>('DELETE FROM recovery_code WHERE property_id = ? AND employee_id = ?');
  const addCode = db.prepare<[string, string, string]>('INSERT OR IGNORE INTO recovery_code VALUES (?, ?, ?, NULL)');
  const setCodes = (propertyId: PropertyId, employeeId: EmployeeId, hashes: readonly string[]) => {
    dropCodes.run(propertyId, employeeId);
    for (const hash of hashes) addCode.run(propertyId, employeeId, hash);
  };
  const guesses = db.prepare<[string, string], { failed: number; lockedUntil: number }>(
    'SELECT failed, locked_until AS lockedUntil FROM step_up WHERE property_id = ? AND employee_id = ?',
  );
  const setGuesses = db.prepare<[number, number, string, string]>(
    'UPDATE step_up SET failed = ?, locked_until = ? WHERE property_id = ? AND employee_id = ?',
  );
  const acceptStep = db.prepare<[number, string, string, number]>(
    'UPDATE step_up SET last_step = ? WHERE property_id = ? AND employee_id = ? AND last_step < ?',
  );
  const burn = db.prepare<[number, string, string, string]>(
    'UPDATE recovery_code SET used_at = ? WHERE property_id = ? AND employee_id = ? AND hash = ? AND used_at IS NULL',
  );
  const known = db
    .prepare<[string, string, string], number>(
      'SELECT 1 FROM recovery_code WHERE property_id = ? AND employee_id = ? AND hash = ?',
    )
    .pluck();
  const left = db
    .prepare<[string, string], number>(
      'SELECT count(*) FROM recovery_code WHERE property_id = ? AND employee_id = ? AND used_at IS NULL',
    )
    .pluck();
  return {
    get: (...who) => {
      const row = get.get(...who);
      if (row === undefined) return null;
      const { signingKey, share, totpSecret } = row;
      return { signingKey, share: share.toString('base64'), totpSecret: totpSecret.toString('base64') };
    },
    put: db.transaction((propertyId: PropertyId, employeeId: EmployeeId, secrets: StepUpSecrets) => {
      const { signingKey, share, totpSecret, recoveryCodes } = secrets;
      put.run(propertyId, employeeId, signingKey, Buffer.from(share, 'base64'), Buffer.from(totpSecret, 'base64'));
      setCodes(propertyId, employeeId, recoveryCodes);
    }),
    renew: db.transaction((propertyId: PropertyId, employeeId: EmployeeId, renewed: RenewedSecrets) => {
      const { totpSecret, recoveryCodes } = renewed;
      if (totpSecret !== null) setTotp.run(Buffer.from(totpSecret, 'base64'), propertyId, employeeId);
      setCodes(propertyId, employeeId, recoveryCodes);
    }),
    count: db.transaction((propertyId: PropertyId, employeeId: EmployeeId, now: number): Attempt => {
      const state = guesses.get(propertyId, employeeId) ?? { failed: 0, lockedUntil: 0 };
      if (state.lockedUntil > now) return { allowed: false, retryAt: state.lockedUntil };
      const failed = state.failed + 1;
      const [round, inRound] = [Math.floor(failed / CODE_ATTEMPTS), failed % CODE_ATTEMPTS];
      const wait = LOCKOUT_MS * 2 ** Math.min(round - 1, LONGEST_DOUBLING);
      setGuesses.run(failed, inRound === 0 ? now + wait : 0, propertyId, employeeId);
      return { allowed: true, left: (CODE_ATTEMPTS - inRound) % CODE_ATTEMPTS };
    }).immediate,
    clear: (...who) => {
      setGuesses.run(0, 0, ...who);
    },
    acceptStep: (propertyId, employeeId, step) => acceptStep.run(step, propertyId, employeeId, step).changes === 1,
    burn: (propertyId, employeeId, hash, at) => {
      if (burn.run(at, propertyId, employeeId, hash).changes === 1) return 'taken';
      return known.get(propertyId, employeeId, hash) === undefined ? 'unknown' : 'used';
    },
    recoveryCodesLeft: (...who) => left.get(...who) ?? 0,
    close: () => {
      db.close();
    },
  };
}

const KEY_BYTES = 32;

/** The key of the file, made where there is none: on the disk before anything is encrypted under it. */
function readKey(file: string): Buffer {
  try {
    const key = readFileSync(file);
    if (key.length !== KEY_BYTES) throw new Error('step-ups.key: must hold 32 bytes; put its copy back');
    return key;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const key = randomBytes(KEY_BYTES);
  writeFileSync(`${file}.new`, key, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return key;
}

/** As on the terminal (docs/decisions/0002-page-cipher.md): AEGIS-256 over every page, the key given as bytes. */
function applyKey(db: Sqlite.Database, key: Buffer): void {
  db.pragma("cipher = 'aegis'");
  const raw = Buffer.concat([Buffer.from('raw:'), key]);
  try {
    db.key(raw);
  } finally {
    raw.fill(0);
  }
}
