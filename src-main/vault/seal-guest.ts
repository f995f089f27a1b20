import { mask } from '../../src-shared/mask/index.ts';
import type { SealedClass } from '../../src-shared/model/classes.ts';
import type { Guest } from '../../src-shared/model/entities.ts';
import type { PropertyId } from '../../src-shared/model/ids.ts';
import {
  GUEST_SEALED_FIELDS,
  type GuestSealedField,
  isFindable,
  sealedClassOf,
  sealedMaskKind,
} from '../../src-shared/model/registry.ts';
import type { SealedField } from '../../src-shared/model/sealed-field.ts';
import { deriveIndexKeys, deriveSearchKey, type IndexKeys, indexOf, wipeIndexKeys } from './blind-index.ts';
import { type ClassKey, deriveRecordKey, type RecordKey, sealField } from './field-seal.ts';

/** Plain values of sealed fields; null where there is none. */
export type PlainFields = { readonly [F in GuestSealedField]?: string | null };
type SealedFields<T extends PlainFields> = { readonly [F in keyof T & GuestSealedField]: SealedField | null };

/**
 * Seals guests' fields under the class keys of one epoch: ciphertext, mask and blind index, which are always made together and of the
 * same value. Founding, check-in and re-wrapping all seal with it. The keys it derives are zeroed by `close`; the class keys are still
 * the caller's.
 */
export class GuestSealer {
  readonly #propertyId: PropertyId;
  readonly #classKeys: readonly ClassKey[];
  readonly #indexKeys: readonly IndexKeys[];

  /** @param classKeys at most one of each class */
  constructor(propertyId: PropertyId, classKeys: readonly ClassKey[]) {
    this.#propertyId = propertyId;
    this.#classKeys = classKeys;
    this.#indexKeys = classKeys.map((classKey) => {
      const searchKey = deriveSearchKey(classKey, propertyId);
      const keys = deriveIndexKeys(searchKey);
      searchKey.searchKey.fill(0);
      return keys;
    });
  }

  /**
   * Seals the fields of one guest that are given, and no others.
   * @param seed the guest's, 32 bytes; still the caller's to zero
   * @throws RangeError when there is no key of a field's class: a bug of the caller
   */
  seal<T extends PlainFields>(guest: Pick<Guest, 'id' | 'documentType'>, seed: Uint8Array, plain: T): SealedFields<T> {
    const recordKeys = new Map<SealedClass, RecordKey>();
    const recordKeyOf = (dataClass: SealedClass) => {
      const key = recordKeys.get(dataClass) ?? this.#recordKey(dataClass, guest, seed);
      recordKeys.set(dataClass, key);
      return key;
    };
    const sealed: { [F in GuestSealedField]?: SealedField | null } = {};
    try {
      for (const field of GUEST_SEALED_FIELDS) {
        const value = plain[field];
        if (value === undefined) continue;
        sealed[field] = value === null ? null : this.#sealOne(recordKeyOf(sealedClassOf(field)), guest, field, value);
      }
      return sealed as SealedFields<T>;
    } finally {
      for (const { key } of recordKeys.values()) key.fill(0);
    }
  }

  close(): void {
    for (const keys of this.#indexKeys) wipeIndexKeys(keys);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #recordKey(dataClass: SealedClass, { id }: Pick<Guest, 'id'>, seed: Uint8Array): RecordKey {
    const classKey = this.#classKeys.find((key) => key.class === dataClass);
    if (classKey === undefined) throw new RangeError('there is no key of this class to seal with');
    return deriveRecordKey(classKey, seed, { propertyId: this.#propertyId, guestId: id });
  }

  #sealOne(
    recordKey: RecordKey,
    guest: Pick<Guest, 'id' | 'documentType'>,
    field: GuestSealedField,
    value: string,
  ): SealedField {
    const dataClass = recordKey.class;
    const place = { propertyId: this.#propertyId, entity: 'guest', rowId: guest.id, field, class: dataClass } as const;
    const sealed = { sealed: sealField(recordKey, place, value), mask: mask(sealedMaskKind(guest, field), value) };
    const indexKeys = this.#indexKeys.find((keys) => keys.class === dataClass);
    if (indexKeys === undefined || !isFindable(field)) return sealed;
    return { ...sealed, index: indexOf(indexKeys, field, value) };
  }
}
