/** Days of the demo hotel: whole numbers in the making, business dates in the rows. */
import { BusinessDate } from '../../src-shared/model/ids.ts';

const DAY_MS = 86_400_000;

/** Days since 1970-01-01. */
export type Day = number;

export function dayOf(date: BusinessDate): Day {
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}

export function dateOf(day: Day): BusinessDate {
  return BusinessDate.parse(isoDate(day));
}

export function isoDate(day: Day): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Three in the afternoon of a day, in milliseconds: the time in the ids of what was written then. */
export function instantOf(day: Day): number {
  return day * DAY_MS + 15 * 3_600_000;
}
