/**
 * Counts guesses in three places (DESIGN §4): the slot file, the keychain and, for what came to an end, the access log. The highest of them
 * wins, so that neither a restart, nor kill -9, nor a restored copy of one of them, nor a clock set back buys a guess.
 */
import type { EmployeeId } from '../../src-shared/model/ids.ts';
import type { Attempt, AttemptRule, Attempts, Factor, Mark } from './attempts.ts';
import type { KeyStore } from './key-store.ts';
import { Guesses, type SlotFile } from './slot-file.ts';
import { readJson, writeJson } from './terminal-keys.ts';

/** A guess that the access log tells of, and how it ended. */
export interface LoggedGuess {
  readonly factor: Factor;
  readonly outcome: 'right' | 'wrong';
  readonly at: number;
}

interface Counted {
  readonly failed: number;
  readonly lockedUntil: number;
}

interface Known {
  guesses: Guesses;
  /** What the log tells, oldest first, until it was counted in. */
  readonly logged: Map<Factor, readonly LoggedGuess[]>;
}

export class GuessLedger implements Attempts {
  readonly #file: Pick<SlotFile, 'content' | 'now' | 'change'>;
  readonly #keyStore: KeyStore;
  readonly #logged: (employee: EmployeeId) => readonly LoggedGuess[];
  readonly #known = new Map<EmployeeId, Known>();
  /** One after the other: two at once must not both be the last that is allowed. */
  #counting: Promise<unknown> = Promise.resolve();

  /** @param logged what the access log tells of an employee's guesses, oldest first */
  constructor(
    file: Pick<SlotFile, 'content' | 'now' | 'change'>,
    keyStore: KeyStore,
    logged: (employee: EmployeeId) => readonly LoggedGuess[],
  ) {
    this.#file = file;
    this.#keyStore = keyStore;
    this.#logged = logged;
  }

  now(): number {
    return this.#file.now();
  }

  count(employee: EmployeeId, factor: Factor, rule: AttemptRule): Promise<Attempt> {
    return this.#alone(async () => {
      const known = await this.#of(employee);
      const now = this.now();
      const logged = foldLogged(known.logged.get(factor) ?? [], rule);
      const { failed, lockedUntil } = highest([known.guesses.attempts[factor], logged], now);
      if (lockedUntil > now) return { allowed: false, retryAt: lockedUntil };
      const counted = { failed: failed + 1, lockedUntil: failed + 1 >= rule.limit ? now + rule.lockoutMs : 0 };
      await this.#keepAttempt(employee, known, factor, counted);
      return { allowed: true, left: Math.max(0, rule.limit - counted.failed) };
    });
  }

  clear(employee: EmployeeId, factor: Factor): Promise<void> {
    return this.#alone(async () => {
      const known = await this.#of(employee);
      await this.#keepAttempt(employee, known, factor, { failed: 0, lockedUntil: 0 });
    });
  }

  acceptTotpStep(employee: EmployeeId, step: number): Promise<boolean> {
    return this.advance(employee, 'totp-step', step);
  }

  advance(employee: EmployeeId, mark: Mark, value: number): Promise<boolean> {
    return this.#alone(async () => {
      const known = await this.#of(employee);
      if (value <= (known.guesses.marks[mark] ?? -1)) return false;
      const marks = { ...known.guesses.marks, [mark]: value };
      await this.#keep(employee, known, { ...known.guesses, marks });
      return true;
    });
  }

  reached(employee: EmployeeId, mark: Mark): Promise<number | null> {
    return this.#alone(async () => (await this.#of(employee)).guesses.marks[mark] ?? null);
  }

  async #of(employee: EmployeeId): Promise<Known> {
    const found = this.#known.get(employee);
    if (found !== undefined) return found;
    const kept = [this.#file.content.guesses[employee], await readJson(this.#keyStore, itemOf(employee), Guesses)];
    const byFactor = new Map<Factor, LoggedGuess[]>();
    for (const guess of this.#logged(employee)) {
      byFactor.set(guess.factor, [...(byFactor.get(guess.factor) ?? []), guess]);
    }
    const known = {
      guesses: merge(
        kept.flatMap((one) => one ?? []),
        this.now(),
      ),
      logged: byFactor,
    };
    this.#known.set(employee, known);
    return known;
  }

  async #keepAttempt(employee: EmployeeId, known: Known, factor: Factor, counted: Counted): Promise<void> {
    const attempts = { ...known.guesses.attempts, [factor]: counted };
    await this.#keep(employee, known, { ...known.guesses, attempts });
    known.logged.delete(factor);
  }

  /** In memory first: should one of the places fail, what was counted counts all the same. */
  async #keep(employee: EmployeeId, known: Known, guesses: Guesses): Promise<void> {
    known.guesses = guesses;
    await writeJson(this.#keyStore, itemOf(employee), guesses);
    await this.#file.change((content) => ({ ...content, guesses: { ...content.guesses, [employee]: guesses } }));
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#counting.then(work);
    this.#counting = next.catch(() => undefined);
    return next;
  }
}

const NONE: Counted = { failed: 0, lockedUntil: 0 };
const itemOf = (employee: EmployeeId) => `guesses-${employee}` as const;

/** The highest of what several places remember. A lockout that has run out starts its count anew. */
function highest(places: readonly (Counted | undefined)[], now: number): Counted {
  return places.reduce<Counted>((high, place = NONE) => {
    const over = place.lockedUntil > 0 && place.lockedUntil <= now;
    const { failed, lockedUntil } = over ? NONE : place;
    return { failed: Math.max(high.failed, failed), lockedUntil: Math.max(high.lockedUntil, lockedUntil) };
  }, NONE);
}

function merge(places: readonly Guesses[], now: number): Guesses {
  const merged: { attempts: Guesses['attempts']; marks: Guesses['marks'] } = { attempts: {}, marks: {} };
  for (const { attempts, marks } of places) {
    for (const factor of Object.keys(attempts) as Factor[])
      merged.attempts[factor] = highest([merged.attempts[factor], attempts[factor]], now);
    for (const mark of Object.keys(marks) as Mark[])
      merged.marks[mark] = Math.max(merged.marks[mark] ?? 0, marks[mark] ?? 0);
  }
  return merged;
}

/** What the log tells, counted by a rule. */
function foldLogged(guesses: readonly LoggedGuess[], rule: AttemptRule): Counted {
  return guesses.reduce<Counted>((state, { outcome, at }) => {
    if (outcome === 'right') return NONE;
    const failed = (state.lockedUntil > 0 && state.lockedUntil <= at ? 0 : state.failed) + 1;
    return { failed, lockedUntil: failed >= rule.limit ? at + rule.lockoutMs : 0 };
  }, NONE);
}
