/** A reservation, or somebody who walks in: for a guest the hotel knows or a new one. It counts here at once, with the line down too. */
import { ulid } from 'ulid';
import { parsePhone } from '../../src-shared/documents/phone.ts';
import { findsSensitiveNumber } from '../../src-shared/documents/sensitive-number.ts';
import type { ChannelOutput, ChannelParsedInput } from '../../src-shared/ipc/contract.ts';
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { RoomChoice } from '../../src-shared/ipc/views.ts';
import type { Guest, Stay } from '../../src-shared/model/entities.ts';
import { GuestId, StayId } from '../../src-shared/model/ids.ts';
import { change, countryOf, rankRooms, ruleAgainst } from './change-record.ts';
import { hasAllMusts, takeDown } from './check-in.ts';
import { type Desk, mayDo, ok, type Presence, presence, refusal, refuse, refused } from './desk.ts';
import type { SealedDocument } from './read-documents.ts';
import { nextReservationNumber } from './reservation-number.ts';

type Asked = ChannelParsedInput<'stay.create'>;
type NewGuest = Extract<Asked['guest'], { kind: 'new' }>;

/** What the form begins with: the day, the types of room with what they cost now, and in which currency. */
export function prepareStay(desk: Desk): IpcResult<ChannelOutput<'stay.prepare'>> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'stay.create');
  if (!decision.allowed) return refuse('forbidden', refusal(decision));
  const rooms = desk.cache.rooms.all();
  const rates = desk.cache.stays.currentRates();
  return ok({
    businessDate: who.property.businessDate,
    draft: desk.drafts.of(who.employee.id),
    currency: rates[0]?.currency ?? 'CNY',
    roomTypes: [...new Set(rooms.map(({ type }) => type))].map((type) => ({
      type,
      rateMinor: rates.find(({ roomType }) => roomType === type)?.rateMinor ?? null,
    })),
  });
}

/** Keeps what she has typed so far, or forgets it. */
export function keepDraft(desk: Desk, { draft }: ChannelParsedInput<'stay.keepDraft'>): IpcResult<null> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'stay.create');
  if (!decision.allowed) return refuse('forbidden', refusal(decision));
  desk.drafts.keep(who.employee.id, draft);
  return ok(null);
}

/** Rooms for a stay that is being typed, the fitting ones first. */
export function offerRooms(desk: Desk, input: ChannelParsedInput<'room.offer'>): IpcResult<RoomChoice[]> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'stay.create');
  if (!decision.allowed) return refuse('forbidden', refusal(decision));
  const { as, arrival, departure, roomType } = input;
  const draft = draftOf({ as, arrival, departure, roomType });
  return ok(rankRooms(desk, who, null, draft));
}

/**
 * Makes the stay. A new guest's seed is made before it, so that what she shows can be sealed at once (docs/decisions/0031-seeds-made-at-the-desk.md).
 * @returns `house-rule` when the house as it is known here forbids it
 */
export function createStay(desk: Desk, input: Asked): IpcResult<{ readonly stayId: StayId }> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  for (const action of actionsOf(input)) {
    const decision = mayDo(who, action);
    if (!decision.allowed) return refused(desk, who, decision, { type: action });
  }
  const document = input.document === null ? null : desk.documents.get(input.document, who.employee.id);
  // Read too long ago, by somebody else, or for another guest: it is read again.
  if (input.document !== null && (document === null || !isFor(desk, document, input))) return refuse('not-found');
  if (input.as === 'walk-in' && document?.isMinor === true && !hasAllMusts(input.musts)) return refuse('minor-musts');
  const guest = input.guest.kind === 'new' ? newGuest(desk, who, input.guest, document) : ok(null);
  if (!guest.ok) return guest;
  const guestId = input.guest.kind === 'known' ? input.guest.guestId : guest.value?.id;
  if (guestId === undefined || (guest.value === null && desk.cache.guests.get(guestId) === null)) {
    return refuse('not-found');
  }
  const reservationNumber = nextReservationNumber(desk);
  if (reservationNumber === null) return refuse('not-ready');
  const { adults, children, channel, rateMinor, currency, roomId } = input;
  const stay: Stay = {
    ...draftOf(input),
    guestId,
    roomId,
    reservationNumber,
    adults,
    children,
    channel,
    rateMinor,
    currency,
  };
  const rule = ruleAgainst(desk, who, null, stay);
  if (rule !== null) return rule;
  // First the seed, then the guest: a seed without a guest harms nobody.
  if (guest.value !== null && document === null) desk.seeds.make(guestId).fill(0);
  const reason = input.as === 'walk-in' && document?.isMinor === true ? 'minor-musts' : input.as;
  const done = change(desk, who, { kind: 'stay.create', stay, guest: guest.value, seed: null }, stay, reason);
  // On the record of a guest who is known it is a change like any other.
  if (document !== null && guest.value === null) takeDown(desk, who, document, stay);
  if (input.document !== null) desk.documents.drop(input.document);
  desk.drafts.keep(who.employee.id, null);
  return done.ok ? ok({ stayId: stay.id }) : done;
}

/** What the policy is asked for. */
function actionsOf({ as, document }: Asked): readonly ('stay.create' | 'stay.check-in' | 'guest.change')[] {
  return [
    'stay.create',
    ...(as === 'walk-in' ? (['stay.check-in'] as const) : []),
    ...(document === null ? [] : (['guest.change'] as const)),
  ];
}

function isFor(desk: Desk, { stayId, guestId }: SealedDocument, { guest }: Asked): boolean {
  if (stayId !== null) return false;
  return guest.kind === 'known' ? guest.guestId === guestId : desk.cache.guests.get(guestId) === null;
}

/** @param document what she showed: it was sealed for the id that she gets */
function newGuest(
  desk: Desk,
  who: Presence,
  { kind: _, phone: typed, ...told }: NewGuest,
  document: SealedDocument | null,
): IpcResult<Guest> {
  for (const field of ['name', 'nameLatin'] as const) {
    if (findsSensitiveNumber(told[field] ?? '')) return refuse('sensitive-number', { field });
  }
  const phone = typed === null ? null : parsePhone(typed, countryOf(who));
  if (phone !== null && !phone.ok) return refuse('phone-does-not-fit', { field: 'phone' });
  return ok({
    id: document?.guestId ?? GuestId.parse(ulid(desk.clock.now())),
    ...told,
    phone: phone?.value.e164 ?? null,
    email: null,
    company: null,
    vehiclePlate: null,
    documentType: told.language.startsWith('zh') ? 'chinese-id' : 'passport',
    documentNumber: null,
    dateOfBirth: null,
    nationality: null,
    documentAddress: null,
    cardNumber: null,
    invoiceTaxNumber: null,
    dietaryNeeds: null,
    ...document?.fields,
  });
}

/** What the rules of the house ask of a stay that is not there yet. */
function draftOf({ as, arrival, departure, roomType }: Pick<Asked, 'as' | 'arrival' | 'departure' | 'roomType'>): Stay {
  const id = StayId.parse(ulid());
  return {
    id,
    guestId: GuestId.parse(id),
    roomId: null,
    reservationNumber: 'DRAFT',
    status: as === 'walk-in' ? 'in-house' : 'reserved',
    arrival,
    departure,
    adults: 1,
    children: 0,
    roomType,
    channel: as === 'walk-in' ? 'walk-in' : 'direct',
    rateMinor: 0,
    currency: 'CNY',
  };
}
