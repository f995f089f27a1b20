import { z } from 'zod';
import { isMask, type MaskKind } from '../mask/index.ts';

/**
 * Width of a blind index (src-main/vault/blind-index.ts), by the rule of CipherSweet for a million guests: at least two numbers share
 * one by chance, and fewer than a thousand. The first bits are of the last four alone.
 */
export const INDEX_BITS = 18;
export const LAST_FOUR_BITS = 13;

/** What a sealed number is found by, by whoever has the search key of that epoch. */
export const BlindIndex = z.strictObject({
  epoch: z.int().min(1).max(0xffff_ffff),
  mark: z
    .int()
    .min(0)
    .max(2 ** INDEX_BITS - 1),
});
export type BlindIndex = z.infer<typeof BlindIndex>;

/**
 * A sealed value as it is stored and sent: base64 of the envelope (layout in src-main/vault/field-seal.ts) and the mask that
 * was made from the plain value at sealing time, so that a list can be drawn without any key.
 */
export const SealedField = z.strictObject({
  sealed: z.base64().min(64).max(8192),
  mask: z.string().max(128),
});
export type SealedField = z.infer<typeof SealedField> & {
  /** Of a findable field (registry.ts) that was sealed with one. */
  readonly index?: BlindIndex | undefined;
};

/** Characters of base64 in which class and epoch stand (layout in src-main/vault/field-seal.ts). */
const HEAD_CHARACTERS = 12;

/** What an envelope says of itself without any key: the number of its class, from 1, and its epoch. Zeroes for what is no envelope. */
export function sealedHead(sealed: string): { readonly classNumber: number; readonly epoch: number } {
  const head = decodeHead(sealed.slice(0, HEAD_CHARACTERS));
  const byte = (at: number) => head.charCodeAt(at) || 0;
  const epoch = ((byte(3) * 256 + byte(4)) * 256 + byte(5)) * 256 + byte(6);
  return { classNumber: byte(2), epoch };
}

/** Bytes as characters. */
function decodeHead(base64: string): string {
  try {
    return atob(base64);
  } catch {
    return '';
  }
}

/** Stands in the place of an envelope that is not sent to a terminal which may not hold its class: of no version, so that nothing opens it. */
export const WITHHELD = 'A'.repeat(64);

/** Whether a value is on file, and not at this terminal. Its mask is. */
export function isWithheld({ sealed }: Pick<SealedField, 'sealed'>): boolean {
  return sealed === WITHHELD;
}

/** A sealed field whose mask must be one of its kind: whoever put the plain value there is refused. */
export function sealedField(kind: MaskKind) {
  return SealedField.extend({
    mask: SealedField.shape.mask.refine((text) => isMask(kind, text), 'a mask of the value, not the value'),
  });
}

/** A sealed field that is found by its number. Without an index it is there, and not found. */
export function findableField(kind: MaskKind) {
  return sealedField(kind).safeExtend({ index: BlindIndex.optional() });
}
