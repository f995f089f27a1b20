/** A folio and a night at the desk: real server, TLS, keychain, cache. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { FolioView } from '../../../src-shared/ipc/folio-views.ts';
import { codeOf, type Desk, enrolledDesk, expectOk, type House, openHouse } from '../terminal/house.ts';
import { openKeychain } from '../terminal/keychain.ts';

let house: House;
let desk: Desk;
beforeAll(async () => {
  await openKeychain();
  house = await openHouse();
  desk = await enrolledDesk(house);
});

const inHouseStay = (place = 0) => {
  const stay = house.hotel.currentStays.filter(({ status }) => status === 'in-house')[place];
  if (stay === undefined) throw new Error('nobody is in house');
  return stay;
};
const charge = (stayId: ReturnType<typeof inHouseStay>['id'], amountMinor: number) =>
  desk.call('folio.post', {
    stayId,
    kind: 'charge',
    item: 'minibar',
    text: 'plum wine',
    amountMinor,
    folio: 1,
    reason: null,
  });
const amounts = ({ lines }: FolioView) => lines.map(({ kind, amountMinor, folio }) => [kind, amountMinor, folio]);

describe('the folio', () => {
  it('takes a charge with its tax, a split, a payment, and takes back what was wrong; refunds are for others', async () => {
    const { id: stayId } = inHouseStay();
    await desk.signIn(house.who('receptionist'));
    const charged = expectOk(await charge(stayId, 10_600));
    expect(amounts(charged)).toEqual([
      ['charge', 10_000, 1],
      ['tax', 600, 1],
    ]);
    const wrong = charged.lines[0];
    if (wrong === undefined) throw new Error('no line');
    const back = expectOk(await desk.call('folio.reverse', { stayId, postingId: wrong.id, reason: 'wrong-amount' }));
    expect(back.balanceMinor).toBe(0);
    expectOk(await charge(stayId, 5_300));
    const split = expectOk(await desk.call('folio.split', { stayId, from: 1, to: 2, amountMinor: 300 }));
    expect(split.windows).toEqual([
      { folio: 1, balanceMinor: 5_000 },
      { folio: 2, balanceMinor: 300 },
    ]);
    const pay = { stayId, kind: 'payment', item: 'card', text: null, folio: 1, reason: null } as const;
    expect(expectOk(await desk.call('folio.post', { ...pay, amountMinor: 5_300 })).balanceMinor).toBe(0);
    expect(codeOf(await desk.call('folio.post', { ...pay, amountMinor: 1, text: 'card 4111 1111 1111 1111' }))).toBe(
      'sensitive-number',
    );
    const refund = { ...pay, kind: 'refund', item: 'cash', amountMinor: 100, reason: 'goodwill' } as const;
    expect(codeOf(await desk.call('folio.post', refund))).toBe('forbidden');
    expect(codeOf(await desk.call('audit.view', undefined))).toBe('forbidden');
    await desk.until(({ line, queued }) => line === 'online' && queued === 0);
    expect(expectOk(await desk.call('folio.open', { stayId })).lines.every(({ state }) => state === 'synced')).toBe(
      true,
    );
  });
});

describe('the night', () => {
  it('asks for what is open, closes the day here at once, and once on the server', async () => {
    await desk.signIn(house.who('night-auditor'));
    const before = expectOk(await desk.call('audit.view', undefined));
    const { businessDate: from } = before;
    const open = before.steps.filter(({ count }) => count > 0);
    expect(open.map(({ step }) => step)).toContain('arrivals');
    expect(codeOf(await desk.call('audit.roll', { from, waived: [] }))).toBe('invalid-input');
    const arrival = before.steps.find(({ step }) => step === 'arrivals')?.stays[0];
    if (arrival === undefined) throw new Error('nobody is expected');
    expectOk(await desk.call('audit.noShow', { stayId: arrival.stayId }));
    const waived = open.flatMap(({ step }) =>
      step === 'calendar' || step === 'rooms' ? [] : [{ step, reason: 'expected after midnight' }],
    );
    const after = expectOk(await desk.call('audit.roll', { from, waived }));
    expect([after.businessDate, after.last?.id]).toEqual([before.next, from]);
    expect(after.last).toMatchObject({ noShows: 1, rooms: before.night.length, waived });
    for (const { openingMinor, debitsMinor, creditsMinor, closingMinor } of after.last?.balances ?? [])
      expect(openingMinor + debitsMinor - creditsMinor).toBe(closingMinor);
    expect(codeOf(await desk.call('audit.roll', { from, waived }))).toBe('house-rule');
    const stay = inHouseStay(1);
    const shown = expectOk(await desk.call('folio.open', { stayId: stay.id }));
    expect(shown.balanceMinor).toBe(stay.rateMinor);

    await desk.until(({ line, queued }) => line === 'online' && queued === 0);
    const { rows } = await house.server.store.readFeed(house.hotel.property.id, 0, 100_000);
    const row = (entity: string) => rows.filter((one) => one.entity === entity).map(({ json }) => JSON.parse(json));
    expect(row('property')[0].businessDate).toBe(before.next);
    expect(row('dayClose')).toEqual([expect.objectContaining({ id: from, balances: after.last?.balances })]);
    const settled = expectOk(await desk.call('folio.open', { stayId: stay.id }));
    expect(settled.lines.map(({ id }) => id)).toEqual(shown.lines.map(({ id }) => id));
    expect(expectOk(await desk.call('today.view', undefined)).businessDate).toBe(before.next);
  });
});
