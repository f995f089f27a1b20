import type { Masked } from './branded.ts';
import { graphemes, visible } from './graphemes.ts';

/** Compound surnames in use; a name that begins with one shows both characters (欧阳娜娜 → 欧阳**). */
export const COMPOUND_SURNAMES: ReadonlySet<string> = new Set(
  '欧阳 司马 上官 诸葛 司徒 东方 独孤 南宫 夏侯 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 轩辕 端木 司空 闻人 澹台 濮阳 淳于 单于 太史 申屠 公冶 宗政 钟离 鲜于 闾丘 百里 呼延 東方 歐陽 司馬 諸葛 尉遲 長孫 軒轅 鐘離 獨孤 聞人 閭丘 單于 남궁 황보 제갈 선우 독고 사공'.split(
    ' ',
  ),
);

/** Begins with a character of a script that writes the family name first and without a space. */
const EAST_ASIAN = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー々]/u;
/** What stands between the parts of a name, as in 阿卜杜拉·买买提. */
const GAP = /[\s·•・]/gu;
const MASKED = /^([^*\s·•・]*)\*{1,2}$/u;
/** A given part never shows more than two stars: a longer name is not told from a shorter one. */
const GIVEN_STARS = 2;
const WORD_STARS = '***';
const WORDS_SHOWN = 3;

/**
 * A person's name: family name only for Chinese, Japanese and Korean (张三 → 张*), first letter of each word elsewhere
 * (John Smith → J*** S***). GB/T 35273 display practice.
 */
export function maskName(value: string): Masked {
  const name = visible(value);
  if (name === '' || isMasked(name)) return name as Masked;
  const characters = graphemes(name.replace(GAP, ''));
  if (characters.every((character) => EAST_ASIAN.test(character))) return maskEastAsian(characters);
  const words = name.split(/[\s,，、،]+/u).filter((word) => word !== '');
  const shown = words.length <= WORDS_SHOWN ? words : [...words.slice(0, WORDS_SHOWN - 1), ...words.slice(-1)];
  return (shown.map(maskWord).join(' ') || WORD_STARS) as Masked;
}

/** Whether it is a family name with its stars already, or the star of a name of one character. */
function isMasked(name: string): boolean {
  const family = MASKED.exec(name)?.[1];
  if (family === undefined) return false;
  if (family === '') return name === '*';
  const characters = graphemes(family);
  const isFamily = characters.length === 1 || COMPOUND_SURNAMES.has(family);
  return isFamily && characters.every((character) => EAST_ASIAN.test(character));
}

function maskEastAsian(characters: readonly string[]): Masked {
  if (characters.length <= 1) return (characters.length === 1 ? '*' : WORD_STARS) as Masked;
  const isCompound = COMPOUND_SURNAMES.has(characters.slice(0, 2).join(''));
  // A compound surname and nothing else: one character is hidden in any case.
  const family = isCompound && characters.length > 2 ? 2 : 1;
  const hidden = Math.min(GIVEN_STARS, characters.length - family);
  return (characters.slice(0, family).join('') + '*'.repeat(hidden)) as Masked;
}

function maskWord(word: string, position: number): string {
  const parts = graphemes(word);
  const first = parts[0] ?? '';
  // A word of one character would be shown whole; one that begins with a star is masked already.
  if (parts.length === 1 || first.startsWith('*')) return WORD_STARS;
  // 王 小明 John: beside the family name, a Chinese character is half of a given name and no initial.
  return position > 0 && EAST_ASIAN.test(first) ? WORD_STARS : first + WORD_STARS;
}
