import type { Masked } from './branded.ts';
import { visible } from './graphemes.ts';

const CARD_MASKED = /^\*{4} \*{4} \*{4} (\d{4}|\*{4})$/;
const ACCOUNT_MASKED = /^\*{4} ([\dA-Z]{4}|\*{4})$/;
/** A shorter number has no four digits to spare. */
const LEAST = 8;

/** A payment card: last four only, one shape for every brand (PCI DSS 4.0.1, 3.4.1 allows first six and last four at most). */
export function maskCard(value: string): Masked {
  const text = visible(value);
  if (text === '' || CARD_MASKED.test(text)) return text as Masked;
  const digits = text.replace(/\D/g, '');
  return `**** **** **** ${digits.length >= LEAST ? digits.slice(-4) : '****'}` as Masked;
}

/** A bank account or tax number: last four letters or digits. */
export function maskBankAccount(value: string): Masked {
  const text = visible(value).toUpperCase().normalize('NFKC');
  if (text === '' || ACCOUNT_MASKED.test(text)) return text as Masked;
  const signs = text.replace(/[^\dA-Z]/g, '');
  return `**** ${signs.length >= LEAST ? signs.slice(-4) : '****'}` as Masked;
}
