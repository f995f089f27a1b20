/** What the desk changes by hand: a guest's basic data, a stay's room and dates, check-out, cancelling, a room's status. It counts here at once. */

import { type CountryCode, isSupportedCountry } from 'libphonenumber-js/min';
import { ulid } from 'ulid';
import { parsePhone } from '../../src-shared/documents/phone.ts';
import { findsSensitiveNumber } from '../../src-shared/documents/sensitive-number.ts';
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { RoomChoice } from '../../src-shared/ipc/views.ts';
import type { Guest, Room, Stay } from '../../src-shared/model/entities.ts';
import { OperationId, type RoomId, type StayId } from '../../src-shared/model/ids.ts';
import { type CancelReason, CHANGE_ACTION_OF, type Change, type Versions } from '../../src-shared/sync/changes.ts';
import { reasonAgainstStay } from '../../src-shared/sync/house-rules.ts';
import { type Desk, mayDo, ok, type Presence, presence, record, refuse, refused } from './desk.ts';

/** Fields as the window names them: one that is undefined is not named. */
type Named<T> = { readonly [F in keyof T]?: T[F] | undefined };
type GuestFields = Named<Pick<Guest, 'name' | 'nameLatin' | 'phone' | 'email' | 'company' | 'vehiclePlate'>>;
type StayFields = Named<Pick<Stay, 'roomId' | 'arrival' | 'departure' | 'adults' | 'children'>>;

/** Changes basic data of a guest. A phone number is taken as it was typed; what is as it was before is no change. */
export function changeGuest(
  desk: Desk,
  { stayId, changes: typed }: { readonly stayId: StayId; readonly changes: GuestFields },
): IpcResult<null> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'guest.change');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'guest.change', stayId });
  const stay = desk.cache.stays.get(stayId);
  const held = stay && desk.cache.guests.held(stay.guestId);
  if (!stay || !held) return refuse('not-found');
  for (const [field, value] of Object.entries(typed)) {
    // Free text is the only one of them in which a number of a document or card could hide.
    if (field !== 'phone' && typeof value === 'string' && findsSensitiveNumber(value))
      return refuse('sensitive-number', { field });
  }
  const phone = typed.phone === undefined || typed.phone === null ? null : parsePhone(typed.phone, countryOf(who));
  if (phone !== null && !phone.ok) return refuse('phone-does-not-fit', { field: 'phone' });
  const changes = onlyChanged(held.row, phone === null ? typed : { ...typed, phone: phone.value.e164 });
  if (Object.keys(changes).length === 0) return ok(null);
  const base = basesOf(changes, held.versions);
  return change(desk, who, { kind: 'guest.change', guestId: stay.guestId, changes, base }, stay);
}

/** Changes room, dates or number of guests of a stay. @returns `house-rule` when the house as it is known here forbids it */
export function changeStay(
  desk: Desk,
  { stayId, changes: typed }: { readonly stayId: StayId; readonly changes: StayFields },
): IpcResult<null> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'stay.change');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'stay.change', stayId });
  const held = desk.cache.stays.held(stayId);
  if (held === null) return refuse('not-found');
  const changes = onlyChanged(held.row, typed);
  if (Object.keys(changes).length === 0) return ok(null);
  const rule = ruleAgainst(desk, who, held.row, { ...held.row, ...changes });
  if (rule !== null) return rule;
  return change(desk, who, { kind: 'stay.change', stayId, changes, base: basesOf(changes, held.versions) }, held.row);
}

/** Checks a guest out; the room is dirty from now on. */
export function checkOut(desk: Desk, { stayId }: { readonly stayId: StayId }): IpcResult<null> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'stay.check-out');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'stay.check-out', stayId });
  const stay = desk.cache.stays.get(stayId);
  if (stay === null) return refuse('not-found');
  const rule = ruleAgainst(desk, who, stay, { ...stay, status: 'departed' });
  return rule ?? change(desk, who, { kind: 'stay.checkOut', stayId }, stay);
}

/** Says how a room is. */
export function setRoomStatus(
  desk: Desk,
  { roomId, status }: { readonly roomId: RoomId; readonly status: Room['status'] },
): IpcResult<null> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'room.set-status');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'room.set-status' });
  const held = desk.cache.rooms.held(roomId);
  if (held === null) return refuse('not-found');
  if (held.row.status === status) return ok(null);
  return change(
    desk,
    who,
    { kind: 'room.setStatus', roomId, status, base: { status: held.versions['status'] ?? 0 } },
    null,
  );
}

/** Cancels a reservation, for a reason of the list. */
export function cancelStay(
  desk: Desk,
  { stayId, reason }: { readonly stayId: StayId; readonly reason: CancelReason },
): IpcResult<null> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'stay.cancel');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'stay.cancel', stayId });
  const stay = desk.cache.stays.get(stayId);
  if (stay === null) return refuse('not-found');
  const rule = ruleAgainst(desk, who, stay, { ...stay, status: 'cancelled' });
  return rule ?? change(desk, who, { kind: 'stay.cancel', stayId, reason }, stay, reason);
}

/** Takes a cancellation back: into the room it had, or without one when somebody has that by now. */
export function reinstateStay(desk: Desk, { stayId }: { readonly stayId: StayId }): IpcResult<null> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'stay.cancel');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'stay.cancel', stayId });
  const stay = desk.cache.stays.get(stayId);
  if (stay === null) return refuse('not-found');
  const again = (roomId: Stay['roomId']) => ruleAgainst(desk, who, stay, { ...stay, status: 'reserved', roomId });
  const roomId = again(stay.roomId) === null ? stay.roomId : null;
  return again(roomId) ?? change(desk, who, { kind: 'stay.reinstate', stayId, roomId }, stay, 'undone');
}

/** Rooms for a stay: those that are free on its nights first, of its type first, ready first. */
export function listRooms(desk: Desk, { stayId }: { readonly stayId: StayId }): IpcResult<RoomChoice[]> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'stay.change');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'stay.change', stayId });
  const stay = desk.cache.stays.get(stayId);
  if (stay === null) return refuse('not-found');
  return ok(rankRooms(desk, who, stay, stay));
}

/**
 * Every room, as it would do for a stay: free on its nights first, of its type first, inspected before clean before the rest.
 * @param before null for a stay that begins
 */
export function rankRooms(desk: Desk, who: Presence, before: Stay | null, after: Stay): RoomChoice[] {
  const rooms = desk.cache.rooms.all().map(({ id, number, type, status }) => {
    const rule = ruleAgainst(desk, who, before, { ...after, roomId: id });
    return { roomId: id, number, type, status, isFree: rule === null, isOwn: before?.roomId === id };
  });
  const readiness = ['inspected', 'clean', 'dirty', 'out-of-order'] as const;
  const rank = (room: RoomChoice) =>
    `${room.isFree ? 0 : 1}${room.type === after.roomType ? 0 : 1}${readiness.indexOf(room.status)}`;
  return rooms.toSorted((a, b) => rank(a).localeCompare(rank(b)));
}

type Bare = Change extends infer C ? (C extends Change ? Omit<C, 'id' | 'employeeId' | 'at'> : never) : never;

/**
 * Records a change, which the policy has allowed, then makes it here and queues it for the server.
 * @param reason why, for the access log
 */
export function change(
  desk: Desk,
  who: Presence,
  what: Bare,
  stay: Pick<Stay, 'id' | 'guestId'> | null,
  reason?: string,
): IpcResult<null> {
  const fields = 'changes' in what ? Object.keys(what.changes) : [];
  const [field] = fields;
  record(desk, who, {
    type: CHANGE_ACTION_OF[what.kind],
    outcome: 'allowed',
    ...(stay !== null && { stayId: stay.id, guestId: stay.guestId }),
    ...(fields.length === 1 && field !== undefined && { field }),
    ...(fields.length > 1 && { count: fields.length }),
    ...(reason !== undefined && { reason }),
  });
  const now = desk.clock.now();
  const id = OperationId.parse(ulid(now));
  desk.cache.changeLocally({ ...what, id, employeeId: who.employee.id, at: now } as Change);
  desk.kickSync();
  return ok(null);
}

/** What of the house, as it is known here, forbids that a stay becomes this. @param before null for a stay that begins */
export function ruleAgainst(
  desk: Desk,
  who: Presence,
  before: Stay | null,
  after: Stay,
): ReturnType<typeof refuse> | null {
  const { cache } = desk;
  const rule = reasonAgainstStay(before, after, {
    businessDate: who.property.businessDate,
    roomOf: (id) => cache.rooms.get(id),
    othersIn: (roomId) => cache.stays.currentIn(roomId),
  });
  return rule === null ? null : refuse('house-rule', { rule });
}

/** What of the typed fields is another value than the row has. */
function onlyChanged<T extends object, C extends Named<T>>(row: T, typed: C): Partial<Pick<T, keyof C & keyof T>> {
  const changed = Object.entries(typed).filter(
    ([field, value]) => value !== undefined && row[field as keyof T] !== value,
  );
  return Object.fromEntries(changed) as Partial<Pick<T, keyof C & keyof T>>;
}

function basesOf(changes: object, versions: Versions): Versions {
  return Object.fromEntries(Object.keys(changes).map((field) => [field, versions[field] ?? 0]));
}

/** In whose numbering plan a phone number without a country is read. */
export function countryOf({ property }: Presence): CountryCode {
  return isSupportedCountry(property.country) ? property.country : 'CN';
}
