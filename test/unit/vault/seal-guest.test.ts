import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deriveIndexKeys, deriveSearchKey, indexOf } from '../../../src-main/vault/blind-index.ts';
import { type ClassKey, deriveRecordKey, openField } from '../../../src-main/vault/field-seal.ts';
import { GuestSealer } from '../../../src-main/vault/seal-guest.ts';
import { GuestId, PropertyId } from '../../../src-shared/model/ids.ts';

const propertyId = PropertyId.parse('west-lake');
const guest = { id: GuestId.parse('01HZZZZZZZZZZZZZZZZZZZZZZZ'), documentType: 'chinese-id' } as const;
const seed = randomBytes(32);
const keyOf = (dataClass: ClassKey['class'], epoch = 1) => ({ class: dataClass, epoch, key: randomBytes(32) });
const identity = keyOf('identity');
const ID = '11010519491231002X';

describe('sealing a guest', () => {
  it('makes ciphertext, mask and index of the same value, under the same epoch', () => {
    using sealer = new GuestSealer(propertyId, [identity]);
    const sealed = sealer.seal(guest, seed, { documentNumber: ID, dateOfBirth: '1949-12-31', nationality: null });
    const place = { propertyId, entity: 'guest', rowId: guest.id, field: 'documentNumber', class: 'identity' } as const;
    const recordKey = deriveRecordKey(identity, seed, { propertyId, guestId: guest.id });
    expect(openField(recordKey, place, sealed.documentNumber?.sealed ?? '').toString()).toBe(ID);
    expect(sealed.documentNumber).toMatchObject({
      mask: '110***********002X',
      index: indexOf(deriveIndexKeys(deriveSearchKey(identity, propertyId)), 'documentNumber', ID),
    });
    // What nobody looks for has no index, and what is not there is not sealed.
    expect(Object.keys(sealed.dateOfBirth ?? {})).toEqual(['sealed', 'mask']);
    expect(sealed.nationality).toBeNull();
    expect(Object.keys(sealed)).toEqual(['documentNumber', 'dateOfBirth', 'nationality']);
  });

  it('under a new epoch gives another index, that the key of the old one does not find', () => {
    using before = new GuestSealer(propertyId, [identity]);
    using after = new GuestSealer(propertyId, [keyOf('identity', 2)]);
    const indexes = [before, after].map((sealer) => sealer.seal(guest, seed, { documentNumber: ID }).documentNumber);
    expect(indexes.map((sealed) => sealed?.index?.epoch)).toEqual([1, 2]);
  });

  it('is refused for a field whose class there is no key of', () => {
    using sealer = new GuestSealer(propertyId, [identity]);
    expect(() => sealer.seal(guest, seed, { cardNumber: '4111111111111111' })).toThrow(RangeError);
  });
});
