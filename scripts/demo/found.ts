/** Founds the demo hotel in a server's store: class keys, staff with their key pairs and grants, guests with their seeds, sealed field by field. */
import { randomBytes } from 'node:crypto';
import { ulid } from 'ulid';
import { makeClassGrant } from '../../src-main/vault/class-grant.ts';
import { makeCredential } from '../../src-main/vault/credential.ts';
import { type EmployeeKeys, generateEmployeeKeys, wipeKeys } from '../../src-main/vault/employee-keys.ts';
import { makeEntitlement, type Right } from '../../src-main/vault/entitlement.ts';
import type { ClassKey } from '../../src-main/vault/field-seal.ts';
import { sealAllTo } from '../../src-main/vault/first-keys.ts';
import { hashRecoveryCode } from '../../src-main/vault/recovery-codes.ts';
import { makeRecoveryKey } from '../../src-main/vault/recovery-key.ts';
import { GuestSealer } from '../../src-main/vault/seal-guest.ts';
import type { Put } from '../../src-server/store/feed.ts';
import type { Store } from '../../src-server/store/store.ts';
import {
  type ClassGrant,
  type Employee,
  ENTITIES,
  type Entitlement,
  EntitlementId,
  GrantId,
  type Guest,
  type PropertyId,
  RecoveryKeyId,
  type Role,
  SEALED_CLASSES,
  type SealedClass,
} from '../../src-shared/model/index.ts';
import { grantedScope, mayHold } from '../../src-shared/policy/matrix.ts';
import type { PlainGuest } from './guests.ts';
import { type DemoHotel, generateHotel, type HotelPlan } from './hotel.ts';
import { DEMO_POLICY_VERSION, DEMO_SHIFTS, DEMO_TRAINED_UNTIL, type DemoEmployee, demoStaff } from './staff.ts';

export interface FoundedHotel {
  readonly hotel: DemoHotel;
  readonly staff: readonly DemoEmployee[];
  /** Rows written, the property's own among them. */
  readonly rows: number;
}

type ClassKeys = { readonly [C in SealedClass]: ClassKey };

/** Who founds the hotel: the officer, who orders what the others hold. */
const FOUNDER: Role = 'security-officer';

/** Somebody of the staff whose private keys are still at hand. */
interface Employed {
  readonly row: Employee;
  readonly keys: EmployeeKeys;
}

/**
 * Founds the hotel, all or nothing.
 * @param rows of {@link prepareDemoHotel} for the same plan, where they are at hand
 * @throws when the property is there already, or a row does not fit its entity
 */
export async function foundDemoHotel(
  { store, ...plan }: HotelPlan & { readonly store: Store },
  rows?: readonly Put[],
): Promise<FoundedHotel> {
  const hotel = generateHotel(plan);
  const staff = demoStaff(plan.seed);
  const puts = rows ?? (await prepareDemoHotel(plan));
  for (const { entity, row } of puts) ENTITIES[entity].parse(row);
  // Before the people: nobody is there without a second factor.
  for (const put of puts) {
    const person = put.entity === 'employee' ? staff.find(({ id }) => id === put.row.id) : undefined;
    if (put.entity === 'employee' && person !== undefined) keepStepUp(store, hotel.property.id, person, put.row);
  }
  return { hotel, staff, rows: await store.foundProperty(hotel.property, puts) };
}

/**
 * The rows that the hotel begins with, in the order of its feed. The class keys are random and leave this function only inside the grants
 * to the staff.
 */
export async function prepareDemoHotel(plan: HotelPlan): Promise<readonly Put[]> {
  const hotel = generateHotel(plan);
  const keys = makeClassKeys();
  const sealer = new GuestSealer(hotel.property.id, Object.values(keys));
  const employed: Employed[] = [];
  try {
    // One after the other: each takes 64 MiB.
    for (const person of demoStaff(plan.seed)) employed.push(await employ(person, hotel.property.id));
    const entitlements = entitleAll(employed, hotel.property.id);
    const grants = await grantAll(employed, hotel.property.id, keys, entitlements);
    const recovery = await recoverableBy(employed, hotel.property.id, keys);
    const people = [
      ...employed.map(({ row }): Put => ({ entity: 'employee', row })),
      ...entitlements.map((row): Put => ({ entity: 'entitlement', row })),
      ...grants.map((row): Put => ({ entity: 'classGrant', row })),
      ...recovery,
    ];
    return inFeedOrder(hotel, people, (guest) => sealGuest(guest, sealer));
  } finally {
    sealer.close();
    for (const { key } of Object.values(keys)) key.fill(0);
    for (const person of employed) wipeKeys(person.keys.privateKeys);
  }
}

/** What the desk needs today comes first, so that a terminal is of use before its first sync is through. */
function inFeedOrder(hotel: DemoHotel, people: readonly Put[], seal: (guest: PlainGuest) => Put[]): Put[] {
  const current = hotel.currentStays.length;
  return [
    ...hotel.rooms.map((row): Put => ({ entity: 'room', row })),
    ...people,
    ...hotel.guests.slice(0, current).flatMap(seal),
    ...hotel.currentStays.map((row): Put => ({ entity: 'stay', row })),
    ...hotel.guests.slice(current).flatMap(seal),
    ...hotel.pastStays.map((row): Put => ({ entity: 'stay', row })),
  ];
}

function makeClassKeys(): ClassKeys {
  const key = (dataClass: SealedClass): ClassKey => ({ class: dataClass, epoch: 1, key: randomBytes(32) });
  return { identity: key('identity'), payment: key('payment'), preference: key('preference') };
}

/** Has the server keep somebody's second factor, as new: no code was used and none guessed. */
export function keepStepUp(
  store: Pick<Store, 'putStepUp'>,
  propertyId: PropertyId,
  person: DemoEmployee,
  { signingKey }: Pick<Employee, 'signingKey'>,
): void {
  store.putStepUp(propertyId, person.id, {
    signingKey,
    share: person.share.toString('base64'),
    totpSecret: person.totpSecret.toString('base64'),
    recoveryCodes: person.recoveryCodes.map((code) => hashRecoveryCode(propertyId, person.id, code)),
  });
}

async function employ(person: DemoEmployee, propertyId: PropertyId): Promise<Employed> {
  const { id, name, nameLatin, staffNumber, role, share } = person;
  const password = Buffer.from(person.password.normalize('NFC'), 'utf8');
  const keys = generateEmployeeKeys();
  const { privateKeys } = keys;
  const credential = await makeCredential({
    propertyId,
    employeeId: id,
    password,
    share,
    privateKeys,
  });
  password.fill(0);
  const row = {
    id,
    propertyId,
    name,
    nameLatin,
    staffNumber,
    role,
    active: true,
    shifts: DEMO_SHIFTS,
    trainedUntil: DEMO_TRAINED_UNTIL,
    policyAcknowledged: DEMO_POLICY_VERSION,
    ...keys.publicKeys,
    credential,
  };
  return { row, keys };
}

/**
 * Entitlements follow the policy: the founder may order by her own word, which is the root of all others, and orders for everybody what
 * the role may hold.
 */
function entitleAll(employed: readonly Employed[], propertyId: PropertyId): readonly Entitlement[] {
  const founder = founderOf(employed);
  const by = { id: founder.row.id, signing: founder.keys.privateKeys.signing };
  const at = Date.now();
  const rightsOf = (role: Role): readonly Right[] => [
    ...(mayHold(role, { scope: 'order', class: null }) ? [{ scope: 'order', class: null } as const] : []),
    ...SEALED_CLASSES.flatMap((dataClass) => {
      const scope = grantedScope(role, dataClass);
      return scope === null ? [] : [{ scope, class: dataClass }];
    }),
  ];
  return [founder, ...employed.filter((person) => person !== founder)].flatMap(({ row }) =>
    rightsOf(row.role).map((right) =>
      makeEntitlement({ id: EntitlementId.parse(ulid(at)), propertyId, to: row, right, by, at }),
    ),
  );
}

/** The founder has made the class keys and hands them to whoever was entitled. */
async function grantAll(
  employed: readonly Employed[],
  propertyId: PropertyId,
  keys: ClassKeys,
  entitlements: readonly Entitlement[],
): Promise<readonly ClassGrant[]> {
  const founder = founderOf(employed);
  const by = { id: founder.row.id, signing: founder.keys.privateKeys.signing };
  const at = Date.now();
  return Promise.all(
    entitlements.flatMap(({ employeeId, scope, class: dataClass, sealingKey }) =>
      dataClass === null || scope === 'order'
        ? []
        : makeClassGrant({
            id: GrantId.parse(ulid(at)),
            propertyId,
            classKey: keys[dataClass],
            scope,
            to: { id: employeeId, sealingKey },
            by,
            at,
          }),
    ),
  );
}

/** The keys sealed to a recovery key too. Nobody keeps its shares: a demonstration is founded anew. */
async function recoverableBy(employed: readonly Employed[], propertyId: PropertyId, keys: ClassKeys): Promise<Put[]> {
  const { row: founder, keys: own } = founderOf(employed);
  const at = Date.now();
  const { publicKey, shares } = await makeRecoveryKey();
  for (const share of shares) share.fill(0);
  const recoveryKey = { id: RecoveryKeyId.parse(ulid(at)), publicKey, madeBy: founder.id, madeAt: at };
  const by = { id: founder.id, signing: own.privateKeys.signing };
  const sealed = await sealAllTo({ recoveryKey, keys: Object.values(keys), propertyId, by, at });
  return [{ entity: 'recoveryKey', row: recoveryKey }, ...sealed.map((row): Put => ({ entity: 'recoveryGrant', row }))];
}

function founderOf(employed: readonly Employed[]): Employed {
  const founder = employed.find(({ row }) => row.role === FOUNDER);
  if (founder === undefined) throw new Error('nobody can stand for the first grants');
  return founder;
}

/** A guest's seed and, behind it, the guest: what cannot be opened yet is never there first. */
function sealGuest(plain: PlainGuest, sealer: GuestSealer): Put[] {
  const seed = randomBytes(32);
  const guest: Guest = { ...plain, ...sealer.seal(plain, seed, plain) };
  return [
    { entity: 'guestSeed', row: { id: plain.id, seed: seed.toString('base64') } },
    { entity: 'guest', row: guest },
  ];
}
