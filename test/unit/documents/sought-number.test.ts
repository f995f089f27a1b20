import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { luhnCheck } from '../../../src-shared/documents/card-number.ts';
import { chineseIdCheck } from '../../../src-shared/documents/chinese-id.ts';
import { numberForm } from '../../../src-shared/documents/number-form.ts';
import { readSought } from '../../../src-shared/documents/sought-number.ts';

/** The specimen of ICAO Doc 9303 part 4. */
const ZONE = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'];

const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });
const ids = fc
  .tuple(digits(4), fc.integer({ min: 1930, max: 2020 }), fc.integer({ min: 1, max: 12 }), digits(3))
  .map(([region, year, month, serial]) => `11${region}${year}${String(month).padStart(2, '0')}15${serial}`)
  .map((first) => first + chineseIdCheck(first));
const cards = digits(11)
  .map((middle) => `4000${middle}`)
  .map((first) => first + luhnCheck(first));

function said(text: string): string {
  const read = readSought(text);
  if (!read.ok) return read.problem;
  const { sure, sought } = read.value;
  return `${sure}: ${sought.map(({ field, by, number }) => `${field} ${by} ${number}`).join(', ')}`;
}

describe('what is typed or scanned to find a guest by', () => {
  it.each([
    ['11010519491231002X', 'by-check-digits: documentNumber whole 11010519491231002X'],
    ['１１０１０５ １９４９１２３１ ００２ｘ', 'by-check-digits: documentNumber whole 11010519491231002X'],
    ['4111 1111-1111 1111', 'by-check-digits: cardNumber whole 4111111111111111'],
    [ZONE.join('\n'), 'by-check-digits: documentNumber whole L898902C3'],
    // A text field keeps no line ends.
    [ZONE.join(''), 'by-check-digits: documentNumber whole L898902C3'],
    ['e1234 5678', 'by-shape: documentNumber whole E12345678'],
    ['1234', 'by-shape: documentNumber last-four 1234, cardNumber last-four 1234'],
    ['００２ｘ', 'by-shape: documentNumber last-four 002X'],
  ])('%j is read as %s', (text, expected) => {
    expect(said(text)).toBe(expected);
  });

  it.each([
    ['a name', '林晓雨', 'characters'],
    ['a name in Latin letters', 'Erik Eriksson', 'characters'],
    ['a room', '12B', 'length'],
    ['a telephone with its country', '＋86 129-8888-6621', 'characters'],
    ['one from abroad', '+44 7700 900461', 'characters'],
    ['one without the sign', '8612988886621', 'characters'],
    ['nothing', '', 'length'],
    ['a part of an ID', '110105194912', 'ok'],
    ['an ID with a wrong check digit', '110105194912310021', 'check-digit'],
    ['a card with a wrong check digit', '4111111111111112', 'check-digit'],
    ['a zone that is cut off', ZONE[0] ?? '', 'length'],
    ['a zone with a wrong check digit', ZONE.join('').replace('C36UTO', 'C37UTO'), 'check-digit'],
  ])('%s is no such number', (_, text, problem) => {
    const read = readSought(text);
    // Twelve digits may be a document of some country.
    expect(read.ok ? 'ok' : read.problem).toBe(problem);
  });

  it('is every ID and every card, in any spelling, and nothing is quoted in a problem', () => {
    fc.assert(
      fc.property(fc.oneof(ids, cards), fc.constantFrom('', ' ', '-', '　', '.'), (number, mark) => {
        const spelt = Array.from(number.toLowerCase()).join(mark);
        expect(said(spelt)).toContain(`whole ${number}`);
        expect(said(spelt)).toMatch(/^by-check-digits/);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const read = readSought(text);
        if (read.ok) expect(read.value.sought.every(({ number }) => number === numberForm(number))).toBe(true);
        else expect(Object.keys(read).sort().join()).toMatch(/^(field,)?ok,problem$/);
      }),
    );
  });
});
