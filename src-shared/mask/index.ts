import { maskAddress } from './address.ts';
import type { Masked } from './branded.ts';
import { maskBankAccount, maskCard } from './card.ts';
import { maskEmail, maskPlate } from './contact.ts';
import { maskChineseId, maskChineseIdStrict, maskDocument } from './document.ts';
import { visible } from './graphemes.ts';
import { maskName } from './name.ts';
import { maskPhone } from './phone.ts';

export type { Masked } from './branded.ts';

/** The masks, by the kind of value. Each is idempotent, never throws, and shows no more than its norm allows. */
const MASKS = {
  name: maskName,
  phone: maskPhone,
  'chinese-id': maskChineseId,
  'chinese-id-strict': maskChineseIdStrict,
  passport: maskDocument,
  document: maskDocument,
  card: maskCard,
  'bank-account': maskBankAccount,
  email: maskEmail,
  address: maskAddress,
  date: (value) => (visible(value) === '' ? '' : '****-**-**') as Masked,
  plate: maskPlate,
  'free-text': (value) => (visible(value) === '' ? '' : '•••') as Masked,
  /** For values that are nobody's secret: shown as they are. */
  none: (value) => value as Masked,
} as const satisfies Record<string, (value: string) => Masked>;

export type MaskKind = keyof typeof MASKS;
export const MASK_KINDS = Object.keys(MASKS) as MaskKind[];

/** Masks a value for showing. An empty value gives an empty mask. */
export function mask(kind: MaskKind, value: string): Masked {
  return MASKS[kind](value);
}

/**
 * Whether a text may be shown where a mask of this kind is: it is its own mask, or there is nothing in it to hide. A plain value
 * that was put in a mask's place is neither.
 */
export function isMask(kind: MaskKind, text: string): boolean {
  return !/[\p{L}\p{N}]/u.test(text) || mask(kind, text) === text;
}
