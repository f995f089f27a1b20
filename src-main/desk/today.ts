import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { StayItem, TodayView } from '../../src-shared/ipc/views.ts';
import type { StayListRow } from '../store/stays.ts';
import { type Desk, mayDo, ok, presence, refusal, refuse } from './desk.ts';
import { maskContacts } from './mask-guest.ts';

/** The day at the desk: who comes, who is here, who leaves, and the rooms. Names and phones are masks. */
export function viewToday(desk: Desk): IpcResult<TodayView> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'guest.find');
  if (!decision.allowed) return refuse('forbidden', refusal(decision));
  const { businessDate } = who.property;
  const { stays, rooms } = desk.cache;
  const inHouse = stays.inHouse();
  const arrivals = stays.arrivals(businessDate);
  const arriving = new Set(arrivals.map((row) => row.roomId));
  const occupied = new Map(inHouse.map((row) => [row.roomId, row] as const));
  return ok({
    businessDate,
    arrivals: arrivals.map(toStayItem),
    inHouse: inHouse.map(toStayItem),
    departures: stays.departures(businessDate).map(toStayItem),
    rooms: rooms.all().map((room) => {
      const stay = occupied.get(room.id);
      return {
        number: room.number,
        floor: room.floor,
        type: room.type,
        status: room.status,
        stayId: stay?.stayId ?? null,
        departsToday: stay !== undefined && stay.departure <= businessDate,
        arrivesToday: arriving.has(room.id),
      };
    }),
  });
}

/** A stay as a list shows it. */
export function toStayItem(row: StayListRow): StayItem {
  return {
    stayId: row.stayId,
    guestId: row.guestId,
    ...maskContacts(row),
    vip: row.vip,
    doNotDisclose: row.doNotDisclose,
    room: row.roomNumber,
    roomStatus: row.roomStatus,
    roomType: row.roomType,
    reservationNumber: row.reservationNumber,
    status: row.status,
    arrival: row.arrival,
    departure: row.departure,
    adults: row.adults,
    children: row.children,
    channel: row.channel,
  };
}
