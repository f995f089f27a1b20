/** Shifts by the clock of the property: over midnight too, and entered and left a little early or late. */
import type { Shift } from '../model/entities.ts';
import { SHIFT_GRACE_MINUTES } from './matrix.ts';

const DAY_MINUTES = 24 * 60;

/**
 * Whether a minute of the day lies in one of the shifts, or in the grace before and after it. A shift that ends before it begins goes
 * over midnight; one that ends as it begins is a whole day.
 */
export function isOnShift(shifts: readonly Shift[], minute: number): boolean {
  return shifts.some(({ begins, ends }) => {
    const start = minutesOf(begins);
    const length = modulo(minutesOf(ends) - start) || DAY_MINUTES;
    return modulo(minute - start + SHIFT_GRACE_MINUTES) <= length + 2 * SHIFT_GRACE_MINUTES;
  });
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return (hours ?? Number.NaN) * 60 + (minutes ?? Number.NaN);
}

function modulo(minutes: number): number {
  return ((minutes % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
}
