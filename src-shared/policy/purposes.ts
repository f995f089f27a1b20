import { z } from 'zod';
import type { SealedClass } from '../model/classes.ts';
import type { FieldAction } from './matrix.ts';

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

/** Comparing what a guest shows has one purpose, whatever is shown. */
export const COMPARE_PURPOSE: Purpose = 'document-check';

/** The purposes that an action on a class may be done for. */
export function purposesFor(action: FieldAction, dataClass: SealedClass): readonly Purpose[] {
  return action === 'field.compare' ? [COMPARE_PURPOSE] : PURPOSES_OF[dataClass];
}
