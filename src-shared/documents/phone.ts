import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { bad, type Parsed } from './parsed.ts';

export interface PhoneNumber {
  /** ITU-T E.164, with the plus sign. */
  readonly e164: string;
  /** As it is written and read aloud across borders: `+86 138 1234 5678`. */
  readonly international: string;
  /** What a caller or a guest names at the desk. */
  readonly lastFour: string;
}

/** Parses a phone number as typed; without a country code it is read in the numbering plan of `country`. */
export function parsePhone(text: string, country: CountryCode = 'CN'): Parsed<PhoneNumber> {
  const phone = parsePhoneNumberFromString(text.normalize('NFKC').slice(0, 40), country);
  if (phone === undefined) return bad('characters');
  if (!phone.isPossible()) return bad('length');
  return {
    ok: true,
    value: { e164: phone.number, international: phone.formatInternational(), lastFour: phone.nationalNumber.slice(-4) },
  };
}
