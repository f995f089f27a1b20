/** How sync lets time pass between two tries; one source of it, so that whoever tests sync has time in the hand. */
import { setTimeout } from 'node:timers/promises';

/** What waits: the loop for its next turn, the live line for its next try, or the doubt whether it was only the line that broke. */
export type Pausing = 'turn' | 'line' | 'doubt';

export interface Pace {
  /** Ends after so many milliseconds, or as soon as the signal says so. Never throws. */
  wait(who: Pausing, ms: number, signal: AbortSignal): Promise<void>;
  /** In [0, 1), different each time: what keeps the terminals of a hotel out of step. */
  jitter(): number;
}

export const systemPace: Pace = {
  wait: (_who, ms, signal) => setTimeout(ms, undefined, { signal }).catch(() => undefined),
  jitter: () => Math.random(),
};
