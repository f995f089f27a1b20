/** What happens in a run, all of it chosen from the seed before anything begins: who does what, when the line fails, and how. */
import type { Random } from '../../scripts/demo/random.ts';
import { SEALED_CLASSES, type SealedClass } from '../../src-shared/model/classes.ts';
import { FAULTS, type Fault } from './line.ts';

/** What somebody does at a desk; numbers choose among what is there by then. */
export interface Work {
  readonly does:
    | 'note'
    | 'guest'
    | 'sealed'
    | 'room'
    | 'dates'
    | 'check-in'
    | 'check-out'
    | 'status'
    | 'walk-in'
    | 'settle'
    | 'erase'
    | 'unknown';
  readonly which: number;
  readonly how: number;
}

export type Step = { readonly terminal: number } & (
  | { readonly step: 'work'; readonly work: Work }
  /** A turn of the sync loop, with what strikes it; or what is held on the way goes on. */
  | { readonly step: 'turn'; readonly fault: Fault | null }
  /** The live line is tried again, or heard. */
  | { readonly step: 'listen' }
  | { readonly step: 'cut' }
  | { readonly step: 'mend' }
  | { readonly step: 'kill' }
  | { readonly step: 'kill-server' }
  /** Its clock jumps. */
  | { readonly step: 'skew'; readonly ms: number }
  /** What it has sent before is sent once more by somebody else. */
  | { readonly step: 'replay'; readonly nth: number }
  /** The hotel sets up what it may hold. */
  | { readonly step: 'profile'; readonly classes: readonly SealedClass[] }
);

export interface Plan {
  readonly seed: number;
  readonly terminals: number;
  readonly steps: readonly Step[];
}

export interface PlanSize {
  readonly terminals: number;
  /** Pieces of work among the steps. */
  readonly operations: number;
  /** How often the server is killed; its start takes seconds. */
  readonly serverKills: number;
}

const WORK: readonly (readonly [Work['does'], number])[] = [
  ['note', 4],
  ['guest', 5],
  ['sealed', 3],
  ['room', 3],
  ['dates', 1],
  ['check-in', 2],
  ['check-out', 1],
  ['status', 2],
  ['walk-in', 1],
  ['settle', 3],
  ['erase', 1],
  ['unknown', 1],
];

/** Beside a piece of work, how often the rest happens. */
const STEPS: readonly (readonly [Step['step'], number])[] = [
  ['work', 40],
  ['turn', 38],
  ['listen', 10],
  ['cut', 2],
  ['mend', 4],
  ['kill', 2],
  ['skew', 2],
  ['replay', 2],
  ['profile', 2],
];
const FAULTY = 0.4;
const DAY_MS = 86_400_000;

/** How large a run of a seed is in `npm test`. */
export function sizeOf(random: Random): PlanSize {
  return { terminals: random.int(2, 3), operations: random.int(10, 20), serverKills: 0 };
}

export function makePlan(seed: number, random: Random, size: PlanSize): Plan {
  const steps: Step[] = [];
  for (let done = 0; done < size.operations; ) {
    const step = makeStep(random, size.terminals);
    if (step.step === 'work') done += 1;
    steps.push(step);
  }
  for (let kill = 0; kill < size.serverKills; kill++) {
    const at = random.int(0, steps.length);
    steps.splice(at, 0, { terminal: 0, step: 'kill-server' });
  }
  return { seed, terminals: size.terminals, steps };
}

function makeStep(random: Random, terminals: number): Step {
  const terminal = random.int(0, terminals - 1);
  const step = weighed(random, STEPS);
  switch (step) {
    case 'work':
      return {
        terminal,
        step,
        work: { does: weighed(random, WORK), which: random.int(0, 999), how: random.int(0, 999_999) },
      };
    case 'turn':
      return { terminal, step, fault: random.chance(FAULTY) ? makeFault(random) : null };
    case 'skew':
      return { terminal, step, ms: random.pick([-3 * DAY_MS, -3_600_000, -90_000, 90_000, 3_600_000, 3 * DAY_MS]) };
    case 'replay':
      return { terminal, step, nth: random.int(0, 99) };
    case 'profile':
      return { terminal, step, classes: SEALED_CLASSES.filter(() => random.chance(0.6)) };
    default:
      return { terminal, step };
  }
}

function makeFault(random: Random): Fault {
  return { kind: random.pick(FAULTS), request: random.int(0, 3), lines: random.int(0, 12) };
}

function weighed<T>(random: Random, among: readonly (readonly [T, number])[]): T {
  let left = random.next() * among.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [one, weight] of among) {
    left -= weight;
    if (left < 0) return one;
  }
  throw new RangeError('nothing to choose from');
}
