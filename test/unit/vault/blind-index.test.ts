import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deriveIndexKeys,
  deriveSearchKey,
  indexOf,
  rangeOfLastFour,
  rangeOfWhole,
  wipeIndexKeys,
} from '../../../src-main/vault/blind-index.ts';
import type { ClassKey } from '../../../src-main/vault/field-seal.ts';
import { lastFourOf, numberForm } from '../../../src-shared/documents/number-form.ts';
import { PropertyId } from '../../../src-shared/model/ids.ts';
import { INDEX_BITS, LAST_FOUR_BITS } from '../../../src-shared/model/sealed-field.ts';

const property = PropertyId.parse('west-lake');
const classKey: ClassKey = { class: 'identity', epoch: 3, key: randomBytes(32) };
const keysOf = (key: ClassKey = classKey, at = property) => deriveIndexKeys(deriveSearchKey(key, at));
const keys = keysOf();
const index = (value: string, by = keys) => indexOf(by, 'documentNumber', value);

/** A number and another spelling of it, as people and machines write it. */
const digitOrLetter = fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ');
const numbers = fc.string({ unit: digitOrLetter, minLength: 5, maxLength: 22 });
const spelt = fc.tuple(numbers, fc.infiniteStream(fc.nat({ max: 11 }))).map(([number, stream]) => {
  const spelling = Array.from(number, (sign) => {
    const how = stream.next().value ?? 0;
    const written = how % 3 === 0 ? sign.toLowerCase() : sign;
    const wide = how % 4 === 1 ? String.fromCodePoint((written.codePointAt(0) ?? 0) + 0xfee0) : written;
    return `${wide}${['', '', ' ', '-', '　', '<', '–', '', '', '', '', '·'][how]}`;
  }).join('');
  return { number, spelling };
});

describe('the published vectors', () => {
  it('of HMAC-SHA256 (RFC 4231 §4.2, 4.3, 4.4) hold', () => {
    const hmac = (key: Buffer, data: Buffer) => createHmac('sha256', key).update(data).digest('hex');
    expect(hmac(Buffer.alloc(20, 0x0b), Buffer.from('Hi There'))).toBe(
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    );
    expect(hmac(Buffer.from('Jefe'), Buffer.from('what do ya want for nothing?'))).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
    expect(hmac(Buffer.alloc(20, 0xaa), Buffer.alloc(50, 0xdd))).toBe(
      '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
    );
  });

  it('of HKDF-SHA256 (RFC 5869 A.1, A.3) hold', () => {
    const hkdf = (ikm: Buffer, salt: string, info: string) =>
      Buffer.from(hkdfSync('sha256', ikm, Buffer.from(salt, 'hex'), Buffer.from(info, 'hex'), 42)).toString('hex');
    expect(hkdf(Buffer.alloc(22, 0x0b), '000102030405060708090a0b0c', 'f0f1f2f3f4f5f6f7f8f9')).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    );
    expect(hkdf(Buffer.alloc(22, 0x0b), '', '')).toBe(
      '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8',
    );
  });

  // Made by another implementation, of the words in decision 0017.
  it('of its own stay what they are: an index that was written yesterday is found tomorrow', () => {
    const fixed = { class: 'identity', epoch: 1, key: Buffer.alloc(32, 1) } as const;
    expect(deriveSearchKey(fixed, property).searchKey.toString('hex')).toBe(
      '32a2ad7f08422512d73a02e568c29ba5b8a42e767e45895a5c189d872d6592ff',
    );
    expect(index('11010519491231002X', keysOf(fixed))).toEqual({ epoch: 1, mark: 170409 });
  });
});

describe('the width of an index', () => {
  it('keeps the rule of CipherSweet for a million guests: 2 ≤ R / 2^Σ min(L, K) < √R, both indexes of a field together', () => {
    const guests = 1_000_000;
    const coincidences = (bits: number) => guests / 2 ** bits;
    // Three digits, and a digit or X behind them.
    const lastFours = Math.log2(10 ** 3 * 11);
    for (const bits of [INDEX_BITS, Math.min(LAST_FOUR_BITS, lastFours)]) {
      expect(coincidences(bits)).toBeGreaterThanOrEqual(2);
      expect(coincidences(bits)).toBeLessThan(Math.sqrt(guests));
    }
    // One bit more and it would be broken.
    expect(coincidences(INDEX_BITS + 1)).toBeLessThan(2);
  });

  it('is used up: marks lie all over it, so that as many numbers share one as were planned for', () => {
    const marks = Array.from({ length: 4_000 }, (_, at) => index(`E${at}${randomBytes(3).toString('hex')}`).mark);
    expect(Math.max(...marks)).toBeGreaterThan(2 ** INDEX_BITS * 0.99);
    expect(Math.min(...marks)).toBeLessThan(2 ** INDEX_BITS * 0.01);
    expect(new Set(marks).size).toBeGreaterThan(3_900);
  });
});

describe('an index', () => {
  it('is the same for every spelling of a number: full-width signs, case, spaces, dashes, fillers', () => {
    fc.assert(
      fc.property(spelt, ({ number, spelling }) => {
        expect(numberForm(spelling)).toBe(number);
        expect(index(spelling)).toEqual(index(number));
      }),
      { numRuns: 500 },
    );
  });

  it('lies in the range of its last four, in whatever spelling, and in that of the whole', () => {
    fc.assert(
      fc.property(spelt, ({ number, spelling }) => {
        const { mark } = index(number);
        expect(rangeOfWhole(keys, 'documentNumber', spelling)).toEqual({ epoch: 3, first: mark, last: mark });
        const tail = rangeOfLastFour(keys, 'documentNumber', lastFourOf(number).toLowerCase());
        expect([tail.epoch, tail.first <= mark, mark <= tail.last]).toEqual([3, true, true]);
        expect(tail.last - tail.first + 1).toBe(2 ** (INDEX_BITS - LAST_FOUR_BITS));
      }),
      { numRuns: 500 },
    );
  });

  it('of different numbers differs, but for the coincidences that are meant', () => {
    let same = 0;
    const asked = 2_000;
    for (let at = 0; at < asked; at++) if (index(`A${at}0001`).mark === index(`B${at}0001`).mark) same += 1;
    // The last four are alike, so 5 bits decide: one in 32, give or take.
    expect(same).toBeGreaterThan(asked / 32 / 2);
    expect(same).toBeLessThan((asked / 32) * 2);
  });

  it.each([
    ['class key', keysOf({ ...classKey, key: randomBytes(32) })],
    ['epoch', keysOf({ ...classKey, epoch: 4 })],
    ['property', keysOf(classKey, PropertyId.parse('east-lake'))],
  ])('is another one under another %s', (_, other) => {
    const numbersOf = Array.from({ length: 50 }, (_unused, at) => `E123${at}5678`);
    const alike = numbersOf.filter((number) => index(number, other).mark === index(number).mark);
    expect(alike.length).toBeLessThan(3);
  });

  it('is of one field: the index of a card is none of a document, and keys of another class make none', () => {
    const payment = keysOf({ ...classKey, class: 'payment' });
    expect(indexOf(payment, 'cardNumber', '4111111111111111').mark).not.toBe(index('4111111111111111').mark);
    expect(() => indexOf(payment, 'documentNumber', 'E12345678')).toThrow(RangeError);
    expect(() => rangeOfLastFour(keys, 'cardNumber', '1111')).toThrow(RangeError);
  });

  it('has keys that can be wiped', () => {
    const wiped = keysOf();
    wipeIndexKeys(wiped);
    for (const { lastFour, whole } of wiped.of.values()) expect([lastFour, whole]).toEqual([ZEROS, ZEROS]);
    expect(() => deriveSearchKey({ ...classKey, key: Buffer.alloc(31) }, property)).toThrow(RangeError);
  });
});

const ZEROS = Buffer.alloc(32);
