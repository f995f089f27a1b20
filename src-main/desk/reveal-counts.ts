/** What each employee has revealed lately, for her budget: in memory, seeded from the access log, which outlasts a restart. */
import type { SealedClass } from '../../src-shared/model/classes.ts';
import type { Role } from '../../src-shared/model/entities.ts';
import type { EmployeeId } from '../../src-shared/model/ids.ts';
import { budgetFor, isExhausted, type Spent, WINDOW_MS } from '../../src-shared/policy/index.ts';
import type { AccessLog } from '../access-log/log.ts';
import { type PastReveal, revealHistory } from '../access-log/reveal-history.ts';
import type { Clock } from '../clock.ts';

/**
 * An hour is an hour in which a terminal ran: neither a restart nor a wall clock that is set ends it sooner. A day ends by the wall
 * clock too, since nobody keeps a terminal running for one.
 */
export class RevealCounts {
  readonly #log: Pick<AccessLog, 'database'>;
  readonly #clock: Clock;
  readonly #of = new Map<EmployeeId, PastReveal[]>();

  constructor(log: Pick<AccessLog, 'database'>, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** @throws LogUnavailable when the log must be asked first and cannot be */
  spent({ id, role }: { readonly id: EmployeeId; readonly role: Role }, dataClass: SealedClass): Spent {
    const of = this.#reveals(id).filter((reveal) => reveal.class === dataClass);
    const day = of.filter((reveal) => this.#ageInDay(reveal) < WINDOW_MS.day);
    const hour = of.filter((reveal) => this.#age(reveal) < WINDOW_MS.hour);
    const count = { hour: hour.length, day: day.length };
    return {
      ...count,
      freesAt: isExhausted(role, dataClass, count) ? this.#freesAt(role, dataClass, hour, day) : null,
    };
  }

  /** A reveal was recorded that draws on the budget. */
  note(id: EmployeeId, dataClass: SealedClass): void {
    // The log has it already, which is asked when nobody was counted yet.
    if (this.#of.has(id))
      this.#reveals(id).unshift({ class: dataClass, at: this.#clock.now(), mono: this.#clock.mono() });
  }

  /** Newest first; what counts no more is dropped. */
  #reveals(id: EmployeeId): PastReveal[] {
    const before = this.#of.get(id) ?? revealHistory(this.#log.database, id);
    const reveals = before.filter(
      (reveal) => this.#age(reveal) < WINDOW_MS.hour || this.#ageInDay(reveal) < WINDOW_MS.day,
    );
    this.#of.set(id, reveals);
    return reveals;
  }

  #age({ mono }: PastReveal): number {
    return this.#clock.mono() - mono;
  }

  /** What lies ahead of the wall clock was recorded before it was set back: it counts as now. */
  #ageInDay(reveal: PastReveal): number {
    return Math.max(this.#age(reveal), this.#clock.now() - reveal.at);
  }

  /** When the oldest of those that fill the budget leaves its window. */
  #freesAt(role: Role, dataClass: SealedClass, hour: readonly PastReveal[], day: readonly PastReveal[]): number | null {
    const budget = budgetFor(role, dataClass);
    if (budget === null) return null;
    const [inHour, inDay] = [hour[budget.hour.stop - 1], day[budget.day.stop - 1]];
    const left = Math.max(
      inHour === undefined ? 0 : WINDOW_MS.hour - this.#age(inHour),
      inDay === undefined ? 0 : WINDOW_MS.day - this.#ageInDay(inDay),
    );
    return Math.ceil(this.#clock.now() + left);
  }
}
