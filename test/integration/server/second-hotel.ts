/** A second hotel on the house's server, with one row at least of whatever an operation can name, and a terminal of its own. */
import { ulid } from 'ulid';
import type {
  Conflict,
  Employee,
  Entitlement,
  Entity,
  Guest,
  PropertyId,
  Role,
  Room,
  SecurityCase,
  SecurityKey,
  Stay,
} from '../../../src-shared/model/index.ts';
import {
  CaseId,
  ConflictId,
  EmployeeId,
  EntitlementId,
  GuestId,
  RoomId,
  SecurityKeyId,
  StayId,
} from '../../../src-shared/model/index.ts';
import type { PutLine } from '../../../src-shared/sync/protocol.ts';
import { enrolled, type Terminal } from './client.ts';
import type { House } from './house.ts';

export interface SecondHotel {
  readonly propertyId: PropertyId;
  readonly terminal: Terminal;
  /** As in the house, with ids of their own. */
  readonly employees: readonly Employee[];
  /** @throws when nobody there has this role */
  employee(role: Role): Employee;
  readonly guest: Guest;
  readonly room: Room;
  /** Of the guest, who is awaited. */
  readonly stay: Stay;
  readonly entitlement: Entitlement;
  /** About the guest, and open. */
  readonly conflict: Conflict;
  /** Open. */
  readonly case: SecurityCase;
  readonly securityKey: SecurityKey;
}

/** @param puts what the house's own feed has: rows of the other are made after these */
export async function foundSecondHotel(
  { server, client, hotel, now }: House,
  propertyId: PropertyId,
  puts: readonly PutLine[],
): Promise<SecondHotel> {
  const first = <N extends PutLine['entity']>(entity: N): Entity<N> => {
    const found = puts.find((put) => put.entity === entity);
    if (found === undefined) throw new Error(`a hotel without ${entity}`);
    return found.row as Entity<N>;
  };
  const employees = puts
    .flatMap((put) => (put.entity === 'employee' ? [put.row] : []))
    .map((person): Employee => ({ ...person, id: EmployeeId.parse(ulid()), propertyId }));
  const employee = (role: Role) => {
    const found = employees.find((person) => person.role === role);
    if (found === undefined) throw new Error(`nobody there is ${role}`);
    return found;
  };
  const [officer, receptionist] = [employee('security-officer').id, employee('receptionist')];
  const guest: Guest = { ...first('guest'), id: GuestId.parse(ulid()), name: '别家客人' };
  const room: Room = { ...first('room'), id: RoomId.parse(ulid()) };
  const stay: Stay = {
    ...first('stay'),
    id: StayId.parse(ulid()),
    guestId: guest.id,
    roomId: room.id,
    status: 'reserved',
  };
  const { sealingKey, signingKey } = employee('finance');
  const entitlement: Entitlement = {
    ...first('entitlement'),
    id: EntitlementId.parse(ulid()),
    employeeId: employee('finance').id,
    ...{ sealingKey, signingKey, orderedBy: officer, withdrawn: null },
  };
  const side = { by: null, device: null, at: null };
  const conflict: Conflict = {
    id: ConflictId.parse(ulid()),
    entity: 'guest',
    rowId: guest.id,
    guestId: guest.id,
    field: 'company',
    held: { ...side, value: guest.company },
    brought: { ...side, value: '别家公司' },
    openedAt: now(),
    state: 'open',
    settledBy: null,
    settledAt: null,
  };
  const code = async () => (await server().enrolmentCode(propertyId))?.code ?? '';
  await server().store.foundProperty({ ...hotel.property, id: propertyId }, [
    ...employees.map((row) => ({ entity: 'employee', row }) as const),
    { entity: 'guest', row: guest },
    { entity: 'room', row: room },
    { entity: 'stay', row: stay },
    { entity: 'entitlement', row: entitlement },
    { entity: 'conflict', row: conflict },
  ]);
  const terminal = await enrolled(client(), await code());
  const opened: SecurityCase = {
    id: CaseId.parse(ulid()),
    kind: 'searches',
    openedAt: now(),
    openedBy: receptionist.id,
    role: 'receptionist',
    stayId: stay.id,
    guestId: guest.id,
    class: 'identity',
    reasonText: null,
    confirmedBy: null,
    terminal: terminal.deviceId,
    entry: 1,
    state: 'open',
    ...{ closedBy: null, closedAt: null, verdict: null, finding: null },
  };
  const securityKey: SecurityKey = {
    id: SecurityKeyId.parse(ulid()),
    employeeId: receptionist.id,
    name: '别家密钥',
    credentialId: Buffer.alloc(16, 4).toString('base64'),
    prfSalt: Buffer.alloc(32, 4).toString('base64'),
    sealedShare: Buffer.alloc(60, 4).toString('base64'),
    addedAt: now(),
    signature: Buffer.alloc(64).toString('base64'),
  };
  await server().store.appendRows(propertyId, [
    { entity: 'case', row: opened },
    { entity: 'securityKey', row: securityKey },
  ]);
  return {
    ...{ propertyId, terminal, employees, employee, guest, room, stay, entitlement, conflict, securityKey },
    case: opened,
  };
}
