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

/** Where each field lies, as [line, from, to]. */
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
    composite: [
      [0, 5, 30],
      [1, 0, 7],
      [1, 8, 15],
      [1, 18, 29],
    ],
    compositeAt: [1, 29, 30],
  },
};

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
  const holds = (span: Span) => mrzCheck(read(span)) === read([span[0], span[2], span[2] + 1]);
  for (const field of ['number', 'birth', 'expiry'] as const)
    if (!holds(layout[field])) return bad('check-digit', field);
  if (mrzCheck(layout.composite.map(read).join('')) !== read(layout.compositeAt))
    return bad('check-digit', 'composite');
  const birth = read(layout.birth);
  // Unknown parts of a date of birth are fillers (part 3 §4.8).
  if (
    /^\d{6}$/.test(birth) &&
    !isDate(2000 + Number(birth.slice(0, 2)), Number(birth.slice(2, 4)), Number(birth.slice(4)))
  ) {
    return bad('date', 'birth');
  }
  const [surname = '', given = ''] = read(layout.names).split('<<', 2);
  const sex = read(layout.sex);
  return {
    ok: true,
    value: {
      format,
      documentNumber: read(layout.number).replace(/<+$/, ''),
      issuingState: read(layout.state).replace(/<+$/, ''),
      nationality: read(layout.nationality).replace(/<+$/, ''),
      surname: surname.replace(/</g, ' ').trim(),
      givenNames: given.replace(/</g, ' ').trim(),
      dateOfBirth: birth,
      dateOfExpiry: read(layout.expiry),
      sex: sex === 'F' ? 'female' : sex === 'M' ? 'male' : 'unspecified',
    },
  };
}
