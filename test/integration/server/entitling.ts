import { ulid } from 'ulid';
import { describe, expect, it } from 'vitest';
import type { DemoEmployee } from '../../../scripts/demo/staff.ts';
import type { ClassGrant, Conflict, Entitlement, Entity, Role, SealedClass } from '../../../src-shared/model/index.ts';
import { ConflictId, EntitlementId, GrantId, OperationId } from '../../../src-shared/model/index.ts';
import type { Operation } from '../../../src-shared/sync/protocol.ts';
import { enrolled } from './client.ts';
import type { House } from './house.ts';

/** An envelope of a class and epoch, as far as anybody can tell without its key. */
function envelope(classNumber: number, epoch: number): string {
  const head = Buffer.from([2, 1, classNumber, 0, 0, 0, epoch]);
  return Buffer.concat([head, Buffer.alloc(60, 9)]).toString('base64');
}
const PAYMENT = 2;

/** Orders, grants and epochs: what the server takes from whom. It holds no key; who may and who was first is all it decides. */
export function entitling(house: () => House): void {
  const terminal = async () => enrolled(house().client(), await house().code());
  type Device = Awaited<ReturnType<typeof terminal>>;
  const push = (device: Device, ...operations: Operation[]) => house().client().push(device, operations);
  const said = async (device: Device, operation: Operation) => {
    const [result] = await push(device, operation);
    return result?.status === 'refused' ? result.reason : result?.status;
  };
  const who = (role: Role): DemoEmployee => house().employee(role);
  const by = (role: Role) => ({ id: OperationId.parse(ulid()), employeeId: who(role).id, at: house().now() });

  const puts = async (device: Device) => {
    const all = [];
    for (let after = 0; ; ) {
      const page = await house().client().pull(device, after);
      all.push(...page.puts);
      after = page.end.cursor;
      if (!page.end.more) return all;
    }
  };
  const rowOf = async (device: Device, role: Role): Promise<Entity<'employee'>> => {
    const found = (await puts(device)).find((put) => put.entity === 'employee' && put.row.id === who(role).id);
    if (found?.entity !== 'employee') throw new Error(`nobody is ${role}`);
    return found.row;
  };
  const entitlementOf = async (device: Device, role: Role, dataClass: SealedClass): Promise<Entitlement> => {
    const rows = (await puts(device)).flatMap((put) => (put.entity === 'entitlement' ? put.row : []));
    const found = rows.filter((row) => row.employeeId === who(role).id && row.class === dataClass).at(-1);
    if (found === undefined) throw new Error('she was not entitled');
    return found;
  };
  const order = async (device: Device, to: Role, change: Partial<Entitlement> = {}): Promise<Operation> => {
    const { id: employeeId, sealingKey, signingKey } = await rowOf(device, to);
    const entitlement: Entitlement = {
      id: EntitlementId.parse(ulid()),
      employeeId,
      scope: 'see',
      class: 'payment',
      sealingKey,
      signingKey,
      orderedBy: who('security-officer').id,
      orderedAt: house().now(),
      signature: Buffer.alloc(64).toString('base64'),
      withdrawn: null,
      ...change,
    };
    return { ...by('security-officer'), kind: 'entitlement.order', entitlement };
  };
  const withdraw = (entitlementId: Entitlement['id'], role: Role = 'security-officer'): Operation => ({
    ...by(role),
    kind: 'entitlement.withdraw',
    entitlementId,
  });
  const grant = async (device: Device, to: Role, change: Partial<ClassGrant> = {}): Promise<ClassGrant> => ({
    id: GrantId.parse(ulid()),
    employeeId: who(to).id,
    class: 'payment',
    scope: 'see',
    epoch: 1,
    sealingKey: (await rowOf(device, to)).sealingKey,
    enc: Buffer.alloc(32, 3).toString('base64'),
    sealed: Buffer.alloc(48, 3).toString('base64'),
    grantedBy: who('duty-manager').id,
    grantedAt: house().now(),
    signature: Buffer.alloc(64).toString('base64'),
    ...change,
  });
  const add = (row: ClassGrant): Operation => ({ ...by('duty-manager'), kind: 'classGrant.add', grant: row });
  const begin = (epoch: number, grants: ClassGrant[]): Operation => ({
    ...by('duty-manager'),
    kind: 'classEpoch.begin',
    class: 'payment',
    epoch,
    grants,
    recoveryGrant: null,
  });

  describe('an order to grant', () => {
    it('is taken from an officer or duty manager only, in nobody else’s name, and not for herself', async () => {
      const device = await terminal();
      const asked = await order(device, 'finance');
      expect(await said(device, { ...asked, ...by('receptionist') })).toBe('forbidden');
      expect(await said(device, { ...asked, ...by('duty-manager') })).toBe('forbidden');
      const { id } = who('security-officer');
      expect(await said(device, await order(device, 'security-officer', { employeeId: id }))).toBe('forbidden');
    });

    it('is refused for a role that may not hold it, with keys that are not the person’s, and when it stands already', async () => {
      const device = await terminal();
      expect(await said(device, await order(device, 'it'))).toBe('forbidden');
      expect(await said(device, await order(device, 'receptionist'))).toBe('forbidden');
      expect(await said(device, await order(device, 'receptionist', { scope: 'order', class: null }))).toBe(
        'forbidden',
      );
      const { sealingKey } = await rowOf(device, 'it');
      expect(await said(device, await order(device, 'finance', { scope: 'search', sealingKey }))).toBe('invalid');
      expect(await said(device, await order(device, 'finance'))).toBe('stale');
    });
  });

  describe('a new key for somebody who lost what opened hers', () => {
    const key = Buffer.alloc(32, 8).toString('base64');
    const rekey = async (device: Device, to: Role, change: Partial<Entitlement> = {}): Promise<Operation> => {
      const { id } = who(to);
      const held = (await puts(device)).flatMap((put) =>
        put.entity === 'entitlement' && put.row.employeeId === id && put.row.withdrawn === null ? put.row : [],
      );
      const entitlements = held.map((row) => ({
        ...row,
        id: EntitlementId.parse(ulid()),
        sealingKey: key,
        orderedBy: who('security-officer').id,
        ...change,
      }));
      const sealedKey = Buffer.alloc(60, 8).toString('base64');
      return {
        ...by('security-officer'),
        kind: 'employee.rekey',
        rekeyedId: id,
        sealingKey: key,
        sealedKey,
        entitlements,
      };
    };

    it('comes with what she was entitled to, no more, by who may, and her grants of before are none', async () => {
      const device = await terminal();
      const before = await rowOf(device, 'receptionist');
      const { id: oldId } = await entitlementOf(device, 'receptionist', 'identity');
      expect(await said(device, { ...(await rekey(device, 'receptionist')), ...by('finance') })).toBe('forbidden');
      expect(await said(device, await rekey(device, 'receptionist', { class: 'payment' }))).toBe('forbidden');
      expect(await said(device, await rekey(device, 'receptionist', { sealingKey: before.sealingKey }))).toBe(
        'invalid',
      );
      expect(await said(device, await rekey(device, 'receptionist', { id: oldId }))).toBe('invalid');
      expect(await said(device, await rekey(device, 'security-officer'))).toBe('forbidden');
      expect(await said(device, await rekey(device, 'receptionist'))).toBe('applied');
      const after = await rowOf(device, 'receptionist');
      expect(after).toEqual({
        ...before,
        sealingKey: key,
        credential: { ...before.credential, sealingKey: expect.not.stringMatching(before.credential.sealingKey) },
      });
      const rows = (await puts(device)).flatMap((put) => (put.entity === 'entitlement' ? put.row : []));
      expect(rows.find(({ id }) => id === oldId)?.withdrawn).not.toBeNull();
      // A holder hands on to the key of now; what was sealed to the other is late.
      const anew = await grant(device, 'receptionist', { class: 'identity' });
      expect(await said(device, add({ ...anew, sealingKey: before.sealingKey }))).toBe('stale');
      expect(await said(device, add(anew))).toBe('applied');
      expect(await said(device, add({ ...anew, id: GrantId.parse(ulid()) }))).toBe('stale');
    });
  });

  describe('a grant', () => {
    it('needs an entitlement that holds, and goes with its withdrawal, which happens once', async () => {
      const device = await terminal();
      expect(await said(device, add(await grant(device, 'receptionist')))).toBe('stale');
      const { id } = await entitlementOf(device, 'finance', 'payment');
      expect(await said(device, withdraw(id, 'finance'))).toBe('forbidden');
      expect(await said(device, withdraw(id))).toBe('applied');
      expect(await said(device, withdraw(id))).toBe('stale');
      expect(await entitlementOf(device, 'finance', 'payment')).toMatchObject({
        withdrawn: { by: who('security-officer').id, at: house().now() },
      });
      expect(await said(device, add(await grant(device, 'finance', { scope: 'search' })))).toBe('stale');
      expect(await said(device, add(await grant(device, 'finance')))).toBe('stale');
    });

    it('is made by whoever was entitled herself, in her own name, in an epoch that has begun, and once', async () => {
      const device = await terminal();
      expect(await said(device, await order(device, 'finance'))).toBe('applied');
      expect(await said(device, { ...add(await grant(device, 'finance')), ...by('concierge') })).toBe('forbidden');
      const concierge = who('concierge').id;
      expect(
        await said(device, { ...add(await grant(device, 'finance', { grantedBy: concierge })), ...by('concierge') }),
      ).toBe('forbidden');
      expect(await said(device, add(await grant(device, 'finance', { epoch: 2 })))).toBe('stale');
      // The one of the founding still lies there.
      expect(await said(device, add(await grant(device, 'finance')))).toBe('stale');
    });
  });

  describe('an epoch', () => {
    it('follows the one before, and of two who begin it the first has begun it', async () => {
      const device = await terminal();
      const all = async () => [
        await grant(device, 'duty-manager', { epoch: 2 }),
        await grant(device, 'finance', { epoch: 2 }),
      ];
      expect(await said(device, begin(3, [await grant(device, 'duty-manager', { epoch: 3 })]))).toBe('stale');
      expect(await said(device, begin(2, [await grant(device, 'duty-manager')]))).toBe('invalid');
      expect(await said(device, begin(2, [...(await all()), await grant(device, 'receptionist', { epoch: 2 })]))).toBe(
        'stale',
      );
      const results = await Promise.all([said(device, begin(2, await all())), said(device, begin(2, await all()))]);
      expect(results.toSorted()).toEqual(['applied', 'stale']);
    });

    it('takes values sealed in it, of rows that nobody has changed since, with their masks as they were', async () => {
      const device = await terminal();
      const { arriving, inHouse } = house().hotel.stories;
      const guests = (await puts(device)).flatMap((put) => (put.entity === 'guest' ? [put] : []));
      const find = (id: string) => {
        const found = guests.find(({ row }) => row.id === id);
        if (found?.row.cardNumber == null) throw new Error('she pays by card');
        return found;
      };
      const [one, changed] = [find(arriving.id), find(inHouse.id)];
      await house()
        .server()
        .store.appendRows(house().hotel.property.id, [
          { entity: 'guest', row: { ...changed.row, company: 'another' } },
        ]);
      const sealed = { cardNumber: { sealed: envelope(PAYMENT, 2) } };
      const reseal = (values: object, epoch = 2) => ({
        ...by('duty-manager'),
        kind: 'guest.reseal' as const,
        class: 'payment' as const,
        epoch,
        guests: [one, changed].map(({ row, seq }) => ({ guestId: row.id, seq, sealed: { ...values } })),
      });
      expect(await said(device, reseal(sealed, 3))).toBe('stale');
      expect(await said(device, reseal({ cardNumber: { sealed: envelope(PAYMENT, 1) } }))).toBe('invalid');
      expect(await said(device, reseal({ documentNumber: { sealed: envelope(PAYMENT, 2) } }))).toBe('invalid');
      expect(await said(device, reseal({ cardNumber: { sealed: envelope(1, 2) } }))).toBe('invalid');
      expect(await said(device, { ...reseal(sealed), ...by('night-auditor') })).toBe('forbidden');
      expect(await said(device, reseal(sealed))).toBe('applied');
      const after = (await puts(device)).flatMap((put) => (put.entity === 'guest' ? [put] : []));
      expect(after.find(({ row }) => row.id === one.row.id)?.row).toEqual({
        ...one.row,
        cardNumber: { ...one.row.cardNumber, sealed: sealed.cardNumber.sealed },
      });
      // The change wins, and its values wait for the next time.
      expect(after.find(({ row }) => row.id === changed.row.id)?.row).toEqual({ ...changed.row, company: 'another' });
      // Sent again it changes nothing.
      expect(await said(device, reseal(sealed))).toBe('applied');
      expect((await puts(device)).at(-1)?.seq).toBe(after.at(-1)?.seq);
    });

    it('keeps the one before while anything is sealed in that', async () => {
      const device = await terminal();
      const retire = (): Operation => ({
        ...by('duty-manager'),
        kind: 'classEpoch.retire',
        class: 'payment',
        oldest: 2,
      });
      expect(await said(device, retire())).toBe('stale');
      const rows = (await puts(device)).flatMap((put) => (put.entity === 'guest' ? [put.row] : []));
      const moved = rows.map((row) => ({
        ...row,
        cardNumber: row.cardNumber && { ...row.cardNumber, sealed: envelope(PAYMENT, 2) },
        invoiceTaxNumber: row.invoiceTaxNumber && { ...row.invoiceTaxNumber, sealed: envelope(PAYMENT, 2) },
      }));
      await house()
        .server()
        .store.appendRows(
          house().hotel.property.id,
          moved.map((row) => ({ entity: 'guest', row })),
        );
      // A value that waits in a conflict counts like one in a row.
      const [first] = moved;
      if (first === undefined) throw new Error('a hotel without guests');
      const side = { by: null, device: null, at: null };
      const conflict = {
        id: ConflictId.parse(ulid()),
        entity: 'guest',
        rowId: first.id,
        guestId: first.id,
        field: 'cardNumber',
        held: { ...side, value: null },
        brought: { ...side, value: { sealed: envelope(PAYMENT, 1), mask: '' } },
        openedAt: 1,
        state: 'open',
        settledBy: null,
        settledAt: null,
      } as const;
      const put = (row: Conflict) =>
        house()
          .server()
          .store.appendRows(house().hotel.property.id, [{ entity: 'conflict', row }]);
      await put(conflict);
      expect(await said(device, retire())).toBe('stale');
      await put({ ...conflict, brought: { ...side, value: null }, state: 'settled' });
      expect(await said(device, retire())).toBe('applied');
      const late = {
        kind: 'guest.change',
        guestId: first.id,
        changes: { cardNumber: { sealed: envelope(PAYMENT, 1), mask: '' } },
        base: { cardNumber: 0 },
      } as const;
      expect(await said(device, { ...by('duty-manager'), ...late })).toBe('stale');
      const left = (await puts(device)).flatMap((put) =>
        put.entity === 'classGrant' && put.row.class === 'payment' ? [put.row.epoch] : [],
      );
      expect(left).toEqual([2, 2]);
      expect(await said(device, add(await grant(device, 'finance')))).toBe('stale');
    });
  });

  describe('whoever leaves', () => {
    it('is inactive, entitled to nothing, pushes nothing, and sends nobody away after that', async () => {
      const device = await terminal();
      const leave = (leaver: Role, role: Role = 'security-officer'): Operation => ({
        ...by(role),
        kind: 'employee.leave',
        leaverId: who(leaver).id,
      });
      expect(await said(device, leave('concierge', 'receptionist'))).toBe('forbidden');
      expect(await said(device, leave('security-officer'))).toBe('forbidden');
      const results = await push(device, leave('duty-manager'), leave('concierge', 'duty-manager'));
      expect(results).toMatchObject([{ status: 'applied' }, { status: 'refused', reason: 'forbidden' }]);
      expect(await rowOf(device, 'duty-manager')).toMatchObject({ active: false });
      const rows = (await puts(device)).flatMap((put) => (put.entity === 'entitlement' ? put.row : []));
      const hers = rows.filter(({ employeeId }) => employeeId === who('duty-manager').id);
      expect(hers.length).toBeGreaterThan(3);
      expect(hers.every(({ withdrawn }) => withdrawn !== null)).toBe(true);
      expect(await said(device, leave('duty-manager'))).toBe('stale');
    });
  });
}
