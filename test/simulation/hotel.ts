/** The hotel of one run: small, made from the seed, its sealed values really sealed. What is in clear here must turn up nowhere else. */
import { createHash } from 'node:crypto';
import { generateHotel } from '../../scripts/demo/hotel.ts';
import type { Random } from '../../scripts/demo/random.ts';
import { DEMO_SHIFTS, DEMO_TRAINED_UNTIL, demoStaff } from '../../scripts/demo/staff.ts';
import { generateEmployeeKeys } from '../../src-main/vault/employee-keys.ts';
import { makeEntitlement } from '../../src-main/vault/entitlement.ts';
import { GuestSealer, type PlainFields } from '../../src-main/vault/seal-guest.ts';
import type { Put } from '../../src-server/store/feed.ts';
import { SEALED_CLASSES } from '../../src-shared/model/classes.ts';
import type { Employee, Guest, Property, Stay } from '../../src-shared/model/entities.ts';
import { BusinessDate, EntitlementId, PropertyId, type RoomId } from '../../src-shared/model/ids.ts';
import { GUEST_SEALED_FIELDS } from '../../src-shared/model/registry.ts';

const BUSINESS_DATE = BusinessDate.parse('2026-03-14');
/** When every run begins, by the terminals' clocks: 16:00 of the business date in the hotel. */
export const BEGINNING = Date.UTC(2026, 2, 14, 8);
const GUESTS = 8;
const ROOMS = 6;

export interface SimulatedHotel {
  readonly property: Property;
  readonly puts: readonly Put[];
  readonly rooms: readonly RoomId[];
  readonly guests: readonly Pick<Guest, 'id' | 'documentType'>[];
  readonly stays: readonly Stay[];
  /** Does the desk's work, and may read every class. */
  readonly manager: Employee;
  /** Values of sealed classes in clear, those that were typed later among them. */
  readonly secrets: Set<string>;
  /** Seals what is typed for a guest, as an unlocked terminal does, and remembers it as a secret. @param seed of the guest */
  seal(guest: Pick<Guest, 'id' | 'documentType'>, seed: Buffer, plain: PlainFields): Partial<Guest>;
}

/** Nobody signs in here, so the pairs are made once, and no password is behind the credential. */
const KEYS = generateEmployeeKeys();
const CREDENTIAL: Employee['credential'] = {
  version: 3,
  kdf: { algorithm: 'argon2id', memoryKib: 65_536, passes: 3, lanes: 4, salt: Buffer.alloc(16, 1).toString('base64') },
  signIn: 'AAAA',
  signInKeys: 'CCCC',
  sealingKey: 'DDDD',
};

/** @param name of the property, different for every run on one server */
export function makeHotel(seed: number, name: string, random: Random): SimulatedHotel {
  const demo = generateHotel({ seed, businessDate: BUSINESS_DATE, guests: GUESTS, rooms: ROOMS });
  const property = { ...demo.property, id: PropertyId.parse(name) };
  const keyOf = (dataClass: string) => createHash('sha256').update(`simulation/${seed}/${dataClass}`).digest();
  const sealer = new GuestSealer(
    property.id,
    SEALED_CLASSES.map((dataClass) => ({ class: dataClass, epoch: 1, key: keyOf(dataClass) })),
  );
  const secrets = new Set<string>();
  const remember = (plain: PlainFields) => {
    for (const field of GUEST_SEALED_FIELDS) {
      const value = plain[field];
      // Country codes are too short to be looked for inside other text.
      if (typeof value === 'string' && field !== 'nationality') secrets.add(value);
    }
  };
  const person = demoStaff(seed).find(({ role }) => role === 'duty-manager');
  if (person === undefined) throw new Error('nobody manages the hotel');
  const manager: Employee = {
    id: person.id,
    propertyId: property.id,
    name: person.name,
    nameLatin: person.nameLatin,
    staffNumber: person.staffNumber,
    role: person.role,
    active: true,
    shifts: DEMO_SHIFTS,
    trainedUntil: DEMO_TRAINED_UNTIL,
    policyAcknowledged: property.policyVersion,
    ...KEYS.publicKeys,
    credential: CREDENTIAL,
  };
  const entitlements = SEALED_CLASSES.map((dataClass) =>
    makeEntitlement({
      id: EntitlementId.parse(random.ulid(BEGINNING)),
      propertyId: property.id,
      to: manager,
      right: { scope: 'see', class: dataClass },
      by: { id: manager.id, signing: KEYS.privateKeys.signing },
      at: BEGINNING,
    }),
  );
  const guests = demo.guests.flatMap((plain): Put[] => {
    remember(plain);
    const seed = createHash('sha256').update(`simulation/${plain.id}`).digest();
    return [
      { entity: 'guestSeed', row: { id: plain.id, seed: seed.toString('base64') } },
      { entity: 'guest', row: { ...plain, ...sealer.seal(plain, seed, plain) } },
    ];
  });
  const stays = [...demo.currentStays, ...demo.pastStays];
  return {
    property,
    puts: [
      ...demo.rooms.map((row): Put => ({ entity: 'room', row })),
      { entity: 'employee', row: manager },
      ...entitlements.map((row): Put => ({ entity: 'entitlement', row })),
      ...guests,
      ...stays.map((row): Put => ({ entity: 'stay', row })),
    ],
    rooms: demo.rooms.map(({ id }) => id),
    guests: demo.guests,
    stays,
    manager,
    secrets,
    seal: (guest, seed, plain) => {
      remember(plain);
      return sealer.seal(guest, seed, plain);
    },
  };
}
