/**
 * Numbers of the demo guests: their check digits are right, so that every parser accepts them, and they are nobody's. Each
 * kind has its own reason for that, given beside it. No document, card, tax or reservation number occurs twice in a hotel.
 */
import { luhnCheck } from '../../src-shared/documents/card-number.ts';
import { chineseIdCheck } from '../../src-shared/documents/chinese-id.ts';
import type { Random } from './random.ts';

/**
 * Spreads 0, 1, 2 … over `prime` values without repeating one: multiplication by a constant is a bijection modulo a prime.
 * Both factors are below 2^53 for any hotel.
 */
function spread(index: number, factor: number, prime: number): number {
  return ((index + 1) * factor) % prime;
}

const PRIME_9 = 999_999_937;
const PRIME_8 = 99_999_989;
const PRIME_7 = 9_999_991;

/**
 * A Chinese ID number (GB 11643) of region 990xxx: GB/T 2260 gives no province the number 99, so no such number was ever issued.
 * @param serial 0 to 999; odd for men, even for women
 */
export function fictitiousChineseId(region: number, dateOfBirth: string, serial: number): string {
  const first17 = `990${pad(region, 3)}${dateOfBirth.replaceAll('-', '')}${pad(serial, 3)}`;
  return first17 + chineseIdCheck(first17);
}

/** A passport: X and eight digits, the demo's own series. */
export function fictitiousPassport(index: number): string {
  return `X${pad(spread(index, 60_700_411, PRIME_8), 8)}`;
}

/** A permit to travel between the mainland and Hong Kong, Macao or Taiwan: those begin with H, M or a digit, never with HX or TX. */
export function fictitiousPermit(type: 'hk-macao-permit' | 'taiwan-permit', index: number): string {
  return `${type === 'taiwan-permit' ? 'TX' : 'HX'}${pad(spread(index, 4_900_017, PRIME_7), 7)}`;
}

/** Issuer numbers under which card schemes and processors publish their test cards: no account stands behind them. */
const TEST_ISSUERS = ['400000', '555555', '620000'] as const;

/** A payment card of 16 digits with its check digit (ISO/IEC 7812-1). */
export function fictitiousCard(random: Random, index: number): string {
  const first15 = random.pick(TEST_ISSUERS) + pad(spread(index, 736_338_717, PRIME_9), 9);
  return first15 + luhnCheck(first15);
}

/** Digits of GB 32100: I, O, S, V and Z are left out. */
const CREDIT_CODE_DIGITS = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2] as const;

/** A company's tax number: the unified social credit code (GB 32100-2015), again of a region 99xxxx that does not exist. */
export function fictitiousTaxNumber(index: number): string {
  const body = pad(spread(index, 60_700_411, PRIME_8), 8);
  const sum = ORGANISATION_WEIGHTS.reduce((total, weight, i) => total + weight * Number(body[i]), 0);
  const organisationCheck = '0X987654321'[sum % 11] ?? '';
  const first17 = `91990${pad(index % 1_000, 3)}${body}${organisationCheck}`;
  const weighted = Array.from(first17).reduce(
    (total, sign, i) => total + CREDIT_CODE_DIGITS.indexOf(sign) * (3 ** i % 31),
    0,
  );
  return first17 + (CREDIT_CODE_DIGITS[(31 - (weighted % 31)) % 31] ?? '');
}

/** A plate whose first character stands for no province: 演, "performance". */
export function fictitiousPlate(random: Random): string {
  return `演${random.pick([...'ABCDEFGH'])}${pad(random.int(0, 99_999), 5)}`;
}

type Nationality =
  | 'CHN'
  | 'GBR'
  | 'USA'
  | 'AUS'
  | 'FRA'
  | 'DEU'
  | 'ESP'
  | 'RUS'
  | 'ARE'
  | 'SAU'
  | 'JPN'
  | 'KOR'
  | 'THA'
  | 'VNM';

const US_AREAS = ['202', '206', '212', '303', '312', '404', '415', '503', '512', '617', '702', '808'] as const;
const GERMAN_DRAMA = ['3023125', '4066969', '6990009', '2214710', '8999998'] as const;
const AUSTRALIAN_FICTION = ['006', '156', '157', '158', '159', '110', '313', '737', '266'] as const;

/** Phone numbers in E.164, by country. */
const PHONES: { readonly [N in Nationality]: (random: Random, index: number) => string } = {
  // China keeps no range for fiction; 12x are short emergency and service numbers there, so no subscriber has eleven digits of it.
  CHN: (_random, index) => `+86129${pad(spread(index, 31_415_927, PRIME_8), 8)}`,
  // Ofcom, numbers for use in TV and radio drama.
  GBR: (random) => `+447700900${pad(random.int(0, 999), 3)}`,
  // North American Numbering Plan: 555-0100 to 555-0199 are for fiction.
  USA: (random) => `+1${random.pick(US_AREAS)}55501${pad(random.int(0, 99), 2)}`,
  // ACMA, numbers for use in radio, books, film and TV.
  AUS: (random) => `+61491570${random.pick(AUSTRALIAN_FICTION)}`,
  // ARCEP: 06 39 98 is kept for audiovisual works.
  FRA: (random) => `+3363998${pad(random.int(0, 9_999), 4)}`,
  // Bundesnetzagentur, drama numbers.
  DEU: (random) => `+49${random.pick(GERMAN_DRAMA)}${pad(random.int(0, 999), 3)}`,
  // The plan of Spain has no numbers that begin with 5.
  ESP: (random) => `+34500${pad(random.int(0, 999_999), 6)}`,
  // The others keep no range either: a subscriber part that begins with zeros is the least likely to be anybody's.
  RUS: (random) => `+7495000${pad(random.int(0, 9_999), 4)}`,
  ARE: (random) => `+97150000${pad(random.int(0, 9_999), 4)}`,
  SAU: (random) => `+96650000${pad(random.int(0, 9_999), 4)}`,
  JPN: (random) => `+81900000${pad(random.int(0, 9_999), 4)}`,
  KOR: (random) => `+82100000${pad(random.int(0, 9_999), 4)}`,
  THA: (random) => `+6680000${pad(random.int(0, 9_999), 4)}`,
  VNM: (random) => `+8490000${pad(random.int(0, 9_999), 4)}`,
};

/** A phone number that rings nowhere. */
export function fictitiousPhone(nationality: Nationality, random: Random, index: number): string {
  return PHONES[nationality](random, index);
}
export type { Nationality };

/** A reservation number of this hotel. */
export function reservationNumber(index: number): string {
  return `HV${pad(spread(index, 4_900_017, PRIME_7), 7)}`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
