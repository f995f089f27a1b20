/**
 * Reads an amount as somebody types it, with a point or a comma before the fraction, into minor units. No float is in between.
 * @param least in minor units; 0 for what may cost nothing
 * @returns null for what is no such amount
 */
export function parseAmount(text: string, currency: string, least = 1): number | null {
  const found = /^\s*(\d{1,8})(?:[.,](\d+))?\s*$/.exec(text.normalize('NFKC'));
  const digits = fractionDigits(currency);
  const [, whole = '', fraction = ''] = found ?? [];
  if (found === null || fraction.length > digits) return null;
  const minor = Number(whole + fraction.padEnd(digits, '0'));
  return minor >= least ? minor : null;
}

/** An amount as somebody would type it. */
export function typedAmount(minor: number, currency: string): string {
  const digits = fractionDigits(currency);
  const text = String(Math.abs(minor)).padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** Fraction digits of a currency's minor unit (ISO 4217), as the platform knows them. */
function fractionDigits(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}
