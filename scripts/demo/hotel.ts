/** The demo hotel: made up by the project itself, the same for the same seed and date, and nobody in it exists. */

import type { BusinessDate } from '../../src-shared/model/ids.ts';
import { type Property, PropertyId, type Room, type Stay, StayId } from '../../src-shared/model/index.ts';
import { type Day, dateOf, dayOf, instantOf } from './calendar.ts';
import { makeGuest, type PlainGuest } from './guests.ts';
import {
  fictitiousCard,
  fictitiousChineseId,
  fictitiousPassport,
  fictitiousTaxNumber,
  reservationNumber,
} from './numbers.ts';
import { createRandom, type Random } from './random.ts';
import { makeRooms, RATES } from './rooms.ts';
import { DEMO_POLICY_VERSION } from './staff.ts';
import { type PlannedStay, planHouse } from './stays.ts';

export interface HotelPlan {
  readonly seed: number;
  readonly businessDate: BusinessDate;
  readonly guests?: number;
  readonly rooms?: number;
}

export interface DemoHotel {
  readonly property: Property;
  readonly rooms: readonly Room[];
  /** Guests with something current first. */
  readonly guests: readonly PlainGuest[];
  /** Arrivals, in-house and future reservations: stays of the first guests. */
  readonly currentStays: readonly Stay[];
  readonly pastStays: readonly Stay[];
  /** Two guests to show: 林晓雨 arrives today, Eleanor Whitfield is in house. */
  readonly stories: { readonly arriving: PlainGuest; readonly inHouse: PlainGuest };
}

export const DEMO_PROPERTY = PropertyId.parse('harbour-view');

const CHANNELS = ['direct', 'ota', 'phone', 'corporate', 'group', 'walk-in'] as const;
const OUT_OF_ORDER = 0.015;

/**
 * Makes the whole hotel in memory.
 * @throws RangeError when there are too few guests to fill the rooms
 */
export function generateHotel({
  seed,
  businessDate,
  guests: guestCount = 20_000,
  rooms: roomCount = 200,
}: HotelPlan): DemoHotel {
  const random = createRandom(`keyrack/demo-hotel/v1/${seed}`);
  const today = dayOf(businessDate);
  const rooms = makeRooms(random, roomCount, today - 800);
  const house = planHouse(random, rooms, guestCount, today);
  const planned = [...house.current, ...house.history];
  const guests = makeGuests(random, planned, guestCount, today);
  const arriving = tellLinXiaoyu(guests, today);
  const inHouse = tellEleanorWhitfield(guests, house.arrivals, today);
  const taken = new Set(house.current.map((stay) => stay.room));
  const stays = planned.map((stay, index) => makeStay(random, stay, index, rooms, guests));
  return {
    property: {
      id: DEMO_PROPERTY,
      name: '海湾酒店（演示）',
      nameLatin: 'Harbour View Hotel (demo)',
      businessDate,
      timeZone: 'Asia/Shanghai',
      country: 'CN',
      policyVersion: DEMO_POLICY_VERSION,
    },
    rooms: withStatuses(random, rooms, house.current, taken),
    guests,
    currentStays: stays.slice(0, house.current.length),
    pastStays: stays.slice(house.current.length),
    stories: { arriving, inHouse },
  };
}

function makeGuests(random: Random, planned: readonly PlannedStay[], count: number, today: Day): PlainGuest[] {
  const seen = new Map<number, { first: Day; last: Day }>();
  for (const { guest, arrival, departure } of planned) {
    const { first, last } = seen.get(guest) ?? { first: arrival, last: departure };
    seen.set(guest, { first: Math.min(first, arrival), last: Math.max(last, departure) });
  }
  return Array.from({ length: count }, (_, index) => {
    const { first, last } = seen.get(index) ?? { first: today, last: today };
    return makeGuest(random, { index, today, firstArrival: first, lastDeparture: last });
  });
}

function makeStay(
  random: Random,
  planned: PlannedStay,
  index: number,
  rooms: readonly Room[],
  guests: readonly PlainGuest[],
): Stay {
  const guest = guests[planned.guest];
  if (guest === undefined) throw new Error('a stay was planned for a guest who is not there');
  return {
    id: StayId.parse(random.ulid(instantOf(planned.arrival - random.int(1, 45)))),
    guestId: guest.id,
    roomId: planned.room === null ? null : (rooms[planned.room]?.id ?? null),
    reservationNumber: reservationNumber(index),
    status: planned.status,
    arrival: dateOf(planned.arrival),
    departure: dateOf(planned.departure),
    adults: random.chance(0.45) ? 2 : 1,
    children: random.chance(0.12) ? random.int(1, 2) : 0,
    roomType: planned.roomType,
    channel: random.pickCommon(CHANNELS),
    rateMinor: Math.round((RATES[planned.roomType] * random.int(85, 115)) / 10_000) * 100,
    currency: 'CNY',
  };
}

/** Occupied rooms are clean or waiting for service; rooms for arrivals are ready or nearly; a few others are out of order. */
function withStatuses(
  random: Random,
  rooms: readonly Room[],
  current: readonly PlannedStay[],
  taken: ReadonlySet<number | null>,
): Room[] {
  const occupied = new Set(current.filter((stay) => stay.status === 'in-house').map((stay) => stay.room));
  return rooms.map((room, index) => {
    if (occupied.has(index)) return { ...room, status: random.chance(0.35) ? 'dirty' : 'clean' };
    if (taken.has(index)) return { ...room, status: random.chance(0.7) ? 'inspected' : 'dirty' };
    if (random.chance(OUT_OF_ORDER)) return { ...room, status: 'out-of-order' };
    return { ...room, status: random.chance(0.5) ? 'inspected' : 'clean' };
  });
}

/** The first arrival of the day. Her number has a serial that positions give to nobody. */
function tellLinXiaoyu(guests: PlainGuest[], today: Day): PlainGuest {
  const dateOfBirth = '1991-06-18';
  return rewrite(guests, 0, {
    name: '林晓雨',
    nameLatin: 'Lin Xiaoyu',
    salutation: 'ms',
    language: 'zh-CN',
    phone: '+8612988886621',
    email: 'lin.xiaoyu@example.com',
    company: '云帆贸易（演示）有限公司',
    vehiclePlate: '演A60618',
    vip: false,
    doNotDisclose: false,
    documentType: 'chinese-id',
    documentNumber: fictitiousChineseId(0, dateOfBirth, 998),
    dateOfBirth,
    nationality: 'CHN',
    documentAddress: '演示省海湾市滨海区样例大道88号3栋502室',
    cardNumber: fictitiousCard(createRandom(`lin/${today}`), guests.length),
    invoiceTaxNumber: fictitiousTaxNumber(guests.length),
    dietaryNeeds: '花生过敏',
  });
}

/** The first guest in house: known to the house, and asks not to be disclosed. */
function tellEleanorWhitfield(guests: PlainGuest[], index: number, today: Day): PlainGuest {
  return rewrite(guests, index, {
    name: 'Eleanor Whitfield',
    nameLatin: null,
    salutation: 'ms',
    language: 'en',
    phone: '+447700900461',
    email: 'eleanor.whitfield@example.org',
    company: 'Sample Shipping Ltd',
    vehiclePlate: null,
    vip: true,
    doNotDisclose: true,
    documentType: 'passport',
    documentNumber: fictitiousPassport(guests.length),
    dateOfBirth: '1968-02-29',
    nationality: 'GBR',
    documentAddress: '14 Sample Street, Fictionville, United Kingdom',
    cardNumber: fictitiousCard(createRandom(`whitfield/${today}`), guests.length + 1),
    invoiceTaxNumber: null,
    dietaryNeeds: 'no shellfish',
  });
}

function rewrite(guests: PlainGuest[], index: number, story: Omit<PlainGuest, 'id'>): PlainGuest {
  const guest = guests[index];
  if (guest === undefined) throw new Error('the hotel is too small for its stories');
  const told = { ...guest, ...story };
  guests[index] = told;
  return told;
}
