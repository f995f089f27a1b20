import type { Comparison } from './compare.ts';

/** One line of the table: what was measured, against what, and what DESIGN §12 wants of it. */
export interface Row {
  readonly what: string;
  readonly counterpart: string;
  readonly measured: Comparison;
  /** Null where it is only for information. */
  readonly goal: Goal | null;
  /** What it spends its time on beside the counterpart, in a sentence: told where the goal is missed. */
  readonly because?: string;
}

interface Goal {
  /** Product's time by counterpart's, at most. */
  readonly ratio?: number;
  /** Of the product, milliseconds at most. */
  readonly p99?: number;
}

export function isMet({ measured, goal }: Row): boolean | null {
  if (goal === null) return null;
  return (
    (goal.ratio === undefined || measured.ratio <= goal.ratio) &&
    (goal.p99 === undefined || measured.product.p99 <= goal.p99)
  );
}
