import type { Masked } from './branded.ts';
import { graphemes, visible } from './graphemes.ts';

const CHINESE_ID = /^\d{17}[\dX]$/;
const CHINESE_ID_MASKED = /^(\d{3}\*{11}\d{3}[\dX]|\d\*{16}[\dX])$/;
const DOCUMENT_MASKED = /^(.{2}\*{5}.{2}|.\*{5}|\*{5})$/u;

/** Stars stand for what is hidden, always five: the length of a foreign document number tells its country. */
const STARS = '*****';

/** A Chinese ID number: first three and last four (110***********002X). Anything of another shape is masked as a document. */
export function maskChineseId(value: string): Masked {
  const id = compact(value);
  if (CHINESE_ID_MASKED.test(id)) return id as Masked;
  return CHINESE_ID.test(id) ? (`${id.slice(0, 3)}${'*'.repeat(11)}${id.slice(-4)}` as Masked) : maskDocument(value);
}

/** The stricter level: first and last character only (1****************X). */
export function maskChineseIdStrict(value: string): Masked {
  const id = compact(value);
  return CHINESE_ID.test(id) || CHINESE_ID_MASKED.test(id)
    ? (`${id.slice(0, 1)}${'*'.repeat(16)}${id.slice(-1)}` as Masked)
    : maskDocument(value);
}

/** Any other document number: first two and last two of eight or more (E1*****78), the first of a shorter one. */
export function maskDocument(value: string): Masked {
  const number = compact(value);
  if (number === '') return '' as Masked;
  if (DOCUMENT_MASKED.test(number)) return number as Masked;
  const parts = graphemes(number);
  if (parts.length >= 8) return `${parts.slice(0, 2).join('')}${STARS}${parts.slice(-2).join('')}` as Masked;
  return (parts.length >= 4 ? `${parts[0] ?? ''}${STARS}` : STARS) as Masked;
}

function compact(value: string): string {
  // Upper-casing can take a character out of the normal form: the mask of a mask must be itself.
  return visible(value).replace(/[\s-]/g, '').toUpperCase().normalize('NFKC');
}
