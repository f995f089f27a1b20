import { randomBytes } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { type ClassKey, SealError } from '../../../src-main/vault/field-seal.ts';
import { GuestOpener } from '../../../src-main/vault/open-guest.ts';
import { GuestSealer } from '../../../src-main/vault/seal-guest.ts';
import type { SealedClass } from '../../../src-shared/model/classes.ts';
import { GuestId, PropertyId } from '../../../src-shared/model/ids.ts';

const propertyId = PropertyId.parse('test-hotel');
const guestId = GuestId.parse('01JA0000000000000000000001');
const seed = randomBytes(32);
const PLAIN = { documentNumber: 'E12345678', nationality: 'CHN', cardNumber: '4111111111111111' };

const keyOf = (dataClass: SealedClass, epoch: number): ClassKey => ({ class: dataClass, epoch, key: randomBytes(32) });
const KEYS = [keyOf('identity', 1), keyOf('identity', 2), keyOf('payment', 1)] as const;
const inMemory = (dataClass: SealedClass, epoch: number) =>
  KEYS.find((key) => key.class === dataClass && key.epoch === epoch) ?? null;

function sealWith<T extends Partial<typeof PLAIN>>(classKeys: readonly ClassKey[], plain: T) {
  using sealer = new GuestSealer(propertyId, classKeys);
  return sealer.seal({ id: guestId, documentType: 'passport' }, seed, plain);
}

describe('values of one guest', () => {
  const { documentNumber, ...rest } = PLAIN;
  const sealed = { ...sealWith([KEYS[1], KEYS[2]], rest), ...sealWith([KEYS[0]], { documentNumber }) };

  it('open each under the key of its class and epoch, and those of the same under one that is asked for once', () => {
    const classKey = vi.fn(inMemory);
    using opener = new GuestOpener({ propertyId, guestId }, seed, classKey);
    for (const again of [1, 2])
      for (const field of ['documentNumber', 'nationality', 'cardNumber'] as const)
        expect(opener.open(field, sealed[field]?.sealed ?? '').toString('utf8'), `${again}`).toBe(PLAIN[field]);
    expect(classKey.mock.calls).toEqual([
      ['identity', 1],
      ['identity', 2],
      ['payment', 1],
    ]);
  });

  it('do not open without the key, as another field’s, or once it is closed', () => {
    const opener = new GuestOpener({ propertyId, guestId }, seed, inMemory);
    const problemOf = (open: () => unknown) => {
      try {
        open();
      } catch (error) {
        if (error instanceof SealError) return error.problem;
      }
      return 'opened';
    };
    const { nationality } = sealed;
    const envelope = nationality?.sealed ?? '';
    using none = new GuestOpener({ propertyId, guestId }, seed, () => null);
    expect(problemOf(() => none.open('nationality', envelope))).toBe('wrong-key');
    expect(problemOf(() => opener.open('documentNumber', envelope))).toBe('altered');
    expect(problemOf(() => opener.open('nationality', envelope))).toBe('opened');
    opener.close();
    expect(problemOf(() => opener.open('nationality', envelope))).toBe('altered');
  });
});
