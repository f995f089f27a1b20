import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseAmount, typedAmount } from '../../../src-shared/folio/amount.ts';

it.each([
  ['45', 'CNY', 4_500],
  ['45.5', 'CNY', 4_550],
  ['0,05', 'EUR', 5],
  ['１２．３０', 'CNY', 1_230],
  ['1200', 'JPY', 1_200],
  ['1.2', 'JPY', null],
  ['1.234', 'CNY', null],
  ['0', 'CNY', null],
  ['-5', 'CNY', null],
  ['1e3', 'CNY', null],
  ['', 'CNY', null],
])('%s in %s is %s', (text, currency, minor) => {
  expect(parseAmount(text, currency)).toBe(minor);
});

it('an amount that is typed as it was shown is the same', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9_999_999_999 }), fc.constantFrom('CNY', 'KWD'), (minor, currency) => {
      expect(parseAmount(typedAmount(minor, currency), currency)).toBe(minor);
    }),
  );
});

it('nothing is an amount where something may cost nothing', () => {
  expect(parseAmount('0', 'CNY', 0)).toBe(0);
  expect(parseAmount('', 'CNY', 0)).toBeNull();
});
