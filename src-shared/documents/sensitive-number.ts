import { parseCardNumber } from './card-number.ts';
import { parseChineseId } from './chinese-id.ts';

/** Digits with the separators people write between them; an ID may end in X. */
const CANDIDATE = /\d(?:[ \-.]?\d){11,}[ \-.]?[Xx]?/g;

/**
 * Whether free text holds something that is a payment card (13 to 19 digits, Luhn) or a Chinese ID number: those have their own
 * sealed fields, and a note is not one.
 */
export function findsSensitiveNumber(text: string): boolean {
  for (const [candidate] of text.normalize('NFKC').matchAll(CANDIDATE)) {
    const signs = candidate.replace(/[ \-.]/g, '').toUpperCase();
    if (isId(signs) || isCard(signs.replace('X', ''))) return true;
  }
  return false;
}

/** A number may stand in the middle of a longer run of digits: every window of its length is tried. */
function isId(signs: string): boolean {
  return windows(signs, 18).some((part) => parseChineseId(part).ok);
}

function isCard(digits: string): boolean {
  if (digits.length > 19) return windows(digits, 16).some((part) => parseCardNumber(part).ok);
  return digits.length >= 13 && parseCardNumber(digits).ok;
}

function windows(text: string, width: number): string[] {
  return Array.from({ length: Math.max(0, text.length - width + 1) }, (_, start) => text.slice(start, start + width));
}
