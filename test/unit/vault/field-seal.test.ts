import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ClassKey,
  deriveRecordKey,
  epochOf,
  type FieldPlace,
  openField,
  SealError,
  sealField,
} from '../../../src-main/vault/field-seal.ts';
import { GuestId, PropertyId } from '../../../src-shared/model/ids.ts';

const classKey: ClassKey = { class: 'identity', epoch: 3, key: randomBytes(32) };
const seed = randomBytes(32);
const of = { propertyId: PropertyId.parse('west-lake'), guestId: GuestId.parse('01HZZZZZZZZZZZZZZZZZZZZZZZ') };
const key = deriveRecordKey(classKey, seed, of);
const place: FieldPlace = {
  propertyId: of.propertyId,
  entity: 'guest',
  rowId: of.guestId,
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
    const open = (change: Partial<ClassKey>, at: FieldPlace = place) =>
      problemOf(() => openField(deriveRecordKey({ ...classKey, ...change }, seed, of), at, sealed));
    expect(open({})).toBe('opened');
    expect(open({ key: randomBytes(32) })).toBe('wrong-key');
    expect(open({ epoch: 4 })).toBe('wrong-key');
    expect(open({ class: 'payment' }, { ...place, class: 'payment' })).toBe('wrong-key');
  });

  it('does not open with the class key alone: another seed, another guest or no seed is another key', () => {
    const sealed = sealField(key, place, 'X12345678');
    const other = GuestId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ0');
    const keys = [
      deriveRecordKey(classKey, randomBytes(32), of),
      deriveRecordKey(classKey, Buffer.alloc(32), of),
      deriveRecordKey(classKey, seed, { ...of, guestId: other }),
      { ...classKey, commitment: key.commitment },
    ];
    for (const wrong of keys) expect(problemOf(() => openField(wrong, place, sealed))).toMatch(/wrong-key|altered/);
    for (const short of [Buffer.alloc(0), randomBytes(31)])
      expect(() => deriveRecordKey(classKey, short, of)).toThrow(RangeError);
  });

  it('of an envelope of the first version is not taken for one of this', () => {
    const envelope = Buffer.from(sealField(key, place, 'X12345678'), 'base64');
    envelope[0] = 1;
    expect(problemOf(() => openField(key, place, envelope.toString('base64')))).toBe('unsupported');
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
