import { describe, expect, it } from 'vitest';
import { generateHotel } from '../../../scripts/demo/hotel.ts';
import { demoStaff } from '../../../scripts/demo/staff.ts';
import { parseCardNumber } from '../../../src-shared/documents/card-number.ts';
import { parseChineseId } from '../../../src-shared/documents/chinese-id.ts';
import { parsePhone } from '../../../src-shared/documents/phone.ts';
import { mask } from '../../../src-shared/mask/index.ts';
import {
  BusinessDate,
  documentMaskKind,
  ENTITIES,
  GUEST_SEALED_FIELDS,
  REGISTRY,
  ROLES,
  SealedField,
  type Stay,
} from '../../../src-shared/model/index.ts';

const businessDate = BusinessDate.parse('2026-03-14');
const hotel = generateHotel({ seed: 1, businessDate });
const stays = [...hotel.currentStays, ...hotel.pastStays];
const present = <T>(values: readonly (T | null)[]) => values.filter((value) => value !== null);

describe('the demo hotel', () => {
  it('is the same for the same seed and date, and another for another', () => {
    const plan = { seed: 5, businessDate, guests: 200, rooms: 40 };
    const text = (change: Partial<typeof plan> = {}) => JSON.stringify(generateHotel({ ...plan, ...change }));
    expect(text()).toBe(text());
    expect(text({ seed: 6 })).not.toBe(text());
    expect(text({ businessDate: BusinessDate.parse('2026-03-15') })).not.toBe(text());
  });

  it('has 200 rooms and 20,000 guests with a history', () => {
    expect([hotel.rooms.length, hotel.guests.length]).toEqual([200, 20_000]);
    const visits = Map.groupBy(stays, (stay) => stay.guestId);
    expect(visits.size).toBe(hotel.guests.length);
    const returning = [...visits.values()].filter((visited) => visited.length > 1).length;
    expect(returning).toBeGreaterThan(2_000);
    const [oldest = businessDate] = stays.map(({ arrival }) => arrival).sort();
    expect(oldest < '2024-06-01').toBe(true);
  });

  it('has guests of many nationalities, in many scripts', () => {
    const nationalities = Map.groupBy(hotel.guests, (guest) => guest.nationality);
    expect(nationalities.size).toBeGreaterThanOrEqual(12);
    for (const [nationality, guests] of nationalities) {
      expect(guests.length, String(nationality)).toBeGreaterThan(50);
    }
    const scripts = ['Han', 'Latin', 'Cyrillic', 'Arabic', 'Hiragana', 'Hangul', 'Thai'];
    for (const script of scripts) {
      const written = new RegExp(`\\p{Script=${script}}`, 'u');
      expect(hotel.guests.filter(({ name }) => written.test(name)).length, script).toBeGreaterThan(30);
    }
    const foreignScript = hotel.guests.filter(({ name }) => !/\p{Script=Latin}/u.test(name));
    expect(foreignScript.every(({ nameLatin }) => /^[\p{Script=Latin} '-]+$/u.test(nameLatin ?? ''))).toBe(true);
  });
});

describe('its numbers are valid and nobody’s', () => {
  it('Chinese IDs: right by GB 11643, of a province that does not exist, and of the person', () => {
    const holders = hotel.guests.filter(({ documentType }) => documentType === 'chinese-id');
    expect(holders.length).toBeGreaterThan(12_000);
    for (const { documentNumber, dateOfBirth, salutation } of holders) {
      const parsed = parseChineseId(documentNumber ?? '');
      const id = parsed.ok ? parsed.value : null;
      expect(id?.region).toMatch(/^990\d{3}$/);
      expect(id?.dateOfBirth).toBe(dateOfBirth);
      if (salutation !== 'none') expect(id?.sex).toBe(salutation === 'ms' ? 'female' : 'male');
    }
  });

  it('other documents: of the demo’s own series', () => {
    const patterns = {
      passport: /^X\d{8}$/,
      'hk-macao-permit': /^HX\d{7}$/,
      'taiwan-permit': /^TX\d{7}$/,
    } as const;
    for (const [type, pattern] of Object.entries(patterns)) {
      const holders = hotel.guests.filter(({ documentType }) => documentType === type);
      expect(holders.length, type).toBeGreaterThan(100);
      for (const { documentNumber } of holders) expect(documentNumber).toMatch(pattern);
    }
  });

  it('cards: right by Luhn, of issuers that schemes keep for tests', () => {
    const cards = present(hotel.guests.map(({ cardNumber }) => cardNumber));
    expect(cards.length).toBeGreaterThan(1_500);
    for (const card of cards) {
      expect(parseCardNumber(card)).toMatchObject({ ok: true, value: { number: card } });
      expect(card).toMatch(/^(400000|555555|620000)\d{10}$/);
    }
  });

  it('phones: possible in their country’s plan', () => {
    const phones = present(hotel.guests.map(({ phone }) => phone));
    expect(phones.length).toBeGreaterThan(19_000);
    for (const phone of phones) expect(parsePhone(phone)).toMatchObject({ ok: true, value: { e164: phone } });
  });

  it('tax numbers: right by GB 32100', () => {
    const numbers = present(hotel.guests.map(({ invoiceTaxNumber }) => invoiceTaxNumber));
    expect(numbers.length).toBeGreaterThan(1_500);
    const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1];
    for (const number of numbers) {
      const sum = weights.reduce(
        (total, w, i) => total + w * '0123456789ABCDEFGHJKLMNPQRTUWXY'.indexOf(number[i] ?? ''),
        0,
      );
      expect([number.length, sum % 31, number.slice(0, 5)]).toEqual([18, 0, '91990']);
    }
  });

  it('mail addresses: of hosts that are kept for examples', () => {
    for (const email of present(hotel.guests.map((guest) => guest.email))) {
      expect(email).toMatch(/^[a-z]+(\.[a-z]+)*(\.\d+)?@example\.(com|org|net)$/);
    }
  });

  it('and none occurs twice', () => {
    const unique = (values: readonly string[]) => expect(new Set(values).size).toBe(values.length);
    unique(present(hotel.guests.map(({ documentNumber }) => documentNumber)));
    unique(present(hotel.guests.map(({ cardNumber }) => cardNumber)));
    unique(present(hotel.guests.map(({ invoiceTaxNumber }) => invoiceTaxNumber)));
    unique(stays.map(({ reservationNumber }) => reservationNumber));
    unique([...hotel.rooms, ...hotel.guests, ...stays].map(({ id }) => id));
    unique(hotel.rooms.map(({ number }) => number));
  });
});

describe('its guests as they are shown', () => {
  it('have masks that fit, and that hide what they stand for', () => {
    for (const guest of hotel.guests) {
      for (const field of GUEST_SEALED_FIELDS) {
        const value = guest[field];
        if (value === null) continue;
        const kind = field === 'documentNumber' ? documentMaskKind(guest.documentType) : REGISTRY.guest[field].mask;
        const masked = mask(kind, value);
        expect(SealedField.shape.mask.safeParse(masked).success).toBe(true);
        expect(masked).not.toContain(value);
        expect(mask(kind, masked)).toBe(masked);
      }
    }
  });

  it('have rooms and stays that fit their entities', () => {
    for (const room of hotel.rooms) expect(ENTITIES.room.safeParse(room).success).toBe(true);
    for (const stay of stays) expect(ENTITIES.stay.safeParse(stay).success).toBe(true);
    expect(ENTITIES.property.safeParse(hotel.property).success).toBe(true);
  });
});

describe('its house', () => {
  const kept = stays.filter(({ status }) => !['cancelled', 'no-show'].includes(status));

  /** Stays that begin before the one before them has ended. */
  function overlaps(stays: readonly Stay[]): Stay[] {
    const inOrder = stays.toSorted((a, b) => a.arrival.localeCompare(b.arrival));
    return inOrder.filter((stay, i) => stay.arrival < (inOrder[i - 1]?.departure ?? ''));
  }

  it('never has a room taken twice on a night', () => {
    const byRoom = Map.groupBy(
      kept.filter(({ roomId }) => roomId !== null),
      (stay) => stay.roomId,
    );
    expect(byRoom.size).toBe(hotel.rooms.length);
    for (const stays of byRoom.values()) expect(overlaps(stays)).toEqual([]);
  });

  it('never has a guest in two places', () => {
    for (const stays of Map.groupBy(kept, (stay) => stay.guestId).values()) expect(overlaps(stays)).toEqual([]);
  });

  it('has stays whose status goes with the day', () => {
    const rooms = new Map(hotel.rooms.map((room) => [room.id, room]));
    for (const { status, arrival, departure, roomId, roomType } of stays) {
      expect(arrival < departure).toBe(true);
      if (status === 'in-house') expect(arrival < businessDate && departure >= businessDate).toBe(true);
      else if (status === 'reserved') expect(arrival >= businessDate).toBe(true);
      else expect(departure <= businessDate).toBe(true);
      if (status === 'in-house' || status === 'departed') expect(roomId).not.toBeNull();
      if (roomId === null) continue;
      expect(rooms.get(roomId)?.type).toBe(roomType);
      if (status === 'in-house' || status === 'reserved') expect(rooms.get(roomId)?.status).not.toBe('out-of-order');
    }
  });

  it('has a day’s work: arrivals, departures, a house that is neither empty nor full', () => {
    const today = (of: (stay: Stay) => boolean) => hotel.currentStays.filter(of).length;
    expect(today(({ status, arrival }) => status === 'reserved' && arrival === businessDate)).toBe(45);
    expect(today(({ status }) => status === 'in-house')).toBe(120);
    expect(today(({ status, departure }) => status === 'in-house' && departure === businessDate)).toBe(38);
  });

  it('tells its stories: one guest arrives today into a room, one is in house', () => {
    const { arriving, inHouse } = hotel.stories;
    const stayOf = (id: string) => hotel.currentStays.find(({ guestId }) => guestId === id);
    expect(arriving.name).toBe('林晓雨');
    expect(stayOf(arriving.id)).toMatchObject({ status: 'reserved', arrival: businessDate });
    expect(stayOf(arriving.id)?.roomId).not.toBeNull();
    expect(inHouse).toMatchObject({ name: 'Eleanor Whitfield', doNotDisclose: true });
    expect(stayOf(inHouse.id)).toMatchObject({ status: 'in-house' });
  });

  it('is made in any size that makes sense, and refused by name in one that does not', () => {
    for (const [guests, rooms] of [
      [20, 8],
      [500, 200],
      [3_000, 10],
    ] as const) {
      const { guests: made } = generateHotel({ seed: 2, businessDate, guests, rooms });
      expect(made).toHaveLength(guests);
    }
    expect(() => generateHotel({ seed: 2, businessDate, guests: 100, rooms: 200 })).toThrow(
      /^guests: must be at least/,
    );
  });
});

describe('its staff', () => {
  it('has somebody of every role, the same for the same seed, with second factors of their own', () => {
    const staff = demoStaff(1);
    expect(new Set(staff.map(({ role }) => role))).toEqual(new Set(ROLES));
    expect(demoStaff(1)).toEqual(staff);
    const secrets = [...staff, ...demoStaff(2)].map(({ totpSecret }) => totpSecret.toString('hex'));
    expect(new Set(secrets).size).toBe(secrets.length);
    expect(staff.every(({ totpSecret }) => totpSecret.length === 20)).toBe(true);
  });
});
