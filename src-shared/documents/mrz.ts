/** The machine-readable zone of travel documents: ICAO Doc 9303 part 3 §4.9 (check digits), parts 4 to 6 (TD3, TD1, TD2). */
import { bad, isDate, type Parsed } from './parsed.ts';

export interface Mrz {
  readonly format: 'TD1' | 'TD2' | 'TD3';
  readonly documentNumber: string;
  readonly issuingState: string;
  readonly nationality: string;
  readonly surname: string;
  readonly givenNames: string;
  /** `YYMMDD` as printed: the century is the reader's guess. */
  readonly dateOfBirth: string;
  readonly dateOfExpiry: string;
  readonly sex: 'female' | 'male' | 'unspecified';
}

const WEIGHTS = [7, 3, 1] as const;

/** Check digit over a field, weights 7-3-1, `<` counting nothing (part 3 §4.9). */
export function mrzCheck(field: string): string {
  let sum = 0;
  for (let i = 0; i < field.length; i++) sum += weightOf(field[i] ?? '<') * (WEIGHTS[i % 3] ?? 0);
  return String(sum % 10);
}

function weightOf(character: string): number {
  if (character === '<') return 0;
  return /\d/.test(character) ? Number(character) : character.charCodeAt(0) - 55;
}

/** Where each field lies. */
interface Layout {
  readonly lines: number;
  readonly width: number;
  readonly state: Span;
  readonly number: Span;
  readonly birth: Span;
  readonly sex: Span;
  readonly expiry: Span;
  readonly nationality: Span;
  readonly names: Span;
  /** Optional data that a number of more than nine characters goes on in; null where the format knows no such numbers. */
  readonly numberGoesOn: Span | null;
  /** Optional data with a check digit of its own. */
  readonly personal: Span | null;
  /** Parts that the composite check digit runs over, and where it stands. */
  readonly composite: readonly Span[];
  readonly compositeAt: Span;
}
type Span = readonly [line: number, from: number, to: number];

const LAYOUTS: { readonly [F in Mrz['format']]: Layout } = {
  TD3: {
    lines: 2,
    width: 44,
    state: [0, 2, 5],
    names: [0, 5, 44],
    number: [1, 0, 9],
    nationality: [1, 10, 13],
    birth: [1, 13, 19],
    sex: [1, 20, 21],
    expiry: [1, 21, 27],
    numberGoesOn: null,
    personal: [1, 28, 42],
    composite: [
      [1, 0, 10],
      [1, 13, 20],
      [1, 21, 43],
    ],
    compositeAt: [1, 43, 44],
  },
  TD2: {
    lines: 2,
    width: 36,
    state: [0, 2, 5],
    names: [0, 5, 36],
    number: [1, 0, 9],
    nationality: [1, 10, 13],
    birth: [1, 13, 19],
    sex: [1, 20, 21],
    expiry: [1, 21, 27],
    numberGoesOn: [1, 28, 35],
    personal: null,
    composite: [
      [1, 0, 10],
      [1, 13, 20],
      [1, 21, 35],
    ],
    compositeAt: [1, 35, 36],
  },
  TD1: {
    lines: 3,
    width: 30,
    state: [0, 2, 5],
    number: [0, 5, 14],
    birth: [1, 0, 6],
    sex: [1, 7, 8],
    expiry: [1, 8, 14],
    nationality: [1, 15, 18],
    names: [2, 0, 30],
    numberGoesOn: [0, 15, 30],
    personal: null,
    composite: [
      [0, 5, 30],
      [1, 0, 7],
      [1, 8, 15],
      [1, 18, 29],
    ],
    compositeAt: [1, 29, 30],
  },
};

const SEXES: { readonly [sign: string]: Mrz['sex'] } = { F: 'female', M: 'male', X: 'unspecified', '<': 'unspecified' };

/** Parses the lines of a zone, separated by line ends, and checks every check digit. */
export function parseMrz(text: string): Parsed<Mrz> {
  const lines = text.slice(0, 256).toUpperCase().split(/\s+/).filter(Boolean);
  const found = (Object.entries(LAYOUTS) as [Mrz['format'], Layout][]).find(
    ([, layout]) => layout.lines === lines.length && lines.every((line) => line.length === layout.width),
  );
  if (!found) return bad('length');
  if (lines.some((line) => !/^[A-Z0-9<]+$/.test(line))) return bad('characters');
  const [format, layout] = found;
  const read = ([line, from, to]: Span) => lines[line]?.slice(from, to) ?? '';
  const digitAfter = ([line, , to]: Span) => read([line, to, to + 1]);

  const number = readNumber(layout, read);
  if (mrzCheck(number.value) !== number.check) return bad('check-digit', 'number');
  for (const field of ['birth', 'expiry'] as const) {
    if (mrzCheck(read(layout[field])) !== digitAfter(layout[field])) return bad('check-digit', field);
    if (!isMrzDate(read(layout[field]))) return bad('date', field);
  }
  if (layout.personal !== null && !holdsOptional(read(layout.personal), digitAfter(layout.personal)))
    return bad('check-digit', 'personal');
  if (mrzCheck(layout.composite.map(read).join('')) !== read(layout.compositeAt))
    return bad('check-digit', 'composite');
  const sex = SEXES[read(layout.sex)];
  if (sex === undefined) return bad('characters', 'sex');

  const [surname = '', given = ''] = read(layout.names).split('<<', 2);
  return {
    ok: true,
    value: {
      format,
      documentNumber: trimFillers(number.value),
      issuingState: trimFillers(read(layout.state)),
      nationality: trimFillers(read(layout.nationality)),
      surname: surname.replace(/</g, ' ').trim(),
      givenNames: given.replace(/</g, ' ').trim(),
      dateOfBirth: read(layout.birth),
      dateOfExpiry: read(layout.expiry),
      sex,
    },
  };
}

/**
 * The document number and its check digit. One of more than nine characters has a filler for check digit, goes on in the optional
 * data, and ends there with its check digit and a filler (part 5 §4.2.2 note j, part 6 likewise).
 */
function readNumber(layout: Layout, read: (span: Span) => string): { readonly value: string; readonly check: string } {
  const [line, , to] = layout.number;
  const first = read(layout.number);
  const check = read([line, to, to + 1]);
  if (check !== '<' || layout.numberGoesOn === null) return { value: first, check };
  const rest = read(layout.numberGoesOn).split('<', 1)[0] ?? '';
  return { value: first + rest.slice(0, -1), check: rest.slice(-1) };
}

/** Over no data at all the check digit may be a zero or a filler (part 4 §4.2.2). */
function holdsOptional(data: string, check: string): boolean {
  return mrzCheck(data) === check || (check === '<' && /^<*$/.test(data));
}

/** `YYMMDD` of a real day of either century; what is not known is fillers (part 3 §4.8). */
function isMrzDate(text: string): boolean {
  const parts = /^(\d\d|<<)(\d\d|<<)(\d\d|<<)$/.exec(text)?.slice(1);
  if (parts === undefined) return false;
  if (parts.includes('<<')) return true;
  const [year = 0, month = 0, day = 0] = parts.map(Number);
  return isDate(2000 + year, month, day) || isDate(1900 + year, month, day);
}

function trimFillers(field: string): string {
  return field.replace(/<+$/, '');
}
