import { z } from 'zod';
import type { SealedClass } from '../model/classes.ts';

/** Why somebody looks at a sealed value (PIPL art. 6: a stated purpose). Stored in the access log. */
const PURPOSES = [
  'check-in',
  'document-check',
  'correct-registration',
  'settle-folio',
  'payment-dispute',
  'issue-invoice',
  'serve-request',
  'guest-asked',
  'authority-request',
] as const;
export const Purpose = z.enum(PURPOSES);
export type Purpose = z.infer<typeof Purpose>;

/** Purposes that make sense for a class, the likeliest first. */
export const PURPOSES_OF: { readonly [C in SealedClass]: readonly [Purpose, ...Purpose[]] } = {
  identity: ['check-in', 'document-check', 'correct-registration', 'guest-asked', 'authority-request'],
  payment: ['settle-folio', 'payment-dispute', 'issue-invoice', 'guest-asked', 'authority-request'],
  preference: ['serve-request', 'guest-asked'],
};
