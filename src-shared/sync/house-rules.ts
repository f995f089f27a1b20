/** What must hold in a house whatever anybody does: asked on the terminal for good manners, on the server for real. */
import type { Room, Stay } from '../model/entities.ts';
import type { BusinessDate } from '../model/ids.ts';

export const HOUSE_RULES = [
  'room-taken',
  'room-not-ready',
  'unknown-room',
  'stay-status',
  'not-due',
  'before-business-date',
  'departure-before-arrival',
] as const;
export type HouseRule = (typeof HOUSE_RULES)[number];

export interface HouseNow {
  readonly businessDate: BusinessDate;
  readonly roomOf: (id: string) => Room | null;
  /** Other stays in a room, in house or expected. */
  readonly othersIn: (roomId: string) => readonly Stay[];
}

const isCurrent = ({ status }: Stay) => status === 'in-house' || status === 'reserved';

/**
 * What forbids that a stay becomes this: one stay to a room and night, nobody into a room that is not ready, nothing before the day
 * that is being worked on, no departure before the arrival.
 * @param before null for a stay that begins
 * @returns null when nothing does
 */
export function reasonAgainstStay(before: Stay | null, after: Stay, house: HouseNow): HouseRule | null {
  const changed = (field: keyof Stay) => before === null || before[field] !== after[field];
  // Whoever does what was done already does no harm.
  if (before !== null && !STAY_RULED.some(changed)) return null;
  const isBack = before?.status === 'cancelled' && after.status === 'reserved';
  if (before !== null && !isCurrent(before) && !isBack) return 'stay-status';
  const entering = after.status === 'in-house' && (changed('status') || changed('roomId'));
  if (changed('status')) {
    if (before === null ? !isCurrent(after) : !ALLOWED[before.status].includes(after.status)) return 'stay-status';
    if (after.status === 'in-house' && after.arrival > house.businessDate) return 'not-due';
    // Whoever is expected today may still come until the night: judged then, and not before.
    if (after.status === 'no-show' && after.arrival > house.businessDate) return 'not-due';
    if (after.status === 'in-house' && after.departure < house.businessDate) return 'before-business-date';
    // A stay that should have begun is no longer expected.
    if (isBack && after.arrival < house.businessDate) return 'before-business-date';
  }
  if (changed('arrival')) {
    if (before?.status === 'in-house') return 'stay-status';
    if (after.arrival < house.businessDate) return 'before-business-date';
  }
  if (changed('arrival') || changed('departure')) {
    if (after.departure <= after.arrival) return 'departure-before-arrival';
    if (after.departure < house.businessDate) return 'before-business-date';
  }
  if (!isCurrent(after)) return null;
  if (after.roomId === null) return entering || after.status === 'in-house' ? 'unknown-room' : null;
  const room = house.roomOf(after.roomId);
  if (room === null) return 'unknown-room';
  const others = house.othersIn(after.roomId).filter(({ id }) => id !== after.id);
  if (entering && others.some(({ status }) => status === 'in-house')) return 'room-taken';
  if (others.some((other) => isCurrent(other) && shareNight(after, other))) return 'room-taken';
  return entering && room.status !== 'clean' && room.status !== 'inspected' ? 'room-not-ready' : null;
}

/** Fields that the rules are about. */
const STAY_RULED = ['status', 'roomId', 'arrival', 'departure'] as const satisfies readonly (keyof Stay)[];

/** Where a stay may go by itself; the rest is for the night audit. */
const ALLOWED: { readonly [S in Stay['status']]: readonly Stay['status'][] } = {
  reserved: ['in-house', 'cancelled', 'no-show'],
  'in-house': ['departed'],
  departed: [],
  cancelled: ['reserved'],
  'no-show': [],
};

function shareNight(one: Stay, other: Stay): boolean {
  return one.arrival < other.departure && other.arrival < one.departure;
}
