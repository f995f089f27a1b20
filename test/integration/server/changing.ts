import { randomBytes } from 'node:crypto';
import { ulid } from 'ulid';
import { describe, expect, it } from 'vitest';
import type { Conflict, Guest, Room, Stay } from '../../../src-shared/model/entities.ts';
import { BusinessDate, ConflictId, GuestId, OperationId, type RoomId, StayId } from '../../../src-shared/model/ids.ts';
import { WITHHELD } from '../../../src-shared/model/sealed-field.ts';
import type { Change, Versions } from '../../../src-shared/sync/changes.ts';
import { Operation, PutLine, routes } from '../../../src-shared/sync/protocol.ts';
import { enrolled, type Terminal } from './client.ts';
import type { House } from './house.ts';

type Named<K extends Change['kind']> = Omit<Extract<Change, { kind: K }>, 'id' | 'kind' | 'employeeId' | 'at'>;

/** What terminals do to guests, stays and rooms. */
export function changing(house: () => House): void {
  const terminal = async () => enrolled(house().client(), await house().code());
  const operationOf = <K extends Change['kind']>(
    kind: K,
    what: Named<K>,
    employeeId = house().employee('receptionist').id,
  ): Operation => Operation.parse({ id: OperationId.parse(ulid()), kind, employeeId, at: house().now(), ...what });
  const push = async (device: Terminal, ...operations: Operation[]) => house().client().push(device, operations);
  const rowsOf = async (device: Terminal) => {
    const puts: PutLine[] = [];
    for (let cursor = 0, more = true; more; ) {
      const pulled = await house().client().pull(device, cursor);
      puts.push(...pulled.puts);
      ({ cursor, more } = pulled.end);
    }
    return puts;
  };
  const find = async <E extends PutLine['entity']>(device: Terminal, entity: E, id: string) => {
    const line = (await rowsOf(device)).find((put) => put.entity === entity && put.row.id === id);
    if (line === undefined) throw new Error(`no ${entity} ${id}`);
    return line as Extract<PutLine, { entity: E }>;
  };
  const conflicts = async (device: Terminal, rowId: string): Promise<Conflict[]> =>
    (await rowsOf(device)).flatMap((put) => (put.entity === 'conflict' && put.row.rowId === rowId ? [put.row] : []));
  const guestChange = (id: string, changes: Partial<Guest>, base: Versions) =>
    operationOf('guest.change', { guestId: GuestId.parse(id), changes, base });
  const stayChange = (id: string, changes: Partial<Stay>, base: Versions) =>
    operationOf('stay.change', { stayId: StayId.parse(id), changes, base });
  const created = (room: RoomId | null, change: Partial<Stay> = {}) => {
    const guestId = GuestId.parse(ulid());
    const today = house().hotel.property.businessDate;
    const [like] = house().hotel.guests;
    if (like === undefined) throw new Error('a hotel without guests');
    const guest: Guest = {
      ...like,
      id: guestId,
      documentNumber: null,
      dateOfBirth: null,
      nationality: null,
      documentAddress: null,
      cardNumber: null,
      invoiceTaxNumber: null,
      dietaryNeeds: null,
      phone: '+8613800000001',
      email: null,
    };
    const stay: Stay = {
      id: StayId.parse(ulid()),
      guestId,
      roomId: room,
      reservationNumber: 'WALKIN01',
      status: 'reserved',
      arrival: today,
      departure: dayAfter(today, 2),
      adults: 1,
      children: 0,
      roomType: 'standard',
      channel: 'walk-in',
      rateMinor: 50_000,
      currency: 'CNY',
      ...change,
    };
    return { guest, stay, operation: operationOf('stay.create', { stay, guest, seed: seed32() }) };
  };
  /** A room that nobody is in or will be in: each test takes its own, and is out of the next one's way. */
  const freeRoom = async (device: Terminal, status: Room['status'] = 'clean'): Promise<Room> => {
    const rows = await rowsOf(device);
    const taken = new Set(
      rows.flatMap((put) =>
        put.entity === 'stay' && ['in-house', 'reserved'].includes(put.row.status) ? [put.row.roomId] : [],
      ),
    );
    const room = rows.flatMap((put) => (put.entity === 'room' && !taken.has(put.row.id) ? [put.row] : [])).at(0);
    if (room === undefined) throw new Error('a full house');
    const changed = { ...room, status };
    await house()
      .server()
      .store.appendRows(house().hotel.property.id, [{ entity: 'room', row: changed }]);
    return changed;
  };
  const refused = (reason: string) => [expect.objectContaining({ status: 'refused', reason })];
  const applied = [expect.objectContaining({ status: 'applied' })];

  describe('changes', () => {
    it('of different fields of one guest merge, and each field has the version at which it changed', async () => {
      const [one, other] = [await terminal(), await terminal()];
      const { guest, operation } = created(null);
      await push(one, operation);
      const [first] = await push(one, guestChange(guest.id, { phone: '+8613800000002' }, { phone: 0 }));
      const [second] = await push(other, guestChange(guest.id, { email: 'li@example.com' }, { email: 0 }));
      const line = await find(other, 'guest', guest.id);
      expect(line.row).toEqual({ ...guest, phone: '+8613800000002', email: 'li@example.com' });
      expect([first, second]).toMatchObject([{ seq: line.versions?.['phone'] }, { seq: line.versions?.['email'] }]);
      expect(await conflicts(one, guest.id)).toEqual([]);
    });

    it('take a new guest in with the seed that her terminal made, and what is sealed under it', async () => {
      const [one, other] = [await terminal(), await terminal()];
      const sealedOf = async (field: 'documentNumber' | 'cardNumber') => {
        const rows = (await rowsOf(one)).flatMap((put) => (put.entity === 'guest' ? [put.row[field]] : []));
        return rows.find((value) => value !== null) ?? expect.fail(`nobody has a ${field}`);
      };
      const [document, card] = [await sealedOf('documentNumber'), await sealedOf('cardNumber')];
      const creation = (guest: Partial<Guest>, more: Partial<Named<'stay.create'>> = {}) => {
        const made = created(null);
        const whole = { ...made.guest, ...guest };
        return {
          ...made,
          operation: operationOf('stay.create', { stay: made.stay, guest: whole, seed: seed32(), ...more }),
        };
      };
      const { guest, operation } = creation({ documentNumber: document });
      expect(await push(one, operation)).toEqual(applied);
      expect((await find(other, 'guest', guest.id)).row.documentNumber).toEqual(document);
      expect((await find(other, 'guestSeed', guest.id)).row).toEqual({
        id: guest.id,
        seed: operation.kind === 'stay.create' && operation.seed,
      });
      // By who does not hold the class, as the value of another class, or without a seed: not at all.
      expect(await push(one, creation({ cardNumber: card }).operation)).toEqual(refused('forbidden'));
      const astray = { documentNumber: { sealed: card.sealed, mask: document.mask } };
      expect(await push(one, creation(astray).operation)).toEqual(refused('invalid'));
      expect(await push(one, creation({}, { seed: null }).operation)).toEqual(refused('no-seed'));
    });

    it('never give a guest another seed: neither one who is known, nor one who was erased', async () => {
      const one = await terminal();
      const { guest, stay, operation } = created(null);
      await push(one, operation);
      const again = { ...created(null).stay, guestId: guest.id };
      const { seed } = (await find(one, 'guestSeed', guest.id)).row;
      const known = operationOf('stay.create', { stay: again, guest: null, seed: seed32() });
      expect(await push(one, known)).toEqual(refused('invalid'));
      expect(await push(one, operationOf('stay.create', { stay: again, guest, seed: seed32() }))).toEqual(
        refused('invalid'),
      );
      expect((await find(one, 'guestSeed', guest.id)).row.seed).toBe(seed);
      expect(await push(one, operationOf('stay.create', { stay: again, guest: null, seed: null }))).toEqual(applied);
      for (const row of [stay, again]) {
        await house()
          .server()
          .store.appendRows(house().hotel.property.id, [{ entity: 'stay', row: { ...row, status: 'cancelled' } }]);
      }
      const erase = {
        id: OperationId.parse(ulid()),
        kind: 'guest.erase',
        at: house().now(),
        guestId: guest.id,
        employeeId: house().employee('duty-manager').id,
      } as const;
      expect(await push(one, erase)).toEqual(applied);
      const back = { ...again, id: StayId.parse(ulid()) };
      expect(await push(one, operationOf('stay.create', { stay: back, guest, seed: seed32() }))).toEqual(
        refused('invalid'),
      );
      expect((await rowsOf(one)).filter(({ row }) => row.id === guest.id)).toMatchObject([{ entity: 'guestErasure' }]);
    });

    it('of one field become a conflict with both values, who and when; the row keeps what it has', async () => {
      const [one, other] = [await terminal(), await terminal()];
      const manager = house().employee('duty-manager').id;
      const { guest, operation } = created(null);
      await push(one, operation);
      const [first] = await push(one, guestChange(guest.id, { phone: '+8613800000002' }, { phone: 0 }));
      const late = {
        ...guestChange(guest.id, { phone: '+8613800000003', company: '样例公司' }, { phone: 0, company: 0 }),
        employeeId: manager,
      };
      expect(await push(other, late)).toEqual(applied);
      const { row } = await find(one, 'guest', guest.id);
      // What nobody else had changed has merged all the same.
      expect(row).toMatchObject({ phone: '+8613800000002', company: '样例公司' });
      expect(await conflicts(one, guest.id)).toMatchObject([
        {
          entity: 'guest',
          field: 'phone',
          state: 'open',
          held: { value: '+8613800000002', by: house().employee('receptionist').id, device: one.deviceId },
          brought: { value: '+8613800000003', by: manager, device: other.deviceId, at: late.at },
        },
      ]);
      expect(await push(other, late)).toMatchObject([{ status: 'duplicate' }]);
      expect(await conflicts(one, guest.id)).toHaveLength(1);
      expect(first?.status).toBe('applied');
    });

    it('of one terminal follow one another without a conflict, though it has not heard of the first', async () => {
      const one = await terminal();
      const { guest, operation } = created(null);
      const twice = ['+8613800000002', '+8613800000003'].map((phone) => guestChange(guest.id, { phone }, { phone: 0 }));
      expect(await push(one, operation, ...twice)).toEqual([...applied, ...applied, ...applied]);
      expect((await find(one, 'guest', guest.id)).row.phone).toBe('+8613800000003');
      expect(await conflicts(one, guest.id)).toEqual([]);
    });

    it('to the same value are no conflict, and the last word of whoever brought one counts', async () => {
      const [one, other] = [await terminal(), await terminal()];
      const { guest, operation } = created(null);
      await push(one, operation, guestChange(guest.id, { email: 'a@example.com' }, { email: 0 }));
      await push(other, guestChange(guest.id, { email: 'b@example.com' }, { email: 0 }));
      await push(other, guestChange(guest.id, { email: 'c@example.com' }, { email: 0 }));
      expect(await conflicts(one, guest.id)).toMatchObject([{ state: 'open', brought: { value: 'c@example.com' } }]);
      await push(other, guestChange(guest.id, { email: 'a@example.com' }, { email: 0 }));
      // Settled, it keeps no value.
      expect(await conflicts(one, guest.id)).toMatchObject([
        { state: 'settled', held: { value: null }, brought: { value: null } },
      ]);
    });

    it('settle a conflict once, with what was in view', async () => {
      const [one, other] = [await terminal(), await terminal()];
      const { guest, operation } = created(null);
      await push(one, operation, guestChange(guest.id, { company: '甲' }, { company: 0 }));
      await push(other, guestChange(guest.id, { company: '乙' }, { company: 0 }));
      const [conflict] = await conflicts(one, guest.id);
      const { seq } = await find(one, 'conflict', conflict?.id ?? '');
      const settle = (change: Partial<Named<'conflict.settle'>>, by?: Parameters<typeof operationOf>[2]) =>
        operationOf(
          'conflict.settle',
          {
            conflictId: conflict?.id ?? ConflictId.parse(ulid()),
            entity: 'guest',
            rowId: guest.id,
            field: 'company',
            choice: 'combined',
            value: '甲（乙）',
            base: seq,
            ...change,
          },
          by,
        );
      expect(await push(one, settle({ conflictId: ConflictId.parse(ulid()) }))).toEqual(refused('unknown-conflict'));
      expect(await push(one, settle({ base: seq - 1 }))).toEqual(refused('stale'));
      expect(await push(one, settle({ choice: 'brought', value: '丙' }))).toEqual(refused('stale'));
      expect(await push(one, settle({ field: 'name' }))).toEqual(refused('invalid'));
      expect(await push(one, settle({}, house().employee('concierge').id))).toEqual(refused('forbidden'));
      expect(await push(one, settle({}))).toEqual(applied);
      expect(await push(other, settle({ choice: 'held', value: null }))).toEqual(refused('conflict-settled'));
      expect((await find(one, 'guest', guest.id)).row.company).toBe('甲（乙）');
      expect(await conflicts(one, guest.id)).toMatchObject([
        { state: 'settled', settledBy: house().employee('receptionist').id },
      ]);
    });

    it('of a sealed field are chosen as they are sealed, by whoever holds the key of their class only', async () => {
      const [one, other] = [await terminal(), await terminal()];
      const { guest, operation } = created(null);
      await push(one, operation);
      const rows = (await rowsOf(one)).flatMap((put) => (put.entity === 'guest' ? [put.row.documentNumber] : []));
      const [mine, theirs] = rows.filter((value) => value !== null);
      if (mine === undefined || theirs === undefined) throw new Error('nobody has a document');
      expect(await push(one, guestChange(guest.id, { documentNumber: mine }, { documentNumber: 0 }))).toEqual(applied);
      const auditor = house().employee('night-auditor').id;
      const late = guestChange(guest.id, { documentNumber: theirs }, { documentNumber: 0 });
      expect(await push(other, { ...late, employeeId: auditor })).toEqual(refused('forbidden'));
      const again = guestChange(guest.id, { documentNumber: theirs }, { documentNumber: 0 });
      expect(await push(other, again)).toEqual(applied);
      // A card number is of another class: it does not stand where a document belongs.
      const card = (await rowsOf(one))
        .flatMap((put) => (put.entity === 'guest' ? [put.row.cardNumber] : []))
        .find(Boolean);
      const wrong = { sealed: card?.sealed ?? '', mask: mine.mask };
      expect(await push(one, guestChange(guest.id, { documentNumber: wrong }, { documentNumber: 0 }))).toEqual(
        refused('invalid'),
      );
      const [conflict] = await conflicts(one, guest.id);
      expect(conflict).toMatchObject({ held: { value: mine }, brought: { value: theirs } });
      // A terminal that may not hold the class is sent the masks, and what stands there for the value is none.
      await house().server().store.setProfile(other.propertyId, other.deviceId, ['payment']);
      const conflictsAt = async (path: string) => {
        const { text } = await house().client().ask(path, { as: other });
        const lines = text.trimEnd().split('\n').slice(1, -1);
        const puts = lines.map((line) => PutLine.parse(JSON.parse(line)));
        return puts.flatMap((put) => (put.entity === 'conflict' && put.row.id === conflict?.id ? [put.row] : []));
      };
      const { seq } = await find(one, 'conflict', conflict?.id ?? '');
      const changesPath = `${routes.changes(other.propertyId)}?after=${seq - 1}&classes=`;
      const withheld = (value: { mask: string }) => ({ value: { sealed: WITHHELD, mask: value.mask } });
      const without = { held: withheld(mine), brought: withheld(theirs) };
      expect(await conflictsAt(`${changesPath}payment`)).toMatchObject([without]);
      const bare = guestChange(guest.id, { documentNumber: withheld(mine).value }, { documentNumber: 0 });
      expect(await push(one, bare)).toEqual(refused('invalid'));
      // Once it may, they are filled in with the guests.
      await house().server().store.setProfile(other.propertyId, other.deviceId, ['identity', 'payment']);
      const fill = `${routes.fill(other.propertyId)}?class=identity&after=${seq - 1}&until=${seq}`;
      expect(await conflictsAt(fill)).toEqual([conflict]);
      const settle = operationOf('conflict.settle', {
        conflictId: conflict?.id ?? ConflictId.parse(ulid()),
        entity: 'guest',
        rowId: guest.id,
        field: 'documentNumber',
        choice: 'brought',
        value: theirs,
        base: (await find(one, 'conflict', conflict?.id ?? '')).seq,
      });
      expect(await push(one, { ...settle, id: OperationId.parse(ulid()), employeeId: auditor })).toEqual(
        refused('forbidden'),
      );
      expect(await push(one, settle)).toEqual(applied);
      expect((await find(one, 'guest', guest.id)).row.documentNumber).toEqual(theirs);
    });

    it('sell the last room once: the second stay comes back, and what is behind it in the batch goes on', async () => {
      const [one, other] = [await terminal(), await terminal()];
      const room = await freeRoom(one);
      const [first, second] = [created(room.id), created(room.id)];
      const behind = created(null);
      expect(await push(one, first.operation)).toEqual(applied);
      expect(await push(other, second.operation, behind.operation)).toEqual([...refused('room-taken'), ...applied]);
      // From the day on which the first one leaves it is free.
      const later = created(room.id, { arrival: first.stay.departure, departure: dayAfter(first.stay.departure, 1) });
      expect(await push(other, later.operation)).toEqual(applied);
      expect(
        await push(one, stayChange(first.stay.id, { departure: dayAfter(first.stay.departure, 1) }, { departure: 0 })),
      ).toEqual(refused('room-taken'));
    });

    it('let nobody into a room that is not ready, nor twice, nor before the day; whoever leaves leaves it dirty', async () => {
      const [one, other] = [await terminal(), await terminal()];
      const room = await freeRoom(one, 'dirty');
      const tomorrow = dayAfter(house().hotel.property.businessDate, 1);
      const { stay, operation } = created(room.id);
      const early = created(null, { arrival: tomorrow, departure: dayAfter(tomorrow, 1) });
      await push(one, operation, early.operation);
      const versions = async () => (await find(one, 'room', room.id)).versions?.['status'] ?? 0;
      const checkIn = (id: StayId, roomId = room.id) =>
        operationOf('stay.checkIn', { stayId: id, roomId, base: { roomId: 0 } });
      expect(await push(one, checkIn(stay.id))).toEqual(refused('room-not-ready'));
      const clean = operationOf('room.setStatus', {
        roomId: room.id,
        status: 'clean',
        base: { status: await versions() },
      });
      expect(await push(other, clean)).toEqual(applied);
      expect(await push(one, checkIn(early.stay.id))).toEqual(refused('not-due'));
      expect(await push(one, checkIn(stay.id))).toEqual(applied);
      // Twice the same is no harm; another into the same room is.
      expect(await push(other, checkIn(stay.id))).toEqual(applied);
      const moved = await freeRoom(one);
      await push(one, created(moved.id).operation);
      expect(await push(other, stayChange(stay.id, { arrival: tomorrow }, { arrival: 0 }))).toEqual(
        refused('stay-status'),
      );
      expect(await push(one, operationOf('stay.checkOut', { stayId: stay.id }))).toEqual(applied);
      expect((await find(one, 'room', room.id)).row.status).toBe('dirty');
      expect((await find(one, 'stay', stay.id)).row.status).toBe('departed');
      expect(await push(one, stayChange(stay.id, { departure: tomorrow }, { departure: 0 }))).toEqual(
        refused('stay-status'),
      );
    });

    it('cancel what is reserved, and take it back before its day is over, unless somebody has the room by now', async () => {
      const [one, other] = [await terminal(), await terminal()];
      const room = await freeRoom(one);
      const { stay, operation } = created(room.id);
      const cancel = (id = stay.id) => operationOf('stay.cancel', { stayId: id, reason: 'guest' });
      const back = (roomId: RoomId | null) => operationOf('stay.reinstate', { stayId: stay.id, roomId });
      await push(one, operation);
      expect(await push(one, { ...cancel(), employeeId: house().employee('concierge').id })).toEqual(
        refused('forbidden'),
      );
      expect(await push(one, cancel())).toEqual(applied);
      expect(
        await push(other, operationOf('stay.checkIn', { stayId: stay.id, roomId: room.id, base: { roomId: 0 } })),
      ).toEqual(refused('stay-status'));
      const second = created(room.id);
      expect(await push(other, second.operation)).toEqual(applied);
      expect(await push(one, back(room.id))).toEqual(refused('room-taken'));
      expect(await push(one, back(null))).toEqual(applied);
      expect((await find(other, 'stay', stay.id)).row).toMatchObject({ status: 'reserved', roomId: null });
      // Taken back twice, the second changes nothing.
      expect(await push(other, back(room.id))).toEqual(applied);
      expect((await find(other, 'stay', stay.id)).row.roomId).toBeNull();
      await push(other, operationOf('stay.checkIn', { stayId: second.stay.id, roomId: room.id, base: { roomId: 0 } }));
      expect(await push(one, cancel(second.stay.id))).toEqual(refused('stay-status'));
    });

    it('take a stay over to the record that the hotel has had of its guest, and to none that it has not', async () => {
      const [one, other] = [await terminal(), await terminal()];
      const [first, second] = [created(null), created(null)];
      await push(one, first.operation, second.operation);
      const over = (guestId: string) => stayChange(first.stay.id, { guestId: GuestId.parse(guestId) }, { guestId: 0 });
      expect(await push(one, over(ulid()))).toEqual(refused('unknown-guest'));
      expect(await push(one, over(second.guest.id))).toEqual(applied);
      expect((await find(other, 'stay', first.stay.id)).row.guestId).toBe(second.guest.id);
    });

    it('have no stay before the day that is worked on, and no departure before the arrival', async () => {
      const one = await terminal();
      const today = house().hotel.property.businessDate;
      const { stay, operation } = created(null);
      expect(await push(one, created(null, { arrival: dayAfter(today, -1) }).operation)).toEqual(
        refused('before-business-date'),
      );
      await push(one, operation);
      const dates = (changes: Partial<Stay>) =>
        stayChange(stay.id, changes, Object.fromEntries(Object.keys(changes).map((name) => [name, 0])));
      expect(await push(one, dates({ arrival: dayAfter(today, -1) }))).toEqual(refused('before-business-date'));
      expect(await push(one, dates({ departure: today }))).toEqual(refused('departure-before-arrival'));
      expect(await push(one, dates({ arrival: dayAfter(today, 5) }))).toEqual(refused('departure-before-arrival'));
      expect(await push(one, stayChange(ulid(), { adults: 2 }, { adults: 0 }))).toEqual(refused('unknown-stay'));
    });

    it('of an erased guest come back, and no conflict about the guest is left', async () => {
      const [one, other] = [await terminal(), await terminal()];
      const { guest, stay, operation } = created(null);
      await push(one, operation, guestChange(guest.id, { company: '甲' }, { company: 0 }));
      await push(other, guestChange(guest.id, { company: '乙' }, { company: 0 }));
      expect(await conflicts(one, guest.id)).toHaveLength(1);
      await house()
        .server()
        .store.appendRows(house().hotel.property.id, [{ entity: 'stay', row: { ...stay, status: 'cancelled' } }]);
      const erase = {
        id: OperationId.parse(ulid()),
        kind: 'guest.erase',
        at: house().now(),
        guestId: guest.id,
      } as const;
      expect(await push(one, { ...erase, employeeId: house().employee('duty-manager').id })).toEqual(applied);
      expect(await conflicts(one, guest.id)).toEqual([]);
      expect(await push(other, guestChange(guest.id, { company: '丙' }, { company: 0 }))).toEqual(
        refused('unknown-guest'),
      );
    });
  });
}

const seed32 = () => randomBytes(32).toString('base64');

function dayAfter(day: BusinessDate, days: number): BusinessDate {
  return BusinessDate.parse(new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10));
}
