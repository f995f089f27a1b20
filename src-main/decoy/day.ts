/** A calm day that nobody lives: a few guests in the house, fewer who come, and a new one each business date on top of the last. */
import { randomInt } from 'node:crypto';
import { ulid } from 'ulid';
import type { Room, Stay } from '../../src-shared/model/entities.ts';
import { BusinessDate, type GuestId, StayId } from '../../src-shared/model/ids.ts';
import type { Cache } from '../store/open.ts';

/** How a hotel books: what may be read off its own stays without telling of any of them. */
export interface Customs {
  /** A nightly rate of each type of room. */
  readonly rates: ReadonlyMap<string, Pick<Stay, 'rateMinor' | 'currency'>>;
  readonly channels: readonly string[];
  /** A reservation number; the digits of an invented one are others. */
  readonly numberLike: string;
}

/** Reads the customs off the stays of a day, a few of them. */
export function customsOf({ stays, property }: Pick<Cache, 'stays' | 'property'>): Customs | null {
  const date = property.get()?.businessDate;
  if (date === undefined) return null;
  const some = [...stays.inHouse(), ...stays.arrivals(date)]
    .slice(0, SAMPLE)
    .flatMap(({ stayId }) => stays.get(stayId) ?? []);
  const [first] = some;
  if (first === undefined) return null;
  return {
    rates: new Map(some.map(({ roomType, rateMinor, currency }) => [roomType, { rateMinor, currency }])),
    channels: [...new Set(some.map(({ channel }) => channel))],
    numberLike: first.reservationNumber,
  };
}

const SAMPLE = 200;
/** Shares of the rooms, and the least and the most of them: enough to be a hotel, few enough to be a quiet day. */
const IN_HOUSE = { share: 0.1, least: 4, most: 14 } as const;
const ARRIVALS = { share: 0.02, least: 2, most: 4 } as const;

interface DayInput {
  readonly date: BusinessDate;
  readonly rooms: readonly Room[];
  readonly customs: Customs;
  /** Who is in the house, or was to come on the day before. */
  readonly current: readonly Stay[];
  readonly newGuest: () => GuestId;
  readonly now: number;
}

/** @returns the stays that are new or another than the day before */
export function turnDay(input: DayInput): Stay[] {
  const { date, rooms } = input;
  const moved = input.current.map((stay) => nextDay(stay, date));
  const inHouse = moved.filter(({ status }) => status === 'in-house');
  const taken = new Set(inHouse.map(({ roomId }) => roomId));
  const free = rooms.filter(({ id, status }) => !taken.has(id) && status !== 'out-of-order');
  const takeRoom = () => free.splice(randomInt(Math.max(1, free.length)), 1)[0];
  const invent = (count: number, when: () => Pick<Stay, 'arrival' | 'departure' | 'status'>) =>
    Array.from({ length: Math.max(0, count) }).flatMap(() => {
      const room = takeRoom();
      return room === undefined ? [] : [inventStay(input, room, when())];
    });
  const house = invent(wanted(IN_HOUSE, rooms) - inHouse.length, () => ({
    status: 'in-house',
    arrival: addDays(date, -randomInt(1, 4)),
    departure: addDays(date, randomInt(0, 4)),
  }));
  const arrivals = invent(wanted(ARRIVALS, rooms), () => ({
    status: 'reserved',
    arrival: date,
    departure: addDays(date, randomInt(1, 4)),
  }));
  return [...moved, ...house, ...arrivals];
}

/** Whoever was to come has come; whoever was to leave has left. */
function nextDay(stay: Stay, date: BusinessDate): Stay {
  return { ...stay, status: stay.departure < date ? 'departed' : 'in-house' };
}

function inventStay(
  { customs, newGuest, now }: DayInput,
  room: Room,
  when: Pick<Stay, 'arrival' | 'departure' | 'status'>,
): Stay {
  const { rates, channels, numberLike } = customs;
  const rate = rates.get(room.type) ?? [...rates.values()][0] ?? { rateMinor: 0, currency: 'CNY' };
  return {
    id: StayId.parse(ulid(now)),
    guestId: newGuest(),
    roomId: room.id,
    reservationNumber: numberLike.replaceAll(/\d/g, () => String(randomInt(10))),
    ...when,
    adults: randomInt(1, 3),
    children: 0,
    roomType: room.type,
    channel: channels[randomInt(channels.length)] ?? 'direct',
    ...rate,
  };
}

function wanted({ share, least, most }: typeof IN_HOUSE | typeof ARRIVALS, rooms: readonly Room[]): number {
  return Math.min(rooms.length, most, Math.max(least, Math.round(rooms.length * share)));
}

function addDays(date: BusinessDate, days: number): BusinessDate {
  return BusinessDate.parse(new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10));
}
