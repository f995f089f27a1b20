/** One invented guest: a person with a nationality, a document and what a hotel would know. */
import type { Guest, GuestSealedField } from '../../src-shared/model/index.ts';
import { GuestId } from '../../src-shared/model/index.ts';
import { type Day, instantOf, isoDate } from './calendar.ts';
import { type NamingLanguage, nameFromAbroad } from './names-abroad.ts';
import { chineseName, type PersonName } from './names-chinese.ts';
import {
  fictitiousCard,
  fictitiousChineseId,
  fictitiousPassport,
  fictitiousPermit,
  fictitiousPhone,
  fictitiousPlate,
  fictitiousTaxNumber,
  type Nationality,
} from './numbers.ts';
import type { Random } from './random.ts';

/** A guest before sealing: the sealed fields in clear. Exists only while a demo hotel is founded. */
export type PlainGuest = Omit<Guest, GuestSealedField> & { readonly [F in GuestSealedField]: string | null };

interface Origin {
  readonly nationality: Nationality;
  readonly language: string;
  readonly naming: NamingLanguage | 'zh';
  /** Out of a thousand guests. */
  readonly share: number;
  readonly country: string;
}

const ORIGINS: readonly Origin[] = [
  { nationality: 'CHN', language: 'zh-CN', naming: 'zh', share: 700, country: '中国' },
  { nationality: 'GBR', language: 'en', naming: 'en', share: 45, country: 'United Kingdom' },
  { nationality: 'USA', language: 'en', naming: 'en', share: 40, country: 'United States' },
  { nationality: 'AUS', language: 'en', naming: 'en', share: 15, country: 'Australia' },
  { nationality: 'JPN', language: 'ja', naming: 'ja', share: 40, country: 'Japan' },
  { nationality: 'KOR', language: 'ko', naming: 'ko', share: 35, country: 'Korea' },
  { nationality: 'DEU', language: 'de', naming: 'de', share: 25, country: 'Germany' },
  { nationality: 'FRA', language: 'fr', naming: 'fr', share: 25, country: 'France' },
  { nationality: 'RUS', language: 'ru', naming: 'ru', share: 20, country: 'Russia' },
  { nationality: 'VNM', language: 'vi', naming: 'vi', share: 15, country: 'Vietnam' },
  { nationality: 'THA', language: 'th', naming: 'th', share: 12, country: 'Thailand' },
  { nationality: 'ESP', language: 'es', naming: 'es', share: 13, country: 'Spain' },
  { nationality: 'ARE', language: 'ar', naming: 'ar', share: 8, country: 'United Arab Emirates' },
  { nationality: 'SAU', language: 'ar', naming: 'ar', share: 7, country: 'Saudi Arabia' },
];

/** Among guests with Chinese names: those who travel on a permit or passport instead of the ID card. */
const PERMIT_SHARE = { 'hk-macao-permit': 0.03, 'taiwan-permit': 0.015, passport: 0.01 } as const;

const COMPANIES = [
  '云帆贸易（演示）有限公司',
  '青屿软件（演示）有限公司',
  '虚谷精密机械（演示）股份有限公司',
  '海湾物流（演示）集团',
  'Sample Shipping Ltd',
  'Fictive Instruments GmbH',
  'Exemple & Fils SA',
  'Placeholder Research Inc.',
] as const;
const DIETARY_ZH = ['花生过敏', '清真', '素食', '不吃海鲜', '乳糖不耐受', '糖尿病餐', '不吃葱姜蒜', '忌辣'] as const;
const DIETARY_EN = [
  'peanut allergy',
  'halal',
  'vegetarian',
  'no shellfish',
  'lactose intolerant',
  'coeliac',
  'kosher',
] as const;
const MAIL_HOSTS = ['example.com', 'example.org', 'example.net'] as const;
/** A province and cities that are on no map. */
const CITIES = ['海湾市', '青屿市', '云麓市', '虚谷市'] as const;
const STREETS = ['虚构路', '样例大道', '演示街', '想象巷'] as const;

/** Days after the last departure for which the registry keeps cards, dietary needs and plates (`stay+90d`). */
const SHORT_RETENTION_DAYS = 90;

export interface GuestSeat {
  /** Position in the hotel, from which all unique numbers are made. */
  readonly index: number;
  readonly today: Day;
  readonly firstArrival: Day;
  readonly lastDeparture: Day;
}

export function makeGuest(random: Random, seat: GuestSeat): PlainGuest {
  const { index, today } = seat;
  const origin = pickOrigin(random);
  const sex = random.chance(0.5) ? 'f' : 'm';
  const name = origin.naming === 'zh' ? chineseName(random, sex) : nameFromAbroad(random, origin.naming, sex);
  const dateOfBirth = isoDate(today - random.int(18 * 366, 82 * 365));
  const isChinese = origin.naming === 'zh';
  const company = random.chance(0.14) ? random.pick(COMPANIES) : null;
  const card = fictitiousCard(random, index);
  const plate = fictitiousPlate(random);
  const recent = today - seat.lastDeparture <= SHORT_RETENTION_DAYS;
  return {
    id: GuestId.parse(random.ulid(instantOf(seat.firstArrival - random.int(1, 30)))),
    name: name.name,
    nameLatin: name.nameLatin,
    salutation: random.chance(0.03) ? 'none' : sex === 'f' ? 'ms' : 'mr',
    language: origin.language,
    phone: random.chance(0.96) ? fictitiousPhone(origin.nationality, random, index) : null,
    email: random.chance(0.7) ? emailOf(name, index, random) : null,
    company,
    vehiclePlate: recent && random.chance(0.2) ? plate : null,
    vip: random.chance(0.03),
    doNotDisclose: random.chance(0.012),
    ...documentOf(random, index, isChinese, dateOfBirth, sex),
    dateOfBirth,
    nationality: origin.nationality,
    documentAddress: addressOf(random, origin),
    cardNumber: recent && random.chance(0.8) ? card : null,
    invoiceTaxNumber: company !== null && random.chance(0.8) ? fictitiousTaxNumber(index) : null,
    dietaryNeeds: recent && random.chance(0.18) ? random.pick(isChinese ? DIETARY_ZH : DIETARY_EN) : null,
  };
}

function pickOrigin(random: Random): Origin {
  let left = random.int(1, 1_000);
  for (const origin of ORIGINS) {
    left -= origin.share;
    if (left <= 0) return origin;
  }
  throw new Error('the shares of the origins do not add up to a thousand');
}

function documentOf(
  random: Random,
  index: number,
  isChinese: boolean,
  dateOfBirth: string,
  sex: 'f' | 'm',
): Pick<PlainGuest, 'documentType' | 'documentNumber'> {
  if (!isChinese) return { documentType: 'passport', documentNumber: fictitiousPassport(index) };
  let chance = random.next();
  for (const [type, share] of Object.entries(PERMIT_SHARE) as [keyof typeof PERMIT_SHARE, number][]) {
    if (chance < share) {
      const number = type === 'passport' ? fictitiousPassport(index) : fictitiousPermit(type, index);
      return { documentType: type, documentNumber: number };
    }
    chance -= share;
  }
  // Region and half of the serial come from the position, so that no two guests born on one day share a number.
  const serial = (Math.floor(index / 1_000) % 500) * 2 + (sex === 'm' ? 1 : 0);
  return { documentType: 'chinese-id', documentNumber: fictitiousChineseId(index % 1_000, dateOfBirth, serial) };
}

function addressOf(random: Random, origin: Origin): string | null {
  if (origin.naming === 'zh') {
    const door = `${random.int(1, 30)}栋${random.int(1, 18)}0${random.int(1, 8)}室`;
    return `演示省${random.pick(CITIES)}滨海区${random.pick(STREETS)}${random.int(1, 400)}号${door}`;
  }
  // A passport holds no address: some write one on the registration card.
  return random.chance(0.4) ? `${random.int(1, 200)} Sample Street, Fictionville, ${origin.country}` : null;
}

function emailOf({ name, nameLatin }: PersonName, index: number, random: Random): string {
  const latin = (nameLatin ?? name).normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ß', 'ss').replaceAll('đ', 'd');
  const local = latin
    .toLowerCase()
    .replace(/[^a-z]+/g, '.')
    .replace(/^\.+|\.+$/g, '');
  return `${local}.${index}@${random.pick(MAIL_HOSTS)}`;
}
