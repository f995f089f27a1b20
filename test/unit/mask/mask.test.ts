import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskChineseIdStrict } from '../../../src-shared/mask/document.ts';
import { graphemes } from '../../../src-shared/mask/graphemes.ts';
import { MASK_KINDS, mask } from '../../../src-shared/mask/index.ts';

const PERSONAL = MASK_KINDS.filter((kind) => kind !== 'none');

describe('masks follow the norms staff know', () => {
  it.each([
    ['name', '张三', '张*'],
    ['name', '王小明', '王**'],
    ['name', '欧阳娜娜', '欧阳**'],
    ['name', '司马懿', '司马*'],
    ['name', '欧阳', '欧*'],
    ['name', '王', '*'],
    ['name', '山田太郎', '山**'],
    ['name', '김민준', '김**'],
    ['name', 'John Smith', 'J*** S***'],
    ['name', 'Mary-Jane O’Neil', 'M*** O***'],
    ['name', 'Juan Carlos María de la Cruz', 'J*** C*** C***'],
    ['name', 'Иван Петров', 'И*** П***'],
    ['name', 'محمد علي', 'م*** ع***'],
    ['name', 'J Smith', '*** S***'],
    ['name', '', ''],
    ['phone', '13812345678', '138****5678'],
    ['phone', '+86 138 1234 5678', '138****5678'],
    ['phone', '１３８１２３４５６７８', '138****5678'],
    ['phone', '+44 7911 123456', '+44 **** ***456'],
    ['phone', '+1 202 555 0123', '+1 **** ***123'],
    ['phone', 'abc', '****'],
    ['chinese-id', '11010519491231002X', '110***********002X'],
    ['chinese-id', '11010519491231002x', '110***********002X'],
    ['passport', 'E12345678', 'E1*****78'],
    ['passport', 'X1234', 'X*****'],
    ['passport', 'X12', '*****'],
    ['card', '4111 1111 1111 1111', '**** **** **** 1111'],
    ['card', '378282246310005', '**** **** **** 0005'],
    ['card', '1234', '**** **** **** ****'],
    ['bank-account', '91310000775785552L', '**** 552L'],
    ['email', 'zhang.san@example.com', 'z***@example.com'],
    ['email', 'z@example.com', '***@example.com'],
    ['email', 'nonsense', '***'],
    ['address', '广东省深圳市南山区科技园1号', '广东省深圳市***'],
    ['address', '北京市朝阳区建国路88号', '北京市***'],
    ['address', '新疆维吾尔自治区乌鲁木齐市天山区', '新疆维吾尔自治区乌鲁木齐市***'],
    ['address', '12 Rue de la Paix, 75002 Paris, France', '***, France'],
    ['address', '12 High Street, London', '***'],
    ['date', '1949-12-31', '****-**-**'],
    ['plate', '粤B12348', '粤B****8'],
    ['free-text', 'no nuts', '•••'],
  ] as const)('%s %s → %s', (kind, value, expected) => {
    expect(mask(kind, value)).toBe(expected);
  });

  it('shows the first and last character only at the stricter level of a Chinese ID', () => {
    expect(maskChineseIdStrict('11010519491231002X')).toBe(`1${'*'.repeat(16)}X`);
  });
});

describe.each(PERSONAL)('every %s mask', (kind) => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.string({ unit: 'grapheme', maxLength: 60 }),
  );

  it('never throws and is idempotent', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const once = mask(kind, value);
        expect(mask(kind, once)).toBe(once);
      }),
      { numRuns: 300 },
    );
  });

  it('shows nothing that cannot be seen or that turns the text around', () => {
    fc.assert(
      fc.property(anything, (value) => {
        expect(mask(kind, `\u202E${value}\u0007`)).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
      }),
    );
  });

  it('stays short whatever comes in', () => {
    expect(mask(kind, '张9a '.repeat(10_000)).length).toBeLessThanOrEqual(160);
  });
});

describe('a mask never contains the hidden part', () => {
  const han = fc.stringMatching(/^[\u4E00-\u9FA5]{2,6}$/);
  const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));

  it('of a Chinese name', () => {
    fc.assert(
      fc.property(han, (name) => {
        const shown = mask('name', name);
        expect(graphemes(shown).filter((sign) => sign !== '*').length).toBeLessThanOrEqual(2);
        expect(shown).not.toContain(name.slice(2) || '\0');
      }),
    );
  });

  it('of a Latin name: one letter a word', () => {
    const word = fc.stringMatching(/^[A-Z][a-z]{1,14}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
        expect(mask('name', words.join(' '))).toMatch(/^[A-Z]\*\*\*( [A-Z]\*\*\*){0,2}$/);
      }),
    );
  });

  it('of a card: one shape for all, no more than four digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 12, max: 19 }).chain(digits), (number) => {
        const shown = mask('card', number);
        expect(shown).toMatch(/^\*{4} \*{4} \*{4} \d{4}$/);
        expect(shown).not.toContain(number.slice(0, -4));
      }),
    );
  });

  it('of an ID: eleven characters are gone', () => {
    fc.assert(
      fc.property(digits(17), (number) => {
        const shown = mask('chinese-id', `${number}X`);
        expect(shown).toBe(`${number.slice(0, 3)}${'*'.repeat(11)}${number.slice(14)}X`);
      }),
    );
  });

  it('of a phone number: the same shape for every length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 7, max: 11 }).chain(digits), (rest) => {
        expect(mask('phone', `+49 3${rest}`)).toMatch(/^(\+49 \*{4} \*{3}\d{3}|\*{4}\d{2})$/);
      }),
    );
  });
});

describe('one more hidden character does not show', () => {
  it.each([
    ['name', '王小明', '王小明明明'],
    ['name', 'Jo Smith', 'Jonathan Smitherson'],
    ['passport', 'X12345678', 'X12399999978'],
    ['email', 'zh@example.com', 'zhang.san.long@example.com'],
    ['free-text', 'a', 'a much longer text'],
    ['card', '4111111111111111', '6111111111111111111'],
  ] as const)('%s: %s and %s look alike', (kind, short, long) => {
    expect(mask(kind, long)).toBe(mask(kind, short));
  });

  it('keeps graphemes whole', () => {
    expect(mask('name', '👨‍👩‍👧‍👦 e\u0301toile')).toBe('*** e\u0301***');
  });
});
