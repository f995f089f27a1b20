/**
 * Rows of a hotel with any number of guests, made one batch at a time: people of the demo hotel's making, the same for the same
 * size, in the order a hotel meets them. Only what a reveal or a search by document opens is sealed; the rest has filler of a sealed
 * value's length, since sealing seven million values would take longer than everything that is measured. What is found by a blind index
 * has one.
 */
import { createHash } from 'node:crypto';
import { type Day, dateOf, dayOf, instantOf } from '../../scripts/demo/calendar.ts';
import { makeGuest, type PlainGuest } from '../../scripts/demo/guests.ts';
import { createRandom, type Random } from '../../scripts/demo/random.ts';
import { makeRooms, RATES } from '../../scripts/demo/rooms.ts';
import { deriveIndexKeys, deriveSearchKey, type IndexKeys, indexOf } from '../../src-main/vault/blind-index.ts';
import { type ClassKey, deriveRecordKey, sealField } from '../../src-main/vault/field-seal.ts';
import type { SealedClass } from '../../src-shared/model/classes.ts';
import type { Guest, Property, Room, Stay } from '../../src-shared/model/entities.ts';
import { BusinessDate, type GuestId, PropertyId, StayId } from '../../src-shared/model/ids.ts';
import {
  FINDABLE_FIELDS,
  type FindableField,
  GUEST_SEALED_FIELDS,
  type GuestSealedField,
  isFindable,
  sealedClassOf,
} from '../../src-shared/model/registry.ts';
import type { SealedField } from '../../src-shared/model/sealed-field.ts';
import type { PutLine } from '../../src-shared/sync/protocol.ts';

export const TODAY = BusinessDate.parse('2026-03-14');
export const PROPERTY = PropertyId.parse('bench-hotel');
/** Guests who arrive today or are in house: they come first, and their sealed values open. */
const AT_THE_DESK = 165;

const ROOMS = 200;
const ARRIVALS = 45;
const RESERVED_SHARE = 0.02;
const SECOND_STAY_SHARE = 0.6;
const HISTORY_DAYS = 730;
/** A batch as one transaction takes it: larger than a page of sync, so that loading does not take the day. */
const BATCH = 50_000;

/** The key of a class in this hotel. It protects nothing: its guests are nobody. */
export function classKey(dataClass: SealedClass): ClassKey {
  return { class: dataClass, epoch: 1, key: createHash('sha256').update(`keyrack/bench/${dataClass}`).digest() };
}

/** The seed of a guest in this hotel, as little a secret as the keys. */
export function seedOf(guestId: GuestId): Buffer {
  return createHash('sha256').update(`keyrack/bench/${guestId}`).digest();
}

/** Feeds the whole hotel, numbered without gaps from 1. */
export function* hotelFeed(guests: number): Generator<{ readonly puts: readonly PutLine[]; readonly cursor: number }> {
  const random = createRandom(`keyrack/bench/v1/${guests}`);
  const today = dayOf(TODAY);
  const rooms = makeRooms(random, ROOMS, today - HISTORY_DAYS);
  let cursor = 0;
  let puts: PutLine[] = [
    { kind: 'put', entity: 'property', seq: ++cursor, row: property() },
    ...rooms.map((row): PutLine => ({ kind: 'put', entity: 'room', seq: ++cursor, row })),
  ];
  for (let index = 0; index < guests; index++) {
    const first = firstStay(random, index, guests, today, rooms);
    const plain = makeGuest(random, {
      index,
      today,
      firstArrival: dayOf(first.arrival),
      lastDeparture: dayOf(first.departure),
    });
    const stays = [{ ...first, guestId: plain.id }, ...laterStay(random, first, plain, index, guests)];
    puts.push({
      kind: 'put',
      entity: 'guest',
      seq: ++cursor,
      row: seal(plain, index < AT_THE_DESK ? 'opens' : 'filler'),
    });
    for (const row of stays) puts.push({ kind: 'put', entity: 'stay', seq: ++cursor, row });
    if (puts.length >= BATCH) {
      yield { puts, cursor };
      puts = [];
    }
  }
  yield { puts, cursor };
}

/** The hotel itself, as the first row of the feed has it. */
export function property(): Property {
  return {
    id: PROPERTY,
    name: '基准酒店（虚构）',
    nameLatin: 'Bench Hotel (fictitious)',
    businessDate: TODAY,
    timeZone: 'Asia/Shanghai',
    country: 'CN',
    policyVersion: 1,
  };
}

type Unseated = Omit<Stay, 'guestId'>;

/** Arrivals and the house come first, then reservations, then those of the past, oldest first. */
function firstStay(random: Random, index: number, guests: number, today: Day, rooms: readonly Room[]): Unseated {
  if (index < AT_THE_DESK) {
    const arriving = index < ARRIVALS;
    const arrival = arriving ? today : today - random.int(1, 4);
    return stay(random, index, arriving ? 'reserved' : 'in-house', arrival, today + random.int(0, 4), rooms[index]);
  }
  if (index < AT_THE_DESK + guests * RESERVED_SHARE) {
    const arrival = today + random.int(1, 90);
    return stay(random, index, 'reserved', arrival, arrival + random.int(1, 6));
  }
  const arrival = today - HISTORY_DAYS + Math.floor((index / guests) * (HISTORY_DAYS - 10));
  return stay(random, index, 'departed', arrival, arrival + random.int(1, 9), rooms[random.int(0, ROOMS - 1)]);
}

function laterStay(random: Random, first: Unseated, guest: PlainGuest, index: number, guests: number): Stay[] {
  if (!random.chance(SECOND_STAY_SHARE)) return [];
  const before = dayOf(first.arrival) - random.int(10, 200);
  return [{ ...stay(random, guests + index, 'departed', before, before + random.int(1, 9)), guestId: guest.id }];
}

function stay(
  random: Random,
  index: number,
  status: Stay['status'],
  arrival: Day,
  departure: Day,
  room?: Room,
): Unseated {
  return {
    id: StayId.parse(random.ulid(instantOf(arrival - random.int(1, 45)))),
    roomId: room?.id ?? null,
    reservationNumber: `BH${String(index).padStart(7, '0')}`,
    status,
    arrival: dateOf(arrival),
    departure: dateOf(departure),
    adults: random.int(1, 2),
    children: 0,
    roomType: room?.type ?? 'standard',
    channel: 'direct',
    rateMinor: RATES.standard,
    currency: 'CNY',
  };
}

function seal(plain: PlainGuest, how: 'opens' | 'filler'): Guest {
  const sealed = {} as Record<GuestSealedField, SealedField | null>;
  for (const field of GUEST_SEALED_FIELDS) {
    const value = plain[field];
    const opens = how === 'opens' || field === 'documentNumber';
    sealed[field] =
      value === null
        ? null
        : {
            sealed: opens ? sealFor(plain, field, value) : filler(value),
            mask: stars(value),
            ...(isFindable(field) ? { index: indexOf(indexKeysOf(field), field, value) } : {}),
          };
  }
  return { ...plain, ...sealed };
}

const INDEX_KEYS = new Map(
  FINDABLE_FIELDS.map((field) => [field, deriveIndexKeys(deriveSearchKey(classKey(sealedClassOf(field)), PROPERTY))]),
);

function indexKeysOf(field: FindableField): IndexKeys {
  const keys = INDEX_KEYS.get(field);
  if (keys === undefined) throw new RangeError('nothing is found by this field');
  return keys;
}

function sealFor(guest: PlainGuest, field: GuestSealedField, value: string): string {
  const dataClass = sealedClassOf(field);
  const place = { propertyId: PROPERTY, entity: 'guest', rowId: guest.id, field, class: dataClass } as const;
  const recordKey = deriveRecordKey(classKey(dataClass), seedOf(guest.id), { propertyId: PROPERTY, guestId: guest.id });
  return sealField(recordKey, place, value);
}

/** Header, nonce, commitment and tag of an envelope (src-main/vault/field-seal.ts). */
const ENVELOPE_BYTES = 51;
const FILLER = createHash('sha512').update('keyrack/bench/filler').digest('base64url').repeat(20);

function filler(value: string): string {
  return FILLER.slice(0, 4 * Math.ceil((ENVELOPE_BYTES + Buffer.byteLength(value)) / 3));
}

const stars = (value: string) => '*'.repeat(value.length);
