/** Text as people see it: user-perceived characters (UAX #29), without what cannot be seen. */

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Longer input is cut before masking: nothing shown depends on what lies behind. */
const LONGEST = 512;

/** Control characters, bidirectional overrides and isolates, zero-width marks that could reorder or hide what is shown. */
const UNSEEN = /[\p{Cc}\p{Cs}\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu;

/** Trimmed, cut, and free of characters that cannot be seen. */
export function visible(value: string): string {
  return value.slice(0, LONGEST).replace(UNSEEN, '').trim();
}

/** @returns the graphemes of `text`; an emoji family or a letter with its marks counts as one */
export function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), (part) => part.segment);
}
