/** Re-wrapping between everything else that happens to guests, in any order: nothing is lost, nothing comes back, and what is there opens. */
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClassKey, deriveRecordKey, openField } from '../../../src-main/vault/field-seal.ts';
import { GuestSealer } from '../../../src-main/vault/seal-guest.ts';
import type { Put } from '../../../src-server/store/feed.ts';
import { openStore, type Store } from '../../../src-server/store/store.ts';
import type { ClassGrant, Entity, Guest } from '../../../src-shared/model/index.ts';
import { DeviceId, EntitlementId, GrantId, NoteId, OperationId, PropertyId } from '../../../src-shared/model/index.ts';
import { sealedHead } from '../../../src-shared/model/sealed-field.ts';
import type { Operation, ResealedGuest } from '../../../src-shared/sync/protocol.ts';
import { employee, guest, guestId, property, ulidOf } from '../store/builders.ts';
import { tempFolder } from '../terminal/house.ts';
import { copyEmptyServer } from './made-once.ts';

const GUESTS = 4;
const NOW = Date.UTC(2026, 2, 14, 10);

/** What can happen, to which guest. A terminal looks, and what it re-wraps it does from what it saw then. */
const STEPS = ['look', 'reseal', 'change', 'note', 'erase', 'begin', 'retire'] as const;
const steps = fc.array(fc.tuple(fc.constantFrom(...STEPS), fc.nat({ max: GUESTS - 1 })), {
  minLength: 8,
  maxLength: 25,
});

let store: Store;
beforeAll(async () => {
  const clock = { now: () => NOW, mono: () => NOW };
  const dataDir = tempFolder('interleaving');
  await copyEmptyServer(dataDir);
  store = await openStore({ kind: 'embedded', dataDir }, clock);
});
afterAll(() => store.close());

describe('re-wrapping', () => {
  it('in any order with changes, notes, erasures and new epochs loses no change and leaves every value readable in its epoch', async () => {
    let run = 0;
    const seen = { resealed: 0, retired: 0 };
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const hotel = await openHotel(PropertyId.parse(`hotel-${run++}`));
        for (const [step, n] of sequence) await hotel.take(step, n);
        await hotel.check();
        seen.resealed += hotel.count.resealed;
        seen.retired += hotel.count.retired;
      }),
      { numRuns: 40 },
    );
    // It has seen both, or it has shown nothing.
    expect(seen.resealed).toBeGreaterThan(10);
    expect(seen.retired).toBeGreaterThan(2);
  });
});

async function openHotel(propertyId: PropertyId) {
  const manager = employee(1, {
    role: 'duty-manager',
    propertyId,
    policyAcknowledged: 3,
    trainedUntil: '2099-12-31',
    shifts: [{ begins: '00:00', ends: '00:00' }],
  });
  const keys: ClassKey[] = [{ class: 'payment', epoch: 1, key: randomBytes(32) }];
  const seeds = Array.from({ length: GUESTS }, () => randomBytes(32));
  const expected = Array.from({ length: GUESTS }, (_, n) => ({
    card: `62220212345${n}`,
    company: 'first',
    erased: false,
  }));
  const count = { resealed: 0, retired: 0 };
  let oldest = 1;
  let view = new Map<string, { readonly seq: number; readonly row: Guest }>();

  const keyOf = (epoch: number) => {
    const key = keys.find((one) => one.epoch === epoch);
    if (key === undefined) throw new Error('an epoch that never began');
    return key;
  };
  const newest = () => keyOf(keys.length);
  const sealed = (n: number, key: ClassKey, cardNumber = expected[n]?.card ?? null) => {
    using sealer = new GuestSealer(propertyId, [key]);
    const row = { id: guestId(n + 1), documentType: 'passport' } as const;
    return sealer.seal(row, seeds[n] ?? Buffer.alloc(32), { cardNumber }).cardNumber;
  };
  const rowOf = (n: number, key: ClassKey): Guest =>
    guest(n + 1, { documentType: 'passport', company: expected[n]?.company ?? null, cardNumber: sealed(n, key) });
  const opened = (n: number, value: string): string => {
    const seed = seeds[n] ?? Buffer.alloc(32);
    const recordKey = deriveRecordKey(keyOf(sealedHead(value).epoch), seed, { propertyId, guestId: guestId(n + 1) });
    const place = {
      propertyId,
      entity: 'guest',
      rowId: guestId(n + 1),
      field: 'cardNumber',
      class: 'payment',
    } as const;
    return openField(recordKey, place, value).toString();
  };
  const by = () => ({ id: OperationId.parse(ulid()), employeeId: manager.id, at: NOW });
  const device = DeviceId.parse(ulidOf(77));
  const push = async (operation: Operation) => {
    const [result] = await store.applyOperations(propertyId, deviceId, [operation]);
    return result?.status === 'applied';
  };
  const feed = async () => (await store.readFeed(propertyId, 0, 2_000)).rows;
  const grantOf = (epoch: number): ClassGrant => ({
    id: GrantId.parse(ulid()),
    employeeId: manager.id,
    class: 'payment',
    scope: 'see',
    epoch,
    sealingKey: manager.sealingKey,
    enc: Buffer.alloc(32, 3).toString('base64'),
    sealed: Buffer.alloc(48, 3).toString('base64'),
    grantedBy: manager.id,
    grantedAt: NOW,
    signature: Buffer.alloc(64).toString('base64'),
  });
  const entitlement: Entity<'entitlement'> = {
    id: EntitlementId.parse(ulidOf(50)),
    employeeId: manager.id,
    scope: 'see',
    class: 'payment',
    sealingKey: manager.sealingKey,
    signingKey: manager.signingKey,
    orderedBy: manager.id,
    orderedAt: NOW,
    signature: Buffer.alloc(64).toString('base64'),
    withdrawn: null,
  };
  await store.foundProperty({ ...property({ policyVersion: 3 }), id: propertyId }, [
    { entity: 'employee', row: manager },
    { entity: 'entitlement', row: entitlement },
    { entity: 'classGrant', row: grantOf(1) },
    ...expected.map((_, n): Put => ({ entity: 'guest', row: rowOf(n, newest()) })),
  ]);
  const code = await store.issueEnrolmentCode(propertyId);
  const publicKey = Buffer.alloc(32, 7).toString('base64');
  const enrolled = await store.enrol({ code: code?.code ?? '', deviceName: 'Desk', publicKey });
  const deviceId = enrolled?.deviceId ?? device;

  const take = async (step: (typeof STEPS)[number], n: number): Promise<void> => {
    const one = expected[n];
    if (one === undefined) return;
    const id = guestId(n + 1);
    switch (step) {
      case 'look': {
        const rows = (await feed()).flatMap(({ entity, seq, json }) =>
          entity === 'guest' ? [{ seq, row: JSON.parse(json) as Guest }] : [],
        );
        view = new Map(rows.map((at) => [at.row.id, at]));
        return;
      }
      case 'reseal': {
        const guests = [...view.values()].flatMap(({ seq, row }): ResealedGuest[] => {
          const at = expected.findIndex((_, index) => guestId(index + 1) === row.id);
          const before = row.cardNumber?.sealed;
          if (before === undefined) return [];
          const value = sealed(at, newest(), opened(at, before));
          return [{ guestId: row.id, seq, sealed: { cardNumber: { sealed: value?.sealed ?? '' } } }];
        });
        const epoch = newest().epoch;
        if (guests.length === 0 || epoch < 2) return;
        if (await push({ ...by(), kind: 'guest.reseal', class: 'payment', epoch, guests })) count.resealed += 1;
        return;
      }
      case 'change':
        if (one.erased) return;
        one.company = `changed ${ulid()}`;
        one.card = String(6_222_021_234_500 + Math.floor(Math.random() * 90));
        await store.appendRows(propertyId, [{ entity: 'guest', row: rowOf(n, newest()) }]);
        return;
      case 'note': {
        const note = { id: NoteId.parse(ulid()), guestId: id, text: 'a cot', authorId: manager.id, writtenAt: NOW };
        expect(await push({ ...by(), kind: 'guestNote.add', note })).toBe(!one.erased);
        return;
      }
      case 'erase':
        expect(await push({ ...by(), kind: 'guest.erase', guestId: id })).toBe(!one.erased);
        one.erased = true;
        return;
      case 'begin': {
        const epoch = newest().epoch + 1;
        const next = { class: 'payment', epoch, grants: [grantOf(epoch)], recoveryGrant: null } as const;
        expect(await push({ ...by(), kind: 'classEpoch.begin', ...next, grants: [...next.grants] })).toBe(true);
        keys.push({ class: 'payment', epoch, key: randomBytes(32) });
        return;
      }
      case 'retire': {
        const epoch = newest().epoch;
        if (epoch < 2 || !(await push({ ...by(), kind: 'classEpoch.retire', class: 'payment', oldest: epoch }))) return;
        oldest = epoch;
        count.retired += 1;
        return;
      }
    }
  };
  const check = async (): Promise<void> => {
    const rows = await feed();
    const guests = new Map(
      rows.flatMap(({ entity, json }) => {
        const row: Guest = JSON.parse(json);
        return entity === 'guest' ? [[row.id, row] as const] : [];
      }),
    );
    for (const [n, one] of expected.entries()) {
      const row = guests.get(guestId(n + 1));
      if (one.erased) expect(row).toBeUndefined();
      else {
        expect(row?.company).toBe(one.company);
        const value = row?.cardNumber?.sealed ?? '';
        expect(sealedHead(value).epoch).toBeGreaterThanOrEqual(oldest);
        expect(opened(n, value)).toBe(one.card);
        // The mask is of the value that is there.
        expect(row?.cardNumber?.mask.slice(-4)).toBe(one.card.slice(-4));
      }
    }
    const grants = rows.flatMap(({ entity, json }): ClassGrant[] =>
      entity === 'classGrant' ? [JSON.parse(json)] : [],
    );
    expect(grants.map(({ epoch }) => epoch).toSorted()).toEqual(
      keys.flatMap(({ epoch }) => (epoch >= oldest ? [epoch] : [])).toSorted(),
    );
  };
  return { take, check, count };
}
