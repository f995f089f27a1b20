import { z } from 'zod';
import { isMask, type MaskKind } from '../mask/index.ts';

/**
 * A sealed value as it is stored and sent: base64 of the envelope (layout in src-main/vault/field-seal.ts) and the mask that
 * was made from the plain value at sealing time, so that a list can be drawn without any key.
 */
export const SealedField = z.strictObject({
  sealed: z.base64().min(64).max(8192),
  mask: z.string().max(128),
});
export type SealedField = z.infer<typeof SealedField>;

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

/** A sealed field whose mask must be one of its kind: whoever put the plain value there is refused. */
export function sealedField(kind: MaskKind) {
  return SealedField.extend({
    mask: SealedField.shape.mask.refine((text) => isMask(kind, text), 'a mask of the value, not the value'),
  });
}
