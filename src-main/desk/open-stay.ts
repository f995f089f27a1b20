import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { FieldView, StayRecord } from '../../src-shared/ipc/views.ts';
import type { Guest, Stay } from '../../src-shared/model/entities.ts';
import type { StayId } from '../../src-shared/model/ids.ts';
import { COMPARABLE_FIELDS, GUEST_SEALED_FIELDS, sealedClassOf } from '../../src-shared/model/registry.ts';
import {
  couldDo,
  type DayList,
  type Decision,
  type Doing,
  decide,
  doingWith,
  EMERGENCY_PURPOSE,
  hasInItsWork,
  suggestPurposes,
} from '../../src-shared/policy/index.ts';
import { viewGlass } from './break-glass.ts';
import { type Desk, mayDo, ok, type Presence, presence, record, refusal, refuse, refused } from './desk.ts';
import { maskSealed } from './mask-guest.ts';
import { toLogItem } from './read-log.ts';
import { wayToReveal } from './reveal.ts';
import { toStayItem } from './today.ts';
import { viewNote } from './write-note.ts';

/** Accesses shown on the record itself. */
const RECENT = 8;

/** One guest's record: basic data in full since it is being worked on, everything else as masks. Opening it is recorded, drawing it again is not. */
export function openStay(
  desk: Desk,
  input: { readonly stayId: StayId; readonly from?: DayList | undefined },
): IpcResult<StayRecord> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const { cache, log } = desk;
  const row = cache.stays.listRow(input.stayId);
  const stay = cache.stays.get(input.stayId);
  const guest = stay && cache.guests.get(stay.guestId);
  const decision = mayDo(who, 'stay.open');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'stay.open', stayId: input.stayId });
  if (!stay || !row || !guest) return refuse('not-found');
  if (!desk.session.worksOn(stay.id)) {
    record(desk, who, { type: 'stay.open', outcome: 'allowed', stayId: stay.id, guestId: guest.id });
    desk.session.beginWorkOn(stay.id);
  }
  const doing = doingWith(stay, who.property.businessDate, input.from);
  return ok({
    stay: toStayItem(row),
    roomId: stay.roomId,
    marks: marksOf(desk, stay),
    may: {
      guest: mayDo(who, 'guest.change').allowed,
      stay: mayDo(who, 'stay.change').allowed,
      checkIn: stay.status === 'reserved' && mayDo(who, 'stay.check-in').allowed,
      cancel: stay.status === 'reserved' && mayDo(who, 'stay.cancel').allowed,
      reinstate:
        stay.status === 'cancelled' && stay.arrival >= who.property.businessDate && mayDo(who, 'stay.cancel').allowed,
      checkOut: stay.status === 'in-house' && mayDo(who, 'stay.check-out').allowed,
      room: stay.roomId !== null && mayDo(who, 'room.set-status').allowed,
    },
    nights: nightsOf(stay),
    rateMinor: stay.rateMinor,
    currency: stay.currency,
    balanceMinor: mayDo(who, 'folio.read').allowed ? cache.postings.balanceOf(stay.id) : null,
    guest: {
      id: guest.id,
      name: guest.name,
      nameLatin: guest.nameLatin,
      salutation: guest.salutation,
      language: guest.language,
      phone: guest.phone,
      email: guest.email,
      company: guest.company,
      vehiclePlate: guest.vehiclePlate,
      vip: guest.vip,
      doNotDisclose: guest.doNotDisclose,
      documentType: guest.documentType,
    },
    mayErase: mayDo(who, 'guest.erase').allowed && !cache.stays.hasCurrent(guest.id),
    mayNote: mayDo(who, 'note.write').allowed,
    fields: GUEST_SEALED_FIELDS.map((name) => viewField(desk, who, { guest, stay, doing, name })),
    glass: hasInItsWork(who.employee.role, 'break-glass.begin') ? viewGlass(desk, who) : null,
    notes: cache.notes.forGuest(guest.id).map((note) => viewNote(desk, note)),
    otherStays: cache.stays
      .forGuest(guest.id)
      .filter((other) => other.stayId !== stay.id)
      .map((other) => ({
        stayId: other.stayId,
        arrival: other.arrival,
        departure: other.departure,
        status: other.status,
        room: other.roomNumber,
      })),
    recentAccess: log.list({ guestId: guest.id, limit: RECENT }).flatMap((entry) => toLogItem(desk, entry)),
  });
}

/** What of guest, stay and room waits for the server, or for a person who settles it. */
function marksOf({ cache }: Desk, { id, guestId, roomId }: Stay): StayRecord['marks'] {
  const places = [['guest', guestId], ['stay', id], ...(roomId === null ? [] : [['room', roomId] as const])] as const;
  return places.flatMap(([entity, rowId]) => [
    ...[...new Set(cache.pending.fieldsOf(entity, rowId))].map((field) => ({
      entity,
      field,
      state: 'waiting' as const,
      conflictId: null,
    })),
    ...cache.conflicts
      .openOf(rowId)
      .map(({ id: conflictId, field }) => ({ entity, field, state: 'conflict' as const, conflictId })),
  ]);
}

interface FieldAsked {
  readonly guest: Guest;
  readonly stay: Stay;
  readonly doing: Doing;
  readonly name: (typeof GUEST_SEALED_FIELDS)[number];
}

function viewField(desk: Desk, who: Presence, { guest, stay, doing, name }: FieldAsked): FieldView {
  const dataClass = sealedClassOf(name);
  const resource = { class: dataClass, stay };
  const way = wayToReveal(desk, who, stay.id, dataClass);
  const reveal = couldDo(who.actor, way.action, resource, way.context);
  // Behind the broken glass the mask is no secret either.
  const isOpen = way.caseId !== null && (reveal.allowed || reveal.reason === 'needs-unlock');
  const seen = isOpen ? reveal : decide(who.actor, 'field.mask', resource, who.context);
  const showsMask = isOpen || seen.allowed;
  // Whether something is on file is told with the mask, and not without it.
  const comparable = showsMask && guest[name] !== null && COMPARABLE_FIELDS.some((field) => field === name);
  return {
    field: name,
    class: dataClass,
    masked: showsMask ? maskSealed(guest, name) : null,
    mask: showsMask ? { allowed: true } : viewAccess(seen),
    reveal: viewAccess(reveal),
    compare: comparable ? viewAccess(couldDo(who.actor, 'field.compare', resource, who.context)) : null,
    purposes: isOpen
      ? [EMERGENCY_PURPOSE]
      : suggestPurposes({ field: name, class: dataClass, role: who.employee.role }, doing),
  };
}

function viewAccess(decision: Decision): FieldView['reveal'] {
  return decision.allowed ? { allowed: true } : { allowed: false, ...refusal(decision) };
}

function nightsOf(stay: Stay): number {
  return Math.round((Date.parse(stay.departure) - Date.parse(stay.arrival)) / 86_400_000);
}
