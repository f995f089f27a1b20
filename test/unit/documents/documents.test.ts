import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { luhnCheck, parseCardNumber } from '../../../src-shared/documents/card-number.ts';
import { chineseIdCheck, parseChineseId } from '../../../src-shared/documents/chinese-id.ts';
import { mrzCheck, parseMrz } from '../../../src-shared/documents/mrz.ts';
import { parsePhone } from '../../../src-shared/documents/phone.ts';
import { findsSensitiveNumber } from '../../../src-shared/documents/sensitive-number.ts';
import { Guest } from '../../../src-shared/model/entities.ts';

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
    ['2223 0031 2200 3222', 'mastercard'],
    ['378282246310005', 'amex'],
    ['6011111111111117', 'discover'],
    ['3530111333300000', 'jcb'],
    ['6200000000000005', 'unionpay'],
    ['30569309025904', 'other'],
    ['４１１１－１１１１－１１１１－１１１１', 'visa'],
  ])('reads %s as %s', (number, brand) => {
    expect(parseCardNumber(number)).toMatchObject({ ok: true, value: { brand } });
  });

  it('has the check digit of the example in annex B', () => {
    expect(luhnCheck('4992739871')).toBe('6');
  });

  it.each([
    ['4111 1111 1111 1112', 'check-digit'],
    ['41111111111', 'length'],
    ['41111111111111111111', 'length'],
    ['4111 1111 1111 111O', 'characters'],
  ])('refuses %s for its %s', (number, problem) => {
    expect(parseCardNumber(number)).toEqual({ ok: false, problem });
  });

  it('finds every wrong digit, and every swap of neighbours but 09 and 90', () => {
    fc.assert(
      fc.property(digits(15), fc.nat(14), fc.nat(8), (first, at, by) => {
        const number = first + luhnCheck(first);
        expect(parseCardNumber(number).ok).toBe(true);
        expect(parseCardNumber(replaceAt(number, at, String((Number(number[at]) + 1 + by) % 10))).ok).toBe(false);
        const pair = number.slice(at, at + 2);
        const swapped = `${number.slice(0, at)}${pair[1]}${pair[0]}${number.slice(at + 2)}`;
        if (swapped !== number) expect(parseCardNumber(swapped).ok).toBe(pair === '09' || pair === '90');
      }),
    );
  });
});

describe('machine-readable zones (ICAO Doc 9303)', () => {
  /** The specimens of parts 4, 6 and 5. */
  const TD3 = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'];
  const TD2 = ['I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'D231458907UTO7408122F1204159<<<<<<<6'];
  const TD1 = ['I<UTOD231458907<<<<<<<<<<<<<<<', '7408122F1204159UTO<<<<<<<<<<<6', 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<'];
  const SPECIMENS = { TD3, TD2, TD1 } as const;

  it.each([
    ['TD3', 'L898902C3'],
    ['TD2', 'D23145890'],
    ['TD1', 'D23145890'],
  ] as const)('reads the specimen of %s', (format, documentNumber) => {
    expect(parseMrz(SPECIMENS[format].join('\n'))).toEqual({
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

  /** Part 11, appendix D: the number is of twelve characters and its check digit stands in the optional data. */
  const LONG = {
    TD1: ['I<UTOD23145890<7349<<<<<<<<<<<', '3407127M9507122UTO<<<<<<<<<<<2', 'STEVENSON<<PETER<JOHN<<<<<<<<<'],
    TD2: ['I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<', 'D23145890<UTO3407127M95071227349<<<8'],
  } as const;

  it.each(['TD1', 'TD2'] as const)('reads a document number of more than nine characters from %s', (format) => {
    expect(parseMrz(LONG[format].join('\r\n'))).toMatchObject({
      ok: true,
      value: { format, documentNumber: 'D23145890734', surname: 'STEVENSON', givenNames: 'PETER JOHN', sex: 'male' },
    });
  });

  it('finds a wrong check digit of a long number, and a long number where the format knows none', () => {
    expect(parseMrz(LONG.TD1.join('\n').replace('7349', '7359'))).toMatchObject({
      problem: 'check-digit',
      field: 'number',
    });
    expect(parseMrz(TD3.join('\n').replace('L898902C36', 'L898902C3<'))).toMatchObject({
      problem: 'check-digit',
      field: 'number',
    });
  });

  it('has the check digits of the examples in part 3', () => {
    expect(mrzCheck('520727')).toBe('3');
    expect(mrzCheck('AB2134<<<')).toBe('5');
  });

  it.each([
    ['L898902C36', 'L898902C26', 'check-digit', 'number'],
    ['7408122', '7408132', 'check-digit', 'birth'],
    ['1204159', '1205159', 'check-digit', 'expiry'],
    ['ZE184226B<<<<<1', 'ZE184226C<<<<<1', 'check-digit', 'personal'],
    ['<<<<<10', '<<<<<11', 'check-digit', 'composite'],
    ['2F12', '2Z12', 'characters', 'sex'],
  ] as const)('%s misread as %s is a problem of %s: %s', (right, wrong, problem, field) => {
    expect(parseMrz(TD3.join('\n').replace(right, wrong))).toEqual({ ok: false, problem, field });
  });

  it('finds every character that is misread, unless the weights of the standard cannot tell', () => {
    for (const [format, lines] of Object.entries(SPECIMENS)) {
      const text = lines.join('\n');
      const checked = Array.from(text.matchAll(/\d/g), (match) => match.index);
      fc.assert(
        fc.property(fc.constantFrom(...checked), fc.integer({ min: 1, max: 9 }), (at, by) => {
          const wrong = String((Number(text[at]) + by) % 10);
          expect(parseMrz(replaceAt(text, at, wrong)).ok, `${format} at ${at}`).toBe(false);
        }),
      );
    }
  });

  /** Line 2 of TD3 with its check digits. */
  const td3Line = (birth: string, personal = '<<<<<<<<<<<<<<', personalCheck = '<') => {
    const [number, expiry] = ['L898902C36', '1204159'];
    const dated = birth + mrzCheck(birth);
    const rest = expiry + personal + personalCheck;
    return `${number}UTO${dated}F${rest}${mrzCheck(number + dated + rest)}`;
  };

  it('takes unknown parts of a birth date as they are printed, and refuses days that do not exist', () => {
    for (const birth of ['74<<<<', '<<<<<<', '000229', '7408<<'])
      expect(parseMrz(`${TD3[0]}\n${td3Line(birth)}`)).toMatchObject({ ok: true, value: { dateOfBirth: birth } });
    for (const birth of ['740230', '741301', '7<0812', '01A229'])
      expect(parseMrz(`${TD3[0]}\n${td3Line(birth)}`)).toEqual({ ok: false, problem: 'date', field: 'birth' });
  });

  it('accepts a zero or a filler as check digit of no personal number', () => {
    for (const check of ['0', '<']) expect(parseMrz(`${TD3[0]}\n${td3Line('740812', undefined, check)}`).ok).toBe(true);
    expect(parseMrz(`${TD3[0]}\n${td3Line('740812', 'ZE184226B<<<<<', '<')}`)).toMatchObject({ field: 'personal' });
  });

  it.each(['', 'P<UTO', TD3[0], `${TD3.join('\n')}<`, `${TD1.join('\n')}\n${TD1[2]}`])(
    'refuses %j for its length',
    (text) => {
      expect(parseMrz(text ?? '')).toEqual({ ok: false, problem: 'length' });
    },
  );

  it('refuses what the zone cannot hold', () => {
    expect(parseMrz(TD2.join('\n').replace('ANNA', 'ÄNNA'))).toEqual({ ok: false, problem: 'characters' });
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
});

describe('phone numbers (ITU-T E.164)', () => {
  it.each([
    ['138 1234 5678', undefined, '+8613812345678', '5678'],
    ['0086-138-1234-5678', undefined, '+8613812345678', '5678'],
    ['＋８６１３８１２３４５６７８', undefined, '+8613812345678', '5678'],
    ['010 6552 9988', undefined, '+861065529988', '9988'],
    ['020 7946 0018', 'GB', '+442079460018', '0018'],
    ['+44 (0)20 7946 0018', undefined, '+442079460018', '0018'],
    ['(202) 555-0123', 'US', '+12025550123', '0123'],
    ['+39 06 698 12345', undefined, '+390669812345', '2345'],
    ['٠٥٠٠٠٠١٢٣٤', 'AE', '+971500001234', '1234'],
  ] as const)('reads %s in %s as %s', (text, country, e164, lastFour) => {
    expect(parsePhone(text, country)).toMatchObject({ ok: true, value: { e164, lastFour } });
  });

  it('writes them as they are read aloud across borders', () => {
    expect(parsePhone('13812345678')).toMatchObject({ value: { international: '+86 138 1234 5678' } });
  });

  it('gives what the registry takes: a plus sign and at most fifteen digits', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\+?[\d ()-]{3,24}$/), (text) => {
        const parsed = parsePhone(text);
        if (parsed.ok) expect(Guest.shape.phone.safeParse(parsed.value.e164).success, parsed.value.e164).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it.each(['', 'abc', '12', '+999 123', '+44 7911 123456 7890 1234'])('refuses %j', (text) => {
    expect(parsePhone(text).ok).toBe(false);
  });
});

describe('free text', () => {
  it.each([
    'card 4111 1111 1111 1111 please',
    '4111 - 1111 - 1111 - 1111',
    '4111–1111–1111–1111',
    '4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1',
    '4111\u200B1111\u200B11111111',
    'amex 3782 822463 10005.',
    'no 99999411111111111111199',
    '卡号：４１１１－１１１１－１１１１－１１１１',
    '身份证 11010519491231002X',
    '身份证11010519491231002X号',
    'id:11010519491231002x.',
    '110105 1949 1231 002X',
    '110105 1949 12 31 002 X',
    '0011010519491231002X',
  ])('is found to hold an ID or card number: %s', (text) => {
    expect(findsSensitiveNumber(text)).toBe(true);
  });

  it.each([
    'room 1208, call 138 1234 5678',
    '13812345678 13987654321',
    'order 20261124-000123',
    'late arrival 23:45',
    '4111 1111 1111 1112',
    '2026-03-14 2026-03-17 2026-03-19',
    '407.00, 300.00, 250.00',
    '110105194912310021',
  ])('is let through: %s', (text) => {
    expect(findsSensitiveNumber(text)).toBe(false);
  });

  it('gives away no number between words of any script', () => {
    const words = fc.string({ unit: fc.constantFrom(...'客人 card:，.'), maxLength: 20 });
    fc.assert(
      fc.property(words, digits(15), words, (before, first, after) => {
        const number = `4${first.slice(1)}`;
        expect(findsSensitiveNumber(`${before}客${number}${luhnCheck(number)}号${after}`)).toBe(true);
      }),
    );
  });

  it('lets two phone numbers through, whatever they are', () => {
    fc.assert(
      fc.property(digits(10), digits(10), (one, other) => {
        expect(findsSensitiveNumber(`1${one} / 1${other}`)).toBe(false);
      }),
    );
  });

  it('of full length is read in no time', () => {
    const start = performance.now();
    for (const text of ['1 '.repeat(250), '4'.repeat(500), '41 1'.repeat(125), '1-/,'.repeat(125)])
      findsSensitiveNumber(text);
    expect(performance.now() - start).toBeLessThan(500);
  });
});
