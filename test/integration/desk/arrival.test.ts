/** Taking somebody in: reservations, walk-ins, cancellations; what one terminal does is on the other, and nothing is done twice. */
import { beforeAll, describe, expect, it } from 'vitest';
import { chineseIdCheck } from '../../../src-shared/documents/chinese-id.ts';
import type { ChannelInput } from '../../../src-shared/ipc/contract.ts';
import type { StayRecord } from '../../../src-shared/ipc/views.ts';
import { BusinessDate, type StayId } from '../../../src-shared/model/ids.ts';
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
  document: null,
  musts: [],
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

/** The specimen of ICAO Doc 9303 part 4. */
const ZONE = 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10';
const idOf = (birth: string, order = '001') => {
  const first17 = `110105${birth}${order}`;
  return first17 + chineseIdCheck(first17);
};

describe('a document that is shown', () => {
  const read = (change: Partial<ChannelInput<'document.read'>>) =>
    desk.call('document.read', {
      text: ZONE,
      documentType: 'passport',
      stayId: null,
      guestId: null,
      override: null,
      ...change,
    });

  it('asks for the second factor, and is a mask once it was read; nothing of it is anywhere in clear', async () => {
    expect(codeOf(await read({}))).toBe('needs-unlock');
    await desk.unlock(house.who('receptionist'));
    const document = expectOk(await read({}));
    expect(document).toMatchObject({
      documentType: 'passport',
      number: 'L8*****C3',
      dateOfBirth: '****-**-**',
      nationality: '•••',
      nameLatin: 'ERIKSSON ANNA MARIA',
      isMinor: false,
      belongsTo: null,
    });
    expect(JSON.stringify([document, desk.notices])).not.toMatch(/L898902C3|740812|1974/);
    const { items } = expectOk(await desk.call('log.list', { limit: 5, type: 'all' }));
    expect(items.map(({ type, field }) => [type, field])).toContainEqual(['field.take', 'documentNumber']);
  });

  it('is sealed for a guest who is new in the operation that makes her, and opens on the other terminal', async () => {
    const { first } = await rooms();
    const { readingId } = expectOk(await read({}));
    const creation = asked({ as: 'walk-in', roomId: first.roomId, departure: TOMORROW, document: readingId });
    const { stayId } = expectOk(await desk.call('stay.create', creation));
    expect(documentOf(await opened(desk, stayId))).toBe('L8*****C3');
    // It was used, and is nobody else's.
    expect(codeOf(await desk.call('stay.create', asked({ document: readingId })))).toBe('not-found');
    await desk.until(({ queued, refusedOperations }) => queued === 0 && refusedOperations === 0);
    await expect.poll(async () => codeOf(await other.call('stay.open', { stayId }))).toBeNull();
    await other.call('session.lock', undefined);
    await other.unlock(house.who('duty-manager'));
    const revealed = await other.call('stay.reveal', { stayId, field: 'documentNumber', purpose: 'check-in' });
    expect(expectOk(revealed).value).toBe('L898902C3');
    // Whoever shows it again is known by it.
    expect(expectOk(await read({})).belongsTo).toMatchObject({ certainty: 'sure', matched: 'document' });
  });

  it('of a guest who is known is put on the record with the stay that is made, and on no other', async () => {
    const made = expectOk(await desk.call('stay.create', asked()));
    const { guest } = await opened(desk, made.stayId);
    const { readingId, onFile } = expectOk(await read({ text: idOf('19900307', '044'), guestId: guest.id }));
    expect(onFile).toBe('none');
    expect(codeOf(await desk.call('stay.create', asked({ document: readingId })))).toBe('not-found');
    const known = { kind: 'known', guestId: guest.id } as const;
    const { stayId } = expectOk(await desk.call('stay.create', asked({ guest: known, document: readingId })));
    expect(documentOf(await opened(desk, stayId))).toMatch(/^110\*{11}/);
    await desk.until(({ queued, refusedOperations }) => queued === 0 && refusedOperations === 0);
  });

  it('with a wrong check digit is taken for a reason only, which the log keeps', async () => {
    const right = idOf('19900307');
    const wrong = right.slice(0, 17) + (right.endsWith('1') ? '2' : '1');
    const ask = { text: wrong, documentType: 'chinese-id' } as const;
    expect(await read(ask)).toMatchObject({ error: { code: 'number-does-not-fit', problem: 'check-digit' } });
    expect(expectOk(await read({ ...ask, override: 'damaged' })).number).toMatch(/^110\*{11}/);
    const { items } = expectOk(await desk.call('log.list', { limit: 5, type: 'all' }));
    expect(items.find(({ type }) => type === 'field.take')?.reason).toBe('check-digit-damaged');
    // A zone tells what is wrong with it by itself: it is read once more.
    const zone = { text: ZONE.replace('740812', '740813'), override: 'damaged' } as const;
    expect(await read(zone)).toMatchObject({ error: { problem: 'check-digit' } });
  });

  it('of a minor checks nobody in before all five musts are ticked', async () => {
    const { stayId } = expectOk(await desk.call('stay.create', asked()));
    const { readingId, isMinor } = expectOk(await read({ text: idOf('20100601'), stayId }));
    expect(isMinor).toBe(true);
    const { first } = await rooms();
    const checkIn = (musts: ChannelInput<'stay.checkIn'>['musts']) =>
      desk.call('stay.checkIn', { stayId, roomId: first.roomId, document: readingId, guestId: null, musts });
    expect(codeOf(await checkIn(['identity', 'guardian', 'relation', 'suspicion']))).toBe('minor-musts');
    expectOk(await checkIn(['identity', 'guardian', 'relation', 'suspicion', 'safety']));
    const record = await opened(desk, stayId);
    expect(record.stay).toMatchObject({ status: 'in-house', room: first.number });
    expect(documentOf(record)).toMatch(/^110\*{11}/);
    await desk.until(({ queued, refusedOperations }) => queued === 0 && refusedOperations === 0);
  });

  it('that is on another record takes the stay over to that one', async () => {
    const { arriving } = house.hotel.stories;
    const { stayId } = expectOk(await desk.call('stay.create', asked()));
    const { readingId, belongsTo } = expectOk(await read({ text: arriving.documentNumber ?? '', stayId }));
    expect(belongsTo?.guestId).toBe(arriving.id);
    const { first } = await rooms();
    const input = { stayId, roomId: first.roomId, document: readingId, guestId: arriving.id, musts: [] };
    // To no other than the one it showed.
    const { inHouse } = house.hotel.stories;
    expect(codeOf(await desk.call('stay.checkIn', { ...input, guestId: inHouse.id }))).toBe('not-found');
    expectOk(await desk.call('stay.checkIn', input));
    expect(await opened(desk, stayId)).toMatchObject({ stay: { status: 'in-house' }, guest: { id: arriving.id } });
    await desk.until(({ queued, refusedOperations }) => queued === 0 && refusedOperations === 0);
  });

  it('is taken down by nobody whose work it is not', async () => {
    await other.call('session.lock', undefined);
    await other.signIn(house.who('night-auditor'));
    const asked = { text: ZONE, documentType: 'passport', stayId: null, guestId: null, override: null } as const;
    expect(await other.call('document.read', asked)).toMatchObject({ error: { code: 'forbidden', reason: 'role' } });
  });
});

describe('a form that is half filled', () => {
  it('outlasts a lock, and is shown to whoever typed it, and to nobody else', async () => {
    const form = expectOk(await desk.call('stay.prepare', undefined));
    const draft = {
      as: 'reservation',
      known: null,
      name: '赵',
      nameLatin: '',
      phone: '138',
      language: 'zh-CN',
      salutation: 'none',
      vip: false,
      doNotDisclose: false,
      arrival: TODAY,
      departure: '',
      roomType: 'standard',
      roomId: null,
      rate: '588',
      adults: '1',
      children: '0',
      channel: 'phone',
      document: null,
    } as const;
    expect(form.draft).toBeNull();
    expectOk(await desk.call('stay.keepDraft', { draft }));
    await desk.call('session.lock', undefined);
    expect(codeOf(await desk.call('stay.prepare', undefined))).toBe('locked');
    await desk.signIn(house.who('duty-manager'));
    expect(expectOk(await desk.call('stay.prepare', undefined)).draft).toBeNull();
    await desk.call('session.lock', undefined);
    await desk.signIn(house.who('receptionist'));
    expect(expectOk(await desk.call('stay.prepare', undefined)).draft).toEqual(draft);
    expectOk(await desk.call('stay.create', asked()));
    expect(expectOk(await desk.call('stay.prepare', undefined)).draft).toBeNull();
  });
});

const opened = async (at: Desk, stayId: StayId) => expectOk(await at.call('stay.open', { stayId }));

function documentOf({ fields }: StayRecord): string | null {
  return fields.find(({ field }) => field === 'documentNumber')?.masked ?? null;
}
