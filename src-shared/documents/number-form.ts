import { normaliseNumber } from './parsed.ts';

/**
 * The form under which a number is indexed and compared: full-width signs, case, spaces, dashes and other marks between its letters
 * and digits do not matter, nor do a small check letter x or the fillers of a machine-readable zone.
 */
export function numberForm(text: string): string {
  // Once more: upper-casing can take a character out of the normal form.
  return normaliseNumber(normaliseNumber(text)).replace(/[^\p{L}\p{N}]/gu, '');
}

/** The last four of a number in its form; the whole of a shorter one. */
export function lastFourOf(form: string): string {
  return Array.from(form).slice(-4).join('');
}
