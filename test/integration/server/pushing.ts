import { ulid } from 'ulid';
import { describe, expect, it } from 'vitest';
import { EmployeeId, GuestId, PropertyId } from '../../../src-shared/model/ids.ts';
import { enrolled, type Terminal } from './client.ts';
import type { House } from './house.ts';

export function pushing(house: () => House): void {
  const terminal = async () => enrolled(house().client(), await house().code());
  const notesAfter = async (device: Terminal, after: number) =>
    (await house().client().pull(device, after)).puts.filter(({ entity }) => entity === 'guestNote');
  const cursorOf = async (device: Terminal) => (await house().client().pull(device, 0)).end.cursor;

  describe('push', () => {
    it('applies a note, which every terminal then pulls', async () => {
      const { client, addition } = house();
      const [one, other] = [await terminal(), await terminal()];
      const before = await cursorOf(other);
      const added = addition({}, { text: '喜欢安静的房间 🛏️ – “quiet”, \\ and \u2028' });
      const [result] = await client().push(one, [added]);
      expect(result).toEqual({ id: added.id, status: 'applied', seq: before + 1 });
      expect(await notesAfter(other, before)).toEqual([
        { kind: 'put', entity: 'guestNote', seq: before + 1, row: added.note },
      ]);
    });

    it('applies a batch in its order under consecutive numbers', async () => {
      const { client, addition } = house();
      const device = await terminal();
      const before = await cursorOf(device);
      const batch = Array.from({ length: 200 }, (_, i) => addition({}, { text: `note ${i}` }));
      const results = await client().push(device, batch);
      expect(results).toEqual(batch.map(({ id }, i) => ({ id, status: 'applied', seq: before + 1 + i })));
      expect((await notesAfter(device, before)).map(({ row }) => row)).toEqual(batch.map(({ note }) => note));
    });

    it('applies an operation once when it comes twice in one batch', async () => {
      const { client, addition } = house();
      const device = await terminal();
      const before = await cursorOf(device);
      const [one, two] = [addition(), addition()];
      const results = await client().push(device, [one, two, one]);
      expect(results.map(({ status }) => status)).toEqual(['applied', 'applied', 'duplicate']);
      expect(results[2]).toEqual({ ...results[0], status: 'duplicate' });
      expect(await notesAfter(device, before)).toHaveLength(2);
    });

    it('applies an operation once when it is sent again, to another server process and from another terminal too', async () => {
      const { addition } = house();
      const [device, other] = [await terminal(), await terminal()];
      const before = await cursorOf(device);
      const added = addition();
      const [first] = await house().client().push(device, [added]);
      const duplicate = { ...first, status: 'duplicate' };
      expect(await house().client().push(device, [added])).toEqual([duplicate]);
      await house().restart();
      expect(await house().client().push(device, [added])).toEqual([duplicate]);
      expect(await house().client().push(other, [added])).toEqual([duplicate]);
      expect(await notesAfter(device, before)).toHaveLength(1);
    });

    it('applies an operation once when many send it at the same moment', async () => {
      const { client, addition } = house();
      const device = await terminal();
      const before = await cursorOf(device);
      const common = [addition(), addition(), addition()];
      const batches = Array.from({ length: 8 }, (_, i) => [
        ...(i % 2 === 0 ? common : common.toReversed()),
        addition(),
      ]);
      const results = (await Promise.all(batches.map((batch) => client().push(device, batch)))).flat();
      for (const { id } of common) {
        const statuses = results.filter((result) => result.id === id).map(({ status }) => status);
        expect(statuses.sort()).toEqual(['applied', ...Array(7).fill('duplicate')]);
      }
      expect(await notesAfter(device, before)).toHaveLength(common.length + batches.length);
    });

    it('refuses one operation by itself and applies the others of its batch', async () => {
      const { client, addition, employee } = house();
      const device = await terminal();
      const before = await cursorOf(device);
      const nobody = EmployeeId.parse(ulid());
      const finance = employee('finance').id;
      const taken = addition();
      const cases = [
        [taken, null],
        [addition({}, { guestId: GuestId.parse(ulid()) }), 'unknown-guest'],
        // An employee is no guest: ids count with their kind.
        [addition({}, { guestId: GuestId.parse(employee('it').id) }), 'unknown-guest'],
        [addition({ employeeId: nobody }, { authorId: nobody }), 'unknown-employee'],
        // By her role she may not write notes.
        [addition({ employeeId: finance }, { authorId: finance }), 'forbidden'],
        // In another's name.
        [addition({}, { authorId: employee('duty-manager').id }), 'forbidden'],
        // In place of a note that is there.
        [addition({}, { id: taken.note.id }), 'invalid'],
        [addition({}, { text: 'his card is 4000 0000 0000 0002' }), 'invalid'],
        [addition({}, { text: '身份证 110101199003070070'.replace(/\d{18}/, fictitiousId(house())) }), 'invalid'],
        [addition({}, { text: 'a NUL \0 in it' }), 'invalid'],
        [addition({}, { text: 'half a pair \ud83d' }), 'invalid'],
        [addition(), null],
      ] as const;
      const results = await client().push(
        device,
        cases.map(([operation]) => operation),
      );
      expect(results.map((result) => (result.status === 'refused' ? result.reason : null))).toEqual(
        cases.map(([, reason]) => reason),
      );
      expect(await notesAfter(device, before)).toHaveLength(2);
    });

    it('refuses what an employee who has left sends', async () => {
      const { client, addition, hotel, server, employee } = house();
      const device = await terminal();
      const { id } = employee('night-auditor');
      const put = (await client().pull(device, 0)).puts.find(({ row }) => row.id === id);
      if (put?.entity !== 'employee') throw new Error('the night auditor is not in the feed');
      const leave = (active: boolean) =>
        server().store.appendRows(hotel.property.id, [{ entity: 'employee', row: { ...put.row, active } }]);
      const push = async () => (await client().push(device, [addition({ employeeId: id }, { authorId: id })]))[0];
      expect(await push()).toMatchObject({ status: 'applied' });
      await leave(false);
      expect(await push()).toMatchObject({ status: 'refused', reason: 'forbidden' });
      await leave(true);
    });

    it('decides as of when a note was written, by hotel, shift, training and policy as the server has them', async () => {
      const { client, addition, hotel, server, employee } = house();
      const device = await terminal();
      const { id } = employee('concierge');
      const puts = (await client().pull(device, 0)).puts;
      const mine = puts.find(({ row }) => row.id === id);
      if (mine?.entity !== 'employee') throw new Error('the concierge is not in the feed');
      const { row } = mine;
      const become = (to: Partial<typeof row>) =>
        server().store.appendRows(hotel.property.id, [{ entity: 'employee', row: { ...row, ...to } }]);
      const push = async (at = house().now()) =>
        (await client().push(device, [addition({ employeeId: id, at }, { authorId: id, writtenAt: at })]))[0];
      const forbidden = { status: 'refused', reason: 'forbidden' };
      const HOUR = 60 * 60_000;
      /** A shift around an instant, by the clock of the hotel, which is eight hours ahead of UTC all year. */
      const around = (instant: number) => {
        const time = (ms: number) => new Date(ms + 8 * HOUR).toISOString().slice(11, 16);
        return [{ begins: time(instant - HOUR / 2), ends: time(instant + HOUR / 2) }];
      };

      const earlier = house().now() - 5 * HOUR;
      await become({ shifts: around(earlier) });
      // The line was down: it comes hours after her shift, and was written in it.
      expect(await push(earlier)).toMatchObject({ status: 'applied' });
      expect(await push()).toMatchObject(forbidden);
      // A terminal whose clock runs ahead is taken for now.
      await become({ shifts: around(house().now() + 5 * HOUR) });
      expect(await push(house().now() + 5 * HOUR)).toMatchObject(forbidden);
      for (const spoilt of [
        { trainedUntil: '2020-01-01' },
        { policyAcknowledged: hotel.property.policyVersion - 1 },
        { propertyId: PropertyId.parse('other-house') },
        { shifts: [] },
      ]) {
        await become(spoilt);
        expect(await push(), Object.keys(spoilt).join()).toMatchObject(forbidden);
      }
      await become({});
      expect(await push()).toMatchObject({ status: 'applied' });
    });

    it('answers a refused operation the same when it is sent again', async () => {
      const { client, addition } = house();
      const device = await terminal();
      const refused = addition({}, { guestId: GuestId.parse(ulid()) });
      const first = await client().push(device, [refused]);
      expect(first).toMatchObject([{ status: 'refused', reason: 'unknown-guest' }]);
      expect(await client().push(device, [refused])).toEqual(first);
    });
  });
}

/** An ID number that is nobody's, from the hotel itself. */
function fictitiousId({ hotel }: House): string {
  return hotel.stories.arriving.documentNumber ?? '';
}
