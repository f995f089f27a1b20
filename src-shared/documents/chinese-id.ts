/** The citizen identification number of China, GB 11643-1999, with the check character of ISO/IEC 7064, MOD 11-2. */
import { bad, isDate, normaliseNumber, type Parsed } from './parsed.ts';

export interface ChineseId {
  /** 18 characters, check character as digit or `X`. */
  readonly number: string;
  /** Six digits of GB/T 2260. */
  readonly region: string;
  /** `YYYY-MM-DD`. */
  readonly dateOfBirth: string;
  readonly sex: 'female' | 'male';
}

const LENGTH = 18;
const CHECK = '10X98765432';

/** Check character over the first 17 digits: weights 2^(17-i) mod 11. */
export function chineseIdCheck(first17: string): string {
  let sum = 0;
  for (const digit of first17) sum = ((sum + Number(digit)) * 2) % 11;
  return CHECK[sum % 11] ?? '';
}

/** Parses a number as typed or scanned: full-width digits, spaces and a small x are accepted. */
export function parseChineseId(text: string): Parsed<ChineseId> {
  const number = normaliseNumber(text.slice(0, 64));
  if (number.length !== LENGTH) return bad('length');
  if (!/^\d{17}[\dX]$/.test(number)) return bad('characters');
  const [year, month, day] = [number.slice(6, 10), number.slice(10, 12), number.slice(12, 14)];
  if (!isDate(Number(year), Number(month), Number(day))) return bad('date', 'dateOfBirth');
  if (chineseIdCheck(number.slice(0, 17)) !== number[17]) return bad('check-digit');
  return {
    ok: true,
    value: {
      number,
      region: number.slice(0, 6),
      dateOfBirth: `${year}-${month}-${day}`,
      sex: Number(number[16]) % 2 === 0 ? 'female' : 'male',
    },
  };
}
