/** Text as people see it: user-perceived characters (UAX #29), without what cannot be seen. */

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Longer input is cut before masking: nothing shown depends on what lies behind. */
const LONGEST = 512;

/**
 * Controls, bidirectional marks, fillers and whatever else a screen does not draw (Unicode Default_Ignorable_Code_Point). Kept
 * are joiners, variation selectors and the tags of flags: they change how the character before them is drawn.
 */
const UNSEEN =
  /[[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]--[\u200C\u200D\u180B-\u180D\uFE00-\uFE0F\u{E0020}-\u{E007F}\u{E0100}-\u{E01EF}]]/gv;

/** A grapheme of more UTF-16 units is no character of any language; the longest emoji, a family with skin tones, has 19. */
const LONGEST_GRAPHEME = 20;

/** The text in compatibility composition (NFKC), trimmed, cut, and free of characters that cannot be seen. */
export function visible(value: string): string {
  return value.slice(0, LONGEST).replace(UNSEEN, '').normalize('NFKC').trim();
}

/**
 * @returns the graphemes of `text`; an emoji family or a letter with its marks counts as one. A letter under a heap of marks
 * comes without them, so that a mask made of a few graphemes is short.
 */
export function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) =>
    segment.length > LONGEST_GRAPHEME ? String.fromCodePoint(segment.codePointAt(0) ?? 0) : segment,
  );
}
