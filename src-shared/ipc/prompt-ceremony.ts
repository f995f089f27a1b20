/** Steps that follow one another in the prompt window (DESIGN §4). */
import { z } from 'zod';
import { SecurityKey } from '../model/entities.ts';
import { KeyAnswer } from './security-key.ts';
import { StaffItem } from './views.ts';

const turn = { turn: z.int() };

export const CeremonyStep = z.discriminatedUnion('asks', [
  /** A security key that is to be hers, asked with a new salt; `known` are those she has already. */
  z.strictObject({
    asks: z.literal('new-key'),
    person: StaffItem,
    prfSalt: SecurityKey.shape.prfSalt,
    known: z.array(SecurityKey.shape.credentialId),
    ...turn,
  }),
  /** The code that gives the share which is sealed to the new key. */
  z.strictObject({ asks: z.literal('key-code'), person: StaffItem, ...turn }),
]);
export type CeremonyStep = z.infer<typeof CeremonyStep>;
export type CeremonyAsks = CeremonyStep['asks'];

/** What answers each step. */
export const CEREMONY_ANSWERS = {
  'new-key': KeyAnswer,
  'key-code': z.strictObject({ code: z.string().regex(/^\d{6}$/, 'six digits') }),
} as const satisfies { readonly [A in CeremonyAsks]: z.ZodType };
export type CeremonyAnswer<A extends CeremonyAsks> = z.infer<(typeof CEREMONY_ANSWERS)[A]>;
