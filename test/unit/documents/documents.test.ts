import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { luhnCheck, parseCardNumber } from '../../../src-shared/documents/card-number.ts';
import { chineseIdCheck, parseChineseId } from '../../../src-shared/documents/chinese-id.ts';
import { mrzCheck, parseMrz } from '../../../src-shared/documents/mrz.ts';
import { parsePhone } from '../../../src-shared/documents/phone.ts';
import { findsSensitiveNumber } from '../../../src-shared/documents/sensitive-number.ts';

const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
const replaceAt = (text: string, at: number, sign: string) => text.slice(0, at) + sign + text.slice(at + 1);

describe('Chinese ID numbers (GB 11643-1999)', () => {
  it.each(['11010519491231002X', '440524188001010014'])('reads the sample of the standard %s', (number) => {
    expect(parseChineseId(number)).toMatchObject({ ok: true, value: { number } });
  });

  it('reads date and sex, full-width digits, spaces and a small x', () => {
    expect(parseChineseId(' １１０１０５ 19491231 002x')).toEqual({
      ok: true,
      value: { number: '11010519491231002X', region: '110105', dateOfBirth: '1949-12-31', sex: 'female' },
    });
  });

  it.each([
    ['1101051949123100', 'length'],
    ['11010519491231002Y', 'characters'],
    ['110105194902300021', 'date'],
    ['110105194912310021', 'check-digit'],
  ])('refuses %s for its %s', (number, problem) => {
    expect(parseChineseId(number)).toMatchObject({ ok: false, problem });
  });

  it('finds every wrong digit and every swap of neighbours', () => {
    fc.assert(
      fc.property(digits(17), fc.nat(16), fc.nat(8), (first, at, by) => {
        const wrong = String((Number(first[at]) + 1 + by) % 10);
        expect(chineseIdCheck(replaceAt(first, at, wrong))).not.toBe(chineseIdCheck(first));
        const swapped = replaceAt(
          replaceAt(first, at, first[at + 1] ?? first[at] ?? ''),
          at + 1,
          first[at] ?? '',
        ).slice(0, 17);
        if (swapped !== first && at < 16) expect(chineseIdCheck(swapped)).not.toBe(chineseIdCheck(first));
      }),
    );
  });
});

describe('card numbers (ISO/IEC 7812-1)', () => {
  it.each([
    ['4111 1111 1111 1111', 'visa'],
    ['5555555555554444', 'mastercard'],
    ['378282246310005', 'amex'],
    ['6011111111111117', 'discover'],
    ['3530111333300000', 'jcb'],
    ['6200000000000005', 'unionpay'],
  ])('reads %s as %s', (number, brand) => {
    expect(parseCardNumber(number)).toMatchObject({ ok: true, value: { brand } });
  });

  it('finds every wrong digit', () => {
    fc.assert(
      fc.property(digits(15), fc.nat(14), fc.nat(8), (first, at, by) => {
        const number = first + luhnCheck(first);
        expect(parseCardNumber(number).ok).toBe(true);
        expect(parseCardNumber(replaceAt(number, at, String((Number(number[at]) + 1 + by) % 10))).ok).toBe(false);
      }),
    );
  });
});

describe('machine-readable zones (ICAO Doc 9303)', () => {
  const TD3 = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'];
  const TD2 = ['I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'D231458907UTO7408122F1204159<<<<<<<6'];
  const TD1 = ['I<UTOD231458907<<<<<<<<<<<<<<<', '7408122F1204159UTO<<<<<<<<<<<6', 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<'];

  it.each([
    ['TD3', TD3, 'L898902C3'],
    ['TD2', TD2, 'D23145890'],
    ['TD1', TD1, 'D23145890'],
  ] as const)('reads the specimen of %s', (format, lines, documentNumber) => {
    expect(parseMrz(lines.join('\n'))).toEqual({
      ok: true,
      value: {
        format,
        documentNumber,
        issuingState: 'UTO',
        nationality: 'UTO',
        surname: 'ERIKSSON',
        givenNames: 'ANNA MARIA',
        dateOfBirth: '740812',
        dateOfExpiry: '120415',
        sex: 'female',
      },
    });
  });

  it('has the check digits of part 3', () => {
    expect(mrzCheck('520727')).toBe('3');
    expect(mrzCheck('AB2134<<<')).toBe('5');
  });

  it('names the field whose check digit is wrong', () => {
    expect(parseMrz(TD3.join('\n').replace('740812', '740813'))).toMatchObject({
      problem: 'check-digit',
      field: 'birth',
    });
  });
});

describe('whatever is typed', () => {
  it('never throws and no problem quotes the input', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 4, maxLength: 200 }), (text) => {
        for (const parse of [parseChineseId, parseCardNumber, parseMrz, parsePhone]) {
          const result = parse(text);
          if (!result.ok)
            expect(Object.keys(result).every((key) => ['ok', 'problem', 'field'].includes(key))).toBe(true);
        }
      }),
    );
  });

  it('reads phone numbers as E.164 with the last four', () => {
    expect(parsePhone('138 1234 5678')).toEqual({ ok: true, value: { e164: '+8613812345678', lastFour: '5678' } });
    expect(parsePhone('020 7946 0018', 'GB')).toEqual({ ok: true, value: { e164: '+442079460018', lastFour: '0018' } });
  });
});

describe('free text', () => {
  it.each([
    'card 4111 1111 1111 1111 please',
    '身份证 11010519491231002X',
    'id:11010519491231002x.',
    '４１１１－１１１１－１１１１－１１１１',
  ])('is found to hold an ID or card number: %s', (text) => {
    expect(findsSensitiveNumber(text)).toBe(true);
  });

  it.each(['room 1208, call 138 1234 5678', 'order 20261124-000123', 'late arrival 23:45', '4111 1111 1111 1112'])(
    'is let through: %s',
    (text) => {
      expect(findsSensitiveNumber(text)).toBe(false);
    },
  );
});
