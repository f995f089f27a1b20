import { ulid } from 'ulid';
import { describe, expect, it } from 'vitest';
import type { SecurityCase } from '../../../src-shared/model/entities.ts';
import { CaseId, DeviceId, OperationId, StayId } from '../../../src-shared/model/ids.ts';
import type { CaseClosing, CaseOpening } from '../../../src-shared/sync/protocol.ts';
import { enrolled, type Terminal } from './client.ts';
import type { House } from './house.ts';

export function casing(house: () => House): void {
  const terminal = async () => enrolled(house().client(), await house().code());
  const casesAfter = async (device: Terminal, after: number) =>
    (await house().client().pull(device, after)).puts.flatMap((put) => (put.entity === 'case' ? [put.row] : []));
  const cursorOf = async (device: Terminal) => (await house().client().pull(device, 0)).end.cursor;

  const opening = (device: Terminal, change: Partial<SecurityCase> = {}): CaseOpening => {
    const employeeId = house().employee('duty-manager').id;
    return {
      id: OperationId.parse(ulid()),
      kind: 'case.open',
      employeeId,
      at: house().now(),
      case: {
        id: CaseId.parse(ulid()),
        kind: 'break-glass',
        openedAt: house().now(),
        openedBy: employeeId,
        role: 'duty-manager',
        stayId: StayId.parse(ulid()),
        guestId: house().hotel.stories.arriving.id,
        class: null,
        reasonText: 'the guest is unconscious',
        confirmedBy: house().employee('receptionist').id,
        terminal: device.deviceId,
        entry: 7,
        state: 'open',
        closedBy: null,
        closedAt: null,
        verdict: null,
        finding: null,
        ...change,
      },
    };
  };
  const closing = (caseId: CaseId, change: Partial<CaseClosing> = {}): CaseClosing => ({
    id: OperationId.parse(ulid()),
    kind: 'case.close',
    employeeId: house().employee('security-officer').id,
    at: house().now(),
    caseId,
    verdict: 'justified',
    finding: 'a doctor was called',
    ...change,
  });

  describe('a case', () => {
    it('is taken once, however often it is sent, and comes to every terminal; closing it does too', async () => {
      const { client } = house();
      const [device, other] = [await terminal(), await terminal()];
      const before = await cursorOf(other);
      const opened = opening(device);
      const [first] = await client().push(device, [opened]);
      expect(first).toMatchObject({ status: 'applied', seq: before + 1 });
      expect(await client().push(device, [opened, opened])).toMatchObject([
        { status: 'duplicate' },
        { status: 'duplicate' },
      ]);
      expect(await casesAfter(other, before)).toEqual([opened.case]);

      const closed = closing(opened.case.id);
      expect(await client().push(other, [closed])).toMatchObject([{ status: 'applied', seq: before + 2 }]);
      const { employeeId: closedBy, at: closedAt, verdict, finding } = closed;
      expect(await casesAfter(device, before)).toEqual([
        { ...opened.case, state: 'closed', closedBy, closedAt, verdict, finding },
      ]);
    });

    it('may be opened and closed in one batch', async () => {
      const device = await terminal();
      const before = await cursorOf(device);
      const opened = opening(device);
      expect(
        await house()
          .client()
          .push(device, [opened, closing(opened.case.id)]),
      ).toMatchObject([
        { status: 'applied', seq: before + 1 },
        { status: 'applied', seq: before + 2 },
      ]);
      expect(await casesAfter(device, before)).toMatchObject([{ id: opened.case.id, state: 'closed' }]);
    });

    it('is refused in another’s name, for another terminal, closed from the start, in place of one, or with a number in it', async () => {
      const { client, employee } = house();
      const device = await terminal();
      const before = await cursorOf(device);
      const taken = opening(device);
      const officer = employee('security-officer').id;
      const results = await client().push(device, [
        taken,
        opening(device, { openedBy: officer }),
        opening(device, { terminal: DeviceId.parse(ulid()) }),
        opening(device, {
          state: 'closed',
          closedBy: officer,
          closedAt: 1,
          verdict: 'justified',
          finding: 'all is well',
        }),
        opening(device, { verdict: 'justified' }),
        opening(device, { id: taken.case.id }),
        opening(device, { reasonText: 'his card is 4000 0000 0000 0002' }),
      ]);
      expect(results.map((result) => (result.status === 'refused' ? result.reason : result.status))).toEqual([
        'applied',
        'forbidden',
        'forbidden',
        'invalid',
        'invalid',
        'invalid',
        'invalid',
      ]);
      expect(await casesAfter(device, before)).toEqual([taken.case]);
    });

    it('is reported though who did it was dismissed before the line came back', async () => {
      const { client, employee, hotel, server } = house();
      const device = await terminal();
      const { id } = employee('finance');
      const put = (await client().pull(device, 0)).puts.find(({ row }) => row.id === id);
      if (put?.entity !== 'employee') throw new Error('finance is not in the feed');
      const leave = (active: boolean) =>
        server().store.appendRows(hotel.property.id, [{ entity: 'employee', row: { ...put.row, active } }]);
      await leave(false);
      const opened = opening(device, { openedBy: id, kind: 'budget', class: 'payment', reasonText: null });
      expect(await client().push(device, [{ ...opened, employeeId: id }])).toMatchObject([{ status: 'applied' }]);
      await leave(true);
    });

    it('is closed by the security officer alone, once, and only one that there is', async () => {
      const { client, employee } = house();
      const device = await terminal();
      const { case: opened, ...operation } = opening(device);
      await client().push(device, [{ ...operation, case: opened }]);
      const others = (['duty-manager', 'receptionist', 'it'] as const).map((role) =>
        closing(opened.id, { employeeId: employee(role).id }),
      );
      const results = await client().push(device, [
        ...others,
        closing(CaseId.parse(ulid())),
        closing(opened.id, { finding: 'the card 4000 0000 0000 0002' }),
        closing(opened.id),
        closing(opened.id, { verdict: 'misuse' }),
      ]);
      expect(results.map((result) => (result.status === 'refused' ? result.reason : result.status))).toEqual([
        'forbidden',
        'forbidden',
        'forbidden',
        'unknown-case',
        'invalid',
        'applied',
        'case-closed',
      ]);
    });

    it('keeps nothing that was typed about a guest who is erased, before or after', async () => {
      const { client, hotel, employee } = house();
      const device = await terminal();
      const current = new Set(hotel.currentStays.map(({ guestId }) => guestId));
      const guestId = hotel.guests.find(({ id }) => !current.has(id))?.id ?? null;
      if (guestId === null) throw new Error('nobody has left');
      const before = await cursorOf(device);
      const [early, late] = [opening(device, { guestId }), opening(device, { guestId })];
      await client().push(device, [early]);
      await client().push(device, [
        {
          id: OperationId.parse(ulid()),
          kind: 'guest.erase',
          employeeId: employee('duty-manager').id,
          at: house().now(),
          guestId,
        },
        late,
      ]);
      expect(await casesAfter(device, before)).toEqual([
        { ...early.case, reasonText: null },
        { ...late.case, reasonText: null },
      ]);
    });
  });
}
