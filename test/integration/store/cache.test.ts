import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openEncryptedFile } from '../../../src-main/store/encrypted-file.ts';
import { migrate, SCHEMA_VERSION } from '../../../src-main/store/migrations.ts';
import { DeviceId, ENTITIES, Guest, Property, RecoveryKeyId } from '../../../src-shared/model/index.ts';
import {
  addition,
  closing,
  conflict,
  date,
  dayClose,
  employee,
  employeeId,
  entitlement,
  feed,
  grant,
  guest,
  guestId,
  newCache,
  note,
  opening,
  posting,
  problemOf,
  property,
  recoveryGrant,
  reopen,
  room,
  roomId,
  sealedField,
  securityCase,
  securityKey,
  stay,
  stayId,
  TODAY,
  testFolder,
  ulidOf,
} from './builders.ts';

const fullGuest = guest(1, {
  name: '林晓雨',
  nameLatin: 'LIN XIAOYU',
  phone: '+8613812345678',
  email: 'lin@example.com',
  company: 'West Lake Tea',
  vehiclePlate: '浙A12345',
  vip: true,
  doNotDisclose: true,
  documentType: 'chinese-id',
  documentNumber: sealedField('110***********1234'),
  dateOfBirth: sealedField('****-**-**'),
  nationality: sealedField('***'),
  documentAddress: sealedField('浙江省***'),
  cardNumber: sealedField('**** **** **** 1111'),
  invoiceTaxNumber: sealedField('***'),
  dietaryNeeds: sealedField('***'),
});

describe('what the server sends comes back as it was', () => {
  it('for every entity', () => {
    const device = {
      id: DeviceId.parse(ulidOf(9)),
      name: 'Desk 1',
      publicKey: Buffer.alloc(32, 5).toString('base64'),
      enrolledAt: 1,
      revokedAt: null,
    };
    const classEpoch = { id: 'payment', epoch: 3, oldest: 2, begunBy: employeeId(1), begunAt: 1 } as const;
    const [recoveryKeyId, newerKeyId] = [RecoveryKeyId.parse(ulidOf(7)), RecoveryKeyId.parse(ulidOf(8))];
    const rows = {
      property: [property()],
      room: [room(1)],
      guest: [fullGuest],
      stay: [stay(1, { roomId: roomId(1), status: 'in-house' })],
      employee: [employee(1), employee(2, { nameLatin: null, active: false })],
      classGrant: [grant(1), grant(2, { employeeId: employeeId(2) })],
      entitlement: [entitlement(1), entitlement(2, { withdrawn: { by: employeeId(1), at: 2 } })],
      classEpoch: [classEpoch],
      recoveryKey: [
        { id: recoveryKeyId, publicKey: device.publicKey, madeBy: employeeId(1), madeAt: 1 },
        { id: newerKeyId, publicKey: device.publicKey, madeBy: employeeId(1), madeAt: 2 },
      ],
      recoveryGrant: [recoveryGrant(1, recoveryKeyId), recoveryGrant(2, newerKeyId)],
      device: [device],
      guestNote: [note(1)],
      case: [securityCase(1), securityCase(2, { state: 'closed', verdict: 'justified' })],
      guestSeed: [{ id: guestId(1), seed: Buffer.alloc(32, 8).toString('base64') }],
      guestErasure: [{ id: guestId(2), erasedAt: 1 }],
      securityKey: [
        securityKey(1),
        securityKey(2, { sealedShare: null }),
        securityKey(3, { employeeId: employeeId(2) }),
      ],
      conflict: [conflict(1), conflict(2, { state: 'settled' })],
      posting: [
        posting(1),
        posting(2, { text: 'two bottles', reverses: posting(1).id, reason: 'complaint', amountMinor: -4_500 }),
      ],
      dayClose: [dayClose('2026-03-12'), dayClose('2026-03-13')],
    };
    const { cache } = newCache(feed(rows));
    expect(cache.property.get()).toEqual(rows.property[0]);
    expect(cache.rooms.all()).toEqual(rows.room);
    expect(cache.guests.get(guestId(1))).toEqual(fullGuest);
    expect(cache.stays.get(stayId(1))).toEqual(rows.stay[0]);
    expect(cache.employees.all()).toEqual(rows.employee);
    expect(cache.employees.get(employeeId(2))).toEqual(rows.employee[1]);
    expect(cache.classGrants.forEmployee(employeeId(2))).toEqual([rows.classGrant[1]]);
    expect(cache.entitlements.all()).toEqual(rows.entitlement);
    expect([cache.classEpochs.current('payment'), cache.classEpochs.oldest('payment')]).toEqual([3, 2]);
    expect(cache.classEpochs.current('identity')).toBe(1);
    expect(cache.recoveryKeys.newest()).toEqual(rows.recoveryKey[1]);
    expect(cache.recoveryKeys.grantsFor(recoveryKeyId)).toEqual([rows.recoveryGrant[0]]);
    expect(cache.devices.get(device.id)).toEqual(device);
    expect(cache.notes.forGuest(guestId(1))).toEqual([{ ...note(1), state: 'synced' }]);
    expect(cache.cases.latest()).toEqual(rows.case);
    // A removed key is of no use to anybody.
    expect(cache.securityKeys.of(employeeId(1))).toEqual([rows.securityKey[0]]);
    // One that is settled waits for nobody.
    expect(cache.conflicts.open()).toEqual([expect.objectContaining(rows.conflict[0] ?? {})]);
    expect(cache.guests.count()).toBe(1);
    expect(cache.postings.ofStay(stayId(1))).toEqual(
      rows.posting.map((row) => ({ ...row, state: 'synced', operationId: null, refusedFor: null })),
    );
    expect(cache.dayCloses.latestBefore(TODAY)).toEqual(rows.dayClose[1]);
    // An entity that is added to the wire is added to this test.
    expect(Object.keys(rows).sort()).toEqual(Object.keys(ENTITIES).sort());
  });

  it('as entities their own schema accepts', () => {
    const { cache } = newCache(feed({ guest: [fullGuest, guest(2)] }));
    expect(Guest.parse(cache.guests.get(guestId(1)))).toEqual(fullGuest);
    expect(Guest.parse(cache.guests.get(guestId(2)))).toEqual(guest(2));
  });

  it('and nothing for what was not sent', () => {
    const { cache } = newCache();
    expect(cache.property.get()).toBeNull();
    expect(cache.guests.get(guestId(1))).toBeNull();
    expect(cache.stays.get(stayId(1))).toBeNull();
    expect(cache.employees.get(employeeId(1))).toBeNull();
    expect(cache.syncState.get()).toMatchObject({ cursor: 0, lastSyncAt: null, clockOffsetMs: 0 });
  });
});

describe('a batch of the feed', () => {
  it('changes nothing when it comes a second time', () => {
    const puts = feed({ property: [property()], guest: [fullGuest], stay: [stay(1)] });
    const { cache } = newCache(puts);
    cache.applyPuts(puts, puts.length);
    expect(cache.guests.count()).toBe(1);
    expect(cache.guests.get(guestId(1))).toEqual(fullGuest);
    expect(cache.searchGuests({ query: '林晓雨', limit: 10 })).toHaveLength(1);
    expect(cache.syncState.get().cursor).toBe(puts.length);
  });

  it('never overwrites a row with an older one', () => {
    const { cache } = newCache(feed({ guest: [guest(1, { name: 'New Name' })], stay: [stay(1)] }, 10));
    cache.applyPuts(feed({ guest: [guest(1, { name: 'Old Name' })], stay: [stay(1, { status: 'cancelled' })] }, 5), 12);
    expect(cache.guests.get(guestId(1))?.name).toBe('New Name');
    expect(cache.stays.get(stayId(1))?.status).toBe('reserved');
    expect(cache.searchGuests({ query: 'old', limit: 10 })).toEqual([]);
  });

  it('is taken whole or not at all, with its cursor', () => {
    const { cache } = newCache();
    const [good] = feed({ guest: [guest(1)] });
    const broken = { ...feed({ guest: [guest(2)] }, 2)[0], row: { ...guest(2), salutation: null } };
    expect(() => cache.applyPuts([good, broken] as never, 2)).toThrow();
    expect(cache.guests.count()).toBe(0);
    expect(cache.syncState.get().cursor).toBe(0);
  });

  it('is kept aside with its cursor when it was refused', () => {
    const { cache } = newCache();
    const batch = { receivedAt: 5, fromSeq: 1, toSeq: 7, field: 'row.phone', reason: 'invalid' };
    cache.refuseBatch(batch, '{"kind":"put"}');
    expect(cache.syncState.refused()).toEqual([{ ...batch, id: 1 }]);
    expect(cache.syncState.get().cursor).toBe(7);
  });
});

describe('lists of the day', () => {
  const yesterday = date('2026-03-13');
  const { cache } = newCache(
    feed({
      property: [property()],
      room: [room(1), room(2, { status: 'dirty' })],
      guest: [guest(1, { vip: true }), guest(2), guest(3), guest(4)],
      stay: [
        stay(1, { roomId: roomId(1), status: 'in-house', arrival: yesterday, departure: TODAY }),
        stay(2, { roomId: roomId(2), status: 'in-house', arrival: yesterday }),
        stay(3),
        stay(4, { arrival: date('2026-03-15') }),
        stay(5, { guestId: guestId(3), status: 'cancelled' }),
        stay(6, {
          guestId: guestId(1),
          status: 'departed',
          arrival: date('2025-01-01'),
          departure: date('2025-01-02'),
        }),
      ],
    }),
  );
  const ids = (rows: readonly { readonly stayId: string }[]) => rows.map((row) => row.stayId);

  it('arrivals are the reservations of the day', () => {
    expect(ids(cache.stays.arrivals(TODAY))).toEqual([stayId(3)]);
  });
  it('in-house are those who are here, with their guest and room', () => {
    expect(ids(cache.stays.inHouse())).toEqual([stayId(1), stayId(2)]);
    expect(cache.stays.inHouse()[1]).toMatchObject({
      name: '客人2',
      roomNumber: '1002',
      roomStatus: 'dirty',
      vip: false,
    });
    expect(cache.stays.inHouse()[0]).toMatchObject({ vip: true, doNotDisclose: false });
  });
  it('departures are due out today or before', () => {
    expect(ids(cache.stays.departures(TODAY))).toEqual([stayId(1)]);
    expect(ids(cache.stays.departures(date('2026-03-20')))).toEqual([stayId(1), stayId(2)]);
  });
  it("a guest's stays come newest first", () => {
    expect(ids(cache.stays.forGuest(guestId(1)))).toEqual([stayId(1), stayId(6)]);
    expect(cache.stays.listRow(stayId(3))?.reservationNumber).toBe('R0000003');
  });
});

describe('a note written here', () => {
  it('is shown at once and queued in the order it was written', () => {
    const { cache } = newCache(feed({ guest: [guest(1)] }));
    cache.addNoteLocally(note(2), addition(2));
    cache.addNoteLocally(note(1), addition(1));
    expect(cache.notes.forGuest(guestId(1)).map(({ state }) => state)).toEqual(['waiting', 'waiting']);
    expect(cache.outbox.queued(10)).toEqual([addition(2), addition(1)]);
    expect(cache.outbox.queued(1)).toEqual([addition(2)]);
  });

  it('stays while the feed brings other rows, and is the same note when the feed brings it', () => {
    const { cache } = newCache(feed({ guest: [guest(1)] }));
    cache.addNoteLocally(note(1), addition(1));
    cache.applyPuts(feed({ guest: [guest(1, { vip: true })], guestNote: [note(2)] }, 5), 6);
    expect(cache.notes.forGuest(guestId(1)).map(({ state }) => state)).toEqual(['synced', 'waiting']);
    cache.applyPuts(feed({ guestNote: [note(1)] }, 7), 7);
    expect(cache.notes.forGuest(guestId(1)).map(({ state }) => state)).toEqual(['synced', 'synced']);
  });

  it('takes the answer of the server, whichever it is', () => {
    const { cache } = newCache(feed({ guest: [guest(1)] }));
    for (const n of [1, 2, 3]) cache.addNoteLocally(note(n), addition(n));
    cache.settleOperations([
      { id: addition(1).id, status: 'applied', seq: 9 },
      { id: addition(2).id, status: 'duplicate', seq: 8 },
      { id: addition(3).id, status: 'refused', reason: 'forbidden' },
      { id: addition(4).id, status: 'applied', seq: 9 },
    ]);
    expect(cache.outbox.queued(10)).toEqual([]);
    expect([cache.outbox.count('queued'), cache.outbox.count('sent'), cache.outbox.count('refused')]).toEqual([
      0, 2, 1,
    ]);
    expect(cache.notes.forGuest(guestId(1)).map(({ state }) => state)).toEqual(['refused', 'synced', 'synced']);
  });

  it('is neither shown nor queued when it cannot be both', () => {
    const { cache } = newCache(feed({ guest: [guest(1)] }));
    cache.addNoteLocally(note(1), addition(1));
    expect(() => cache.addNoteLocally(note(2), { ...addition(2), id: addition(1).id })).toThrow();
    expect(cache.notes.forGuest(guestId(1))).toHaveLength(1);
  });
});

describe('a case', () => {
  it('opened here is there at once, queued, counted nowhere, and the same when the feed brings it', () => {
    const { cache } = newCache();
    cache.openCaseLocally(opening(1));
    expect(cache.cases.latest()).toEqual([securityCase(1)]);
    expect(cache.outbox.queued(10)).toEqual([opening(1)]);
    // Whoever works here is not to see by a number that there is a case.
    expect(cache.outbox.count('queued')).toBe(0);
    cache.settleOperations([{ id: opening(1).id, status: 'refused', reason: 'invalid' }]);
    expect(cache.outbox.count('refused')).toBe(0);
    cache.applyPuts(feed({ case: [securityCase(1)] }), 1);
    expect(cache.cases.latest()).toEqual([securityCase(1)]);
  });

  it('closed here is closed at once, stays so until the server says, and is open again when that refuses', () => {
    const { cache } = newCache(feed({ case: [securityCase(1), securityCase(2)] }));
    const [one, two] = [closing(5, securityCase(1)), closing(6, securityCase(2))];
    for (const closed of [one, two]) cache.closeCaseLocally(closed);
    const closed = {
      state: 'closed',
      closedBy: one.employeeId,
      closedAt: one.at,
      verdict: 'justified',
      finding: one.finding,
    };
    expect(cache.cases.get(one.caseId)).toEqual({ ...securityCase(1), ...closed });
    // The feed repeats it as it was before.
    cache.applyPuts(feed({ case: [securityCase(1)] }, 5), 5);
    expect(cache.cases.get(one.caseId)?.state).toBe('closed');
    cache.settleOperations([
      { id: one.id, status: 'applied', seq: 9 },
      { id: two.id, status: 'refused', reason: 'case-closed' },
    ]);
    expect(cache.cases.latest().map(({ id, state }) => [id, state])).toEqual([
      [two.caseId, 'open'],
      [one.caseId, 'closed'],
    ]);
    const byAnother = securityCase(1, {
      state: 'closed',
      closedBy: employeeId(4),
      closedAt: 3,
      verdict: 'misuse',
      finding: 'not her guest',
    });
    cache.applyPuts(feed({ case: [byAnother] }, 10), 10);
    expect(cache.cases.get(one.caseId)).toEqual(byAnother);
  });

  it('goes over to a rebuilt cache while the server does not have it', () => {
    const { cache } = newCache();
    cache.openCaseLocally(opening(1));
    cache.closeCaseLocally(closing(2, securityCase(1)));
    const rebuilt = newCache().cache;
    rebuilt.takeOver(cache.kept());
    expect(rebuilt.cases.latest()).toEqual(cache.cases.latest());
    expect(rebuilt.outbox.queued(10)).toHaveLength(2);
  });

  it('keeps nothing that was typed about a guest who is erased, here or on the way', () => {
    const { cache } = newCache(
      feed({ guest: [guest(1)], case: [securityCase(2), securityCase(3, { guestId: guestId(2) })] }),
    );
    cache.openCaseLocally(opening(1));
    cache.applyPuts(feed({ guestErasure: [{ id: guestId(1), erasedAt: 1 }] }, 9), 9);
    expect(cache.cases.latest().map(({ reasonText }) => reasonText)).toEqual([null, null, securityCase(3).reasonText]);
    expect(cache.outbox.queued(10)).toEqual([opening(1, securityCase(1, { reasonText: null }))]);
  });
});

describe('the schema', () => {
  it('is made from nothing, and a second opening finds everything', () => {
    const { cache, file, key } = newCache(feed({ guest: [fullGuest] }));
    cache.syncState.note(1_773_000_000_000, -1.6);
    cache.close();
    const again = reopen(file, key);
    expect(again.guests.get(guestId(1))).toEqual(fullGuest);
    expect(again.syncState.get()).toMatchObject({ cursor: 1, lastSyncAt: 1_773_000_000_000, clockOffsetMs: -2 });
  });

  it('of a newer program is left alone', () => {
    const { cache, file, key } = newCache();
    cache.close();
    const opened = openEncryptedFile(file, key);
    if (!opened.ok) throw new Error(opened.problem);
    opened.value.pragma(`user_version = ${SCHEMA_VERSION + 1}`);
    opened.value.close();
    expect(problemOf(file, key)).toBe('newer-schema');
  });

  it('of the first version is brought up to date, and its current guests are found', () => {
    const file = join(testFolder(), 'cache.db');
    const key = randomBytes(32);
    const first = openEncryptedFile(file, key);
    if (!first.ok) throw new Error(first.problem);
    expect(migrate(first.value, 1)).toBe(true);
    first.value.exec(`
      INSERT INTO property VALUES ('west-lake', 1, '西湖酒店', 'West Lake', '${TODAY}', 'Asia/Shanghai', 'CN');
      INSERT INTO guest (rowid, id, seq, name, salutation, language, phone, vip, do_not_disclose, document_type, phone_tail,
          search_text)
        VALUES (7, '${guestId(1)}', 1, '林晓雨', 'ms', 'zh', '+8613812345678', 0, 0, 'other', '5678', 'x');
      INSERT INTO guest_key VALUES ('林晓雨', 'name', 7), ('linxiaoyu', 'pinyin', 7);
      INSERT INTO stay VALUES ('${stayId(1)}', 1, '${guestId(1)}', NULL, 'R0000001', 'in-house', '${TODAY}', '2026-03-16', 1, 0,
        'twin', 'direct', 0, 'CNY')`);
    first.value.close();
    const cache = reopen(file, key);
    for (const query of ['晓雨', '雨', 'linx', '林', '5678']) {
      expect(cache.searchGuests({ query, limit: 5 }), query).toMatchObject([
        { guestId: guestId(1), status: 'in-house' },
      ]);
    }
  });

  it('of the third version asks for the whole feed again, since its staff have no key pairs, and no policy narrows before it comes', () => {
    const file = join(testFolder(), 'cache.db');
    const key = randomBytes(32);
    const third = openEncryptedFile(file, key);
    if (!third.ok) throw new Error(third.problem);
    expect(migrate(third.value, 3)).toBe(true);
    const { credential } = employee(1);
    third.value.exec(`
      INSERT INTO property VALUES ('west-lake', 1, '西湖酒店', 'West Lake', '${TODAY}', 'Asia/Shanghai', 'CN');
      INSERT INTO employee VALUES ('${employeeId(1)}', 2, '陈前台', NULL, 'S100', 'receptionist', 1, '${JSON.stringify(credential)}')`);
    third.value.close();
    const cache = reopen(file, key);
    expect(cache.employees.all()).toEqual([]);
    expect(cache.syncState.get().cursor).toBe(0);
    expect(Property.parse(cache.property.get()).policyVersion).toBe(0);
    cache.applyPuts(feed({ employee: [employee(1)] }, 3), 3);
    expect(cache.employees.get(employeeId(1))).toEqual(employee(1));
  });
});
