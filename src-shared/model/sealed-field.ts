import { z } from 'zod';

/**
 * A sealed value as it is stored and sent: base64 of the envelope (layout in src-main/vault/field-seal.ts) and the mask that
 * was made from the plain value at sealing time, so that a list can be drawn without any key.
 */
export const SealedField = z.strictObject({
  sealed: z.base64().min(64).max(8192),
  mask: z.string().max(128),
});
export type SealedField = z.infer<typeof SealedField>;
