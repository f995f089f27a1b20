/** Who stayed when and where: two years of history, the house of today, and what is reserved. Guests are positions here. */
import type { Room } from '../../src-shared/model/index.ts';
import type { Day } from './calendar.ts';
import type { Random } from './random.ts';
import { ROOM_TYPES, type RoomType } from './rooms.ts';

export interface PlannedStay {
  readonly guest: number;
  /** Position in the list of rooms; null while none is assigned. */
  readonly room: number | null;
  readonly roomType: RoomType;
  readonly status: 'reserved' | 'in-house' | 'departed' | 'cancelled' | 'no-show';
  readonly arrival: Day;
  readonly departure: Day;
}

export interface House {
  /** Today's arrivals, the house, and future reservations: of guests 0, 1, 2 … in this order, one each. */
  readonly current: readonly PlannedStay[];
  readonly history: readonly PlannedStay[];
  readonly arrivals: number;
  readonly inHouse: number;
}

const HISTORY_DAYS = 730;
const STAYS_PER_GUEST = 1.6;
const FUTURE_DAYS = 90;
const FUTURE_SHARE = 0.02;
/** Of reservations in the past. */
const CANCELLED_SHARE = 0.04;
const NO_SHOW_SHARE = 0.01;
/** Shares of the rooms: with 200 rooms 45 arrivals, 120 in house, of whom 38 depart today. */
const ARRIVALS_SHARE = 0.225;
const IN_HOUSE_SHARE = 0.6;
const DEPARTING_SHARE = 0.19;
const ARRIVALS_WITH_ROOM = 2 / 3;
/** Rooms kept out of today's house: hotel.ts sets some of them out of order. */
const SPARE_ROOMS_SHARE = 0.02;

type PlannedRoom = Pick<Room, 'number'> & { readonly type: RoomType };

/** Plans a house in which no room is taken twice on a night. */
export function planHouse(random: Random, rooms: readonly PlannedRoom[], guests: number, today: Day): House {
  const count = (share: number) => Math.round(rooms.length * share);
  const [arrivals, inHouse, departing] = [count(ARRIVALS_SHARE), count(IN_HOUSE_SHARE), count(DEPARTING_SHARE)];
  const future = Math.round(guests * FUTURE_SHARE);
  if (arrivals + inHouse + future > guests) {
    throw new RangeError(
      `guests: must be at least ${Math.ceil((arrivals + inHouse) / (1 - FUTURE_SHARE))} for so many rooms`,
    );
  }
  const order = random.shuffle(rooms.map((_, index) => index)).slice(0, rooms.length - count(SPARE_ROOMS_SHARE));
  const house = order.slice(0, inHouse);
  // Whoever arrives may be given a room that is left today as well as one that stood empty.
  const free = random.shuffle([...house.slice(0, departing), ...order.slice(inHouse)]);
  const typeOf = (room: number | null) => (room === null ? null : rooms[room]?.type) ?? random.pickCommon(ROOM_TYPES);

  const current: PlannedStay[] = [];
  for (let i = 0; i < arrivals; i++) {
    const room = i === 0 || random.chance(ARRIVALS_WITH_ROOM) ? (free.pop() ?? null) : null;
    const departure = today + random.int(1, 5);
    current.push({
      guest: current.length,
      room,
      roomType: typeOf(room),
      status: 'reserved',
      arrival: today,
      departure,
    });
  }
  for (const [i, room] of house.entries()) {
    const departure = i < departing ? today : today + random.int(1, 4);
    const arrival = today - random.int(1, 4);
    current.push({ guest: current.length, room, roomType: typeOf(room), status: 'in-house', arrival, departure });
  }
  for (let i = 0; i < future; i++) {
    const arrival = today + random.int(1, FUTURE_DAYS);
    const departure = arrival + random.int(1, 6);
    current.push({ guest: current.length, room: null, roomType: typeOf(null), status: 'reserved', arrival, departure });
  }
  return { current, history: planHistory(random, rooms, guests, today, current), arrivals, inHouse };
}

interface Slot {
  readonly room: number;
  readonly arrival: Day;
  readonly departure: Day;
}

/** Walks each room through two years, then seats guests in the slots, oldest first: everybody comes at least once. */
function planHistory(
  random: Random,
  rooms: readonly PlannedRoom[],
  guests: number,
  today: Day,
  current: readonly PlannedStay[],
): PlannedStay[] {
  const inHouseSince = new Map(current.flatMap((s) => (s.status === 'in-house' ? [[s.room, s.arrival] as const] : [])));
  const wanted = guests * STAYS_PER_GUEST - current.length;
  const slots = rooms.flatMap((_, room) =>
    slotsOf(
      random,
      room,
      today - HISTORY_DAYS,
      inHouseSince.get(room) ?? today,
      (HISTORY_DAYS * rooms.length) / wanted,
    ),
  );
  slots.sort((a, b) => a.arrival - b.arrival || a.room - b.room);

  /** Until when a guest is away: from the start of what is current for the guest, nothing past may reach into it. */
  const busyFrom = new Map(current.map((stay) => [stay.guest, stay.arrival]));
  const lastSeen = new Map<number, Day>();
  const returning = current.map((stay) => stay.guest);
  const newcomers = random.shuffle(Array.from({ length: guests - current.length }, (_, i) => current.length + i));
  const fits = (guest: number, slot: Slot) =>
    (lastSeen.get(guest) ?? 0) <= slot.arrival && slot.departure <= (busyFrom.get(guest) ?? today);

  return slots.flatMap((slot, index): PlannedStay[] => {
    const isNew = random.next() < newcomers.length / (slots.length - index);
    const guest = isNew ? newcomers.pop() : findReturning(random, returning, (candidate) => fits(candidate, slot));
    if (guest === undefined) return [];
    if (isNew) returning.push(guest);
    lastSeen.set(guest, slot.departure);
    const roomType = rooms[slot.room]?.type ?? 'standard';
    const status = pastStatus(random);
    const { arrival, departure } = slot;
    return [{ guest, room: status === 'departed' ? slot.room : null, roomType, status, arrival, departure }];
  });
}

/** Stays of one room, one after the other, `cycle` days from one arrival to the next on average. */
function slotsOf(random: Random, room: number, from: Day, until: Day, cycle: number): Slot[] {
  const slots: Slot[] = [];
  const meanNights = 2.6;
  const meanGap = Math.max(0, cycle - meanNights);
  let arrival = from + Math.floor(random.next() * cycle);
  for (;;) {
    const departure = arrival + Math.min(random.int(1, 4), random.int(1, 9));
    if (departure > until) return slots;
    slots.push({ room, arrival, departure });
    arrival = departure + Math.floor(random.next() * (2 * meanGap + 1));
  }
}

const TRIES = 24;

function findReturning(
  random: Random,
  guests: readonly number[],
  fits: (guest: number) => boolean,
): number | undefined {
  if (guests.length === 0) return undefined;
  for (let i = 0; i < TRIES; i++) {
    const guest = random.pickCommon(guests);
    if (fits(guest)) return guest;
  }
  return undefined;
}

function pastStatus(random: Random): 'departed' | 'cancelled' | 'no-show' {
  const chance = random.next();
  if (chance < CANCELLED_SHARE) return 'cancelled';
  return chance < CANCELLED_SHARE + NO_SHOW_SHARE ? 'no-show' : 'departed';
}
