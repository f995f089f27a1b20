/** Nobody holds the keys any more: two keepers and an officer bring them back to somebody new. */
import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { deriveRecordKey, openField, sealField } from '../../../src-main/vault/field-seal.ts';
import { makeRecoveryKey } from '../../../src-main/vault/recovery-key.ts';
import { GuestId } from '../../../src-shared/model/index.ts';
import { currentTotp } from '../../../src-shared/step-up/totp.ts';
import { wordsOf } from '../../../src-shared/words/share-words.ts';
import { codeOf, type Desk, expectOk } from '../terminal/house.ts';
import { openKeychain } from '../terminal/keychain.ts';
import {
  type EmptyServer,
  enrolInPrompt,
  type FoundedHotel,
  foundHotel,
  newDesk,
  openServer,
  type Person,
  PROPERTY,
  settle,
  step,
} from './hotel.ts';

const GUEST = GuestId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ7');
const SEED = randomBytes(32);
const PLACE = {
  propertyId: PROPERTY,
  entity: 'guest',
  rowId: GUEST,
  field: 'documentNumber',
  class: 'identity',
} as const;

let server: EmptyServer;
let hotel: FoundedHotel;
let desk: Desk;
let successor: Person;
/** A value that was sealed while the first holder was there. */
let sealedBefore: string;

beforeAll(async () => {
  await openKeychain();
  server = await openServer();
  desk = await newDesk(server);
  hotel = await foundHotel(server, desk);
  expectOk(await unlock(hotel.holder));
  sealedBefore = sealField(recordKey(), PLACE, '110101199003078515');
  await lock();
  // The officer adds somebody who will hold the keys; nobody who holds them is there to grant them.
  expectOk(await desk.typePassword(hotel.officer.item, hotel.officer.password));
  const adding = desk.call('staff.enrol', {
    name: '孙悦',
    nameLatin: 'Sun Yue',
    staffNumber: 'M2',
    role: 'duty-manager',
  });
  const typed = await settle(desk, () => enrolInPrompt(desk, 'walnut paper umbrella tide'));
  successor = { item: expectOk(await adding), ...typed };
  await desk.until(({ queued }) => queued === 0);
  await lock();
});

const lock = () => desk.call('session.lock', undefined);
const signIn = (person: Person) => desk.typePassword(person.item, person.password);

async function unlock(person: Person) {
  expectOk(await signIn(person));
  desk.clock.pass(60_000);
  return desk.typeCode(currentTotp(person.totpSecret, desk.clock.now()));
}

/** The record key of the guest, with the class key in memory. */
function recordKey() {
  const classKey = desk.terminal.session.classKey('identity', 1);
  if (classKey === null) throw new Error('the class key is not in memory');
  return deriveRecordKey(classKey, SEED, { propertyId: PROPERTY, guestId: GUEST });
}

const words = (index: number) => hotel.papers[index]?.words.join(' ') ?? '';
const recover = () => desk.call('keys.recover', { officerId: hotel.officer.item.id });
const giveShare = (text: string) => desk.callPrompt('prompt.shareWords', { words: text });

/** The officer's password, and then whatever the keepers type. */
async function asKeepers(type: () => Promise<void>) {
  const recovering = recover();
  await settle(desk, async () => {
    await step(desk, 'officer-password');
    expectOk(await desk.callPrompt('prompt.officerPassword', { password: hotel.officer.password }));
    await type();
  });
  return recovering;
}

describe('recovery', () => {
  it('is hers whose work it is, and takes an officer’s password', async () => {
    expect(codeOf(await recover())).toBe('locked');
    expectOk(await signIn(hotel.officer));
    expect(codeOf(await recover())).toBe('forbidden');
    await lock();
    expectOk(await signIn(successor));
    expect(codeOf(await desk.call('keys.recover', { officerId: hotel.holder.item.id }))).toBe('not-found');
    const recovering = recover();
    await settle(desk, async () => {
      const wrong = await desk.callPrompt('prompt.officerPassword', { password: 'not hers at all' });
      expect(wrong).toMatchObject({ error: { code: 'wrong-password', attemptsLeft: 7 } });
      expect(codeOf(await giveShare(words(0)))).toBe('cancelled');
      await desk.callPrompt('prompt.cancel', undefined);
    });
    expect(codeOf(await recovering)).toBe('cancelled');
    await lock();
  });

  it('tells a wrong word, a missing one, two lists mixed, a swap, the same share twice, and shares that do not belong together', async () => {
    expectOk(await signIn(successor));
    const foreign = (await makeRecoveryKey()).shares.map((share) => wordsOf(share, 'zh-CN').join(' '));
    const list = hotel.papers[0]?.words ?? [];
    const swapped = [list[1], list[0], ...list.slice(2)].join(' ');
    const result = await asKeepers(async () => {
      const { keeper, fingerprint } = await step(desk, 'share-words');
      expect([keeper, fingerprint]).toEqual([1, hotel.papers[0]?.fingerprint]);
      const typo = [...list.slice(0, 4), 'abandonne', ...list.slice(5)].join(' ');
      expect(await giveShare(typo)).toMatchObject({ error: { code: 'unknown-word', place: 5 } });
      expect(await giveShare(list.slice(1).join(' '))).toMatchObject({ error: { code: 'word-count', count: 23 } });
      expect(codeOf(await giveShare([...list.slice(1), 'abandon'].join(' ')))).toBe('mixed-words');
      if (list[0] !== list[1]) expect(codeOf(await giveShare(swapped))).toBe('word-checksum');
      expectOk(await giveShare(words(0)));
      expect((await step(desk, 'share-words')).keeper).toBe(2);
      expect(codeOf(await giveShare(words(0)))).toBe('same-share');
      expect(codeOf(await giveShare(foreign[1] ?? ''))).toBe('shares-not-together');
      await desk.callPrompt('prompt.cancel', undefined);
    });
    expect(codeOf(result)).toBe('cancelled');
    // One share and an officer have brought nothing back.
    expectOk(await desk.call('session.view', undefined));
    expect(desk.terminal.session.unlockedClasses).toEqual([]);
    expect(expectOk(await desk.call('sync.view', undefined)).queued).toBe(0);
    await lock();
  });

  it('gives the keys to her who is signed in: what was sealed before opens', async () => {
    expectOk(await unlock(successor));
    expect(desk.terminal.session.unlockedClasses).toEqual([]);
    const result = await asKeepers(async () => {
      await step(desk, 'share-words');
      expectOk(await giveShare(words(2)));
      await step(desk, 'share-words');
      // As Chinese is written: nothing between the words.
      expectOk(await giveShare(words(0).replaceAll(' ', '')));
    });
    expect(expectOk(result)).toEqual({ keys: 3 });
    await desk.until(({ queued }) => queued === 0);
    await lock();
    expectOk(await unlock(successor));
    expect([...desk.terminal.session.unlockedClasses].sort()).toEqual(['identity', 'payment', 'preference']);
    expect(openField(recordKey(), PLACE, sealedBefore)?.toString()).toBe('110101199003078515');
    await lock();
    expect(expectOk(await desk.call('sync.view', undefined)).refusedOperations).toBe(0);
  });

  it('is in the log by both names: hers, and the officer’s whose order it was', async () => {
    expectOk(await signIn(hotel.officer));
    const { items } = expectOk(await desk.call('log.list', { limit: 200 }));
    const done = items.filter(({ type, outcome }) => type === 'keys.recover' && outcome === 'allowed');
    expect(done.map(({ role, reason, count }) => [role, reason, count])).toEqual([
      ['duty-manager', 'two-shares', 3],
      ['security-officer', 'ordered', 3],
    ]);
    const failed = items.filter(({ type, outcome }) => type === 'keys.recover' && outcome !== 'allowed');
    expect(failed.map(({ reason }) => reason).sort()).toEqual(['role', 'shares-not-together', 'wrong-password']);
    await lock();
  });
});
