import type { Masked } from './branded.ts';
import { visible } from './graphemes.ts';

const HIDDEN = '***';
const MUNICIPALITIES = '北京|天津|上海|重庆';
const REGIONS = '内蒙古自治区|广西壮族自治区|西藏自治区|宁夏回族自治区|新疆维吾尔自治区|香港特别行政区|澳门特别行政区';
/** Province (or what ranks with it), then the city, each at most ten characters, so that a street is never taken for one. */
const PROVINCE_CITY = new RegExp(
  `^((?:${MUNICIPALITIES})市|(?:${REGIONS})|\\p{Script=Han}{2,4}省)(\\p{Script=Han}{1,9}?(?:市|自治州|地区|盟))?`,
  'u',
);
/** A last part such as a country: letters only, so that no postcode or flat slips through. */
const COUNTRY = /^[\p{L}\p{M}][\p{L}\p{M} .'’-]{1,40}$/u;

/** A postal address: province and city of a Chinese one, the country of others written with commas, else nothing. */
export function maskAddress(value: string): Masked {
  const text = visible(value);
  if (text === '') return '' as Masked;
  const chinese = PROVINCE_CITY.exec(text);
  if (chinese) {
    const [, province = '', city = ''] = chinese;
    // Within a municipality what follows is a district: already more than the norm shows.
    const shown = province.endsWith('市') ? province : province + city;
    return (shown + HIDDEN) as Masked;
  }
  const parts = text.split(',').map((part) => part.trim());
  const last = parts.at(-1) ?? '';
  const mayShow = (parts.length >= 3 || parts[0] === HIDDEN) && COUNTRY.test(last);
  return (mayShow ? `${HIDDEN}, ${last}` : HIDDEN) as Masked;
}
