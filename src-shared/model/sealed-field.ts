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

/** A sealed field whose mask must be one of its kind: whoever put the plain value there is refused. */
export function sealedField(kind: MaskKind) {
  return SealedField.extend({
    mask: SealedField.shape.mask.refine((text) => isMask(kind, text), 'a mask of the value, not the value'),
  });
}
