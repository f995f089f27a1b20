import type { SealedClass } from '../../src-shared/model/classes.ts';
import type { GuestId, PropertyId } from '../../src-shared/model/ids.ts';
import { type GuestSealedField, sealedClassOf } from '../../src-shared/model/registry.ts';
import { type ClassKey, deriveRecordKey, epochOf, openField, type RecordKey, SealError } from './field-seal.ts';

/**
 * Opens values of one guest, with one record key for all that are of the same class and epoch. The keys it derives are zeroed by
 * `close`; the class keys and the seed are still the caller's.
 */
export class GuestOpener {
  readonly #of: { readonly propertyId: PropertyId; readonly guestId: GuestId };
  readonly #seed: Uint8Array;
  readonly #classKey: (dataClass: SealedClass, epoch: number) => ClassKey | null;
  readonly #recordKeys: RecordKey[] = [];

  /**
   * @param seed the guest's, 32 bytes
   * @param classKey the key of a class in an epoch; null when it is not in memory
   */
  constructor(
    of: { readonly propertyId: PropertyId; readonly guestId: GuestId },
    seed: Uint8Array,
    classKey: (dataClass: SealedClass, epoch: number) => ClassKey | null,
  ) {
    this.#of = of;
    this.#seed = seed;
    this.#classKey = classKey;
  }

  /**
   * @param sealed the envelope of the field
   * @returns the plain value as UTF-8 bytes, which the caller zeroes
   * @throws SealError when it does not open
   */
  open(field: GuestSealedField, sealed: string): Buffer {
    const { propertyId, guestId } = this.#of;
    const dataClass = sealedClassOf(field);
    const place = { propertyId, entity: 'guest', rowId: guestId, field, class: dataClass } as const;
    return openField(this.#recordKey(dataClass, epochOf(sealed)), place, sealed);
  }

  close(): void {
    for (const { key } of this.#recordKeys) key.fill(0);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #recordKey(dataClass: SealedClass, epoch: number): RecordKey {
    const known = this.#recordKeys.find((one) => one.class === dataClass && one.epoch === epoch);
    if (known !== undefined) return known;
    const classKey = this.#classKey(dataClass, epoch);
    if (classKey === null) throw new SealError('wrong-key');
    const recordKey = deriveRecordKey(classKey, this.#seed, this.#of);
    this.#recordKeys.push(recordKey);
    return recordKey;
  }
}
