import { describe, expect, it } from 'vitest';
import { AccessEvent } from '../../../src-shared/audit/event.ts';
import { isMask, MASK_KINDS, mask } from '../../../src-shared/mask/index.ts';
import { DATA_CLASSES } from '../../../src-shared/model/classes.ts';
import {
  DOCUMENT_TYPES,
  ENTITIES,
  type EntityName,
  Guest,
  Property,
  Stay,
} from '../../../src-shared/model/entities.ts';
import { BusinessDate, GuestId, Instant, PropertyId } from '../../../src-shared/model/ids.ts';
import {
  documentMaskKind,
  FINDABLE_FIELDS,
  type FieldRule,
  GUEST_SEALED_FIELDS,
  REGISTRY,
  sealedClassOf,
} from '../../../src-shared/model/registry.ts';
import { SealedField } from '../../../src-shared/model/sealed-field.ts';

const NAMES = Object.keys(ENTITIES) as EntityName[];
const linesOf = (entity: EntityName): [string, FieldRule][] => Object.entries(REGISTRY[entity]);
const ID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const ENVELOPE = Buffer.alloc(60, 7).toString('base64');

describe.each(NAMES)('the registry of %s', (entity) => {
  it('has one line for every field that travels, and none for another', () => {
    const fields = Object.keys(ENTITIES[entity].shape).filter((name) => name !== 'id');
    expect(
      linesOf(entity)
        .map(([name]) => name)
        .sort(),
    ).toEqual(fields.sort());
  });

  it('calls a field basic exactly when it travels in clear', () => {
    for (const [name, rule] of linesOf(entity)) {
      const schema = (ENTITIES[entity].shape as Record<string, { safeParse(value: unknown): { success: boolean } }>)[
        name
      ];
      const takesEnvelope = schema?.safeParse({ sealed: ENVELOPE, mask: '' }).success ?? false;
      expect(rule.class === 'basic', name).toBe(!takesEnvelope);
    }
  });

  it('knows its classes and masks, leaves no sealed field without a mask, and indexes the findable ones only', () => {
    for (const [name, rule] of linesOf(entity)) {
      expect(DATA_CLASSES).toContain(rule.class);
      expect(MASK_KINDS).toContain(rule.mask);
      if (rule.class === 'basic') continue;
      expect(rule.mask, name).not.toBe('none');
      const schema = (ENTITIES[entity].shape as Record<string, { safeParse(value: unknown): { success: boolean } }>)[
        name
      ];
      const indexed = { sealed: ENVELOPE, mask: '', index: { epoch: 1, mark: 7 } };
      expect(schema?.safeParse(indexed).success, name).toBe(rule.search !== 'none');
      expect(
        FINDABLE_FIELDS.some((field) => field === name),
        name,
      ).toBe(rule.search !== 'none');
    }
  });
});

describe('the guest', () => {
  it('has every name, phone, plate and address masked in lists', () => {
    const { name, nameLatin, phone, email, vehiclePlate } = REGISTRY.guest;
    expect([name, nameLatin, phone, email, vehiclePlate].map((rule) => rule.mask)).toEqual([
      'name',
      'name',
      'phone',
      'email',
      'plate',
    ]);
  });

  it('has the classes of the confidentiality plan', () => {
    expect(Object.fromEntries(GUEST_SEALED_FIELDS.map((field) => [field, sealedClassOf(field)]))).toEqual({
      documentNumber: 'identity',
      dateOfBirth: 'identity',
      nationality: 'identity',
      documentAddress: 'identity',
      cardNumber: 'payment',
      invoiceTaxNumber: 'payment',
      dietaryNeeds: 'preference',
    });
    const sealed = linesOf('guest').filter(([, rule]) => rule.class !== 'basic');
    expect(sealed.map(([name]) => name).sort()).toEqual([...GUEST_SEALED_FIELDS].sort());
  });

  it('has no place for the card security code', () => {
    for (const name of ['cvv', 'cvc', 'cvv2', 'securityCode', 'cardSecurityCode'])
      expect(Guest.safeParse({ ...plain(), [name]: '123' }).success).toBe(false);
    expect(Guest.safeParse(plain()).success).toBe(true);
  });

  it.each([
    ['documentNumber', '11010519491231002X'],
    ['dateOfBirth', '1949-12-31'],
    ['nationality', 'UTO'],
    ['documentAddress', '浙江省杭州市西湖区虚构路1号'],
    ['cardNumber', '4111111111111111'],
    ['invoiceTaxNumber', '91990000123456780X'],
    ['dietaryNeeds', 'peanut allergy'],
  ] as const)(
    'is refused when the plain %s stands in the place of its mask, and the problem names the field',
    (field, value) => {
      const parsed = Guest.safeParse({ ...plain(), [field]: { sealed: ENVELOPE, mask: value } });
      expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toEqual([`${field}.mask`]);
      expect(JSON.stringify(parsed.error?.issues)).not.toContain(value);
      const kind = field === 'documentNumber' ? 'chinese-id' : REGISTRY.guest[field].mask;
      expect(Guest.safeParse({ ...plain(), [field]: { sealed: ENVELOPE, mask: mask(kind, value) } }).success).toBe(
        true,
      );
    },
  );

  it('may have the mask of any kind of document', () => {
    for (const type of DOCUMENT_TYPES) {
      const shown = mask(documentMaskKind(type), type === 'chinese-id' ? '11010519491231002X' : 'E12345678');
      expect(isMask('chinese-id', shown), type).toBe(true);
    }
  });

  it('has masks that fit where they are stored, whatever they were made of', () => {
    for (const [, rule] of linesOf('guest'))
      if (rule.mask !== 'none') {
        const shown = mask(rule.mask, `e${'\u0301'.repeat(140)}xyzxyzxyz `.repeat(3));
        expect(SealedField.safeParse({ sealed: ENVELOPE, mask: shown }).success).toBe(true);
      }
  });
});

describe('a row that would stop who shows it is refused, by the name of the field', () => {
  const property = {
    id: PropertyId.parse('sample-house'),
    name: '样例酒店',
    nameLatin: 'Sample House',
    businessDate: BusinessDate.parse('2026-03-14'),
    timeZone: 'Asia/Shanghai',
    country: 'CN',
    policyVersion: 1,
  };
  const stay = {
    id: ID,
    guestId: ID,
    roomId: null,
    reservationNumber: 'HV0000001',
    status: 'reserved',
    arrival: '2026-03-14',
    departure: '2026-03-16',
    adults: 1,
    children: 0,
    roomType: 'twin',
    channel: 'direct',
    rateMinor: 68_800,
    currency: 'CNY',
  };
  const fieldsOf = (parsed: { error?: { issues: readonly { path: PropertyKey[] }[] } | undefined }) =>
    parsed.error?.issues.map((issue) => issue.path.join('.')) ?? [];

  it('and a good one is not', () => {
    expect([
      fieldsOf(Property.safeParse(property)),
      fieldsOf(Stay.safeParse(stay)),
      fieldsOf(Guest.safeParse(plain())),
    ]).toEqual([[], [], []]);
  });

  it.each([
    ['timeZone', 'Mars/Olympus'],
    ['country', 'c1'],
    ['businessDate', '2026-02-30'],
    ['id', 'A House'],
    ['name', ''],
  ])('property.%s = %j', (field, value) => {
    expect(fieldsOf(Property.safeParse({ ...property, [field]: value }))).toEqual([field]);
  });

  it.each([
    ['currency', '1$!'],
    ['departure', '2026-03-13'],
    ['arrival', '14.3.2026'],
    ['reservationNumber', "'; --"],
    ['rateMinor', 0.5],
    ['adults', -1],
  ])('stay.%s = %j', (field, value) => {
    expect(fieldsOf(Stay.safeParse({ ...stay, [field]: value }))).toEqual([field]);
  });

  it('while a day use, which ends on the day it begins, is none of them', () => {
    expect(Stay.safeParse({ ...stay, departure: stay.arrival }).success).toBe(true);
  });

  it.each([
    ['language', 'zh CN'],
    ['phone', '13812345678'],
    ['phone', '+0138'],
    ['id', 'guest-1'],
    ['documentType', 'library-card'],
  ])('guest.%s = %j', (field, value) => {
    expect(fieldsOf(Guest.safeParse({ ...plain(), [field]: value }))).toEqual([field]);
  });

  it('an instant no calendar has', () => {
    expect(Instant.safeParse(8.64e15).success).toBe(true);
    expect(Instant.safeParse(8.64e15 + 1).success).toBe(false);
    expect(new Date(8.64e15).toISOString()).toMatch(/Z$/);
  });
});

describe('an entry of the access log', () => {
  const event = { type: 'field.reveal', outcome: 'allowed', employeeId: null, role: null };

  it('names a field, and has no place for its value', () => {
    expect(AccessEvent.safeParse({ ...event, field: 'documentNumber' }).success).toBe(true);
    for (const field of ['11010519491231002X', 'documentNumber=1', ''])
      expect(AccessEvent.safeParse({ ...event, field }).success).toBe(false);
    expect(AccessEvent.safeParse({ ...event, value: 'x' }).success).toBe(false);
    expect(AccessEvent.safeParse({ ...event, reason: 'Zhang San' }).success).toBe(false);
  });
});

function plain() {
  return {
    id: GuestId.parse(ID),
    name: '样例',
    nameLatin: null,
    salutation: 'none',
    language: 'zh-CN',
    phone: null,
    email: null,
    company: null,
    vehiclePlate: null,
    vip: false,
    doNotDisclose: false,
    documentType: 'passport',
    documentNumber: null,
    dateOfBirth: null,
    nationality: null,
    documentAddress: null,
    cardNumber: null,
    invoiceTaxNumber: null,
    dietaryNeeds: null,
  };
}
