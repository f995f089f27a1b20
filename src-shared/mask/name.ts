import type { Masked } from './branded.ts';
import { graphemes, visible } from './graphemes.ts';

/** Compound surnames in use; a name that begins with one shows both characters (欧阳娜娜 → 欧阳**). */
export const COMPOUND_SURNAMES: ReadonlySet<string> = new Set(
  '欧阳 司马 上官 诸葛 司徒 东方 独孤 南宫 夏侯 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 轩辕 端木 司空 闻人 澹台 濮阳 淳于 单于 太史 申屠 公冶 宗政 钟离 鲜于 闾丘 百里 呼延 東方 歐陽 司馬 諸葛 上官 尉遲 長孫 軒轅 鐘離'.split(
    ' ',
  ),
);

const HAN_KANA_HANGUL = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}ー々・]+$/u;
const MASKED_ALREADY = /^([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]{0,2})\*{1,2}$/u;
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
  const family = MASKED_ALREADY.exec(name)?.[1];
  const masked =
    family !== undefined && (graphemes(family).length === 1 || COMPOUND_SURNAMES.has(family) || name === '*');
  if (name === '' || masked) return name as Masked;
  const together = name.replace(/[\s·•・]/gu, '');
  if (HAN_KANA_HANGUL.test(together)) return maskEastAsian(name, together);
  const words = name.split(/[\s,，]+/u).filter((word) => word !== '');
  const first = words[0] ?? '';
  const shown =
    words.length <= WORDS_SHOWN ? words : [first, words[1] ?? '', words.at(-1) ?? ''].filter((word) => word !== '');
  return shown.map(maskWord).join(' ') as Masked;
}

function maskEastAsian(name: string, together: string): Masked {
  const characters = graphemes(together);
  if (characters.length === 1) return '*' as Masked;
  const pair = characters.slice(0, 2).join('');
  // 山田 太郎: where the person separates the parts, the first part is still cut to one character unless it is a known surname.
  const family = COMPOUND_SURNAMES.has(pair) && (characters.length > 2 || /\s/u.test(name)) ? 2 : 1;
  const hidden = Math.min(GIVEN_STARS, characters.length - family);
  return (characters.slice(0, family).join('') + '*'.repeat(hidden)) as Masked;
}

function maskWord(word: string): string {
  const parts = graphemes(word);
  const first = parts[0] ?? '';
  // A word of one character would be shown whole; one that begins with a star is masked already.
  return parts.length === 1 || first === '*' ? WORD_STARS : first + WORD_STARS;
}
