/**
 * Guests who do not exist, with everything a hotel would have on file. Numbers are of the right form, with their check digits; one of
 * them may be somebody's by chance, and nothing else that is here is hers.
 */
import { randomInt } from 'node:crypto';
import { pinyin } from 'pinyin-pro';
import { luhnCheck } from '../../src-shared/documents/card-number.ts';
import { chineseIdCheck } from '../../src-shared/documents/chinese-id.ts';
import type { Guest, Property } from '../../src-shared/model/entities.ts';
import type { GuestSealedField } from '../../src-shared/model/registry.ts';

/** A guest without an id and before sealing. */
export type Invented = Omit<Guest, 'id' | GuestSealedField> & { readonly [F in GuestSealedField]: string | null };

/** Invents a guest as they come to a hotel of this country, on a business day. */
export function inventGuest({ country, businessDate }: Pick<Property, 'country' | 'businessDate'>): Invented {
  const isChinese = chance(CHINESE_NAMES.has(country) ? 0.85 : 0.1);
  const sex = chance(0.5) ? 'f' : 'm';
  const dateOfBirth = dayBefore(businessDate, randomInt(20 * 365, 68 * 365));
  const common = {
    salutation: sex === 'f' ? 'ms' : 'mr',
    company: null,
    vehiclePlate: null,
    vip: false,
    doNotDisclose: false,
    dateOfBirth,
    cardNumber: chance(0.7) ? cardNumber(isChinese) : null,
    invoiceTaxNumber: null,
    dietaryNeeds: null,
  } as const;
  return isChinese ? { ...common, ...chinese(dateOfBirth, sex) } : { ...common, ...fromAbroad(sex) };
}

const CHINESE_NAMES: ReadonlySet<string> = new Set(['CN', 'HK', 'MO', 'TW', 'SG']);

const SURNAMES = [
  ...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段',
];
const GIVEN = {
  f: [...'婷雨欣怡静雅慧敏丽娜芳玲洁雪琳佳莹颖倩梦晓思悦文燕红梅兰秀英珍月媛薇露瑶'],
  m: [...'伟强磊军勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆志建国文博子轩昊天泽睿晨阳'],
} as const;
/** Counties whose numbers are in everybody's documents (GB/T 2260), with what their addresses begin with. */
const COUNTIES = [
  ['310104', '上海市徐汇区'],
  ['320106', '江苏省南京市鼓楼区'],
  ['330106', '浙江省杭州市西湖区'],
  ['350203', '福建省厦门市思明区'],
  ['420106', '湖北省武汉市武昌区'],
  ['440106', '广东省广州市天河区'],
  ['510104', '四川省成都市锦江区'],
  ['610113', '陕西省西安市雁塔区'],
] as const;
const STREETS = ['人民路', '中山路', '解放路', '建设路', '文化路', '和平路'] as const;
const MOBILES = ['134', '136', '137', '139', '150', '158', '159', '182', '187', '188'] as const;

function chinese(dateOfBirth: string, sex: 'f' | 'm') {
  const surname = pick(SURNAMES);
  const given = pick(GIVEN[sex]) + (chance(0.75) ? pick(GIVEN[sex]) : '');
  const [region, county] = pick(COUNTIES);
  const serial = randomInt(1, 500) * 2 - (sex === 'm' ? 1 : 0);
  const first17 = `${region}${dateOfBirth.replaceAll('-', '')}${String(serial).padStart(3, '0')}`;
  return {
    name: surname + given,
    nameLatin: `${latin(surname, 'head')} ${latin(given, 'off')}`,
    language: 'zh-CN',
    phone: `+86${pick(MOBILES)}${digits(8)}`,
    email: null,
    documentType: 'chinese-id',
    documentNumber: first17 + chineseIdCheck(first17),
    nationality: 'CHN',
    documentAddress: `${county}${pick(STREETS)}${randomInt(1, 400)}号${randomInt(1, 30)}栋${randomInt(1, 18)}0${randomInt(1, 8)}室`,
  } as const;
}

/** As in a Chinese passport: `Lin Xiaoyu`; ü is YU there. */
function latin(text: string, surname: 'head' | 'off'): string {
  const joined = pinyin(text, { toneType: 'none', type: 'array', surname }).join('').replaceAll('ü', 'yu');
  return joined.slice(0, 1).toUpperCase() + joined.slice(1);
}

const FIRST = {
  f: ['Anna', 'Claire', 'Emily', 'Hannah', 'Julia', 'Laura', 'Megan', 'Nina', 'Rachel', 'Sophie'],
  m: ['Adam', 'Daniel', 'Eric', 'James', 'Lucas', 'Mark', 'Oliver', 'Peter', 'Simon', 'Thomas'],
} as const;
const FAMILY = [
  'Baker',
  'Bennett',
  'Carter',
  'Collins',
  'Foster',
  'Harris',
  'Keller',
  'Martin',
  'Morris',
  'Turner',
] as const;
const COUNTRIES = [
  ['GBR', '+447', 9],
  ['USA', '+1415', 7],
  ['AUS', '+614', 8],
  ['SGP', '+659', 7],
] as const;

function fromAbroad(sex: 'f' | 'm') {
  const [nationality, prefix, rest] = pick(COUNTRIES);
  return {
    name: `${pick(FIRST[sex])} ${pick(FAMILY)}`,
    nameLatin: null,
    language: 'en',
    phone: `${prefix}${digits(rest)}`,
    email: null,
    documentType: 'passport',
    documentNumber: `${pick([...'CEGKN'])}${digits(8)}`,
    nationality,
    documentAddress: null,
  } as const;
}

function cardNumber(isChinese: boolean): string {
  const first15 =
    pick(isChinese ? ['622202', '622848', '621700', '625912'] : ['453201', '541333', '549113']) + digits(9);
  return first15 + luhnCheck(first15);
}

function dayBefore(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}

function pick<T>(from: readonly T[]): T {
  const item = from[randomInt(from.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

const chance = (probability: number) => randomInt(1_000) < probability * 1_000;
const digits = (count: number) => Array.from({ length: count }, () => randomInt(10)).join('');
