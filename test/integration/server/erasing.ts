import { ulid } from 'ulid';
import { describe, expect, it } from 'vitest';
import { OperationId } from '../../../src-shared/model/ids.ts';
import type { GuestErase } from '../../../src-shared/sync/protocol.ts';
import { enrolled } from './client.ts';
import type { House } from './house.ts';

export function erasing(house: () => House): void {
  const terminal = async () => enrolled(house().client(), await house().code());
  /** A guest with nothing but past stays; each test takes another. */
  const departed = (n: number) => {
    const { hotel } = house();
    const current = new Set(hotel.currentStays.map(({ guestId }) => guestId));
    const guest = hotel.guests.filter(({ id }) => !current.has(id))[n];
    if (guest === undefined) throw new Error('nobody has left');
    return guest;
  };
  const erasure = (guestId: GuestErase['guestId'], change: Partial<GuestErase> = {}): GuestErase => ({
    id: OperationId.parse(ulid()),
    kind: 'guest.erase',
    employeeId: house().employee('duty-manager').id,
    at: house().now(),
    guestId,
    ...change,
  });

  describe('erasing a guest', () => {
    it('takes guest, seed and notes out of the feed and puts the erasure in their place; the stays remain', async () => {
      const { client, addition } = house();
      const device = await terminal();
      const { id } = departed(0);
      await client().push(device, [addition({}, { guestId: id })]);
      const { end } = await client().pull(device, 0);
      // A note in the same batch goes too.
      const [note, erased] = await client().push(device, [addition({}, { guestId: id }), erasure(id)]);
      expect([note, erased]).toMatchObject([
        { status: 'applied', seq: end.cursor + 1 },
        { status: 'applied', seq: end.cursor + 2 },
      ]);
      const { puts } = await client().pull(device, 0);
      const left = puts.filter((put) => JSON.stringify(put).includes(id));
      expect(new Set(left.map(({ entity }) => entity))).toEqual(new Set(['stay', 'guestErasure']));
      expect(left.at(-1)).toMatchObject({ entity: 'guestErasure', row: { id, erasedAt: house().now() } });
    });

    it('wins over every later write', async () => {
      const { client, addition, hotel, server } = house();
      const device = await terminal();
      const { id } = departed(1);
      const before = (await client().pull(device, 0)).puts.filter((put) => JSON.stringify(put).includes(id));
      await client().push(device, [erasure(id)]);
      for (const put of before) {
        if (put.entity !== 'stay') await server().store.appendRows(hotel.property.id, [put]);
      }
      expect(await client().push(device, [addition({}, { guestId: id }), erasure(id)])).toMatchObject([
        { status: 'refused', reason: 'unknown-guest' },
        { status: 'refused', reason: 'unknown-guest' },
      ]);
      const after = (await client().pull(device, 0)).puts.filter((put) => JSON.stringify(put).includes(id));
      expect(new Set(after.map(({ entity }) => entity))).toEqual(new Set(['stay', 'guestErasure']));
    });

    it('is refused to who may not, and while a stay is current', async () => {
      const { client, hotel, employee } = house();
      const device = await terminal();
      const { id } = departed(2);
      const results = await client().push(device, [
        erasure(id, { employeeId: employee('receptionist').id }),
        erasure(id, { employeeId: employee('it').id }),
        erasure(hotel.stories.arriving.id),
        erasure(hotel.stories.inHouse.id),
        erasure(id, { employeeId: employee('security-officer').id }),
      ]);
      expect(results.map((result) => (result.status === 'refused' ? result.reason : result.status))).toEqual([
        'forbidden',
        'forbidden',
        'current-stay',
        'current-stay',
        'applied',
      ]);
    });

    it('sends every seed that is left, and no other', async () => {
      const device = await terminal();
      const puts = await house().client().pullAll(device);
      const guests = puts.filter(({ entity }) => entity === 'guest').map(({ row }) => row.id);
      const seeds = puts.flatMap((put) => (put.entity === 'guestSeed' ? [put.row] : []));
      expect(seeds.map(({ id }) => id).sort()).toEqual(guests.sort());
      expect(new Set(seeds.map(({ seed }) => seed)).size).toBe(guests.length);
      for (const { seed } of seeds) expect(Buffer.from(seed ?? '', 'base64')).toHaveLength(32);
    });
  });
}
