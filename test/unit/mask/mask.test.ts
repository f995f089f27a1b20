import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graphemes, visible } from '../../../src-shared/mask/graphemes.ts';
import { isMask, MASK_KINDS, type MaskKind, mask } from '../../../src-shared/mask/index.ts';
import { COMPOUND_SURNAMES } from '../../../src-shared/mask/name.ts';

const PERSONAL = MASK_KINDS.filter((kind) => kind !== 'none');

describe('masks follow the norms staff know', () => {
  it.each([
    ['name', '张三', '张*'],
    ['name', '王小明', '王**'],
    ['name', '欧阳娜娜', '欧阳**'],
    ['name', '司马懿', '司马*'],
    ['name', '欧阳', '欧*'],
    ['name', '欧 阳', '欧*'],
    ['name', '남궁민수', '남궁**'],
    ['name', '阿卜杜拉·买买提', '阿**'],
    ['name', '渡辺\u{E0100} 太郎', '渡**'],
    ['name', '王 小明 John', '*** *** J***'],
    ['name', 'สมชาย ใจดี', 'ส*** ใ***'],
    ['name', '·', '***'],
    ['name', '，', '***'],
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
    ['phone', '+683 4002', '+683 **** ****'],
    ['phone', '010 6552 9988', '+86 **** ***988'],
    ['phone', '7777777777777777777', '****77'],
    ['phone', 'abc', '****'],
    ['chinese-id', '11010519491231002X', '110***********002X'],
    ['chinese-id', '11010519491231002x', '110***********002X'],
    ['chinese-id', '110105491231002', '11*****02'],
    ['chinese-id-strict', '11010519491231002X', '1****************X'],
    ['chinese-id-strict', '110***********002X', '1****************X'],
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
    ['address', 'Россия, Москва, улица Ленина', '***'],
    ['address', '١٢ شارع النيل، القاهرة، مصر', '***, مصر'],
    ['address', '香港特别行政区中环市场街1号', '香港特别行政区***'],
    ['address', '广东省南山区科技园市民中心', '广东省***'],
    ['address', '河北省白沟镇市场街2号', '河北省***'],
    ['address', '江西省景德镇市珠山区', '江西省景德镇市***'],
    ['address', '云南省大理白族自治州大理市古城', '云南省大理白族自治州***'],
    ['address', '黑龙江省大兴安岭地区加格达奇', '黑龙江省大兴安岭地区***'],
    ['address', '深圳市南山区科技园1号', '***'],
    ['date', '1949-12-31', '****-**-**'],
    ['plate', '粤B12348', '粤B****8'],
    ['free-text', 'no nuts', '•••'],
  ] as const)('%s %s → %s', (kind, value, expected) => {
    expect(mask(kind, value)).toBe(expected);
  });
});

/** Any text, and text that looks like names, numbers and masks in every script, broken characters among it. */
const SCRIPTS = [
  'Han',
  'Hangul',
  'Hiragana',
  'Katakana',
  'Latin',
  'Cyrillic',
  'Arabic',
  'Hebrew',
  'Thai',
  'Devanagari',
];
const ODD = [
  '\u200D',
  '\u200B',
  '\u202E',
  '\u0301',
  '\u{E0100}',
  '\u3164',
  '\uD800',
  '👨‍👩‍👧‍👦',
  '🇬🇧',
  '*',
  '•',
  '@',
  ',',
  '省',
  '市',
  '+',
  '-',
];
const CHARACTERS = Array.from({ length: 0xffff - 0xa0 }, (_, n) => String.fromCharCode(n + 0xa0)).filter((character) =>
  SCRIPTS.some((script) => new RegExp(`\\p{Script=${script}}`, 'u').test(character)),
);
const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: fc.constantFrom(...CHARACTERS, ' '), maxLength: 30 }),
  fc.string({ unit: fc.constantFrom(...ODD, ...'0123456789aZ 张阳', 'e'), maxLength: 24 }),
);

describe.each(PERSONAL)('every %s mask', (kind) => {
  it('never throws, is idempotent and is known for a mask', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const once = mask(kind, value);
        expect(mask(kind, once)).toBe(once);
        expect(isMask(kind, once)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('shows nothing that cannot be seen or that turns the text around', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const shown = mask(kind, `\u202E\u061C${value}\u0007\u00AD`);
        expect(shown).not.toMatch(
          /[\p{Cc}\p{Zl}\p{Zp}\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\u3164\uFEFF]/u,
        );
        expect(shown.isWellFormed()).toBe(true);
      }),
    );
  });

  it('stays short whatever comes in', () => {
    for (const long of [
      '张9a '.repeat(10_000),
      `e${'\u0301'.repeat(140)}xyzxyzxyz `.repeat(3),
      `z@${'d'.repeat(200)}.example`,
      `中国${'省'.repeat(200)}`,
    ])
      expect(mask(kind, long).length).toBeLessThanOrEqual(128);
  });

  it('is empty for nothing, and for nothing else that is seen', () => {
    expect(mask(kind, ' \u200B ')).toBe('');
    fc.assert(
      fc.property(anything, (value) => {
        fc.pre(/[\p{L}\p{N}]/u.test(visible(value)));
        expect(mask(kind, value)).not.toBe('');
      }),
    );
  });
});

describe('a character is never cut in two', () => {
  const whole = ['e\u0301', 'a\u0323\u0308', '👩🏽‍🚀', '👨‍👩‍👧‍👦', '🇬🇧', '葛\u{E0100}', 'ก็', 'नि', 'بّ', 'A'].map(
    (sign) => sign.normalize('NFKC').toLowerCase(),
  );

  it.each(['name', 'document', 'plate'] as const)('by the mask of a %s', (kind) => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...whole), { minLength: 2, maxLength: 12 }), (signs) => {
        const shown = graphemes(mask(kind, signs.join('')).toLowerCase()).filter((sign) => sign !== '*');
        expect(whole).toEqual(expect.arrayContaining(shown));
      }),
    );
  });
});

describe('a mask never contains the hidden part', () => {
  const han = fc.stringMatching(/^[\u4E00-\u9FA5]{2,6}$/);
  const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));

  it('of a Chinese name: no more than the family name, and one star for each of at most two hidden', () => {
    fc.assert(
      fc.property(han, (name) => {
        const shown = mask('name', name);
        const family = shown.replace(/\*+$/, '');
        expect(name.startsWith(family)).toBe(true);
        expect(family).toHaveLength(COMPOUND_SURNAMES.has(name.slice(0, 2)) && name.length > 2 ? 2 : 1);
        expect(shown).toBe(family + '*'.repeat(Math.min(2, name.length - family.length)));
      }),
    );
  });

  it('of a name in any script: one character a word', () => {
    const letters = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, n) => String.fromCodePoint(from + n));
    const alphabets = [
      letters(0x61, 0x7a),
      letters(0x430, 0x44f),
      letters(0x627, 0x628),
      letters(0x5d0, 0x5ea),
      ['e\u0301', 'a\u0308\u0323', '👩🏽‍🚀'],
    ];
    const word = fc
      .constantFrom(...alphabets)
      .chain((alphabet) => fc.array(fc.constantFrom(...alphabet), { minLength: 2, maxLength: 9 }));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
        const shown = mask('name', words.map((word) => word.join('')).join(' ')).split(' ');
        expect(shown).toHaveLength(Math.min(3, words.length));
        for (const part of shown) expect(words.map(([first]) => `${first?.normalize('NFKC')}***`)).toContain(part);
      }),
    );
  });

  it('of a card: one shape for all, no more than four digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 12, max: 19 }).chain(digits), fc.constantFrom('', ' ', '-'), (number, gap) => {
        const shown = mask('card', number.replace(/(\d{4})/g, `$1${gap}`));
        expect(shown).toBe(`**** **** **** ${number.slice(-4)}`);
      }),
    );
  });

  it('of a tax number or account: the last four', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\dA-Z]{8,30}$/), (number) => {
        expect(mask('bank-account', number)).toBe(`**** ${number.slice(-4)}`);
      }),
    );
  });

  it('of an ID: eleven characters are gone, sixteen at the stricter level', () => {
    fc.assert(
      fc.property(digits(17), fc.constantFrom('0', '7', 'X'), (number, check) => {
        expect(mask('chinese-id', number + check)).toBe(
          `${number.slice(0, 3)}${'*'.repeat(11)}${number.slice(14)}${check}`,
        );
        expect(mask('chinese-id-strict', number + check)).toBe(`${number.slice(0, 1)}${'*'.repeat(16)}${check}`);
      }),
    );
  });

  it('of a document: two at either end, the same for every length', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z]{1,2}\d{7,20}$/), (number) => {
        expect(mask('passport', number)).toBe(`${number.slice(0, 2)}*****${number.slice(-2)}`);
      }),
    );
  });

  it('of a phone number: the same shape for every length', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('+49 3', '+44 7', '+1 2', '+86 13', '+683 ', '+290 '),
        fc.integer({ min: 2, max: 12 }).chain(digits),
        (prefix, rest) => {
          const shown = mask('phone', prefix + rest);
          expect(shown).toMatch(/^(\+\d{1,3} \*{4} (\*{3}\d{3}|\*{4})|13\d\*{4}\d{4}|\*{4}(\d{2})?)$/);
          const hidden = rest.slice(0, -4);
          if (hidden.length >= 4) expect(shown.replace(/^\+\d+ /, '')).not.toContain(hidden);
        },
      ),
    );
  });

  it('of an e-mail address: the domain and one character', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z][a-z0-9._+-]{1,60}$/),
        fc.constantFrom('example.com', 'mail.example.org'),
        (local, domain) => {
          expect(mask('email', `${local}@${domain}`)).toBe(`${local.slice(0, 1)}***@${domain}`);
        },
      ),
    );
  });

  it('of an address: no street, house or postcode', () => {
    const street = fc.stringMatching(/^[1-9]\d{0,3} [A-Z][a-z]{3,12} (Street|Allee|Via)$/);
    fc.assert(
      fc.property(
        street,
        fc.constantFrom('France', '中国', 'Deutschland', 'Fictionville', '75002 Paris'),
        (line, last) => {
          const shown = mask('address', `${line}, Sampletown, ${last}`);
          expect(['***', `***, ${last}`]).toContain(shown);
          expect(shown).not.toMatch(/\d/);
        },
      ),
    );
  });

  it('of a date, a preference or a nationality: nothing at all', () => {
    fc.assert(
      fc.property(anything, (value) => {
        fc.pre(visible(value) !== '');
        expect([mask('date', value), mask('free-text', value)]).toEqual(['****-**-**', '•••']);
      }),
    );
  });
});

describe('one more hidden character does not show', () => {
  it.each([
    ['name', '王小明', '王小明明明'],
    ['name', 'Jo Smith', 'Jonathan Smitherson'],
    ['name', 'A B C D', 'A B C D E F G'],
    ['passport', 'X12345678', 'X12399999978'],
    ['email', 'zh@example.com', 'zhang.san.long@example.com'],
    ['free-text', 'a', 'a much longer text'],
    ['card', '4111111111111111', '6111111111111111111'],
    ['plate', '粤B12348', '粤B123458'],
    ['phone', '+49 30 231258', '+49 30 23125000258'],
    ['address', '浙江省杭州市西湖区1号', '浙江省杭州市西湖区文三路1000号'],
  ] as const)('%s: %s and %s look alike', (kind, short, long) => {
    expect(mask(kind, long)).toBe(mask(kind, short));
  });
});

describe('a plain value in the place of its mask', () => {
  it.each([
    ['chinese-id', '11010519491231002X'],
    ['chinese-id', 'E12345678'],
    ['chinese-id-strict', '110***********002X'],
    ['card', '4111111111111111'],
    ['card', '**** **** 1111 1111'],
    ['date', '1949-12-31'],
    ['free-text', 'no nuts'],
    ['address', '浙江省杭州市西湖区文三路1号'],
    ['bank-account', '91310000775785552L'],
  ] as const satisfies readonly (readonly [MaskKind, string])[])('%s %s is found out', (kind, value) => {
    expect(isMask(kind, value)).toBe(false);
  });
});
