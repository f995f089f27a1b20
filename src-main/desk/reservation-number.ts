/**
 * The number a guest is told: `KR`, which terminal made it, and the how many-th entry of that terminal's access log. No two terminals make the
 * same one, with the line down either; no clock is in it, and a log never counts back.
 */
import type { Desk } from './desk.ts';

/** Crockford's: nothing in it is taken for something else when it is read out. */
const SIGNS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** @returns null while this terminal's own row has not come with the feed */
export function nextReservationNumber({ cache, log }: Pick<Desk, 'cache' | 'log'>): string | null {
  // The place of a terminal among all there ever were: they are enrolled one after the other and never taken off the list.
  const devices = cache.devices.all().toSorted((a, b) => a.enrolledAt - b.enrolledAt || (a.id < b.id ? -1 : 1));
  const place = devices.findIndex(({ id }) => id === log.deviceId);
  return place < 0 ? null : `KR${inSigns(place + 1, 2)}${inSigns(log.head.seq + 1, 5)}`;
}

function inSigns(number: number, width: number): string {
  let text = '';
  for (let rest = number; rest > 0; rest = Math.floor(rest / SIGNS.length)) text = SIGNS[rest % SIGNS.length] + text;
  return text.padStart(width, '0');
}
