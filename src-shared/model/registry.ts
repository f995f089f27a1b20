/**
 * The field registry: the single truth about every field (DESIGN §3). Masks, sealing, search, what the reveal offers and the
 * table in docs/fields.md are all read from here. Adding a field is one line here, one in entities.ts and a migration.
 */
import type { MaskKind } from '../mask/index.ts';
import type { DataClass, SealedClass } from './classes.ts';
import type { Entity, EntityName } from './entities.ts';

/**
 * How a field can be looked for: `prefix` of a name includes its words, pinyin and initials, `suffix` is the whole or its last four. A
 * sealed field is looked for by a blind index, after the second factor.
 */
export type SearchKind = 'none' | 'exact' | 'suffix' | 'prefix';
/** How long a value is kept, counted from the guest's last departure. */
export type Retention = 'while-employed' | 'while-enrolled' | 'property' | 'stay+90d' | 'stay+3y' | 'stay+5y';

export interface FieldRule {
  readonly class: DataClass;
  readonly mask: MaskKind;
  readonly search: SearchKind;
  readonly retention: Retention;
}

const field = (dataClass: DataClass, mask: MaskKind, search: SearchKind, retention: Retention): FieldRule => ({
  class: dataClass,
  mask,
  search,
  retention,
});

type Registry = { readonly [N in EntityName]: { readonly [F in Exclude<keyof Entity<N>, 'id'>]: FieldRule } };

export const REGISTRY: Registry = {
  property: {
    name: field('basic', 'none', 'none', 'property'),
    nameLatin: field('basic', 'none', 'none', 'property'),
    businessDate: field('basic', 'none', 'none', 'property'),
    timeZone: field('basic', 'none', 'none', 'property'),
    country: field('basic', 'none', 'none', 'property'),
    policyVersion: field('basic', 'none', 'none', 'property'),
  },
  room: {
    number: field('basic', 'none', 'exact', 'property'),
    floor: field('basic', 'none', 'none', 'property'),
    type: field('basic', 'none', 'none', 'property'),
    status: field('basic', 'none', 'none', 'property'),
  },
  guest: {
    name: field('basic', 'name', 'prefix', 'stay+3y'),
    nameLatin: field('basic', 'name', 'prefix', 'stay+3y'),
    salutation: field('basic', 'none', 'none', 'stay+3y'),
    language: field('basic', 'none', 'none', 'stay+3y'),
    phone: field('basic', 'phone', 'suffix', 'stay+3y'),
    email: field('basic', 'email', 'none', 'stay+3y'),
    company: field('basic', 'none', 'none', 'stay+3y'),
    vehiclePlate: field('basic', 'plate', 'none', 'stay+90d'),
    vip: field('basic', 'none', 'none', 'stay+3y'),
    doNotDisclose: field('basic', 'none', 'none', 'stay+3y'),
    documentType: field('basic', 'none', 'none', 'stay+5y'),
    documentNumber: field('identity', 'document', 'suffix', 'stay+5y'),
    dateOfBirth: field('identity', 'date', 'none', 'stay+5y'),
    nationality: field('identity', 'free-text', 'none', 'stay+5y'),
    documentAddress: field('identity', 'address', 'none', 'stay+5y'),
    cardNumber: field('payment', 'card', 'suffix', 'stay+90d'),
    invoiceTaxNumber: field('payment', 'bank-account', 'none', 'stay+5y'),
    dietaryNeeds: field('preference', 'free-text', 'none', 'stay+90d'),
  },
  stay: {
    guestId: field('basic', 'none', 'none', 'stay+5y'),
    roomId: field('basic', 'none', 'none', 'stay+5y'),
    reservationNumber: field('basic', 'none', 'prefix', 'stay+5y'),
    status: field('basic', 'none', 'none', 'stay+5y'),
    arrival: field('basic', 'none', 'none', 'stay+5y'),
    departure: field('basic', 'none', 'none', 'stay+5y'),
    adults: field('basic', 'none', 'none', 'stay+5y'),
    children: field('basic', 'none', 'none', 'stay+5y'),
    roomType: field('basic', 'none', 'none', 'stay+5y'),
    channel: field('basic', 'none', 'none', 'stay+5y'),
    rateMinor: field('basic', 'none', 'none', 'stay+5y'),
    currency: field('basic', 'none', 'none', 'stay+5y'),
  },
  employee: {
    propertyId: field('basic', 'none', 'none', 'while-employed'),
    name: field('basic', 'none', 'none', 'while-employed'),
    nameLatin: field('basic', 'none', 'none', 'while-employed'),
    staffNumber: field('basic', 'none', 'none', 'while-employed'),
    role: field('basic', 'none', 'none', 'while-employed'),
    active: field('basic', 'none', 'none', 'while-employed'),
    shifts: field('basic', 'none', 'none', 'while-employed'),
    trainedUntil: field('basic', 'none', 'none', 'while-employed'),
    policyAcknowledged: field('basic', 'none', 'none', 'while-employed'),
    slotKey: field('basic', 'none', 'none', 'while-employed'),
    sealingKey: field('basic', 'none', 'none', 'while-employed'),
    signingKey: field('basic', 'none', 'none', 'while-employed'),
    credential: field('basic', 'free-text', 'none', 'while-employed'),
  },
  classGrant: {
    employeeId: field('basic', 'none', 'none', 'while-employed'),
    class: field('basic', 'none', 'none', 'while-employed'),
    scope: field('basic', 'none', 'none', 'while-employed'),
    epoch: field('basic', 'none', 'none', 'while-employed'),
    sealingKey: field('basic', 'none', 'none', 'while-employed'),
    enc: field('basic', 'none', 'none', 'while-employed'),
    sealed: field('basic', 'none', 'none', 'while-employed'),
    grantedBy: field('basic', 'none', 'none', 'while-employed'),
    grantedAt: field('basic', 'none', 'none', 'while-employed'),
    signature: field('basic', 'none', 'none', 'while-employed'),
  },
  entitlement: {
    employeeId: field('basic', 'none', 'none', 'while-employed'),
    scope: field('basic', 'none', 'none', 'while-employed'),
    class: field('basic', 'none', 'none', 'while-employed'),
    sealingKey: field('basic', 'none', 'none', 'while-employed'),
    signingKey: field('basic', 'none', 'none', 'while-employed'),
    orderedBy: field('basic', 'none', 'none', 'while-employed'),
    orderedAt: field('basic', 'none', 'none', 'while-employed'),
    signature: field('basic', 'none', 'none', 'while-employed'),
    withdrawn: field('basic', 'none', 'none', 'while-employed'),
  },
  classEpoch: {
    epoch: field('basic', 'none', 'none', 'property'),
    oldest: field('basic', 'none', 'none', 'property'),
    begunBy: field('basic', 'none', 'none', 'property'),
    begunAt: field('basic', 'none', 'none', 'property'),
  },
  recoveryKey: {
    publicKey: field('basic', 'none', 'none', 'property'),
    madeBy: field('basic', 'none', 'none', 'property'),
    madeAt: field('basic', 'none', 'none', 'property'),
  },
  recoveryGrant: {
    recoveryKeyId: field('basic', 'none', 'none', 'property'),
    class: field('basic', 'none', 'none', 'property'),
    epoch: field('basic', 'none', 'none', 'property'),
    enc: field('basic', 'none', 'none', 'property'),
    sealed: field('basic', 'none', 'none', 'property'),
    proof: field('basic', 'none', 'none', 'property'),
    grantedBy: field('basic', 'none', 'none', 'property'),
    grantedAt: field('basic', 'none', 'none', 'property'),
    signature: field('basic', 'none', 'none', 'property'),
  },
  device: {
    name: field('basic', 'none', 'none', 'while-enrolled'),
    publicKey: field('basic', 'none', 'none', 'while-enrolled'),
    enrolledAt: field('basic', 'none', 'none', 'while-enrolled'),
    revokedAt: field('basic', 'none', 'none', 'while-enrolled'),
  },
  guestNote: {
    guestId: field('basic', 'none', 'none', 'stay+90d'),
    text: field('basic', 'free-text', 'none', 'stay+90d'),
    authorId: field('basic', 'none', 'none', 'stay+90d'),
    writtenAt: field('basic', 'none', 'none', 'stay+90d'),
  },
  // Seen by the security officer alone, who answers for them as long as there is a hotel.
  case: {
    kind: field('basic', 'none', 'none', 'property'),
    openedAt: field('basic', 'none', 'none', 'property'),
    openedBy: field('basic', 'none', 'none', 'property'),
    role: field('basic', 'none', 'none', 'property'),
    stayId: field('basic', 'none', 'none', 'property'),
    guestId: field('basic', 'none', 'none', 'property'),
    class: field('basic', 'none', 'none', 'property'),
    reasonText: field('basic', 'free-text', 'none', 'property'),
    confirmedBy: field('basic', 'none', 'none', 'property'),
    terminal: field('basic', 'none', 'none', 'property'),
    entry: field('basic', 'none', 'none', 'property'),
    state: field('basic', 'none', 'none', 'property'),
    closedBy: field('basic', 'none', 'none', 'property'),
    closedAt: field('basic', 'none', 'none', 'property'),
    verdict: field('basic', 'none', 'none', 'property'),
    finding: field('basic', 'free-text', 'none', 'property'),
  },
  guestSeed: { seed: field('basic', 'free-text', 'none', 'stay+5y') },
  securityKey: {
    employeeId: field('basic', 'none', 'none', 'while-employed'),
    name: field('basic', 'none', 'none', 'while-employed'),
    credentialId: field('basic', 'none', 'none', 'while-employed'),
    prfSalt: field('basic', 'none', 'none', 'while-employed'),
    sealedShare: field('basic', 'free-text', 'none', 'while-employed'),
    addedAt: field('basic', 'none', 'none', 'while-employed'),
    signature: field('basic', 'none', 'none', 'while-employed'),
  },
  // Both values of one field of a guest, stay or room: sealed ones as their envelope and mask.
  conflict: {
    entity: field('basic', 'none', 'none', 'stay+90d'),
    rowId: field('basic', 'none', 'none', 'stay+90d'),
    guestId: field('basic', 'none', 'none', 'stay+90d'),
    field: field('basic', 'none', 'none', 'stay+90d'),
    held: field('basic', 'free-text', 'none', 'stay+90d'),
    brought: field('basic', 'free-text', 'none', 'stay+90d'),
    openedAt: field('basic', 'none', 'none', 'stay+90d'),
    state: field('basic', 'none', 'none', 'stay+90d'),
    settledBy: field('basic', 'none', 'none', 'stay+90d'),
    settledAt: field('basic', 'none', 'none', 'stay+90d'),
  },
  // Amounts and kinds; whose card it was is the guest's record's. What was typed goes when the guest is erased.
  posting: {
    stayId: field('basic', 'none', 'none', 'stay+5y'),
    guestId: field('basic', 'none', 'none', 'stay+5y'),
    businessDate: field('basic', 'none', 'none', 'stay+5y'),
    kind: field('basic', 'none', 'none', 'stay+5y'),
    item: field('basic', 'none', 'none', 'stay+5y'),
    text: field('basic', 'free-text', 'none', 'stay+5y'),
    amountMinor: field('basic', 'none', 'none', 'stay+5y'),
    currency: field('basic', 'none', 'none', 'stay+5y'),
    folio: field('basic', 'none', 'none', 'stay+5y'),
    reverses: field('basic', 'none', 'none', 'stay+5y'),
    reason: field('basic', 'none', 'none', 'stay+5y'),
    by: field('basic', 'none', 'none', 'stay+5y'),
    at: field('basic', 'none', 'none', 'stay+5y'),
  },
  dayClose: {
    by: field('basic', 'none', 'none', 'property'),
    at: field('basic', 'none', 'none', 'property'),
    waived: field('basic', 'free-text', 'none', 'property'),
    rooms: field('basic', 'none', 'none', 'property'),
    noShows: field('basic', 'none', 'none', 'property'),
    balances: field('basic', 'none', 'none', 'property'),
  },
  guestErasure: { erasedAt: field('basic', 'none', 'none', 'property') },
};

/** Sealed fields of a guest: the ones a reveal can open. */
export const GUEST_SEALED_FIELDS = [
  'documentNumber',
  'dateOfBirth',
  'nationality',
  'documentAddress',
  'cardNumber',
  'invoiceTaxNumber',
  'dietaryNeeds',
] as const;
export type GuestSealedField = (typeof GUEST_SEALED_FIELDS)[number];

/** Sealed fields that hold a number a guest can show: what is shown may be compared with them. */
export const COMPARABLE_FIELDS = ['documentNumber', 'cardNumber'] as const satisfies readonly GuestSealedField[];
export type ComparableField = (typeof COMPARABLE_FIELDS)[number];

/** Sealed fields that a guest is found by. Their numbers are indexed blindly (src-main/vault/blind-index.ts). */
export const FINDABLE_FIELDS = ['documentNumber', 'cardNumber'] as const satisfies readonly GuestSealedField[];
export type FindableField = (typeof FINDABLE_FIELDS)[number];

export function isFindable(name: GuestSealedField): name is FindableField {
  return FINDABLE_FIELDS.some((field) => field === name);
}

/** The class a sealed guest field is sealed under. Throws if the registry calls the field basic, which is a bug. */
export function sealedClassOf(name: GuestSealedField): SealedClass {
  const dataClass = REGISTRY.guest[name].class;
  if (dataClass === 'basic') throw new Error(`guest.${name} is sealed but registered as basic`);
  return dataClass;
}

/** The mask of a guest's document number goes by the kind of document. */
export function documentMaskKind(type: Entity<'guest'>['documentType']): MaskKind {
  if (type === 'chinese-id') return 'chinese-id';
  return type === 'passport' ? 'passport' : 'document';
}

/** The mask of a sealed field of a guest. */
export function sealedMaskKind(guest: Pick<Entity<'guest'>, 'documentType'>, name: GuestSealedField): MaskKind {
  return name === 'documentNumber' ? documentMaskKind(guest.documentType) : REGISTRY.guest[name].mask;
}
