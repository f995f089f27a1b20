/** Guesses that were made and values that may be used once: what the desk asks of whoever keeps them (guess-ledger.ts). */
import type { EmployeeId } from '../../src-shared/model/ids.ts';

/** What is guessed at; each is counted apart. */
export const FACTORS = ['password', 'code', 'security-key'] as const;
export type Factor = (typeof FACTORS)[number];

/** What only ever goes up: the last TOTP step that was used (RFC 6238 §5.2), the last use of a lease. */
export const MARKS = ['totp-step', 'lease'] as const;
export type Mark = (typeof MARKS)[number];

export interface AttemptRule {
  /** Attempts before the lockout. */
  readonly limit: number;
  readonly lockoutMs: number;
}

export type Attempt =
  | { readonly allowed: true; readonly left: number }
  | { readonly allowed: false; readonly retryAt: number };

/** What a call has counted is on the disk and in the keychain when it is answered. */
export interface Attempts {
  /** Epoch milliseconds that never go back, whatever the wall clock is set to: what ends with time is told by this. */
  now(): number;
  /**
   * Counts an attempt as failed before it is checked, so that a process killed in between has used it up. The attempt that reaches
   * the limit may still be checked. @throws KeyStoreError, and what the file system says: then nothing may be checked
   */
  count(employee: EmployeeId, factor: Factor, rule: AttemptRule): Promise<Attempt>;
  /** A right one starts the count anew. */
  clear(employee: EmployeeId, factor: Factor): Promise<void>;
  /** Takes a TOTP time step once, and none before it (RFC 6238 §5.2). @returns whether it was taken */
  acceptTotpStep(employee: EmployeeId, step: number): Promise<boolean>;
  /** Raises a mark to a value above the one it has. @returns false, and nothing is changed, when the value is not above it */
  advance(employee: EmployeeId, mark: Mark, value: number): Promise<boolean>;
  /** How far a mark has come; null when it was never raised. */
  reached(employee: EmployeeId, mark: Mark): Promise<number | null>;
}
