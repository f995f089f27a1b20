/** A terminal that may hold less than it does, and then more: what it deletes, what it is left with, what comes back. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { SealedClass } from '../../../src-shared/model/classes.ts';
import { type GuestSealedField, sealedClassOf } from '../../../src-shared/model/registry.ts';
import { isWithheld } from '../../../src-shared/model/sealed-field.ts';
import { codeOf, type Desk, enrolledDesk, expectOk, type House, openHouse } from '../terminal/house.ts';
import { openKeychain } from '../terminal/keychain.ts';

let house: House;
let desk: Desk;
beforeAll(async () => {
  await openKeychain();
  house = await openHouse();
  desk = await enrolledDesk(house);
});

const cacheOf = () => desk.terminal.desk?.cache ?? expect.fail('the cache is closed');
const guestsHere = () => house.hotel.guests.map(({ id }) => cacheOf().guests.get(id) ?? expect.fail('no guest'));

/** The values of a class that are here. */
const valuesOf = (dataClass: SealedClass) => {
  const fields: readonly GuestSealedField[] = ['documentNumber', 'dateOfBirth', 'cardNumber', 'dietaryNeeds'];
  return guestsHere().flatMap((guest) =>
    fields.flatMap((field) => {
      const value = guest[field];
      return sealedClassOf(field) !== dataClass || value === null || isWithheld(value) ? [] : [value];
    }),
  );
};

async function setUp(classes: readonly SealedClass[]): Promise<void> {
  const { deviceId } = desk.terminal.desk?.stepUpLine ?? expect.fail('not enrolled');
  await house.server.store.setProfile(house.hotel.property.id, deviceId, classes);
  desk.terminal.syncNow();
}

describe('a class that this terminal may not hold any more', () => {
  it('is deleted from every guest, masks and the other classes stay, and it is filled in again when it may', async () => {
    const before = { payment: valuesOf('payment'), identity: valuesOf('identity') };
    expect(before.payment.length).toBeGreaterThan(20);
    const masks = guestsHere().map(({ cardNumber }) => cardNumber?.mask);

    await setUp(['identity', 'preference']);
    await expect.poll(() => cacheOf().heldClasses.names(), { timeout: 10_000 }).toEqual(['identity', 'preference']);
    expect(valuesOf('payment')).toEqual([]);
    expect(valuesOf('identity')).toEqual(before.identity);
    expect(guestsHere().map(({ cardNumber }) => cardNumber?.mask)).toEqual(masks);
    expect(cacheOf().sealedEpochs.countSealed('payment')).toBe(0);

    // Who may see it elsewhere is told so, and not that it does not open.
    const manager = house.who('duty-manager');
    await desk.unlock(manager);
    const stay =
      house.hotel.currentStays.find(({ guestId }) => guestId === house.hotel.stories.inHouse.id) ??
      expect.fail('nobody is in house');
    const asked = { stayId: stay.id, field: 'cardNumber', purpose: 'settle-folio' };
    expect(codeOf(await desk.callWith('stay.reveal', asked))).toBe('not-at-this-terminal');

    // A guest who changes meanwhile comes without it; once it is held again, all have it.
    const { store } = house.server;
    const changed = (await store.readFeed(house.hotel.property.id, 0, 2_000)).rows.find(
      ({ entity, json }) => entity === 'guest' && JSON.parse(json).id === stay.guestId,
    );
    const row = { ...JSON.parse(changed?.json ?? ''), company: 'Meanwhile Ltd' };
    await store.appendRows(house.hotel.property.id, [{ entity: 'guest', row }]);
    await expect.poll(() => cacheOf().guests.get(stay.guestId)?.company, { timeout: 10_000 }).toBe('Meanwhile Ltd');
    expect(valuesOf('payment')).toEqual([]);

    await setUp(['identity', 'payment', 'preference']);
    await expect.poll(() => cacheOf().heldClasses.isWhole('payment'), { timeout: 10_000 }).toBe(true);
    expect(valuesOf('payment')).toEqual(before.payment);
    expect(cacheOf().sealedEpochs.countSealed('payment')).toBeGreaterThan(0);
    expect(expectOk(await desk.callWith('stay.reveal', asked))).toMatchObject({
      value: expect.stringMatching(/^\d{12,}$/),
    });
  });
});
