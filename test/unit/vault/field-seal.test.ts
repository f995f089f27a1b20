import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ClassKey,
  epochOf,
  type FieldPlace,
  openField,
  SealError,
  sealField,
} from '../../../src-main/vault/field-seal.ts';
import { PropertyId } from '../../../src-shared/model/ids.ts';

const key: ClassKey = { class: 'identity', epoch: 3, key: randomBytes(32) };
const place: FieldPlace = {
  propertyId: PropertyId.parse('west-lake'),
  entity: 'guest',
  rowId: '01HZZZZZZZZZZZZZZZZZZZZZZZ',
  field: 'documentNumber',
  class: 'identity',
};
const problemOf = (open: () => unknown) => {
  try {
    open();
  } catch (error) {
    return error instanceof SealError ? error.problem : error;
  }
  return 'opened';
};

describe('a sealed field', () => {
  it('opens to what was sealed, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (plain) => {
        const sealed = sealField(key, place, plain);
        expect(openField(key, place, sealed).toString('utf8')).toBe(plain);
        expect(epochOf(sealed)).toBe(3);
      }),
    );
  });

  it('is never the same twice and holds no plain text', () => {
    const first = sealField(key, place, '11010519491231002X');
    expect(sealField(key, place, '11010519491231002X')).not.toBe(first);
    expect(Buffer.from(first, 'base64').includes('1949')).toBe(false);
  });

  it.each([
    ['property', { propertyId: PropertyId.parse('east-lake') }],
    ['guest', { rowId: '01HZZZZZZZZZZZZZZZZZZZZZZ0' }],
    ['field', { field: 'documentAddress' }],
  ] as const)('does not open when moved to another %s', (_, change) => {
    const sealed = sealField(key, place, 'X12345678');
    expect(problemOf(() => openField(key, { ...place, ...change }, sealed))).toMatch(/altered|wrong-key/);
  });

  it('does not open under another key, class or epoch', () => {
    const sealed = sealField(key, place, 'X12345678');
    expect(problemOf(() => openField({ ...key, key: randomBytes(32) }, place, sealed))).toBe('wrong-key');
    expect(problemOf(() => openField({ ...key, epoch: 4 }, place, sealed))).toBe('wrong-key');
    expect(problemOf(() => openField({ ...key, class: 'payment' }, { ...place, class: 'payment' }, sealed))).toBe(
      'wrong-key',
    );
  });

  it('notices every flipped bit', () => {
    const envelope = Buffer.from(sealField(key, place, 'X12345678'), 'base64');
    fc.assert(
      fc.property(fc.nat(envelope.length - 1), fc.nat(7), (at, bit) => {
        const flipped = Buffer.from(envelope);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        expect(problemOf(() => openField(key, place, flipped.toString('base64')))).not.toBe('opened');
      }),
      { numRuns: 500 },
    );
  });

  it('says nothing of the value in its error', () => {
    const sealed = sealField(key, place, 'X12345678').slice(0, 100);
    try {
      openField(key, place, sealed);
    } catch (error) {
      expect(JSON.stringify(error) + String(error)).not.toContain('X1234');
    }
  });
});
