/**
 * How many values of a class an employee reveals before somebody asks why: first a quiet line, then a case, then no more. Figures from
 * how the work goes (a check-in takes two to four minutes, so twenty to thirty an hour at most, one value or two each).
 */
import type { SealedClass } from '../model/classes.ts';
import type { Role } from '../model/entities.ts';

/** The reveal of this number, counted within the window, is the first that… */
interface Steps {
  /** …is told how many there were. */
  readonly soft: number;
  /** …opens a case. */
  readonly case: number;
  /** …is not done any more: so many may be. */
  readonly stop: number;
}

export const WINDOWS = ['hour', 'day'] as const;
export type Window = (typeof WINDOWS)[number];
export const WINDOW_MS: { readonly [W in Window]: number } = { hour: 3_600_000, day: 86_400_000 };

export interface Budget {
  readonly role: Role;
  readonly class: SealedClass;
  readonly hour: Steps;
  readonly day: Steps;
  readonly reason: string;
}

const steps = (soft: number, opensCase: number, stop: number): Steps => ({ soft, case: opensCase, stop });

export const BUDGETS: readonly Budget[] = [
  {
    role: 'receptionist',
    class: 'identity',
    hour: steps(20, 40, 60),
    day: steps(120, 180, 240),
    reason: 'thirty check-ins in the busiest hour and two values each; eight such hours do not come on one day',
  },
  {
    role: 'concierge',
    class: 'preference',
    hour: steps(12, 20, 30),
    day: steps(40, 60, 90),
    reason: 'goes through the arrivals of a day once, a dozen or two of whom have a wish on file',
  },
  {
    role: 'finance',
    class: 'payment',
    hour: steps(15, 30, 45),
    day: steps(60, 90, 140),
    reason: 'a morning of disputes and invoices, case by case, each with papers to read in between',
  },
  {
    role: 'duty-manager',
    class: 'identity',
    hour: steps(10, 20, 40),
    day: steps(40, 60, 120),
    reason: 'stands in at a desk for an hour, not for a day',
  },
  {
    role: 'duty-manager',
    class: 'payment',
    hour: steps(8, 15, 25),
    day: steps(20, 40, 60),
    reason: 'settles the bills that nobody else can, one at a time',
  },
  {
    role: 'duty-manager',
    class: 'preference',
    hour: steps(8, 15, 25),
    day: steps(20, 40, 60),
    reason: 'carries out a wish when no concierge is there',
  },
];

/** What somebody has revealed of a class so far. */
export interface Spent extends Readonly<Record<Window, number>> {
  /** When one more may be revealed; null while it may. Milliseconds since the epoch. */
  readonly freesAt: number | null;
}

export function budgetFor(role: Role, dataClass: SealedClass): Budget | null {
  return BUDGETS.find((budget) => budget.role === role && budget.class === dataClass) ?? null;
}

/** Whether one more is too many. Who has no budget of a class has nothing to spend. */
export function isExhausted(role: Role, dataClass: SealedClass, spent: Readonly<Record<Window, number>>): boolean {
  const budget = budgetFor(role, dataClass);
  return budget === null || WINDOWS.some((window) => spent[window] >= budget[window].stop);
}

export interface BudgetStep {
  readonly step: 'soft' | 'case';
  /** Of the two windows the one that says more. */
  readonly window: Window;
  readonly spent: number;
  readonly stop: number;
}

/** What is to be said of a reveal that was done, counted with it; null while there is nothing to say. */
export function budgetStep(
  role: Role,
  dataClass: SealedClass,
  spent: Readonly<Record<Window, number>>,
): BudgetStep | null {
  const budget = budgetFor(role, dataClass);
  if (budget === null) return null;
  for (const step of ['case', 'soft'] as const)
    for (const window of WINDOWS)
      if (spent[window] >= budget[window][step])
        return { step, window, spent: spent[window], stop: budget[window].stop };
  return null;
}
