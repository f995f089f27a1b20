/**
 * The decoy: an encrypted cache of its own beside the real one, on every terminal, with the hotel's rooms and staff and a day that was
 * invented (docs/decisions/0024-duress.md). It is made by whoever opens the real cache and holds nothing of any guest.
 */
import { isDeepStrictEqual as same } from 'node:util';
import { ulid } from 'ulid';
import type { Device, Employee, Property, Room } from '../../src-shared/model/entities.ts';
import { EntitlementId, GrantId, GuestId } from '../../src-shared/model/ids.ts';
import type { PutLine } from '../../src-shared/sync/protocol.ts';
import type { Clock } from '../clock.ts';
import type { GuestSeeds } from '../store/guest-seeds.ts';
import { type Cache, type Opened, openCache } from '../store/open.ts';
import { makeClassGrant } from '../vault/class-grant.ts';
import { sealKeys } from '../vault/credential.ts';
import { wipeKeys } from '../vault/employee-keys.ts';
import { makeEntitlement, type Right, rightOf } from '../vault/entitlement.ts';
import { GuestSealer } from '../vault/seal-guest.ts';
import { type Customs, customsOf, turnDay } from './day.ts';
import {
  decoyClassKeys,
  decoyEmployeeKeys,
  decoyFileKey,
  decoyPublicKeys,
  decoySeed,
  decoyShare,
  decoyUnlockKey,
} from './keys.ts';
import { inventGuest } from './people.ts';

/** The hotel around the guests, as it is. */
export interface DecoyHouse {
  readonly property: Property;
  readonly rooms: readonly Room[];
  /** Its terminals: those that came since, where there are others here. */
  readonly devices: readonly Device[];
  readonly employees: readonly Employee[];
  /** What somebody is entitled to in truth; where it is left out, what is there stays. */
  readonly rightsOf?: (id: Employee['id']) => readonly Right[];
  /** Where it is left out, those of the days that were invented before. */
  readonly customs?: Customs | null;
}

/** A row on its way into the decoy. */
type Row = {
  readonly [N in PutLine['entity']]: Omit<Extract<PutLine, { entity: N }>, 'seq' | 'kind'>;
}[PutLine['entity']];

export class Decoy {
  readonly cache: Cache;
  readonly #key: Buffer;
  readonly #clock: Pick<Clock, 'now'>;

  private constructor(cache: Cache, key: Buffer, clock: Pick<Clock, 'now'>) {
    this.cache = cache;
    this.#key = key;
    this.#clock = clock;
  }

  /** @param key the decoy's own from here on, zeroed by {@link close} or when it does not open */
  static open(file: string, key: Buffer, clock: Pick<Clock, 'now'>): Opened<Decoy> {
    const fileKey = decoyFileKey(key);
    const opened = openCache({ file, key: fileKey });
    fileKey.fill(0);
    if (opened.ok) return { ok: true, value: new Decoy(opened.value, key, clock) };
    key.fill(0);
    return opened;
  }

  /** Seeds that come of the decoy's key: there is no file of them. */
  get seeds(): Pick<GuestSeeds, 'get' | 'make'> {
    const seedOf = (id: GuestId) => decoySeed(this.#key, id);
    return { get: seedOf, make: seedOf };
  }

  /** Still the caller's to zero. */
  unlockKeyOf(id: Employee['id']): Buffer {
    return decoyUnlockKey(this.#key, id);
  }

  /** Still the caller's to zero. */
  shareOf(id: Employee['id']): Buffer {
    return decoyShare(this.#key, id);
  }

  /**
   * Brings house, staff and day in line with the hotel's. What is the same already is not written.
   * @param cursor how far into the feed this is
   */
  async follow(house: DecoyHouse, cursor: number): Promise<void> {
    const { property, rooms, devices, employees } = house;
    const before = this.cache.property.get();
    const customs = house.customs === undefined ? customsOf(this.cache) : house.customs;
    const staff = employees.map((employee) => this.#decoyRow(employee));
    const rows: Row[] = [];
    if (!same(before, property)) rows.push({ entity: 'property', row: property });
    const known = new Map(this.cache.rooms.all().map((room) => [room.id, room]));
    for (const row of rooms) if (!same(known.get(row.id), row)) rows.push({ entity: 'room', row });
    for (const row of devices) if (!same(this.cache.devices.get(row.id), row)) rows.push({ entity: 'device', row });
    for (const row of staff) {
      const kept = this.cache.employees.get(row.id);
      if (kept === null || !same(withoutBoxes(kept), withoutBoxes(row))) rows.push({ entity: 'employee', row });
    }
    if (house.rightsOf !== undefined) rows.push(...(await this.#grant(property, staff, house.rightsOf)));
    // Before anybody is known to stay there is nothing to read the customs off, and a hotel without guests needs no decoy with some.
    const isNewDay = before?.businessDate !== property.businessDate || this.cache.stays.inHouse().length === 0;
    if (customs !== null && isNewDay) {
      for (const room of rooms) known.set(room.id, room);
      rows.push(...this.#turn(property, [...known.values()], customs, before?.businessDate ?? property.businessDate));
    }
    this.#put(rows, cursor);
  }

  close(): void {
    this.cache.close();
    this.#key.fill(0);
  }

  /** Her row with the keys that she has here; by her true password she is known here too, when she stands by. */
  #decoyRow(employee: Employee): Employee {
    const { id: employeeId, propertyId, credential } = employee;
    const { publicKeys, privateKeys } = decoyEmployeeKeys(this.#key, employeeId);
    const [share, unlockKey] = [this.shareOf(employeeId), this.unlockKeyOf(employeeId)];
    try {
      const { version, kdf, signIn } = credential;
      const sealed = sealKeys({ version, kdf, signIn }, { propertyId, employeeId, share, privateKeys }, unlockKey);
      return { ...employee, ...publicKeys, credential: sealed };
    } finally {
      wipeKeys(privateKeys);
      for (const secret of [share, unlockKey]) secret.fill(0);
    }
  }

  /** Entitlements and grants as people have them in truth, of keys that open the decoy only. */
  async #grant(
    { id: propertyId }: Property,
    staff: readonly Employee[],
    rightsOf: (id: Employee['id']) => readonly Right[],
  ): Promise<Row[]> {
    const at = this.#clock.now();
    const officer = staff.find(({ role }) => role === 'security-officer') ?? staff[0];
    const rows: Row[] = [];
    if (officer === undefined) return rows;
    const root = this.cache.entitlements.root();
    // Whoever orders here is the same for good: another officer comes and goes.
    const granter = staff.find(({ signingKey }) => signingKey === root) ?? officer;
    if (root === null) this.cache.entitlements.pinRoot(decoyPublicKeys(this.#key, granter.id).signingKey);
    const { privateKeys } = decoyEmployeeKeys(this.#key, granter.id);
    const by = { id: granter.id, signing: privateKeys.signing };
    const classKeys = decoyClassKeys(this.#key);
    try {
      const held = this.cache.entitlements.all().filter(({ withdrawn }) => withdrawn === null);
      const order = (to: Employee, right: Right) =>
        rows.push({
          entity: 'entitlement',
          row: makeEntitlement({ id: EntitlementId.parse(ulid(at)), propertyId, to, right, by, at }),
        });
      if (!held.some(({ employeeId, scope }) => employeeId === granter.id && scope === 'order'))
        order(granter, { scope: 'order', class: null });
      for (const person of staff) {
        const wants = rightsOf(person.id);
        const has = held.filter(({ employeeId }) => employeeId === person.id);
        for (const right of wants) {
          if (person.id === granter.id && right.scope === 'order') continue;
          if (has.some((row) => rightOf(row) === rightOf(right))) continue;
          order(person, right);
          const classKey = classKeys.find((key) => key.class === right.class);
          if (right.scope === 'order' || classKey === undefined) continue;
          const grant = { id: GrantId.parse(ulid(at)), propertyId, classKey, scope: right.scope, to: person, by, at };
          rows.push({ entity: 'classGrant', row: await makeClassGrant(grant) });
        }
        for (const row of has) {
          if (row.employeeId === granter.id && row.scope === 'order') continue;
          if (!wants.some((right) => rightOf(right) === rightOf(row)))
            rows.push({ entity: 'entitlement', row: { ...row, withdrawn: { by: granter.id, at } } });
        }
      }
      return rows;
    } finally {
      wipeKeys(privateKeys);
      for (const { key } of classKeys) key.fill(0);
    }
  }

  #turn(property: Property, rooms: readonly Room[], customs: Customs, dayBefore: Property['businessDate']): Row[] {
    const { stays } = this.cache;
    const now = this.#clock.now();
    const rows: Row[] = [];
    const classKeys = decoyClassKeys(this.#key);
    const sealer = new GuestSealer(property.id, classKeys);
    try {
      const newGuest = () => {
        const id = GuestId.parse(ulid(now));
        const invented = inventGuest(property);
        const seed = decoySeed(this.#key, id);
        const sealed = sealer.seal({ id, documentType: invented.documentType }, seed, invented);
        seed.fill(0);
        rows.push({ entity: 'guest', row: { id, ...invented, ...sealed } });
        return id;
      };
      const lists = [...stays.inHouse(), ...stays.arrivals(dayBefore)];
      const current = lists.flatMap(({ stayId }) => stays.get(stayId) ?? []);
      const turned = turnDay({ date: property.businessDate, rooms, customs, current, newGuest, now });
      return [...rows, ...turned.map((row): Row => ({ entity: 'stay', row }))];
    } finally {
      sealer.close();
      for (const { key } of classKeys) key.fill(0);
    }
  }

  /** Its numbers are its own: each write above the one before. */
  #put(rows: readonly Row[], cursor: number): void {
    const { syncState } = this.cache;
    const seq = syncState.mark + 1;
    if (rows.length > 0) syncState.setMark(seq);
    this.cache.applyPuts(
      rows.map((row) => ({ kind: 'put', seq, ...row }) as PutLine),
      cursor,
    );
  }
}

/** What is sealed is another at every sealing. */
function withoutBoxes({ credential: { kdf, signIn }, ...row }: Employee): object {
  return { ...row, shifts: row.shifts, kdf, signIn };
}
