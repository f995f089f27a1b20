/** The number of what a guest shows, typed or scanned, made ready to be compared with the one on file. */
import type { Guest } from '../model/entities.ts';
import { parseCardNumber } from './card-number.ts';
import { parseChineseId } from './chinese-id.ts';
import { parseMrz } from './mrz.ts';
import { bad, normaliseNumber, type Parsed } from './parsed.ts';

/** What is shown: a document of this kind, or a payment card. */
export type ShownKind = Guest['documentType'] | 'card';

/** A machine-readable zone of three lines and what a scanner puts between them. */
export const SHOWN_LENGTH = 128;

/** ICAO Doc 9303 part 5 knows numbers of up to 22 characters; a shorter one than this is a part of a number. */
const DOCUMENT_LENGTH = { least: 5, most: 22 } as const;

const READERS: { readonly [K in ShownKind]: (text: string) => Parsed<string> } = {
  'chinese-id': readChineseId,
  passport: readDocument,
  'hk-macao-permit': readDocument,
  'taiwan-permit': readDocument,
  other: readDocument,
  card: readCard,
};

/**
 * Reads a whole number as typed or scanned: full-width digits, case, spaces and dashes do not matter, check digits must hold where the
 * kind has them, and of a passport the two lines of its machine-readable zone will do.
 * @returns the number in the form in which numbers are kept; a problem never quotes the input
 */
export function readShownNumber(kind: ShownKind, text: string): Parsed<string> {
  return READERS[kind](text);
}

function readChineseId(text: string): Parsed<string> {
  const parsed = parseChineseId(text);
  return parsed.ok ? { ok: true, value: parsed.value.number } : parsed;
}

function readCard(text: string): Parsed<string> {
  const parsed = parseCardNumber(text);
  return parsed.ok ? { ok: true, value: parsed.value.number } : parsed;
}

/** A text field keeps no line ends: the lines of a zone are told by their number (part 4 to 6: 2 × 44, 2 × 36, 3 × 30). */
export function inLines(text: string): string {
  const run = text.slice(0, 256).replace(/\s+/g, '');
  const width = LINE_WIDTHS.get(run.length);
  return width === undefined ? text : (run.match(new RegExp(`.{${width}}`, 'gu')) ?? []).join('\n');
}
const LINE_WIDTHS: ReadonlyMap<number, number> = new Map([
  [88, 44],
  [72, 36],
  [90, 30],
]);

function readDocument(text: string): Parsed<string> {
  if (text.includes('<')) {
    const zone = parseMrz(inLines(text));
    return zone.ok ? { ok: true, value: zone.value.documentNumber } : zone;
  }
  const number = normaliseNumber(text.slice(0, 64));
  if (!/^[A-Z0-9]*$/.test(number)) return bad('characters');
  if (number.length < DOCUMENT_LENGTH.least || number.length > DOCUMENT_LENGTH.most) return bad('length');
  return { ok: true, value: number };
}
