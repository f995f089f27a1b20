import type { Masked } from './branded.ts';
import { visible } from './graphemes.ts';

const HIDDEN = '***';
/** Their parts are districts, which is more than the norm shows. */
const WITHOUT_CITIES = '(?:北京|天津|上海|重庆)市|(?:香港|澳门)特别行政区';
const REGIONS = '内蒙古自治区|广西壮族自治区|西藏自治区|宁夏回族自治区|新疆维吾尔自治区';
/** Characters of cities, none of a county, town or street; the cities whose names have one are named. */
const CITY = '镇江|景德镇|新乡|萍乡|[\\p{Script=Han}--[区县旗镇乡村路街道巷弄号栋楼]]';
const CHINESE = new RegExp(
  `^((?:中国|中华人民共和国)?(?:(${WITHOUT_CITIES})|${REGIONS}|\\p{Script=Han}{2,3}省))((?:${CITY}){1,4}?(?:市|地区|盟)|(?:${CITY}){2,8}?自治州)?`,
  'v',
);

/** A postal address: province and city of a Chinese one, the country of others written with commas, else nothing. */
export function maskAddress(value: string): Masked {
  const text = visible(value);
  if (text === '') return '' as Masked;
  const chinese = CHINESE.exec(text);
  if (chinese) {
    const [, province = '', withoutCities, city = ''] = chinese;
    return (province + (withoutCities === undefined ? city : '') + HIDDEN) as Masked;
  }
  const parts = text.split(/[,،、]/u).map((part) => part.trim());
  const last = parts.at(-1) ?? '';
  // Only what is a country: the last part of an address may as well be its street.
  return (parts.length > 1 && isCountry(last) ? `${HIDDEN}, ${last}` : HIDDEN) as Masked;
}

/** The languages in which guests are likely to write a country; others are hidden, which is the safe side. */
const LANGUAGES = [
  'en',
  'zh-Hans',
  'zh-Hant',
  'ja',
  'ko',
  'fr',
  'de',
  'es',
  'it',
  'pt',
  'ru',
  'ar',
  'th',
  'vi',
] as const;
const SHORT_NAMES = ['korea', 'uk', 'usa', 'uae', 'england', 'scotland', 'wales', 'great britain', 'holland'] as const;
const LETTERS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
let countries: ReadonlySet<string> | null = null;

function isCountry(text: string): boolean {
  countries ??= readCountries();
  return countries.has(text.toLowerCase());
}

/** The countries of CLDR, read from the engine when first asked for. */
function readCountries(): ReadonlySet<string> {
  const codes = LETTERS.flatMap((first) => LETTERS.map((second) => first + second));
  const names = LANGUAGES.flatMap((language) => {
    const inLanguage = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
    return codes.flatMap((code) => inLanguage.of(code)?.normalize('NFKC').toLowerCase() ?? []);
  });
  return new Set([...names, ...SHORT_NAMES]);
}
