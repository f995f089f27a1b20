/** Security keys through the channels of a real terminal and server; what a key answers is given, its ceremony is in test/e2e. */
import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DemoEmployee } from '../../../scripts/demo/staff.ts';
import type { FactorsView } from '../../../src-shared/ipc/views.ts';
import { currentTotp } from '../../../src-shared/step-up/totp.ts';
import { codeOf, type Desk, enrolledDesk, expectOk, type House, openHouse } from '../terminal/house.ts';
import { openKeychain } from '../terminal/keychain.ts';

/** A key as this side sees it: an id, and 32 bytes for a salt. */
function keyInHand() {
  const secret = randomBytes(32);
  return { credentialId: randomBytes(24).toString('base64'), output: () => new Uint8Array(secret) };
}
type KeyInHand = ReturnType<typeof keyInHand>;

let house: House;
let desk: Desk;
let reception: DemoEmployee;

beforeAll(async () => {
  await openKeychain();
  house = await openHouse();
  desk = await enrolledDesk(house);
  reception = house.who('receptionist');
});

const nextCode = (at: Desk, who: DemoEmployee) => {
  at.clock.pass(60_000);
  return currentTotp(who.totpSecret, at.clock.now());
};

/** Adds a key as a person does: a name, a touch, a code. */
async function add(at: Desk, key: KeyInHand, name: string, code: () => string) {
  const asked = at.call('securityKey.add', { name });
  expectOk(await at.callPrompt('prompt.view', undefined));
  const output = key.output();
  expectOk(await at.callPrompt('prompt.newKey', { credentialId: key.credentialId, output }));
  const typed = await at.callPrompt('prompt.keyCode', { code: code() });
  if (!typed.ok) await at.callPrompt('prompt.cancel', undefined);
  return { answer: await asked, typed, output };
}

/** Asks to unlock, and answers with a key. */
async function touch(at: Desk, key: KeyInHand) {
  const asked = at.call('session.unlock', undefined);
  const { question } = expectOk(await at.callPrompt('prompt.view', undefined));
  const output = key.output();
  const touched = await at.callPrompt('prompt.securityKey', { credentialId: key.credentialId, output });
  if (!touched.ok) await at.callPrompt('prompt.cancel', undefined);
  return { question, touched, answer: await asked, output };
}

const names = ({ securityKeys }: FactorsView) => securityKeys.map(({ name }) => name);
/** What was recorded last, the newest first. */
const lastEntries = (at: Desk, limit: number) =>
  at.terminal.desk?.log.list({ limit }).map(({ encoded }) => {
    const { event } = JSON.parse(encoded);
    return [event.type, event.outcome, event.reason ?? null];
  });

describe('a security key', () => {
  const blue = keyInHand();

  it('is asked for only when she has one: until then a code', async () => {
    await desk.signIn(reception);
    const asked = desk.call('session.unlock', undefined);
    const { question } = expectOk(await desk.callPrompt('prompt.view', undefined));
    expect(question).toMatchObject({ asks: 'code', keys: [] });
    expect(codeOf(await desk.callPrompt('prompt.switch', { to: 'security-key' }))).toBe('cancelled');
    await desk.callPrompt('prompt.cancel', undefined);
    expect(codeOf(await asked)).toBe('cancelled');
  });

  it('is added by a touch and a code, and what it answered is zeroed', async () => {
    const { answer, output } = await add(desk, blue, 'blue', () => nextCode(desk, reception));
    expect(names(expectOk(answer))).toEqual(['blue']);
    expect(output.every((byte) => byte === 0)).toBe(true);
    expect(desk.terminal.session.state).toBe('signed-in');
  });

  it('is not added with a wrong code, and the prompt stays open for the right one', async () => {
    const { answer, typed } = await add(desk, keyInHand(), 'red', () => '000000');
    expect(codeOf(typed)).toBe('wrong-code');
    expect(codeOf(answer)).toBe('cancelled');
    expect(names(expectOk(await desk.call('factors.view', undefined)))).toEqual(['blue']);
    expect(lastEntries(desk, 1)).toEqual([['security-key.add', 'failed', 'wrong-code-online']]);
  });

  it('unlocks with one touch, and the entry says by what', async () => {
    const { question, touched, answer, output } = await touch(desk, blue);
    expect(question).toMatchObject({ asks: 'security-key', keys: [{ credentialId: blue.credentialId }] });
    expectOk(touched);
    expect(expectOk(answer).state).toBe('unlocked');
    expect(output.every((byte) => byte === 0)).toBe(true);
    expect(lastEntries(desk, 1)).toEqual([['session.unlock', 'allowed', 'security-key']]);
  });

  it('that answers otherwise, or is another, opens nothing, is counted and recorded', async () => {
    await desk.signIn(reception);
    const other = { ...keyInHand(), credentialId: blue.credentialId };
    const { touched } = await touch(desk, other);
    expect(touched).toMatchObject({ ok: false, error: { code: 'wrong-key', attemptsLeft: 4 } });
    const { touched: unknown } = await touch(desk, keyInHand());
    expect(unknown).toMatchObject({ ok: false, error: { code: 'wrong-key', attemptsLeft: 3 } });
    expect(desk.terminal.session.state).toBe('signed-in');
    expect(lastEntries(desk, 2)).toEqual([
      ['session.unlock', 'failed', 'wrong-key'],
      ['session.unlock', 'failed', 'wrong-key'],
    ]);
    for (let tries = 0; tries < 3; tries++) await touch(desk, keyInHand());
    expect(codeOf((await touch(desk, blue)).touched)).toBe('too-many-attempts');
    // The way by code is another.
    const asked = desk.call('session.unlock', undefined);
    expectOk(await desk.callPrompt('prompt.view', undefined));
    expectOk(await desk.callPrompt('prompt.switch', { to: 'code' }));
    expectOk(await desk.callPrompt('prompt.code', { code: nextCode(desk, reception) }));
    expect(expectOk(await asked).state).toBe('unlocked');
    desk.clock.pass(31 * 60_000);
  });

  it('that the system refuses is recorded, and the code is there instead', async () => {
    await desk.signIn(reception);
    const asked = desk.call('session.unlock', undefined);
    expectOk(await desk.callPrompt('prompt.view', undefined));
    expectOk(await desk.callPrompt('prompt.keyRefused', undefined));
    expect(lastEntries(desk, 1)).toEqual([['session.unlock', 'failed', 'key-refused']]);
    expectOk(await desk.callPrompt('prompt.switch', { to: 'code' }));
    expect(expectOk(await desk.callPrompt('prompt.view', undefined)).question).toMatchObject({ asks: 'code' });
    expect(
      codeOf(await desk.callPrompt('prompt.securityKey', { credentialId: blue.credentialId, output: blue.output() })),
    ).toBe('cancelled');
    expectOk(await desk.callPrompt('prompt.code', { code: nextCode(desk, reception) }));
    expect(expectOk(await asked).state).toBe('unlocked');
  });

  it('is nobody’s but hers: a colleague with her own password has no use for it', async () => {
    const manager = house.who('duty-manager');
    await desk.signIn(manager);
    expect(names(expectOk(await desk.call('factors.view', undefined)))).toEqual([]);
    const asked = desk.call('session.unlock', undefined);
    expect(expectOk(await desk.callPrompt('prompt.view', undefined)).question).toMatchObject({ asks: 'code' });
    await desk.callPrompt('prompt.cancel', undefined);
    await asked;
    const { securityKeys } = expectOk(await ownView(reception));
    await desk.signIn(manager);
    const [key] = securityKeys;
    if (key === undefined) throw new Error('she has no key');
    expect(codeOf(await desk.call('securityKey.remove', { id: key.id }))).toBe('not-found');
  });

  it('is not offered to who has nothing to unlock', async () => {
    await desk.signIn(house.who('it'));
    expect(expectOk(await desk.call('factors.view', undefined)).addKey).toMatchObject({
      allowed: false,
      reason: 'role',
    });
    expect(codeOf(await desk.call('securityKey.add', { name: 'mine' }))).toBe('forbidden');
    expect(lastEntries(desk, 1)).toEqual([['security-key.add', 'refused', 'role']]);
  });

  it('is the night auditor’s too: she sees no number, and looks for one by a touch', async () => {
    const auditor = house.who('night-auditor');
    const mine = keyInHand();
    await desk.signIn(auditor);
    const { answer } = await add(desk, mine, 'night', () => nextCode(desk, auditor));
    expect(expectOk(answer)).toMatchObject({ addKey: { allowed: true }, securityKeys: [{ name: 'night' }] });
    const number = house.hotel.stories.arriving.documentNumber ?? '';
    expect(codeOf(await desk.call('guest.findSealed', { number, limit: 5 }))).toBe('needs-unlock');
    expect(expectOk((await touch(desk, mine)).answer).state).toBe('unlocked');
    expect(expectOk(await desk.call('guest.findSealed', { number, limit: 5 }))).not.toEqual([]);
    expect(desk.terminal.session.unlockedClasses).toEqual([]);
  });

  it('opens on every terminal of the hotel, without the line, and is gone everywhere once it was removed', async () => {
    const second = await enrolledDesk(house);
    await second.signIn(reception);
    expect(names(expectOk(await second.call('factors.view', undefined)))).toEqual(['blue']);
    const { securityKeys } = expectOk(await second.call('factors.view', undefined));
    const [key] = securityKeys;
    if (key === undefined) throw new Error('she has no key');
    await house.server.stop();
    await second.until((view) => view.line === 'offline');
    expect(expectOk((await touch(second, blue)).answer).state).toBe('unlocked');
    expect(names(expectOk(await second.call('securityKey.remove', { id: key.id })))).toEqual([]);
    await second.signIn(reception);
    const asked = second.call('session.unlock', undefined);
    expect(expectOk(await second.callPrompt('prompt.view', undefined)).question).toMatchObject({ asks: 'code' });
    await second.callPrompt('prompt.cancel', undefined);
    await asked;
  });

  async function ownView(who: DemoEmployee) {
    await desk.signIn(who);
    return desk.call('factors.view', undefined);
  }
});
