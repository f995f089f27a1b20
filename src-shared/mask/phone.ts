import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { Masked } from './branded.ts';
import { visible } from './graphemes.ts';

const MASKED_ALREADY = /^(\d{3}\*{4}\d{4}|\+\d{1,3} \*{4} (\*{3}\d{3}|\*{4})|\*{4}(\d{2})?)$/;
const LEAST_NATIONAL = 7;

/**
 * A phone number: 138****5678 for a Chinese mobile, country code and last three elsewhere (+44 **** ***456), last two for
 * anything that is not a number of any plan. The shape does not tell the length.
 * @param value any notation; numbers without a country code are read as Chinese
 */
export function maskPhone(value: string): Masked {
  const text = visible(value);
  if (text === '') return '' as Masked;
  if (MASKED_ALREADY.test(text)) return text as Masked;
  const phone = parsePhoneNumberFromString(text.slice(0, 40), 'CN');
  if (phone?.isPossible()) {
    const national = phone.nationalNumber;
    if (phone.countryCallingCode === '86' && /^1\d{10}$/.test(national)) {
      return `${national.slice(0, 3)}****${national.slice(-4)}` as Masked;
    }
    // Three of four digits, as Niue has them, would be the number.
    const tail = national.length >= LEAST_NATIONAL ? `***${national.slice(-3)}` : '****';
    return `+${phone.countryCallingCode} **** ${tail}` as Masked;
  }
  const digits = text.replace(/\D/g, '');
  return (digits.length >= 7 ? `****${digits.slice(-2)}` : '****') as Masked;
}
