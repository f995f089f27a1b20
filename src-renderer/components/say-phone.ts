import { parsePhone } from '../../src-shared/documents/phone.ts';

/** As it is dialled and read aloud; grouping is left to the number's own plan. */
export function sayPhone(e164: string): string {
  const parsed = parsePhone(e164);
  return parsed.ok ? parsed.value.international : e164;
}
