/** Under which keys a name is found: as it is, by each word, by pinyin and its initials, by pieces. */
import { pinyin } from 'pinyin-pro';

export type KeyKind = 'name' | 'pinyin' | 'initials';

export interface NameKeys {
  readonly keys: readonly { readonly key: string; readonly kind: KeyKind }[];
  /** One- and two-character pieces of a name written without word breaks; none otherwise. */
  readonly pieces: readonly string[];
}

const HAN = /\p{Script=Han}/u;
const UNBROKEN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;
const LONGEST_KEY = 64;

/** Letters that people type without their stroke and that Unicode does not take apart. */
const PLAIN: Readonly<Record<string, string>> = { ł: 'l', ø: 'o', đ: 'd', ð: 'd', ß: 'ss', æ: 'ae', œ: 'oe', ı: 'i' };

/** Lower case, compatibility forms and accents folded, nothing invisible: the form in which names and queries meet. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{Mn}\p{Cf}\p{Cs}]/gu, '')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[łøđðßæœı]/gu, (letter) => PLAIN[letter] ?? letter)
    .replace(/['’ʼ`]/gu, '')
    .replace(/[\s\p{Cc}·•・-]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_KEY);
}

/** The folded text without its spaces: names and queries may set them differently. */
export function close(folded: string): string {
  return folded.replaceAll(' ', '');
}

/** Whether a text is of a script that does not part its words, so that it is looked for by pieces too. */
export function isUnbroken(folded: string): boolean {
  return UNBROKEN.test(folded);
}

/** Makes the search keys of a guest's name and its Latin form. */
export function nameKeys(name: string, nameLatin: string | null): NameKeys {
  const keys = new Map<string, KeyKind>();
  const add = (key: string, kind: KeyKind) => {
    if (key !== '' && !keys.has(key)) keys.set(key, kind);
  };
  const folded = fold(name);
  for (const key of wordKeys(folded)) add(key, 'name');
  if (HAN.test(folded)) {
    const syllables = pinyin(close(folded), {
      toneType: 'none',
      type: 'array',
      surname: 'head',
      v: true,
      nonZh: 'removed',
    });
    for (const key of spellings(syllables.join(''))) add(key, 'pinyin');
    add(syllables.map((syllable) => syllable[0] ?? '').join(''), 'initials');
  }
  if (nameLatin !== null) {
    for (const key of wordKeys(fold(nameLatin))) add(key, 'pinyin');
  }
  return {
    keys: Array.from(keys, ([key, kind]) => ({ key, kind })),
    pieces: isUnbroken(folded) ? pieces(close(folded)) : [],
  };
}

/** The one- and two-character pieces of a text. */
export function pieces(text: string): string[] {
  const characters = Array.from(text);
  const pairs = characters.slice(1).map((character, before) => (characters[before] ?? '') + character);
  return [...new Set([...characters, ...pairs])];
}

/** A name from each of its words on, so that every word is found by its beginning, and the name run together. */
function wordKeys(folded: string): string[] {
  const words = folded.split(' ');
  return [...words.map((_, at) => words.slice(at).join(' ')), words.join('')];
}

/** The ü of 吕 is typed lv, printed LYU on a passport, and written lu by those who have no ü. */
function spellings(syllables: string): string[] {
  if (!syllables.includes('v')) return [syllables];
  return [syllables, syllables.replaceAll('v', 'u'), syllables.replaceAll('v', 'yu')];
}
