/** Under which keys a name is found: as it is, by each word, by pinyin and its initials, by pieces. */
import { pinyin } from 'pinyin-pro';

export interface NameKeys {
  readonly keys: readonly { readonly key: string; readonly kind: 'name' | 'pinyin' | 'initials' }[];
  /** One- and two-character pieces of a name written without word breaks, separated by spaces; empty otherwise. */
  readonly pieces: string;
}

const HAN = /\p{Script=Han}/u;
const UNBROKEN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;
const LONGEST_KEY = 64;

/** Lower case, compatibility forms and accents folded: the form in which names and queries meet. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s·•・'’-]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_KEY);
}

/** Makes the search keys of a guest's name and its Latin form. */
export function nameKeys(name: string, nameLatin: string | null): NameKeys {
  const keys = new Map<string, 'name' | 'pinyin' | 'initials'>();
  const add = (key: string, kind: 'name' | 'pinyin' | 'initials') => {
    if (key !== '' && !keys.has(key)) keys.set(key, kind);
  };
  const folded = fold(name);
  const words = folded.split(' ');
  const unbroken = UNBROKEN.test(folded);
  // Every suffix of words, so that a given name is found by its beginning too.
  words.forEach((_, at) => {
    add(words.slice(at).join(' '), 'name');
  });
  if (unbroken) add(words.join(''), 'name');
  if (HAN.test(folded)) {
    const syllables = pinyin(words.join(''), {
      toneType: 'none',
      type: 'array',
      surname: 'head',
      v: true,
      nonZh: 'removed',
    });
    add(syllables.join(''), 'pinyin');
    add(syllables.map((syllable) => syllable[0] ?? '').join(''), 'initials');
  }
  if (nameLatin !== null) {
    const latin = fold(nameLatin).split(' ');
    latin.forEach((_, at) => {
      add(latin.slice(at).join(' '), 'pinyin');
    });
    add(latin.join(''), 'pinyin');
  }
  return {
    keys: Array.from(keys, ([key, kind]) => ({ key, kind })),
    pieces: unbroken ? pieces(words.join('')).join(' ') : '',
  };
}

/** The one- and two-character pieces of a text. */
export function pieces(text: string): string[] {
  const characters = Array.from(text);
  const pairs = characters.slice(1).map((character, before) => (characters[before] ?? '') + character);
  return [...new Set([...characters, ...pairs])];
}
