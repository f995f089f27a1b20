import type { Masked } from './branded.ts';
import { graphemes, visible } from './graphemes.ts';

/** Longer ones are not shown: a mask has its place in a list. */
const LONGEST_DOMAIN = 64;

/** An e-mail address: first character and domain (z***@example.com). Three stars whatever the length. */
export function maskEmail(value: string): Masked {
  const text = visible(value);
  if (text === '') return '' as Masked;
  const at = text.lastIndexOf('@');
  const domain = text.slice(at + 1);
  if (at < 1 || domain.length > LONGEST_DOMAIN || !/^[\p{L}\p{N}.-]+$/u.test(domain)) return '***' as Masked;
  const local = graphemes(text.slice(0, at));
  const first = local.length === 1 || local[0]?.startsWith('*') ? '' : (local[0] ?? '');
  return `${first}***@${domain}` as Masked;
}

/** A vehicle plate: province and city letter, last character (粤B****8). */
export function maskPlate(value: string): Masked {
  const plate = graphemes(visible(value).replace(/[\s·-]/gu, ''));
  if (plate.length === 0) return '' as Masked;
  if (plate.length < 5) return '****' as Masked;
  return `${plate.slice(0, 2).join('')}****${plate.at(-1) ?? ''}` as Masked;
}
