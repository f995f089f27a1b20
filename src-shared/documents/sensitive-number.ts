import { parseCardNumber } from './card-number.ts';
import { parseChineseId } from './chinese-id.ts';

/** Digits with what people write between them; an ID may end in X. */
const CANDIDATE = /\d(?:[\s\p{Pd}.,/_·]{0,3}\d){11,}(?:[\s\p{Pd}]?[Xx])?/gu;
const SEPARATORS = /[^\dX]+/u;
/** Issuers of payment cards (ISO/IEC 7812-1, 2 to 6 and 81): a run that begins otherwise is a date, a phone or an order number. */
const CARD_ISSUER = /^(?:2[2-7]|[3-6]|81)/;
const CARD_LENGTHS = { least: 13, most: 19 } as const;
const ID_LENGTH = 18;

/**
 * Whether free text holds something that is a payment card (13 to 19 digits, Luhn) or a Chinese ID number: those have their own
 * sealed fields, and a note is not one.
 */
export function findsSensitiveNumber(text: string): boolean {
  const plain = text.normalize('NFKC').replace(/\p{Cf}/gu, '');
  for (const [candidate] of plain.matchAll(CANDIDATE)) {
    const groups = candidate.toUpperCase().split(SEPARATORS);
    if (groups.some((_, start) => startsNumber(groups.slice(start)))) return true;
  }
  return false;
}

/** Whether one or more groups from the first on are a number, or it stands inside the first: 00411111…. */
function startsNumber(groups: readonly string[]): boolean {
  let joined = '';
  for (let count = 1; count <= groups.length && joined.length < CARD_LENGTHS.most; count++) {
    const taken = groups.slice(0, count);
    joined = taken.join('');
    if (parseChineseId(joined).ok) return true;
    if (isCard(joined) && areGroupedLikeACard(taken)) return true;
  }
  const [first = ''] = groups;
  return windows(first, ID_LENGTH).some((part) => parseChineseId(part).ok) || windows(first, 16).some(isCard);
}

function isCard(digits: string): boolean {
  return digits.length >= CARD_LENGTHS.least && CARD_ISSUER.test(digits) && parseCardNumber(digits).ok;
}

/** 4-4-4-4, 4-6-5, 6-13, or all alike: not a list of prices. */
function areGroupedLikeACard(groups: readonly string[]): boolean {
  const [first = ''] = groups;
  return (
    groups.every((group) => group.length >= 3) || groups.slice(0, -1).every((group) => group.length === first.length)
  );
}

function windows(text: string, width: number): string[] {
  return Array.from({ length: Math.max(0, text.length - width + 1) }, (_, start) => text.slice(start, start + width));
}
