/** What a document says of its holder, typed or scanned: as much as its kind has in a form that a machine reads. */
import type { Guest } from '../model/entities.ts';
import { parseChineseId } from './chinese-id.ts';
import { type Mrz, parseMrz } from './mrz.ts';
import { isDate, normaliseNumber, type Parsed } from './parsed.ts';
import { inLines, readShownNumber } from './shown-number.ts';

export interface ShownDocument {
  readonly documentType: Guest['documentType'];
  readonly number: string;
  /** `YYYY-MM-DD`; null where the document does not say it in a form that a machine reads. */
  readonly dateOfBirth: string | null;
  /** ISO 3166-1, three letters, or a code of ICAO Doc 9303 part 3 §5. */
  readonly nationality: string | null;
  /** In Latin letters, the family name first; null where a machine does not read it. */
  readonly nameLatin: string | null;
}

export interface ReadAs {
  /** What is taken for it when neither its form nor its zone tells. */
  readonly documentType: Guest['documentType'];
  /** A century is told by it: nobody is born after it. */
  readonly today: string;
  /** `overridden`: somebody has said why a wrong check digit is taken all the same. Of a zone it must hold. */
  readonly checkDigit: 'must-hold' | 'overridden';
}

/** Whether a text has the form of a document that tells itself: a Chinese ID or the zone of a travel document, check digits and all. */
export function isWholeDocument(text: string): boolean {
  return text.includes('<') ? parseMrz(inLines(text)).ok : parseChineseId(text).ok;
}

/** Reads a document. A problem never quotes what was typed. */
export function readShownDocument(text: string, { documentType, today, checkDigit }: ReadAs): Parsed<ShownDocument> {
  if (text.includes('<')) return readZone(text, today);
  const id = parseChineseId(text);
  if (id.ok) return chineseId(id.value.number, id.value.dateOfBirth);
  if (documentType === 'chinese-id') {
    if (id.problem !== 'check-digit' || checkDigit === 'must-hold') return id;
    const number = normaliseNumber(text);
    return chineseId(number, `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`);
  }
  const number = readShownNumber(documentType, text);
  if (!number.ok) return number;
  return {
    ok: true,
    value: { documentType, number: number.value, dateOfBirth: null, nationality: null, nameLatin: null },
  };
}

function chineseId(number: string, dateOfBirth: string): Parsed<ShownDocument> {
  return { ok: true, value: { documentType: 'chinese-id', number, dateOfBirth, nationality: 'CHN', nameLatin: null } };
}

function readZone(text: string, today: string): Parsed<ShownDocument> {
  const zone = parseMrz(inLines(text));
  if (!zone.ok) return zone;
  const { documentNumber, nationality, surname, givenNames, dateOfBirth, format } = zone.value;
  return {
    ok: true,
    value: {
      documentType: format === 'TD3' ? 'passport' : 'other',
      number: documentNumber,
      dateOfBirth: birthOf(dateOfBirth, today),
      nationality: nationality === '' ? null : nationality,
      nameLatin: [surname, givenNames].filter(Boolean).join(' ') || null,
    },
  };
}

/** The day of the latest century in which it is not to come; null where the document does not know it whole. */
function birthOf(printed: Mrz['dateOfBirth'], today: string): string | null {
  if (!/^\d{6}$/.test(printed)) return null;
  const [year, month, day] = [printed.slice(0, 2), printed.slice(2, 4), printed.slice(4, 6)];
  const century = Number(today.slice(0, 2));
  const [newer, older] = [`${century}${year}-${month}-${day}`, `${century - 1}${year}-${month}-${day}`];
  const born = newer <= today ? newer : older;
  return isDate(Number(born.slice(0, 4)), Number(month), Number(day)) ? born : null;
}

const GROWN_UP = 18;

/** Whether somebody is under eighteen: one who was born on the 29th of February grows up on the 1st of March. */
export function isMinor(dateOfBirth: string, today: string): boolean {
  const grownUp = `${Number(dateOfBirth.slice(0, 4)) + GROWN_UP}${dateOfBirth.slice(4)}`;
  return today < grownUp;
}
