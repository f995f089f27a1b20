/** What a parser of documents gives: the value, or where and how it does not fit. A problem never quotes the value. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: 'length' | 'characters' | 'check-digit' | 'date'; readonly field?: string };

export const bad = (
  problem: Extract<Parsed<unknown>, { ok: false }>['problem'],
  field?: string,
): { ok: false; problem: typeof problem; field?: string } =>
  field === undefined ? { ok: false, problem } : { ok: false, problem, field };

/** Full-width digits and letters to ASCII, spaces and dashes out, letters upper-case. */
export function normaliseNumber(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\s\u00AD\u2010-\u2015-]/gu, '')
    .toUpperCase();
}

/** Whether a date exists in the Gregorian calendar. */
export function isDate(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  // Years below 100 are taken for 19xx by Date.UTC, which the comparison refuses.
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
