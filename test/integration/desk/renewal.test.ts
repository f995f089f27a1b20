/** A new phone and new codes: by a factor that is there still, or ordered by an officer where there is none. */
import { randomBytes } from 'node:crypto';
import { Secret } from 'otpauth';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DemoEmployee } from '../../../scripts/demo/staff.ts';
import type { IpcResult } from '../../../src-shared/ipc/errors.ts';
import type { CeremonyAnswer, CeremonyAsks, CeremonyStep } from '../../../src-shared/ipc/prompt-ceremony.ts';
import { currentTotp } from '../../../src-shared/step-up/totp.ts';
import { codeOf, type Desk, enrolledDesk, expectOk, type House, openHouse } from '../terminal/house.ts';
import { openKeychain } from '../terminal/keychain.ts';

let house: House;
let desk: Desk;
let lina: DemoEmployee;
beforeAll(async () => {
  await openKeychain();
  house = await openHouse();
});
beforeEach(async () => {
  desk = await enrolledDesk(house);
  lina = house.who('receptionist');
});
// Whoever is unlocked at another terminal hands keys on as soon as it hears of an order.
afterEach(async () => {
  await desk.call('session.lock', undefined);
});

const MINUTE = 60_000;

/** The step that the prompt shows, which must be of this kind. */
async function shown<A extends CeremonyAsks>(at: Desk, asks: A): Promise<Extract<CeremonyStep, { asks: A }>> {
  const until = performance.now() + 5_000;
  for (;;) {
    const { ceremony } = expectOk(await at.callPrompt('prompt.view', undefined));
    if (ceremony?.asks === asks) return ceremony as Extract<CeremonyStep, { asks: A }>;
    if (performance.now() > until) throw new Error(`the prompt shows ${ceremony?.asks ?? 'nothing'} for ${asks}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The secret as the phone reads it from the picture. */
function secretIn({ uri }: Pick<Extract<CeremonyStep, { asks: 'new-totp' }>, 'uri'>): Buffer {
  return Buffer.from(Secret.fromBase32(new URL(uri).searchParams.get('secret') ?? '').bytes);
}

interface Renewed {
  readonly phone: Buffer | null;
  readonly codes: readonly string[];
}

/** Scans what is shown and types a code of it, then takes the codes on paper. */
async function takeNew(at: Desk, what: 'phone' | 'codes'): Promise<Renewed> {
  let phone: Buffer | null = null;
  if (what === 'phone') {
    const step = await shown(at, 'new-totp');
    phone = secretIn(step);
    expect(
      codeOf(await at.callPrompt('prompt.newTotp', { code: currentTotp(phone, at.clock.now() + 10 * MINUTE) })),
    ).toBe('code-does-not-fit');
    expectOk(await at.callPrompt('prompt.newTotp', { code: currentTotp(phone, at.clock.now()) }));
  }
  const { codes } = await shown(at, 'recovery-codes');
  expectOk(await at.callPrompt('prompt.codesDone', { done: true }));
  return { phone, codes };
}

async function renew(at: Desk, what: 'phone' | 'codes', by: CeremonyAnswer<'own-factor'>) {
  const asked = at.call('factor.renew', { what });
  await shown(at, 'own-factor');
  const proved = await at.callPrompt('prompt.ownFactor', by);
  if (!proved.ok) {
    await at.callPrompt('prompt.cancel', undefined);
    return { proved, answer: await asked, renewed: null };
  }
  const renewed = await takeNew(at, what);
  return { proved, answer: await asked, renewed };
}

const typeRecoveryCode = (at: Desk, code: string) => type(at, () => at.callPrompt('prompt.recoveryCode', { code }));
const typeCode = (at: Desk, code: string) => type(at, () => at.callPrompt('prompt.code', { code }));

/** Asks to unlock, by a code though she have a key, and closes the prompt when that was wrong. */
async function type(at: Desk, send: () => Promise<IpcResult<null>>) {
  const asked = at.call('session.unlock', undefined);
  expectOk(await at.callPrompt('prompt.view', undefined));
  await at.callPrompt('prompt.switch', { to: 'code' });
  const typed = await send();
  if (!typed.ok) await at.callPrompt('prompt.cancel', undefined);
  const answer = await asked;
  return typed.ok ? answer : typed;
}

const nextCode = (at: Desk, secret: Buffer) => {
  at.clock.pass(MINUTE);
  return currentTotp(secret, at.clock.now());
};
const entries = (at: Desk, types: readonly string[]) =>
  (at.terminal.desk?.log.list({ limit: 60 }) ?? []).flatMap(({ encoded }) => {
    const { event } = JSON.parse(encoded);
    return types.includes(event.type) ? [[event.type, event.outcome, event.reason ?? ''].join(' ')] : [];
  });
const identity = (at: Desk) => at.terminal.session.unlockedClasses.includes('identity');

describe('a person who has a factor', () => {
  it('puts a new phone in the place of the old by a code of that; the old one and the old codes are good no more, and what she held is hers', async () => {
    await desk.signIn(lina);
    const { answer, renewed } = await renew(desk, 'phone', { kind: 'totp', code: nextCode(desk, lina.totpSecret) });
    expect(expectOk(answer)).toMatchObject({ renew: { allowed: true } });
    if (renewed?.phone == null) throw new Error('there is no phone');
    expect(codeOf(await desk.typeCode(nextCode(desk, lina.totpSecret)))).toBe('wrong-code');
    expect(codeOf(await typeRecoveryCode(desk, lina.recoveryCodes[0] ?? ''))).toBe('wrong-recovery-code');
    expect(codeOf(await desk.typeCode(nextCode(desk, renewed.phone)))).toBeNull();
    expect(identity(desk)).toBe(true);
    await desk.signIn(lina);
    expect(codeOf(await typeRecoveryCode(desk, renewed.codes[0] ?? ''))).toBeNull();
    expect(entries(desk, ['factor.renew'])).toEqual(['factor.renew allowed code']);
    // Of the secret nothing is kept here: what the terminal lent for the old phone is gone too.
    const text = JSON.stringify([desk.notices, desk.terminal.desk?.log.list({ limit: 100 })]);
    expect(text).not.toContain(renewed.codes[0]);
  });

  it('puts it there by a recovery code when the phone is lost, at any hour, and by a security key', async () => {
    const emma = house.server.staff.find(({ staffNumber }) => staffNumber === 'R102');
    if (emma === undefined) throw new Error('nobody is R102');
    await desk.signIn(emma);
    const first = await renew(desk, 'phone', { kind: 'recovery-code', code: emma.recoveryCodes[1] ?? '' });
    if (first.renewed?.phone == null) throw new Error('there is no phone');
    expectOk(first.answer);
    expect(codeOf(await typeCode(desk, nextCode(desk, first.renewed.phone)))).toBeNull();

    const key = { credentialId: randomBytes(24).toString('base64'), secret: randomBytes(32) };
    const touched = () => ({ credentialId: key.credentialId, output: new Uint8Array(key.secret) });
    const adding = desk.call('securityKey.add', { name: 'blue' });
    await shown(desk, 'new-key');
    expectOk(await desk.callPrompt('prompt.newKey', touched()));
    expectOk(await desk.callPrompt('prompt.keyCode', { code: nextCode(desk, first.renewed.phone) }));
    expectOk(await adding);
    const wrong = await renew(desk, 'codes', { kind: 'security-key', ...touched(), output: new Uint8Array(32) });
    expect(wrong.proved).toMatchObject({ error: { code: 'wrong-key', attemptsLeft: 4 } });
    const second = await renew(desk, 'codes', { kind: 'security-key', ...touched() });
    expectOk(second.answer);
    await desk.signIn(emma);
    // The phone stayed, the codes did not.
    expect(codeOf(await typeRecoveryCode(desk, first.renewed.codes[0] ?? ''))).toBe('wrong-recovery-code');
    expect(codeOf(await typeRecoveryCode(desk, second.renewed?.codes[0] ?? ''))).toBeNull();
    expect(codeOf(await typeCode(desk, nextCode(desk, first.renewed.phone)))).toBeNull();
    expect(entries(desk, ['factor.renew', 'factor.codes'])).toEqual([
      'factor.codes allowed security-key',
      'factor.codes failed wrong-key',
      'factor.renew allowed recovery-code',
    ]);
  });

  it('gets nothing new for a wrong code, which counts, nor without a line, nor once she has gone', async () => {
    await desk.signIn(lina);
    const wrong = await renew(desk, 'phone', {
      kind: 'totp',
      code: currentTotp(lina.totpSecret, desk.clock.now() + 10 * MINUTE),
    });
    expect(wrong.proved).toMatchObject({ error: { code: 'wrong-code', attemptsLeft: 4 } });
    expect(codeOf(wrong.answer)).toBe('cancelled');
    const asked = desk.call('factor.renew', { what: 'phone' });
    await shown(desk, 'own-factor');
    expectOk(await desk.callPrompt('prompt.ownFactor', { kind: 'totp', code: nextCode(desk, lina.totpSecret) }));
    const phone = secretIn(await shown(desk, 'new-totp'));
    await desk.call('session.lock', undefined);
    expect(codeOf(await asked)).toBe('cancelled');
    expect(codeOf(await desk.callPrompt('prompt.newTotp', { code: currentTotp(phone, desk.clock.now()) }))).toBe(
      'cancelled',
    );
    await desk.signIn(lina);
    expect(codeOf(await desk.typeCode(nextCode(desk, lina.totpSecret)))).toBeNull();
    expect(entries(desk, ['factor.renew'])).toEqual(['factor.renew failed wrong-code-online']);
    await desk.signIn(house.who('it'));
    expect(codeOf(await desk.call('factor.renew', { what: 'phone' }))).toBe('forbidden');
  });
});

describe('a person who has lost phone and codes', () => {
  const reason = 'I know her, and saw her staff card';
  const reset = (employeeId: DemoEmployee['id']) => desk.call('factor.reset', { employeeId, reason });

  it('is given new ones by an officer who saw her, who sees no secret; what she held is handed on anew, and it is a case', async () => {
    const officer = house.who('security-officer');
    // Whoever has her phone now may be at another terminal with it.
    const elsewhere = await enrolledDesk(house);
    await elsewhere.unlock(lina);
    expect(identity(elsewhere)).toBe(true);
    await desk.unlock(officer);
    const before = desk.terminal.desk?.cache.employees.get(lina.id);
    const asked = reset(lina.id);
    await shown(desk, 'own-password');
    // Her password, not the officer's.
    expect(codeOf(await desk.callPrompt('prompt.ownPassword', { password: officer.password }))).toBe('wrong-password');
    expectOk(await desk.callPrompt('prompt.ownPassword', { password: lina.password }));
    const { phone } = await takeNew(desk, 'phone');
    expect(await asked).toEqual({ ok: true, value: null });
    if (phone === null) throw new Error('there is no phone');
    expect(entries(desk, ['factor.reset', 'factor.confirm'])).toEqual([
      'factor.reset allowed ',
      'factor.confirm allowed ',
      'factor.confirm failed wrong-password',
    ]);
    const cases = expectOk(await desk.call('case.list', undefined)).filter(({ isHere }) => isHere);
    expect(cases).toMatchObject([
      { kind: 'factor-reset', reasonText: reason, confirmedBy: lina.name, openedBy: officer.name },
    ]);
    await desk.until(({ queued }) => queued === 0);
    await desk.until(() => desk.terminal.desk?.cache.employees.get(lina.id)?.sealingKey !== before?.sealingKey);

    await elsewhere.until(() => elsewhere.terminal.session.state === 'locked');

    // The old phone opens nothing; the new one opens, and there is nothing in it yet.
    await desk.signIn(lina);
    expect(codeOf(await desk.typeCode(nextCode(desk, lina.totpSecret)))).toBe('wrong-code');
    expect(codeOf(await desk.typeCode(nextCode(desk, phone)))).toBeNull();
    expect(identity(desk)).toBe(false);
    const waiting = expectOk(await desk.call('staff.mine', undefined)).find((grant) => grant.class === 'identity');
    expect(waiting).toMatchObject({
      state: 'waiting',
      holders: expect.arrayContaining([house.who('duty-manager').name]),
    });

    // A holder unlocks, anywhere: it is hers again, and nobody's key was changed for it.
    await desk.unlock(house.who('duty-manager'));
    await desk.until(() => entries(desk, ['grant.complete']).length > 0);
    await desk.until(({ queued }) => queued === 0);
    await desk.signIn(lina);
    expect(codeOf(await desk.typeCode(nextCode(desk, phone)))).toBeNull();
    expect(identity(desk)).toBe(true);
    expect(desk.terminal.desk?.cache.classEpochs.current('identity')).toBe(1);
    expect(entries(desk, ['grant.ignored', 'epoch.begin'])).toEqual([]);
    const number = { stayId: await arriving(), field: 'documentNumber', purpose: 'check-in' } as const;
    expectOk(await desk.call('stay.reveal', number));
  });

  it('is given none by herself, by who may not order, without the officer’s factor, or with a number in the reason', async () => {
    const officer = house.who('security-officer');
    await desk.signIn(officer);
    expect(codeOf(await reset(lina.id))).toBe('needs-unlock');
    await desk.unlock(officer);
    expect(codeOf(await reset(officer.id))).toBe('forbidden');
    const number = house.hotel.stories.arriving.documentNumber ?? '';
    expect(codeOf(await desk.call('factor.reset', { employeeId: lina.id, reason: `her card says ${number}` }))).toBe(
      'sensitive-number',
    );
    await desk.unlock(house.who('finance'));
    expect(codeOf(await reset(house.who('concierge').id))).toBe('forbidden');
    expect(entries(desk, ['factor.reset'])).toEqual(['factor.reset refused role', 'factor.reset refused own-factor']);
  });

  async function arriving() {
    const stay = house.hotel.currentStays.find(({ guestId }) => guestId === house.hotel.stories.arriving.id);
    if (stay === undefined) throw new Error('the story has no stay');
    return stay.id;
  }
});
