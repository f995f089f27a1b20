/** The glass over what a duty manager may not open otherwise: whole, asked for and waited for, broken for one stay, whole again. */
import type { Role } from '../../src-shared/model/entities.ts';
import type { CaseId, EmployeeId, GuestId, StayId } from '../../src-shared/model/ids.ts';
import type { Clock } from '../clock.ts';

/** Who asked, about which stay, and why. */
export interface GlassAsked {
  readonly caseId: CaseId;
  readonly employeeId: EmployeeId;
  readonly role: Role;
  readonly stayId: StayId;
  readonly guestId: GuestId;
  readonly reasonText: string;
}

export type GlassState =
  | { readonly name: 'whole' }
  /** Until then she waits, on the monotonic clock. */
  | { readonly name: 'waiting'; readonly asked: GlassAsked; readonly until: number }
  /** The delay is over, and she may begin until then. */
  | { readonly name: 'ready'; readonly asked: GlassAsked; readonly until: number }
  | { readonly name: 'broken'; readonly asked: GlassAsked; readonly until: number };

export type GlassEnd = 'time-up' | 'by-hand' | 'locked' | 'cancelled' | 'asked-anew';

export interface GlassTimes {
  /** Without a second person: long enough to fetch one, short enough for an emergency that nobody else sees. */
  readonly delayMs: number;
  /** After the delay: whoever does not come back does not need it. */
  readonly readyMs: number;
  readonly brokenMs: number;
}

export const GLASS_TIMES: GlassTimes = { delayMs: 10 * 60_000, readyMs: 15 * 60_000, brokenMs: 15 * 60_000 };

/**
 * One glass a terminal. Waiting outlasts a lock, since it gives nothing, and not a restart; a broken glass does not outlast a lock.
 * Times are read from the monotonic clock.
 */
export class Glass {
  readonly #clock: Clock;
  readonly #times: GlassTimes;
  /** What ended is recorded: whoever ended it is told when that cannot be done. */
  readonly #onEnd: (asked: GlassAsked, end: GlassEnd) => void;
  /** The question that a second person is asked just now. */
  confirming: GlassAsked | null = null;
  #waiting: { readonly asked: GlassAsked; readonly since: number } | null = null;
  #broken: { readonly asked: GlassAsked; readonly since: number } | null = null;

  constructor(clock: Clock, times: GlassTimes, onEnd: (asked: GlassAsked, end: GlassEnd) => void) {
    this.#clock = clock;
    this.#times = times;
    this.#onEnd = onEnd;
  }

  /** As it is for one employee: what another asked for is nothing to her. */
  stateFor(employeeId: EmployeeId): GlassState {
    this.expire();
    const { delayMs, readyMs, brokenMs } = this.#times;
    if (this.#broken?.asked.employeeId === employeeId)
      return { name: 'broken', asked: this.#broken.asked, until: this.#broken.since + brokenMs };
    if (this.#waiting?.asked.employeeId !== employeeId) return { name: 'whole' };
    const { asked, since } = this.#waiting;
    const readyAt = since + delayMs;
    return this.#clock.mono() < readyAt
      ? { name: 'waiting', asked, until: readyAt }
      : { name: 'ready', asked, until: readyAt + readyMs };
  }

  /** The case under which a stay lies open to an employee; null while the glass is whole. */
  caseFor(employeeId: EmployeeId, stayId: StayId): CaseId | null {
    const state = this.stateFor(employeeId);
    return state.name === 'broken' && state.asked.stayId === stayId ? state.asked.caseId : null;
  }

  /** The delay begins. What was waited for before is asked for anew. */
  wait(asked: GlassAsked): void {
    this.#endWaiting('asked-anew');
    this.#waiting = { asked, since: this.#clock.mono() };
  }

  /** The glass is broken; its case is open. */
  break(asked: GlassAsked): void {
    this.#endBroken('asked-anew');
    if (this.#waiting?.asked.caseId === asked.caseId) this.#waiting = null;
    this.#broken = { asked, since: this.#clock.mono() };
  }

  /** She does not need it, or not any more. */
  giveUp(employeeId: EmployeeId): void {
    if (this.#broken?.asked.employeeId === employeeId) this.#endBroken('by-hand');
    else if (this.#waiting?.asked.employeeId === employeeId) this.#endWaiting('cancelled');
  }

  /** Nobody is at the desk any more. */
  lock(): void {
    this.#endBroken('locked');
  }

  /** Ends what has run out. Called by a timer and before every look at it. */
  expire(): void {
    const now = this.#clock.mono();
    const { delayMs, readyMs, brokenMs } = this.#times;
    if (this.#broken !== null && now >= this.#broken.since + brokenMs) this.#endBroken('time-up');
    if (this.#waiting !== null && now >= this.#waiting.since + delayMs + readyMs) this.#endWaiting('time-up');
  }

  // What has ended has ended, also when it cannot be recorded.
  #endBroken(end: GlassEnd): void {
    const broken = this.#broken;
    this.#broken = null;
    if (broken !== null) this.#onEnd(broken.asked, end);
  }

  #endWaiting(end: GlassEnd): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting !== null) this.#onEnd(waiting.asked, end);
  }
}
