import type { Database } from 'better-sqlite3';
import type { EmployeeId } from '../../src-shared/model/ids.ts';
import type { Clock } from '../clock.ts';
import type { Attempt, AttemptRule, Attempts, Factor, Mark } from '../vault/attempts.ts';

/** A rule as of a time. */
type RuleNow = AttemptRule & { readonly now: number };

/** The counters of a cache, as the desk asks them. */
export function attemptsIn(states: AuthStates, clock: Clock): Attempts {
  const now = () => clock.now();
  return {
    now,
    count: async (employee, factor, rule) => states.countAttempt(employee, factor, { ...rule, now: now() }),
    clear: async (...attempt) => states.clearAttempts(...attempt),
    acceptTotpStep: async (...step) => states.acceptTotpStep(...step),
    advance: async (employee, mark, value) => states.acceptTotpStep(placeOf(employee, mark), value),
    reached: async (employee, mark) => states.lastStep(placeOf(employee, mark)),
  };
}

/** Marks of other kinds lie beside the steps, under a name that is no employee's. */
const placeOf = (employee: string, mark: Mark) => (mark === 'totp-step' ? employee : `${employee}/${mark}`);

/** Everything that is counted, as it goes over to a new cache. */
export interface AuthRecord {
  readonly attempts: readonly {
    readonly employeeId: string;
    readonly factor: string;
    readonly failed: number;
    readonly lockedUntil: number;
  }[];
  readonly steps: readonly { readonly employeeId: string; readonly lastStep: number }[];
}

/** Counters of guesses and the last TOTP step used. Every write is on the disk when the call returns. */
export class AuthStates {
  readonly #read;
  readonly #write;
  readonly #clear;
  readonly #acceptStep;
  readonly #count;
  readonly #attempts;
  readonly #steps;

  constructor(db: Database) {
    this.#read = db.prepare<[string, string], { failed: number; lockedUntil: number }>(
      'SELECT failed, locked_until AS lockedUntil FROM auth_attempt WHERE employee_id = ? AND factor = ?',
    );
    this.#write = db.prepare<[string, string, number, number]>(
      `INSERT INTO auth_attempt (employee_id, factor, failed, locked_until) VALUES (?, ?, ?, ?)
       ON CONFLICT (employee_id, factor) DO UPDATE SET failed = excluded.failed, locked_until = excluded.locked_until`,
    );
    this.#clear = db.prepare<[string, string]>('DELETE FROM auth_attempt WHERE employee_id = ? AND factor = ?');
    this.#acceptStep = db.prepare<[string, number]>(
      `INSERT INTO auth_totp (employee_id, last_step) VALUES (?, ?)
       ON CONFLICT (employee_id) DO UPDATE SET last_step = excluded.last_step WHERE excluded.last_step > auth_totp.last_step`,
    );
    this.#attempts = db.prepare<[], AuthRecord['attempts'][number]>(
      'SELECT employee_id AS employeeId, factor, failed, locked_until AS lockedUntil FROM auth_attempt',
    );
    this.#steps = db.prepare<[], AuthRecord['steps'][number]>(
      'SELECT employee_id AS employeeId, last_step AS lastStep FROM auth_totp',
    );
    this.#count = db.transaction((employee: string, factor: Factor, rule: RuleNow): Attempt => {
      const state = this.#read.get(employee, factor) ?? { failed: 0, lockedUntil: 0 };
      if (state.lockedUntil > rule.now) return { allowed: false, retryAt: state.lockedUntil };
      // A lockout that has run out starts the count anew.
      const failed = (state.lockedUntil > 0 ? 0 : state.failed) + 1;
      const exhausted = failed >= rule.limit;
      this.#write.run(employee, factor, failed, exhausted ? rule.now + rule.lockoutMs : 0);
      return { allowed: true, left: rule.limit - failed };
    });
  }

  /**
   * Counts an attempt as failed before it is checked, so that a process killed in between has used it up. The attempt that
   * reaches the limit may still be checked; a right one clears the count.
   */
  countAttempt(employee: EmployeeId, factor: Factor, rule: RuleNow): Attempt {
    return this.#count.immediate(employee, factor, rule);
  }

  all(): AuthRecord {
    return { attempts: this.#attempts.all(), steps: this.#steps.all() };
  }

  /** Runs inside the caller's transaction. */
  restore(record: AuthRecord): void {
    for (const { employeeId, factor, failed, lockedUntil } of record.attempts) {
      this.#write.run(employeeId, factor, failed, lockedUntil);
    }
    for (const { employeeId, lastStep } of record.steps) this.#acceptStep.run(employeeId, lastStep);
  }

  lastStep(employee: string): number | null {
    return this.#steps.all().find(({ employeeId }) => employeeId === employee)?.lastStep ?? null;
  }

  clearAttempts(employee: EmployeeId, factor: Factor): void {
    this.#clear.run(employee, factor);
  }

  /** Accepts a TOTP time step once, and none before it (RFC 6238 §5.2). @returns whether it was accepted */
  acceptTotpStep(employee: string, step: number): boolean {
    return this.#acceptStep.run(employee, step).changes === 1;
  }
}
