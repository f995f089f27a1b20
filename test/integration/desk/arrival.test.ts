/** Taking somebody in: reservations, walk-ins, cancellations; what one terminal does is on the other, and nothing is done twice. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { ChannelInput } from '../../../src-shared/ipc/contract.ts';
import { BusinessDate } from '../../../src-shared/model/ids.ts';
import { codeOf, type Desk, enrolledDesk, expectOk, type House, openHouse } from '../terminal/house.ts';
import { openKeychain } from '../terminal/keychain.ts';

let house: House;
/** Two terminals of the hotel, one receptionist and one manager at work. */
let desk: Desk;
let other: Desk;
beforeAll(async () => {
  await openKeychain();
  house = await openHouse();
  [desk, other] = [await enrolledDesk(house), await enrolledDesk(house)];
  await desk.signIn(house.who('receptionist'));
  await other.signIn(house.who('duty-manager'));
});

const [TODAY, TOMORROW, LATER] = ['2026-03-14', '2026-03-15', '2026-03-17'].map((day) => BusinessDate.parse(day)) as [
  BusinessDate,
  BusinessDate,
  BusinessDate,
];

type Creation = ChannelInput<'stay.create'>;
const newGuest = {
  kind: 'new',
  name: '赵一鸣',
  nameLatin: 'ZHAO YIMING',
  phone: '138 1234 5670',
  language: 'zh-CN',
  salutation: 'mr',
  vip: false,
  doNotDisclose: true,
} as const;
const asked = (change: Partial<Creation> = {}): Creation => ({
  as: 'reservation',
  guest: newGuest,
  arrival: TODAY,
  departure: LATER,
  roomType: 'standard',
  roomId: null,
  adults: 2,
  children: 0,
  rateMinor: 58_800,
  currency: 'CNY',
  channel: 'phone',
  ...change,
});

/** A room that is free for a walk-in, and one that somebody is in. */
async function rooms() {
  const offered = expectOk(
    await desk.call('room.offer', { as: 'walk-in', arrival: TODAY, departure: TOMORROW, roomType: 'standard' }),
  );
  const [first, taken] = [offered[0], offered.find(({ isFree }) => !isFree)];
  if (first === undefined || taken === undefined) throw new Error('a house that is neither full nor empty');
  return { first, taken, offered };
}

describe('a new stay', () => {
  it('begins with the day, the types of room and what they cost now', async () => {
    const form = expectOk(await desk.call('stay.prepare', undefined));
    expect(form).toMatchObject({ businessDate: TODAY, currency: 'CNY' });
    expect(form.roomTypes).toContainEqual({ type: 'standard', rateMinor: 58_800 });
    expect(codeOf(await desk.call('stay.open', { stayId: (await made()).stayId }))).toBeNull();
  });

  it('is there at once with the guest, and on the other terminal with the seed that was made here', async () => {
    const { stayId } = await made();
    const record = expectOk(await desk.call('stay.open', { stayId }));
    expect(record).toMatchObject({
      stay: { status: 'reserved', channel: 'phone', adults: 2 },
      rateMinor: 58_800,
      guest: { name: '赵一鸣', phone: '+8613812345670', doNotDisclose: true, documentType: 'chinese-id' },
    });
    expect(record.stay.reservationNumber).toMatch(/^KR[0-9A-HJKMNP-TV-Z]{7}$/);
    await desk.until(({ queued }) => queued === 0);
    await expect.poll(async () => codeOf(await other.call('stay.open', { stayId }))).toBeNull();
    const seed = desk.terminal.desk?.seeds.get(record.guest.id);
    expect(seed).toHaveLength(32);
    expect(other.terminal.desk?.seeds.get(record.guest.id)).toEqual(seed);
    const found = expectOk(await desk.call('guest.search', { query: 'zhaoyi', limit: 5 }));
    expect(found.map(({ guestId }) => guestId)).toContain(record.guest.id);
  });

  it('has a number that no other stay has, of whichever terminal', async () => {
    const numbers: string[] = [];
    for (const at of [desk, other, desk, other]) {
      const { stayId } = expectOk(await at.call('stay.create', asked()));
      numbers.push(expectOk(await at.call('stay.open', { stayId })).stay.reservationNumber);
    }
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(new Set(numbers.map((number) => number.slice(0, 4))).size).toBe(2);
  });

  it('of a guest the hotel knows adds a stay to the record there is', async () => {
    const { id } = house.hotel.stories.inHouse;
    const { stayId } = expectOk(
      await desk.call('stay.create', asked({ guest: { kind: 'known', guestId: id }, arrival: TOMORROW })),
    );
    const record = expectOk(await desk.call('stay.open', { stayId }));
    expect(record.guest.id).toBe(id);
    expect(record.otherStays).not.toEqual([]);
  });

  it('of somebody who walks in is in house with its room, and nobody else gets that', async () => {
    const { first, taken, offered } = await rooms();
    expect(first).toMatchObject({ isFree: true, type: 'standard' });
    expect(offered.findIndex(({ isFree }) => !isFree)).toBeGreaterThan(offered.findLastIndex(({ isFree }) => isFree));
    const walkIn = (roomId: Creation['roomId']) =>
      desk.call('stay.create', asked({ as: 'walk-in', channel: 'walk-in', roomId, departure: TOMORROW }));
    expect(await walkIn(taken.roomId)).toMatchObject({ error: { code: 'house-rule' } });
    expect(await walkIn(null)).toMatchObject({ error: { code: 'house-rule', rule: 'unknown-room' } });
    const { stayId } = expectOk(await walkIn(first.roomId));
    expect(expectOk(await desk.call('stay.open', { stayId })).stay).toMatchObject({
      status: 'in-house',
      room: first.number,
    });
    expect(await walkIn(first.roomId)).toMatchObject({ error: { code: 'house-rule', rule: 'room-taken' } });
  });

  it('says which field does not fit, and makes nothing then', async () => {
    const before = desk.terminal.desk?.cache.outbox.count('queued');
    const wrong: readonly (readonly [Partial<Creation>, object])[] = [
      [{ guest: { ...newGuest, phone: '12' } }, { code: 'phone-does-not-fit', field: 'phone' }],
      [{ guest: { ...newGuest, name: '4111 1111 1111 1111' } }, { code: 'sensitive-number', field: 'name' }],
      [{ departure: TODAY }, { code: 'house-rule', rule: 'departure-before-arrival' }],
      [{ arrival: BusinessDate.parse('2026-03-13') }, { code: 'house-rule', rule: 'before-business-date' }],
      [{ adults: 0 }, { code: 'invalid-input', field: 'adults' }],
    ];
    for (const [change, error] of wrong) expect(await desk.call('stay.create', asked(change))).toMatchObject({ error });
    expect(desk.terminal.desk?.cache.outbox.count('queued')).toBe(before);
  });
});

describe('a cancelled reservation', () => {
  it('is no arrival any more, says why in the log, and can be taken back', async () => {
    const { stayId } = await made();
    expectOk(await desk.call('stay.cancel', { stayId, reason: 'duplicate' }));
    const cancelled = expectOk(await desk.call('stay.open', { stayId }));
    expect(cancelled).toMatchObject({
      stay: { status: 'cancelled' },
      may: { cancel: false, reinstate: true, checkIn: false },
    });
    const { arrivals } = expectOk(await desk.call('today.view', undefined));
    expect(arrivals.map((row) => row.stayId)).not.toContain(stayId);
    const { items } = expectOk(await desk.call('log.list', { limit: 5, type: 'all' }));
    expect(items.find(({ type }) => type === 'stay.cancel')).toMatchObject({ reason: 'duplicate', stayId });
    expectOk(await desk.call('stay.reinstate', { stayId }));
    expect(expectOk(await desk.call('stay.open', { stayId })).stay.status).toBe('reserved');
    await desk.until(({ queued, refusedOperations }) => queued === 0 && refusedOperations === 0);
  });

  it('comes back without its room when somebody else has that by now', async () => {
    const { offered } = await rooms();
    const { roomId } = offered.find(({ isFree }) => isFree) ?? offered[0] ?? expect.fail('a full house');
    const { stayId } = expectOk(await desk.call('stay.create', asked({ roomId })));
    expectOk(await desk.call('stay.cancel', { stayId, reason: 'guest' }));
    expectOk(await desk.call('stay.create', asked({ roomId })));
    expectOk(await desk.call('stay.reinstate', { stayId }));
    expect(expectOk(await desk.call('stay.open', { stayId }))).toMatchObject({
      stay: { status: 'reserved' },
      roomId: null,
    });
  });
});

async function made() {
  return expectOk(await desk.call('stay.create', asked()));
}
