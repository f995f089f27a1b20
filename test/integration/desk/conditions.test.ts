/** What narrows a permission, as it comes from the server and is decided at the desk: hotel, shift, training, policy. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Employee, type Property, PropertyId } from '../../../src-shared/model/index.ts';
import { contextAt } from '../../../src-shared/policy/index.ts';
import { codeOf, type Desk, enrolledDesk, expectOk, type House, openHouse } from '../terminal/house.ts';
import { openKeychain } from '../terminal/keychain.ts';

let house: House;
let desk: Desk;
let seq = 1_000_000;
beforeAll(async () => {
  await openKeychain();
  house = await openHouse();
});
beforeEach(async () => {
  desk = await enrolledDesk(house);
  await desk.unlock(house.who('receptionist'));
});

function cache() {
  const open = desk.terminal.desk?.cache;
  if (open === undefined) throw new Error('the terminal does not work');
  return open;
}

/** The server sends the receptionist's row anew. */
function change(to: Partial<Employee>): void {
  const row = cache().employees.get(house.who('receptionist').id);
  if (row === null) throw new Error('she is not there');
  seq += 1;
  cache().applyPuts([{ kind: 'put', entity: 'employee', seq, row: { ...row, ...to } }], seq);
}

function changeHotel(to: Partial<Property>): void {
  const row = cache().property.get();
  if (row === null) throw new Error('the hotel is not there');
  seq += 1;
  cache().applyPuts([{ kind: 'put', entity: 'property', seq, row: { ...row, ...to } }], seq);
}

/** A shift of an hour that begins so many hours from now, by the hotel's clock. */
function shiftIn(hours: number): Employee['shifts'] {
  const minute = contextAt(house.hotel.property, desk.clock.now()).local?.minute ?? 0;
  const time = (minutes: number) => {
    const of = (minutes + 2 * 1440) % 1440;
    return `${String(Math.floor(of / 60)).padStart(2, '0')}:${String(of % 60).padStart(2, '0')}`;
  };
  return [{ begins: time(minute + hours * 60), ends: time(minute + hours * 60 + 60) }];
}

function arrivingStay() {
  const { id: guestId } = house.hotel.stories.arriving;
  const stay = house.hotel.currentStays.find((one) => one.guestId === guestId);
  if (stay === undefined) throw new Error('the story has no stay');
  return { stayId: stay.id, guestId };
}

const reveal = () =>
  desk.call('stay.reveal', { stayId: arrivingStay().stayId, field: 'documentNumber', purpose: 'check-in' });
const note = () => desk.call('note.add', { guestId: arrivingStay().guestId, text: 'wants a cot' });

describe('at the desk', () => {
  it('a shift that is over closes lists, records and values, and says when the next one is', async () => {
    expectOk(await reveal());
    const shifts = shiftIn(3);
    change({ shifts });
    const off = { error: { code: 'forbidden', reason: 'off-shift', help: { kind: 'shift', shifts } } };
    expect(await desk.call('today.view', undefined)).toMatchObject(off);
    expect(await desk.call('guest.search', { query: 'lxy', limit: 5 })).toMatchObject(off);
    expect(await desk.call('stay.open', { stayId: arrivingStay().stayId })).toMatchObject(off);
    expect(await reveal()).toMatchObject(off);
    expect(await note()).toMatchObject(off);
    // What she did herself she may read at any hour; the refusals are in it.
    const { items } = expectOk(await desk.call('log.list', { limit: 20, type: 'refusals' }));
    expect(items.map(({ type, reason }) => `${type} ${reason}`)).toEqual([
      'note.write off-shift',
      'field.reveal off-shift',
      'stay.open off-shift',
      'guest.search off-shift',
    ]);
    desk.clock.pass(3 * 60 * 60_000);
    await desk.unlock(house.who('receptionist'));
    expectOk(await reveal());
  });

  it('training that has run out leaves the lists and closes values and notes', async () => {
    change({ trainedUntil: '2020-01-01' });
    expect(codeOf(await desk.call('today.view', undefined))).toBeNull();
    const { fields } = expectOk(await desk.call('stay.open', { stayId: arrivingStay().stayId }));
    const number = fields.find(({ field }) => field === 'documentNumber');
    expect(number).toMatchObject({
      masked: expect.stringContaining('*'),
      mask: { allowed: true },
      reveal: { allowed: false, reason: 'training-expired', help: { kind: 'training' } },
      compare: { allowed: false, reason: 'training-expired' },
    });
    expect(await reveal()).toMatchObject({ error: { code: 'forbidden', reason: 'training-expired' } });
    expect(await note()).toMatchObject({ error: { code: 'forbidden', reason: 'training-expired' } });
  });

  it('a new policy closes values until it is acknowledged', async () => {
    changeHotel({ policyVersion: 2 });
    expect(await reveal()).toMatchObject({
      error: { reason: 'policy-not-acknowledged', help: { kind: 'acknowledgement', version: 2 } },
    });
    change({ policyAcknowledged: 2 });
    expectOk(await reveal());
  });

  it('a row of another hotel gives nothing here', async () => {
    change({ propertyId: PropertyId.parse('other-house') });
    for (const answer of [await desk.call('today.view', undefined), await reveal(), await note()])
      expect(answer).toMatchObject({ error: { code: 'forbidden', reason: 'other-property' } });
    expect(codeOf(await desk.call('log.list', { limit: 5 }))).toBe('forbidden');
  });

  it('masks are shown by class: to the night auditor those of identity, to finance those of payment', async () => {
    const masksOf = async (role: 'night-auditor' | 'finance' | 'concierge') => {
      await desk.signIn(house.who(role));
      const { fields } = expectOk(await desk.call('stay.open', { stayId: arrivingStay().stayId }));
      for (const { masked, mask } of fields) if (!mask.allowed) expect(masked).toBeNull();
      return [...new Set(fields.filter(({ masked }) => masked !== null).map((field) => field.class))];
    };
    expect(await masksOf('night-auditor')).toEqual(['identity']);
    expect(await masksOf('finance')).toEqual(['payment']);
    expect(await masksOf('concierge')).toEqual(['preference']);
  });
});
