/**
 * Blind indexes (DESIGN §4): what a sealed number is found by. An index is some bits of HMAC-SHA256 under a key derived from the class
 * key, so few that many numbers share one: it finds candidates, and proves nothing. The key that finds opens nothing, and is granted
 * apart from the one that opens. docs/decisions/0017-blind-indexes.md has the arithmetic behind the widths.
 */
import { createHmac, hkdfSync } from 'node:crypto';
import { lastFourOf, numberForm } from '../../src-shared/documents/number-form.ts';
import type { SealedClass } from '../../src-shared/model/classes.ts';
import type { PropertyId } from '../../src-shared/model/ids.ts';
import { FINDABLE_FIELDS, type FindableField, sealedClassOf } from '../../src-shared/model/registry.ts';
import { type BlindIndex, INDEX_BITS, LAST_FOUR_BITS } from '../../src-shared/model/sealed-field.ts';
import { bytesAsKey } from './bytes-as-key.ts';
import type { ClassKey } from './field-seal.ts';

/** The key that finds the values of one class of one property in one epoch: 32 bytes. The holder zeroes it. */
export interface SearchKey {
  readonly class: SealedClass;
  readonly epoch: number;
  readonly searchKey: Buffer;
}

/** Keys of the indexes of one class in one epoch, derived once for many values. The holder zeroes them with {@link wipeIndexKeys}. */
export interface IndexKeys {
  readonly class: SealedClass;
  readonly epoch: number;
  readonly of: ReadonlyMap<FindableField, { readonly lastFour: Buffer; readonly whole: Buffer }>;
}

/** Index values from the first to the last: one for a whole number, more for its last four. */
export interface IndexRange {
  readonly epoch: number;
  readonly first: number;
  readonly last: number;
}

/** Bits of the whole number behind those of its last four. */
const WHOLE_BITS = INDEX_BITS - LAST_FOUR_BITS;

/** HKDF-SHA256 (RFC 5869) of the class key; there is no way back to it. @throws RangeError when it is not a class key of 32 bytes */
export function deriveSearchKey(classKey: ClassKey, propertyId: PropertyId): SearchKey {
  const { class: dataClass, epoch, key } = classKey;
  return { class: dataClass, epoch, searchKey: derive(key, ['keyrack/blind-index/v1', propertyId, dataClass, epoch]) };
}

/** @throws RangeError when it is not a search key of 32 bytes */
export function deriveIndexKeys({ class: dataClass, epoch, searchKey }: SearchKey): IndexKeys {
  const keyOf = (field: FindableField, kind: 'last-four' | 'whole') =>
    derive(searchKey, ['keyrack/blind-index/v1', field, kind]);
  const fields = FINDABLE_FIELDS.filter((field) => sealedClassOf(field) === dataClass);
  return {
    class: dataClass,
    epoch,
    of: new Map(
      fields.map((field) => [field, { lastFour: keyOf(field, 'last-four'), whole: keyOf(field, 'whole') }] as const),
    ),
  };
}

export function wipeIndexKeys({ of }: IndexKeys): void {
  for (const { lastFour, whole } of of.values()) {
    lastFour.fill(0);
    whole.fill(0);
  }
}

/** The index of a number, in whatever spelling it is (number-form.ts). @throws RangeError when the keys are of another class */
export function indexOf(keys: IndexKeys, field: FindableField, value: string): BlindIndex {
  const { lastFour, whole } = keysOf(keys, field);
  const number = numberForm(value);
  const high = bits(lastFour, lastFourOf(number), LAST_FOUR_BITS);
  return { epoch: keys.epoch, mark: high * 2 ** WHOLE_BITS + bits(whole, number, WHOLE_BITS) };
}

/** Where a whole number is indexed. @throws RangeError when the keys are of another class */
export function rangeOfWhole(keys: IndexKeys, field: FindableField, value: string): IndexRange {
  const { epoch, mark } = indexOf(keys, field, value);
  return { epoch, first: mark, last: mark };
}

/** Where numbers with these last four are indexed. @throws RangeError when the keys are of another class */
export function rangeOfLastFour(keys: IndexKeys, field: FindableField, lastFour: string): IndexRange {
  const high = bits(keysOf(keys, field).lastFour, numberForm(lastFour), LAST_FOUR_BITS);
  return { epoch: keys.epoch, first: high * 2 ** WHOLE_BITS, last: (high + 1) * 2 ** WHOLE_BITS - 1 };
}

function keysOf(keys: IndexKeys, field: FindableField) {
  const found = keys.of.get(field);
  if (found === undefined) throw new RangeError('these index keys are of another class');
  return found;
}

/** The first bits of an HMAC (RFC 2104), as a whole number. */
function bits(key: Buffer, text: string, count: number): number {
  const hmac = bytesAsKey(() => createHmac('sha256', key));
  return hmac.update(text, 'utf8').digest().readUInt32BE(0) >>> (32 - count);
}

/** A JSON array of strings and numbers is unambiguous and the same in every engine. */
function derive(key: Buffer, purpose: readonly (string | number)[]): Buffer {
  if (key.length !== KEY) throw new RangeError('a key is 32 bytes');
  return Buffer.from(bytesAsKey(() => hkdfSync('sha256', key, Buffer.alloc(0), JSON.stringify(purpose), KEY)));
}

const KEY = 32;
