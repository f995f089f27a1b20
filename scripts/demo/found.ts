/** Founds the demo hotel in a server's store: keys for the day, staff with their grants, guests sealed field by field. */
import { randomBytes } from 'node:crypto';
import { makeCredential } from '../../src-main/vault/credential.ts';
import { type ClassKey, sealField } from '../../src-main/vault/field-seal.ts';
import type { Put } from '../../src-server/store/feed.ts';
import type { Store } from '../../src-server/store/store.ts';
import { type MaskKind, mask } from '../../src-shared/mask/index.ts';
import {
  documentMaskKind,
  type Employee,
  ENTITIES,
  GUEST_SEALED_FIELDS,
  type Guest,
  type GuestSealedField,
  type PropertyId,
  REGISTRY,
  SEALED_CLASSES,
  type SealedClass,
  type SealedField,
  sealedClassOf,
} from '../../src-shared/model/index.ts';
import { REVEALS } from '../../src-shared/policy/matrix.ts';
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

/**
 * Founds the hotel, all or nothing. The class keys are random and leave this function only inside the staff's credentials.
 * @throws when the property is there already, or a row does not fit its entity
 */
export async function foundDemoHotel({ store, ...plan }: HotelPlan & { readonly store: Store }): Promise<FoundedHotel> {
  const hotel = generateHotel(plan);
  const staff = demoStaff(plan.seed);
  const keys = makeClassKeys();
  try {
    const employees: Put[] = [];
    // One after the other: each takes 64 MiB.
    for (const person of staff)
      employees.push({ entity: 'employee', row: await employ(person, hotel.property.id, keys) });
    const puts = inFeedOrder(hotel, employees, (guest) => sealGuest(guest, hotel.property.id, keys));
    for (const { entity, row } of puts) ENTITIES[entity].parse(row);
    return { hotel, staff, rows: await store.foundProperty(hotel.property, puts) };
  } finally {
    for (const { key } of Object.values(keys)) key.fill(0);
  }
}

/** What the desk needs today comes first, so that a terminal is of use before its first sync is through. */
function inFeedOrder(hotel: DemoHotel, employees: readonly Put[], seal: (guest: PlainGuest) => Guest): Put[] {
  const current = hotel.currentStays.length;
  const guestPut = (guest: PlainGuest): Put => ({ entity: 'guest', row: seal(guest) });
  return [
    ...hotel.rooms.map((row): Put => ({ entity: 'room', row })),
    ...employees,
    ...hotel.guests.slice(0, current).map(guestPut),
    ...hotel.currentStays.map((row): Put => ({ entity: 'stay', row })),
    ...hotel.guests.slice(current).map(guestPut),
    ...hotel.pastStays.map((row): Put => ({ entity: 'stay', row })),
  ];
}

function makeClassKeys(): ClassKeys {
  const key = (dataClass: SealedClass): ClassKey => ({ class: dataClass, epoch: 1, key: randomBytes(32) });
  return { identity: key('identity'), payment: key('payment'), preference: key('preference') };
}

/** Grants follow the policy: whoever may reveal a class holds its key. */
async function employ(person: DemoEmployee, propertyId: PropertyId, keys: ClassKeys): Promise<Employee> {
  const { id, name, nameLatin, staffNumber, role, totpSecret } = person;
  const password = Buffer.from(person.password.normalize('NFC'), 'utf8');
  const classKeys = SEALED_CLASSES.filter((c) => REVEALS[c].includes(role)).map((c) => keys[c]);
  const credential = await makeCredential({ propertyId, employeeId: id, password, totpSecret, classKeys });
  password.fill(0);
  return {
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
    credential,
  };
}

function sealGuest(plain: PlainGuest, propertyId: PropertyId, keys: ClassKeys): Guest {
  const sealed = {} as Record<GuestSealedField, SealedField | null>;
  for (const field of GUEST_SEALED_FIELDS) {
    const value = plain[field];
    const dataClass = sealedClassOf(field);
    const place = { propertyId, entity: 'guest', rowId: plain.id, field, class: dataClass } as const;
    sealed[field] =
      value === null
        ? null
        : { sealed: sealField(keys[dataClass], place, value), mask: mask(maskKindOf(plain, field), value) };
  }
  return { ...plain, ...sealed };
}

function maskKindOf(guest: PlainGuest, field: GuestSealedField): MaskKind {
  return field === 'documentNumber' ? documentMaskKind(guest.documentType) : REGISTRY.guest[field].mask;
}
