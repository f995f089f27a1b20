/** A changed password: what it opens here and elsewhere, what the old one does, and what a crash in between leaves. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { DemoEmployee } from '../../../scripts/demo/staff.ts';
import { currentTotp } from '../../../src-shared/step-up/totp.ts';
import { codeOf, type Desk, enrolledDesk, expectOk, type House, openDesk, openHouse } from '../terminal/house.ts';
import { openKeychain } from '../terminal/keychain.ts';

const NEW = 'eleven patient lighthouses';
const NEWER = 'a quarter of marmalade';
const HELP = 'seven green umbrellas';

let house: House;
let desk: Desk;
let other: Desk;
let lina: DemoEmployee;

beforeAll(async () => {
  await openKeychain();
  house = await openHouse();
  desk = await enrolledDesk(house);
  other = await enrolledDesk(house);
  lina = house.who('receptionist');
});

const nextCode = (at: Desk) => {
  at.clock.pass(60_000);
  return currentTotp(lina.totpSecret, at.clock.now());
};

/** What she types. @returns what the last step was answered */
async function keep(at: Desk, asks: 'password.change' | 'duress.set', own: string, chosen: string) {
  const answer = at.call(asks, undefined);
  expectOk(await at.callPrompt('prompt.view', undefined));
  let typed = await at.callPrompt('prompt.currentPassword', { password: own });
  if (typed.ok) typed = await at.callPrompt('prompt.newPassword', { password: chosen, again: chosen });
  if (typed.ok) typed = await at.callPrompt('prompt.keyCode', { code: nextCode(at) });
  if (!typed.ok) await at.callPrompt('prompt.cancel', undefined);
  await answer;
  return typed;
}

const lock = async (at: Desk) => expectOk(await at.call('session.lock', undefined));
const tries = async (at: Desk, password: string) => codeOf(await at.typePassword(lina, password)) ?? 'in';

describe('a password that its owner changed', () => {
  it('takes the old one and a code, opens here at once with all it opened before, and the old one nothing', async () => {
    await desk.unlock(lina);
    expectOk(await keep(desk, 'duress.set', lina.password, HELP));
    expect(codeOf(await keep(desk, 'password.change', HELP, NEW))).toBe('wrong-password');
    expectOk(await keep(desk, 'password.change', lina.password, NEW));
    // She goes on as she was.
    expect(desk.terminal.session.state).toBe('unlocked');
    expectOk(await desk.call('today.view', undefined));
    await desk.until(({ queued, line }) => queued === 0 && line === 'online');
    await lock(desk);
    expect(await tries(desk, lina.password)).toBe('wrong-password');
    expect(await tries(desk, NEW)).toBe('in');
    expectOk(await desk.typeCode(nextCode(desk)));
    expect(desk.terminal.session.unlockedClasses).toContain('identity');
    expect(expectOk(await desk.call('session.lease', undefined)).until).not.toBeNull();
  });

  it('keeps the password under duress that was set here; changed under that, hers stays', async () => {
    await lock(desk);
    expect(await tries(desk, HELP)).toBe('in');
    expect(desk.terminal.desk?.kind).toBe('duress');
    expectOk(await keep(desk, 'password.change', HELP, 'whatever they dictate'));
    await lock(desk);
    expect(await tries(desk, HELP)).toBe('wrong-password');
    expect(await tries(desk, 'whatever they dictate')).toBe('in');
    expect(desk.terminal.desk?.kind).toBe('duress');
    await lock(desk);
    expect(await tries(desk, NEW)).toBe('in');
    expect(desk.terminal.desk?.kind).toBe('own');
  });

  it('comes to another terminal with its next sync, and the old one opens nothing there any more', async () => {
    await expect.poll(() => tries(other, NEW), { timeout: 20_000, interval: 1_000 }).toBe('in');
    await lock(other);
    expect(await tries(other, lina.password)).toBe('wrong-password');
  });

  it('is whole after a crash between slot file and cache: the new one opens, and the server hears of it', async () => {
    expect(await tries(desk, NEW)).toBe('in');
    const cache = desk.terminal.desk?.cache;
    if (cache === undefined) throw new Error('the cache is closed');
    cache.changePasswordLocally = () => {
      throw new Error('killed here');
    };
    expect(codeOf(await keep(desk, 'password.change', NEW, NEWER))).toBe('internal');
    await desk.terminal.close();
    const next = openDesk(desk.folder, desk.clock);
    await next.terminal.start();
    expect(await tries(next, NEW)).toBe('wrong-password');
    expect(await tries(next, NEWER)).toBe('in');
    expectOk(await next.typeCode(nextCode(next)));
    await next.until(({ queued, line }) => queued === 0 && line === 'online');
    await expect.poll(() => tries(other, NEWER), { timeout: 20_000, interval: 1_000 }).toBe('in');
  });
});
