/**
 * A share of 32 bytes as 24 words with a checksum in them (BIP 39), in English or simplified Chinese. Only the words are used, not the
 * wallets that BIP 39 makes of them.
 */
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39';
import { wordlist as english } from '@scure/bip39/wordlists/english.js';
import { wordlist as chinese } from '@scure/bip39/wordlists/simplified-chinese.js';

export const WORD_LANGUAGES = ['zh-CN', 'en'] as const;
export type WordLanguage = (typeof WORD_LANGUAGES)[number];
export const WORDS_PER_SHARE = 24;

const LISTS: { readonly [L in WordLanguage]: readonly string[] } = { 'zh-CN': chinese, en: english };
const KNOWN: { readonly [L in WordLanguage]: ReadonlySet<string> } = {
  'zh-CN': new Set(chinese),
  en: new Set(english),
};

/** @param share 32 bytes @throws RangeError when it is of another length */
export function wordsOf(share: Uint8Array, language: WordLanguage): string[] {
  if (share.length !== 32) throw new RangeError('a share is 32 bytes');
  return entropyToMnemonic(share, [...LISTS[language]]).split(' ');
}

export type ReadWords =
  | { readonly kind: 'share'; readonly share: Uint8Array }
  | { readonly kind: 'count'; readonly count: number }
  /** `place` counts from 1: the first word that is in neither list. */
  | { readonly kind: 'unknown-word'; readonly place: number }
  | { readonly kind: 'mixed-languages' }
  | { readonly kind: 'checksum' };

/**
 * Reads the words of a share as a person types or dictates them, in either language.
 * @returns the share, which the caller zeroes, or what is wrong with the words
 */
export function readWords(typed: string): ReadWords {
  const words = splitWords(typed);
  const unknown = words.findIndex((word) => languageOf(word) === null);
  if (unknown !== -1) return { kind: 'unknown-word', place: unknown + 1 };
  if (words.length !== WORDS_PER_SHARE) return { kind: 'count', count: words.length };
  const language = WORD_LANGUAGES.find((one) => words.every((word) => KNOWN[one].has(word)));
  if (language === undefined) return { kind: 'mixed-languages' };
  try {
    return { kind: 'share', share: mnemonicToEntropy(words.join(' '), [...LISTS[language]]) };
  } catch {
    return { kind: 'checksum' };
  }
}

/** Words as typed: any spaces, commas, numbers before them and case; Chinese characters need nothing between them. */
export function splitWords(typed: string): string[] {
  return typed
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\p{Script=Han}/gu, ' $& ')
    .split(/[^\p{Letter}]+/u)
    .filter((word) => word !== '');
}

/** The list a word is in; null when it is in neither. */
export function languageOf(word: string): WordLanguage | null {
  return WORD_LANGUAGES.find((language) => KNOWN[language].has(word)) ?? null;
}

/** Words that begin so, for completion; at most six. A whole English word ends it: its first four letters are its own. */
export function completionsOf(beginning: string): readonly string[] {
  if (beginning.length === 0 || !/^[a-z]+$/.test(beginning)) return [];
  return english.filter((word) => word.startsWith(beginning)).slice(0, 6);
}
