import { type Room, RoomId } from '../../src-shared/model/index.ts';
import { type Day, instantOf } from './calendar.ts';
import type { Random } from './random.ts';

export const ROOM_TYPES = ['standard', 'twin', 'deluxe', 'suite'] as const;
export type RoomType = (typeof ROOM_TYPES)[number];

/** Nightly rates in fen. */
export const RATES: { readonly [T in RoomType]: number } = {
  standard: 58_800,
  twin: 64_800,
  deluxe: 88_800,
  suite: 168_800,
};

const ROOMS_PER_FLOOR = 10;
const FIRST_FLOOR = 3;
/** What each door of a floor leads to. */
const TYPE_BY_DOOR: readonly RoomType[] = [
  'standard',
  'standard',
  'twin',
  'standard',
  'twin',
  'deluxe',
  'standard',
  'twin',
  'deluxe',
  'suite',
];

/** Rooms floor by floor. As in most hotels in China, no floor has a 4 in its number, nor is there a 13th. */
export function makeRooms(random: Random, count: number, founded: Day): (Room & { type: RoomType })[] {
  const rooms: (Room & { type: RoomType })[] = [];
  for (let floor = FIRST_FLOOR; rooms.length < count; floor++) {
    if (floor === 13 || String(floor).includes('4')) continue;
    for (let door = 1; door <= ROOMS_PER_FLOOR && rooms.length < count; door++) {
      const id = RoomId.parse(random.ulid(instantOf(founded)));
      const number = `${floor}${String(door).padStart(2, '0')}`;
      rooms.push({ id, number, floor, type: TYPE_BY_DOOR[door - 1] ?? 'standard', status: 'clean' });
    }
  }
  return rooms;
}
