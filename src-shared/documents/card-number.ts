/** Payment card numbers: ISO/IEC 7812-1, check digit by its Annex B (Luhn). */
import { bad, normaliseNumber, type Parsed } from './parsed.ts';

export interface CardNumber {
  readonly number: string;
  readonly brand: 'visa' | 'mastercard' | 'amex' | 'unionpay' | 'jcb' | 'discover' | 'other';
}

const BRANDS: readonly (readonly [RegExp, CardNumber['brand']])[] = [
  [/^4/, 'visa'],
  [/^(5[1-5]|2(22[1-9]|2[3-9]|[3-6]|7[01]|720))/, 'mastercard'],
  [/^3[47]/, 'amex'],
  [/^62/, 'unionpay'],
  [/^35(2[89]|[3-8])/, 'jcb'],
  [/^6(011|4[4-9]|5)/, 'discover'],
];

/** The digit that makes `digits` and it a valid number. */
export function luhnCheck(digits: string): string {
  return String((10 - luhnSum(`${digits}0`)) % 10);
}

/** Parses a card number as typed: spaces, dashes and full-width digits are accepted. */
export function parseCardNumber(text: string): Parsed<CardNumber> {
  const number = normaliseNumber(text.slice(0, 64));
  if (!/^\d*$/.test(number)) return bad('characters');
  if (number.length < 12 || number.length > 19) return bad('length');
  if (luhnSum(number) !== 0) return bad('check-digit');
  return { ok: true, value: { number, brand: BRANDS.find(([iin]) => iin.test(number))?.[1] ?? 'other' } };
}

function luhnSum(digits: string): number {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10;
}
