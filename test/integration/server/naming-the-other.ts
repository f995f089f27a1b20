/** Two hotels on one server: for every kind of operation, one of ours that names what is the other's. */
import { ulid } from 'ulid';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ClassGrant, Entity, Role } from '../../../src-shared/model/index.ts';
import {
  BusinessDate,
  EntitlementId,
  GrantId,
  NoteId,
  OperationId,
  PostingId,
  SecurityKeyId,
  StayId,
} from '../../../src-shared/model/index.ts';
import type { Operation, OperationResult, PutLine } from '../../../src-shared/sync/protocol.ts';
import type { Terminal } from './client.ts';
import type { House } from './house.ts';
import type { SecondHotel } from './second-hotel.ts';

type Kind = Operation['kind'];
/** Without what every operation has. */
type Content<K extends Kind> = Omit<Extract<Operation, { kind: K }>, 'id' | 'kind' | 'employeeId' | 'at'>;
type Said = OperationResult['status'] | (OperationResult & { status: 'refused' })['reason'];
type Table = { readonly [K in Kind]: readonly [by: Role, what: () => Content<K>, expected: Said] };

/** @param ours a terminal of the house */
export function namingTheOther(house: () => House, hotels: () => { ours: Terminal; theirs: SecondHotel }): void {
  const ours = (role: Role) => house().employee(role).id;
  const theirs = () => hotels().theirs;
  const signature = Buffer.alloc(64).toString('base64');
  const grant = (change: Partial<ClassGrant> = {}): ClassGrant => ({
    id: GrantId.parse(ulid()),
    employeeId: theirs().employee('finance').id,
    class: 'payment',
    scope: 'see',
    epoch: 1,
    sealingKey: theirs().employee('finance').sealingKey,
    enc: Buffer.alloc(32, 3).toString('base64'),
    sealed: Buffer.alloc(48, 3).toString('base64'),
    grantedBy: ours('duty-manager'),
    grantedAt: house().now(),
    signature,
    ...change,
  });
  /** As the house orders it for somebody of theirs. */
  const entitlement = (change: Partial<Entity<'entitlement'>> = {}): Entity<'entitlement'> => ({
    ...theirs().entitlement,
    id: EntitlementId.parse(ulid()),
    orderedBy: ours('security-officer'),
    ...change,
  });
  const credential = () => theirs().employee('receptionist').credential;
  const room = () => house().hotel.rooms[0]?.id ?? theirs().room.id;

  const OPERATIONS: Table = {
    'guestNote.add': [
      'receptionist',
      () => {
        const { id } = theirs().guest;
        const by = { authorId: ours('receptionist'), writtenAt: house().now() };
        return { note: { id: NoteId.parse(ulid()), guestId: id, text: 'asked for a quiet room', ...by } };
      },
      'unknown-guest',
    ],
    'guest.erase': ['security-officer', () => ({ guestId: theirs().guest.id }), 'unknown-guest'],
    'guest.change': [
      'receptionist',
      () => ({ guestId: theirs().guest.id, changes: { company: '改过' }, base: { company: 0 } }),
      'unknown-guest',
    ],
    // Of a guest who has no row here there is nothing to seal anew.
    'guest.reseal': [
      'duty-manager',
      () => ({ class: 'preference', epoch: 2, guests: [{ guestId: theirs().guest.id, seq: 1, sealed: {} }] }),
      'applied',
    ],
    'stay.change': [
      'receptionist',
      () => ({ stayId: theirs().stay.id, changes: { adults: 2 }, base: { adults: 0 } }),
      'unknown-stay',
    ],
    'stay.checkIn': [
      'receptionist',
      () => ({ stayId: theirs().stay.id, roomId: theirs().room.id, base: { roomId: 0 } }),
      'unknown-stay',
    ],
    'stay.checkOut': ['receptionist', () => ({ stayId: theirs().stay.id }), 'unknown-stay'],
    'stay.cancel': ['receptionist', () => ({ stayId: theirs().stay.id, reason: 'guest' }), 'unknown-stay'],
    'stay.reinstate': ['receptionist', () => ({ stayId: theirs().stay.id, roomId: null }), 'unknown-stay'],
    'stay.noShow': ['night-auditor', () => ({ stayId: theirs().stay.id }), 'unknown-stay'],
    'posting.add': [
      'receptionist',
      () => {
        const { id, guestId, currency } = theirs().stay;
        const line = { kind: 'charge', item: 'minibar', text: null, amountMinor: 1_800, currency, folio: 1 } as const;
        const { businessDate } = house().hotel.property;
        const by = { businessDate, reverses: null, reason: null, by: ours('receptionist'), at: house().now() };
        return { postings: [{ id: PostingId.parse(ulid()), stayId: id, guestId, ...line, ...by }] };
      },
      'unknown-stay',
    ],
    // It names a day, which is of each hotel by itself.
    'businessDate.roll': [
      'night-auditor',
      () => ({ from: BusinessDate.parse('2001-01-01'), to: BusinessDate.parse('2001-01-02'), waived: [] }),
      'stale',
    ],
    'stay.create': [
      'receptionist',
      () => ({ stay: { ...theirs().stay, id: StayId.parse(ulid()), roomId: room() }, guest: null, seed: null }),
      'unknown-guest',
    ],
    'room.setStatus': [
      'receptionist',
      () => ({ roomId: theirs().room.id, status: 'clean', base: { status: 0 } }),
      'unknown-room',
    ],
    'conflict.settle': [
      'receptionist',
      () => {
        const { id, rowId, brought } = theirs().conflict;
        const chosen = { choice: 'brought', value: brought.value, base: 1 } as const;
        return { conflictId: id, entity: 'guest', rowId, field: 'company', ...chosen };
      },
      'unknown-conflict',
    ],
    'employee.add': [
      'security-officer',
      () => ({ employee: { ...theirs().employee('receptionist'), staffNumber: 'X999' } }),
      'invalid',
    ],
    'employee.leave': [
      'security-officer',
      () => ({ leaverId: theirs().employee('receptionist').id }),
      'unknown-employee',
    ],
    'employee.rekey': [
      'security-officer',
      () => {
        const { id, sealingKey } = theirs().employee('finance');
        const sealedKey = credential().sealingKey;
        return { rekeyedId: id, sealingKey, sealedKey, entitlements: [entitlement()] };
      },
      'unknown-employee',
    ],
    'employee.password': [
      'receptionist',
      () => ({ credential: credential(), replaces: credential().kdf.salt, signature }),
      'forbidden',
    ],
    'entitlement.order': ['security-officer', () => ({ entitlement: entitlement() }), 'unknown-employee'],
    'entitlement.withdraw': ['security-officer', () => ({ entitlementId: theirs().entitlement.id }), 'invalid'],
    'classGrant.add': ['duty-manager', () => ({ grant: grant() }), 'stale'],
    'classEpoch.begin': [
      'duty-manager',
      () => ({ class: 'payment', epoch: 2, grants: [grant({ epoch: 2 })], recoveryGrant: null }),
      'stale',
    ],
    // It names a class, which is of each hotel by itself.
    'classEpoch.retire': ['duty-manager', () => ({ class: 'identity', oldest: 2 }), 'stale'],
    'keys.restore': [
      'duty-manager',
      () => {
        const by = theirs().employee('security-officer').id;
        return { entitlements: [], grants: [grant({ employeeId: ours('duty-manager'), grantedBy: by })] };
      },
      'forbidden',
    ],
    'case.open': [
      'receptionist',
      () => ({ case: { ...theirs().case, openedBy: ours('receptionist') } }),
      // Their terminal's.
      'forbidden',
    ],
    'case.close': [
      'security-officer',
      () => ({ caseId: theirs().case.id, verdict: 'mistake', finding: 'looked into and nothing found' }),
      'unknown-case',
    ],
    'securityKey.add': [
      'receptionist',
      () => ({ securityKey: { ...theirs().securityKey, id: SecurityKeyId.parse(ulid()) } }),
      'forbidden',
    ],
    'securityKey.remove': ['receptionist', () => ({ securityKeyId: theirs().securityKey.id }), 'unknown-security-key'],
    'device.revoke': ['it', () => ({ terminalId: theirs().terminal.deviceId }), 'unknown-terminal'],
    'device.wipe': ['it', () => ({ terminalId: theirs().terminal.deviceId }), 'unknown-terminal'],
  };
  const operation = <K extends Kind>(kind: K, employeeId: Operation['employeeId']): Operation => {
    const [, what] = OPERATIONS[kind];
    // What the table holds for a kind is the rest of that kind.
    return { id: OperationId.parse(ulid()), kind, employeeId, at: house().now(), ...what() } as unknown as Operation;
  };
  const push = async (operations: Operation[]) => {
    const results = await house().client().push(hotels().ours, operations);
    return results.map((result) => (result.status === 'refused' ? result.reason : result.status));
  };
  const KINDS = Object.keys(OPERATIONS) as Kind[];

  describe('an operation of the one', () => {
    let before: readonly PutLine[];
    const feed = async () => (await house().client().pull(theirs().terminal, 0)).puts;
    beforeAll(async () => {
      // Where nothing was sealed anew yet, nothing could be.
      const begun = { begunBy: ours('duty-manager'), begunAt: house().now() };
      const row = { id: 'preference', epoch: 2, oldest: 1, ...begun } as const;
      await house()
        .server()
        .store.appendRows(house().hotel.property.id, [{ entity: 'classEpoch', row }]);
      before = await feed();
    });

    it.each(KINDS)('%s finds nothing of the other by its ids', async (kind) => {
      const [by, , expected] = OPERATIONS[kind];
      expect(await push([operation(kind, ours(by))])).toEqual([expected]);
    });

    it('is taken of no kind in the name of whoever works at the other', async () => {
      const operations = KINDS.map((kind) => operation(kind, theirs().employee(OPERATIONS[kind][0]).id));
      expect(new Set(await push(operations))).toEqual(new Set(['unknown-employee']));
    });

    it('has changed nothing there: its feed is what it was, row for row', async () => {
      expect(await feed()).toEqual(before);
    });
  });
}
