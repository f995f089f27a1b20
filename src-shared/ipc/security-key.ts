/** What a security key is asked and what it answers, between main and its prompt window. */
import { z } from 'zod';
import { SecurityKey } from '../model/entities.ts';

/** A security key and the salt it is asked with. */
export const KeyToAsk = SecurityKey.pick({ credentialId: true, prfSalt: true });
export type KeyToAsk = z.infer<typeof KeyToAsk>;

/** What a key answers: bytes and no text, so that they can be wiped on both sides. */
const KEY_OUTPUT_BYTES = 32;
export const KeyAnswer = z.strictObject({
  credentialId: SecurityKey.shape.credentialId,
  output: z.instanceof(Uint8Array).refine(({ length }) => length === KEY_OUTPUT_BYTES, '32 bytes'),
});
export type KeyAnswer = z.infer<typeof KeyAnswer>;
