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
    const now = this.#now();
    const of = this.#reveals(id, now).filter((reveal) => reveal.class === dataClass);
    const day = of.filter((reveal) => ageInDay(reveal, now) < WINDOW_MS.day);
    const hour = of.filter((reveal) => age(reveal, now) < WINDOW_MS.hour);
    const count = { hour: hour.length, day: day.length };
    return {
      ...count,
      freesAt: isExhausted(role, dataClass, count) ? freesAt(budgetFor(role, dataClass), now, hour, day) : null,
    };
  }

  /** A reveal was recorded that draws on the budget. */
  note(id: EmployeeId, dataClass: SealedClass): void {
    // The log has it already, which is asked when nobody was counted yet.
    this.#of.get(id)?.unshift({ class: dataClass, ...this.#now() });
  }

  /** Newest first; what counts no more is dropped. */
  #reveals(id: EmployeeId, now: Now): PastReveal[] {
    const before = this.#of.get(id) ?? revealHistory(this.#log.database, id);
    const reveals = before.filter(
      (reveal) => age(reveal, now) < WINDOW_MS.hour || ageInDay(reveal, now) < WINDOW_MS.day,
    );
    this.#of.set(id, reveals);
    return reveals;
  }

  /** Read once for all that are counted by it: reading the clocks costs more than counting. */
  #now(): Now {
    return { at: this.#clock.now(), mono: this.#clock.mono() };
  }
}

/** Both clocks at one moment. */
type Now = Pick<PastReveal, 'at' | 'mono'>;

function age({ mono }: PastReveal, now: Now): number {
  return now.mono - mono;
}

/** What lies ahead of the wall clock was recorded before it was set back: it counts as now. */
function ageInDay(reveal: PastReveal, now: Now): number {
  return Math.max(age(reveal, now), now.at - reveal.at);
}

/** When the oldest of those that fill the budget leaves its window. */
function freesAt(
  budget: ReturnType<typeof budgetFor>,
  now: Now,
  hour: readonly PastReveal[],
  day: readonly PastReveal[],
): number | null {
  if (budget === null) return null;
  const [inHour, inDay] = [hour[budget.hour.stop - 1], day[budget.day.stop - 1]];
  const left = Math.max(
    inHour === undefined ? 0 : WINDOW_MS.hour - age(inHour, now),
    inDay === undefined ? 0 : WINDOW_MS.day - ageInDay(inDay, now),
  );
  return Math.ceil(now.at + left);
}
