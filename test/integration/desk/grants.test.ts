/** Grants between two terminals: ordered at one, completed at the other, withdrawn, and nothing left for whoever has left. */
import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DemoEmployee } from '../../../scripts/demo/staff.ts';
import { makeClassGrant } from '../../../src-main/vault/class-grant.ts';
import { generateEmployeeKeys } from '../../../src-main/vault/employee-keys.ts';
import { makeEntitlement, type Right } from '../../../src-main/vault/entitlement.ts';
import { type ClassKey, deriveRecordKey, openField } from '../../../src-main/vault/field-seal.ts';
import type { GrantView, StaffView } from '../../../src-shared/ipc/views.ts';
import {
  EmployeeId,
  EntitlementId,
  type Entity,
  GrantId,
  GUEST_SEALED_FIELDS,
  type Guest,
  type Role,
  type SealedClass,
  sealedClassOf,
} from '../../../src-shared/model/index.ts';
import { sealedHead } from '../../../src-shared/model/sealed-field.ts';
import { codeOf, type Desk, enrolledDesk, expectOk, type House, openHouse } from '../terminal/house.ts';
import { openKeychain } from '../terminal/keychain.ts';

let house: House;
/** The front desk, where the officer and finance come by; and the office, where the manager works. */
let front: Desk;
let office: Desk;

beforeAll(async () => {
  openKeychain();
  house = await openHouse();
  front = await enrolledDesk(house);
  office = await enrolledDesk(house);
});

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000;
  while (!(await what())) {
    if (performance.now() > end) throw new Error('it did not come about');
    await wait(20);
  }
}

/** Both have what the server has. */
async function settled(...desks: Desk[]): Promise<void> {
  for (const desk of desks) {
    desk.terminal.syncNow();
    const newest = async () => (await house.server.store.readFeed(house.hotel.property.id, cursorOf(desk), 1)).cursor;
    await until(async () => {
      desk.terminal.syncNow();
      return desk.terminal.syncView.queued === 0 && (await newest()) === cursorOf(desk);
    });
  }
}
const cursorOf = (desk: Desk) => desk.terminal.desk?.cache.syncState.get().cursor ?? 0;

async function staff(desk: Desk): Promise<StaffView> {
  return expectOk(await desk.call('staff.view', undefined));
}

function grantOf(view: StaffView, who: Pick<DemoEmployee, 'id'>, dataClass: SealedClass): GrantView {
  const person = view.people.find(({ id }) => id === who.id);
  const grant = person?.grants.find((one) => one.class === dataClass && one.scope === 'see');
  if (grant === undefined) throw new Error(`nothing of ${dataClass} for her`);
  return grant;
}

/** A payment value of a guest in house, as somebody asks for it. */
async function revealCard(desk: Desk) {
  const stay = house.hotel.currentStays.find(({ guestId }) => guestId === house.hotel.stories.arriving.id);
  if (stay === undefined) throw new Error('she is expected');
  return desk.call('stay.reveal', { stayId: stay.id, field: 'cardNumber', purpose: 'settle-folio' });
}

/** Every guest row and seed, as whoever has the server's database or a new terminal's cache has them. */
async function guestsAtServer() {
  const guests: Guest[] = [];
  const seeds = new Map<string, string>();
  for (let after = 0; ; ) {
    const page = await house.server.store.readFeed(house.hotel.property.id, after, 2_000);
    for (const { entity, json } of page.rows) {
      if (entity === 'guest') guests.push(JSON.parse(json));
      const seed: Entity<'guestSeed'> = JSON.parse(json);
      if (entity === 'guestSeed' && seed.seed !== null) seeds.set(seed.id, seed.seed);
    }
    after = page.cursor;
    if (!page.more) return { guests, seeds };
  }
}

/** How many payment values open with a key, of all there are. */
async function opensWith(classKey: ClassKey): Promise<{ readonly opened: number; readonly of: number }> {
  const propertyId = house.hotel.property.id;
  const { guests, seeds } = await guestsAtServer();
  let [opened, of] = [0, 0];
  for (const guest of guests)
    for (const field of GUEST_SEALED_FIELDS) {
      const dataClass = sealedClassOf(field);
      const value = guest[field];
      if (value === null || dataClass !== classKey.class) continue;
      of += 1;
      const seed = Buffer.from(seeds.get(guest.id) ?? '', 'base64');
      // Under whatever epoch she calls her key.
      const key = { ...classKey, epoch: sealedHead(value.sealed).epoch };
      const recordKey = deriveRecordKey(key, seed, { propertyId, guestId: guest.id });
      try {
        openField(recordKey, { propertyId, entity: 'guest', rowId: guest.id, field, class: dataClass }, value.sealed);
        opened += 1;
      } catch {
        // It does not open.
      }
    }
  return { opened, of };
}

function keyOf(desk: Desk, dataClass: SealedClass, epoch: number): ClassKey | null {
  const held = desk.terminal.session.classKey(dataClass, epoch);
  return held === null ? null : { ...held, key: Buffer.from(held.key) };
}

const who = (role: Role) => house.who(role);

describe('a grant', () => {
  it('withdrawn by the officer is a new key, under which everything is sealed anew while a holder works', async () => {
    await front.unlock(who('finance'));
    const before = expectOk(await revealCard(front)).value;
    const kept = keyOf(front, 'payment', 1);
    if (kept === null) throw new Error('finance holds the payment key');
    const { opened, of } = await opensWith(kept);
    expect(opened).toBe(of);
    expect(of).toBeGreaterThan(50);
    await front.call('session.lock', undefined);

    await front.unlock(who('security-officer'));
    const { entitlementId } = grantOf(await staff(front), who('finance'), 'payment');
    if (entitlementId === null) throw new Error('finance is entitled');
    expectOk(await front.call('staff.withdraw', { entitlementId }));
    await settled(front);
    expect(grantOf(await staff(front), who('finance'), 'payment')).toMatchObject({ state: 'none' });
    await front.call('session.lock', undefined);
    // Nobody who holds the key is unlocked: nothing has happened to it yet, and she gets none all the same.
    await front.unlock(who('finance'));
    expect(front.terminal.session.unlockedClasses).toEqual([]);
    await front.call('session.lock', undefined);
    expect((await opensWith(kept)).opened).toBe(of);

    await office.unlock(who('duty-manager'));
    await settled(office);
    await until(() => office.terminal.desk?.cache.classEpochs.oldest('payment') === 2);
    // With all her keys and everything there is, she opens nothing any more.
    expect(await opensWith(kept)).toEqual({ opened: 0, of });
    expect(expectOk(await revealCard(office)).value).toBe(before);
    const fresh = keyOf(office, 'payment', 2);
    if (fresh === null) throw new Error('the manager has the new key');
    expect(await opensWith(fresh)).toEqual({ opened: of, of });
  });

  it('that was withdrawn brings no key at the next unlock, and says who could give it', async () => {
    await settled(front);
    await front.unlock(who('finance'));
    expect(front.terminal.session.unlockedClasses).toEqual([]);
    expect(await revealCard(front)).toMatchObject({ ok: false, error: { code: 'forbidden', reason: 'not-granted' } });
    await front.call('session.lock', undefined);
  });

  it('ordered by the officer waits, visible to both, until a holder unlocks at another terminal, and then opens', async () => {
    await office.call('session.lock', undefined);
    await front.unlock(who('security-officer'));
    const finance = who('finance');
    expectOk(await front.call('staff.order', { employeeId: finance.id, right: { scope: 'see', class: 'payment' } }));
    await settled(front, office);
    const waiting = { state: 'waiting', orderedBy: who('security-officer').name, holders: [who('duty-manager').name] };
    expect(grantOf(await staff(front), finance, 'payment')).toMatchObject(waiting);
    await front.call('session.lock', undefined);

    await front.unlock(finance);
    expect(expectOk(await front.call('staff.mine', undefined))).toMatchObject([{ class: 'payment', ...waiting }]);
    expect(await revealCard(front)).toMatchObject({ ok: false, error: { reason: 'grant-pending' } });
    await front.call('session.lock', undefined);

    await office.unlock(who('duty-manager'));
    await until(async () => grantOf(await staff(office), finance, 'payment').state === 'complete');
    await settled(front);
    await front.unlock(finance);
    expect(expectOk(await revealCard(front)).value).toBe(house.hotel.stories.arriving.cardNumber);
    await front.call('session.lock', undefined);
  });

  it('can be ordered by nobody for herself, for no role that may not hold it, and not without the second factor', async () => {
    const order = (employeeId: DemoEmployee['id'], dataClass: SealedClass) =>
      front.call('staff.order', { employeeId, right: { scope: 'see', class: dataClass } });
    await front.signIn(who('security-officer'));
    expect(codeOf(await order(who('finance').id, 'payment'))).toBe('needs-unlock');
    await front.unlock(who('security-officer'));
    expect(codeOf(await order(who('it').id, 'payment'))).toBe('forbidden');
    expect(codeOf(await order(who('security-officer').id, 'payment'))).toBe('forbidden');
    await front.unlock(who('receptionist'));
    expect(codeOf(await order(who('concierge').id, 'preference'))).toBe('forbidden');
    expect(codeOf(await front.call('staff.view', undefined))).toBe('forbidden');
    await front.call('session.lock', undefined);
  });
});

describe('somebody who leaves', () => {
  it('signs in nowhere any more, is entitled to nothing, and the keys she held are followed by others', async () => {
    const concierge = who('concierge');
    await front.unlock(concierge);
    const kept = keyOf(front, 'preference', 1);
    if (kept === null) throw new Error('the concierge holds the preference key');
    await front.unlock(who('security-officer'));
    expectOk(await front.call('staff.leave', { employeeId: concierge.id }));
    await settled(front);
    const person = (await staff(front)).people.find(({ id }) => id === concierge.id);
    expect(person).toMatchObject({ active: false, grants: [] });
    expect(codeOf(await front.typePassword(concierge, concierge.password))).toBe('not-found');
    await front.call('session.lock', undefined);

    await office.unlock(who('duty-manager'));
    await settled(office);
    await until(() => office.terminal.desk?.cache.classEpochs.oldest('preference') === 2);
    const { opened, of } = await opensWith(kept);
    expect(opened).toBe(0);
    expect(of).toBeGreaterThan(10);
  });

  it('leaves entries for every step, each about her, and no key or value in them', async () => {
    await front.unlock(who('security-officer'));
    const { items } = expectOk(await front.call('log.list', { limit: 200 }));
    const said = items.map(({ type, about, outcome }) => ({ type, about, outcome }));
    for (const type of ['grant.order', 'grant.withdraw', 'employee.leave'] as const)
      expect(said).toContainEqual({
        type,
        about: who(type === 'employee.leave' ? 'concierge' : 'finance').name,
        outcome: 'allowed',
      });
    await office.unlock(who('duty-manager'));
    const done = expectOk(await office.call('log.list', { limit: 200 })).items.map(({ type }) => type);
    expect(done).toEqual(expect.arrayContaining(['grant.complete', 'epoch.begin', 'guest.rewrap', 'epoch.retire']));
  });
});

describe('a server that is not honest', () => {
  const store = () => house.server.store;
  const propertyId = () => house.hotel.property.id;
  const rowOf = (desk: Desk, person: Pick<DemoEmployee, 'id'>) => {
    const row = desk.terminal.desk?.cache.employees.get(person.id);
    if (row == null) throw new Error('she works here');
    return row;
  };

  const grantsTo = (person: Pick<DemoEmployee, 'id'>) =>
    (office.terminal.desk?.cache.classGrants.forEmployee(person.id) ?? []).filter((one) => one.class === 'payment');

  it('and changes a public key gets no key for it: the entitlement names the one that the orderer saw', async () => {
    await office.call('session.lock', undefined);
    const finance = who('finance');
    await front.unlock(who('security-officer'));
    const { entitlementId } = grantOf(await staff(front), finance, 'payment');
    if (entitlementId === null) throw new Error('finance is entitled');
    expectOk(await front.call('staff.withdraw', { entitlementId }));
    await front.call('session.lock', undefined);
    await settled(front, office);
    await office.unlock(who('duty-manager'));
    await until(() => office.terminal.desk?.cache.classEpochs.oldest('payment') === 3);
    await office.call('session.lock', undefined);
    await settled(front);
    await front.unlock(who('security-officer'));
    expectOk(await front.call('staff.order', { employeeId: finance.id, right: { scope: 'see', class: 'payment' } }));
    await front.call('session.lock', undefined);
    await settled(front);

    const honest = rowOf(front, finance);
    const { publicKeys } = generateEmployeeKeys();
    await store().appendRows(propertyId(), [{ entity: 'employee', row: { ...honest, ...publicKeys } }]);
    await settled(office);
    await office.unlock(who('duty-manager'));
    expect(grantOf(await staff(office), finance, 'payment')).toMatchObject({ state: 'void' });
    // Time enough for what the honest row below gets at once: nothing was handed out.
    await wait(1_500);
    await settled(office);
    expect(grantsTo(finance)).toEqual([]);
    await office.call('session.lock', undefined);
    await settled(office);

    await store().appendRows(propertyId(), [{ entity: 'employee', row: honest }]);
    await settled(office);
    await office.unlock(who('duty-manager'));
    await until(async () => grantOf(await staff(office), finance, 'payment').state === 'complete');
    await office.call('session.lock', undefined);
  });

  it('and grants a key of its own making brings none: nobody at the root of this terminal has ordered it', async () => {
    const receptionist = rowOf(front, who('receptionist'));
    const keys = generateEmployeeKeys();
    const made = { id: EmployeeId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ0'), signing: keys.privateKeys.signing };
    const officer = { ...rowOf(front, who('security-officer')), ...keys.publicKeys, id: made.id, staffNumber: 'S499' };
    const order = (id: string, to: typeof officer, right: Right) =>
      makeEntitlement({ id: EntitlementId.parse(id), propertyId: propertyId(), to, right, by: made, at: Date.now() });
    const grant = await makeClassGrant({
      id: GrantId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ1'),
      propertyId: propertyId(),
      classKey: { class: 'payment', epoch: 3, key: Buffer.alloc(32, 1) },
      scope: 'see',
      to: receptionist,
      by: made,
      at: Date.now(),
    });
    await store().appendRows(propertyId(), [
      { entity: 'employee', row: officer },
      { entity: 'entitlement', row: order('01HZZZZZZZZZZZZZZZZZZZZZZ2', officer, { scope: 'order', class: null }) },
      {
        entity: 'entitlement',
        row: order('01HZZZZZZZZZZZZZZZZZZZZZZ3', receptionist, { scope: 'see', class: 'payment' }),
      },
      { entity: 'classGrant', row: grant },
    ]);
    await settled(front);
    await front.unlock(who('receptionist'));
    expect(front.terminal.session.unlockedClasses).toEqual(['identity']);
    const { items } = expectOk(await front.call('log.list', { limit: 10 }));
    expect(items).toContainEqual(expect.objectContaining({ type: 'grant.ignored', reason: 'not-ordered' }));
    await front.call('session.lock', undefined);
  });

  it('and takes a withdrawal back is not believed', async () => {
    const rows = front.terminal.desk?.cache.entitlements.all() ?? [];
    const withdrawn = rows.find((row) => row.withdrawn !== null && row.employeeId === who('finance').id);
    if (withdrawn === undefined) throw new Error('finance has lost a grant before');
    await store().appendRows(propertyId(), [{ entity: 'entitlement', row: { ...withdrawn, withdrawn: null } }]);
    await settled(front);
    const after = front.terminal.desk?.cache.entitlements.all().find(({ id }) => id === withdrawn.id);
    expect(after).toEqual(withdrawn);
  });
});
