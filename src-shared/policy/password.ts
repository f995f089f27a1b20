/**
 * What a password must be (NIST SP 800-63B-4 §3.1.1.2): long, not one that everybody tries first, and not made of what a colleague knows.
 * No rules about kinds of characters: they make people write passwords down.
 */
export const PASSWORD_LENGTH = 10;
/** Longer ones are cut off nowhere: they are refused. */
export const PASSWORD_LIMIT = 256;

export type PasswordVerdict = 'too-short' | 'too-common' | 'about-you' | 'fair' | 'good' | 'strong';

/** Beginnings of what is tried first, here and abroad, in lower case. */
const COMMON = [
  'password',
  'passw0rd',
  'qwerty',
  'asdfgh',
  'zxcvbn',
  '1q2w3e',
  'qazwsx',
  'abc123',
  'admin',
  'welcome',
  'letmein',
  'iloveyou',
  'woaini',
  'mima',
  'hotel',
  'jiudian',
  'keyrack',
  'shoukou',
  '123456',
  '654321',
  '112233',
  '5201314',
  '1314520',
  '88888',
  '66666',
];

/**
 * Judges a new password.
 * @param known what colleagues know of the person and the house: names, staff number
 */
export function judgePassword(password: string, known: readonly string[]): PasswordVerdict {
  const text = password.normalize('NFC');
  const length = [...text].length;
  if (length < PASSWORD_LENGTH) return 'too-short';
  const bare = bareOf(text);
  if (known.some((word) => bareOf(word).length >= 3 && mostlyIs(bare, bareOf(word)))) return 'about-you';
  if (COMMON.some((word) => mostlyIs(bare, word)) || isMonotonous(bare)) return 'too-common';
  if (length >= 20) return 'strong';
  return length >= 14 ? 'good' : 'fair';
}

/** Whether a password may be taken. */
export const isGoodEnough = (verdict: PasswordVerdict): boolean =>
  verdict !== 'too-short' && verdict !== 'too-common' && verdict !== 'about-you';

const bareOf = (text: string): string => text.toLowerCase().replace(/[\s\p{Punctuation}\p{Symbol}]/gu, '');

/** Whether so little is left of a text without a word that the word carries it. */
const mostlyIs = (text: string, word: string): boolean =>
  text.includes(word) && [...text.replaceAll(word, '')].length < 6;

/** Few different characters, or each the neighbour of the one before: 1111111111, abcdefghij, 0987654321. */
function isMonotonous(text: string): boolean {
  const points = [...text].map((character) => character.codePointAt(0) ?? 0);
  if (new Set(points).size < 5) return true;
  const steps = points.slice(1).map((point, index) => point - (points[index] ?? 0));
  return steps.filter((step) => Math.abs(step) <= 1).length >= steps.length * 0.8;
}

/** Edits that lie between two passwords at least that must not be taken for one another. */
const CLEARLY = 4;

/**
 * Whether two passwords differ so much that no slip of the finger makes one of the other: neither is part of the other, whatever the
 * case, and more than a few characters are others.
 */
export function differClearly(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => bareOf(text.normalize('NFC')));
  if (a === undefined || b === undefined || a.includes(b) || b.includes(a)) return false;
  return editsBetween([...a], [...b]) >= CLEARLY;
}

/** Levenshtein's distance: insertions, deletions and substitutions. */
function editsBetween(a: readonly string[], b: readonly string[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [done, character] of a.entries()) {
    const next = [done + 1];
    for (const [at, other] of b.entries()) {
      const swap = (row[at] ?? 0) + (character === other ? 0 : 1);
      next.push(Math.min(swap, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
