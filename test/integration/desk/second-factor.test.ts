/** Unlocking: by the server while there is a line, by a lease while there is none, by a recovery code when the phone is gone. */
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DemoEmployee } from '../../../scripts/demo/staff.ts';
import { terminalFiles } from '../../../src-main/config.ts';
import { DeviceId } from '../../../src-shared/model/ids.ts';
import { LEASE_MS } from '../../../src-shared/step-up/messages.ts';
import { readRecoveryCode } from '../../../src-shared/step-up/recovery-code.ts';
import { currentTotp } from '../../../src-shared/step-up/totp.ts';
import { afterwards } from '../terminal/afterwards.ts';
import {
  codeOf,
  type Desk,
  enrolledDesk,
  expectOk,
  type House,
  openDesk,
  openHouse,
  setUpFolder,
  tempFolder,
} from '../terminal/house.ts';
import { openKeychain } from '../terminal/keychain.ts';

const MINUTE = 60_000;

let house: House;
let lina: DemoEmployee;
beforeAll(async () => {
  await openKeychain();
  house = await openHouse();
  lina = house.who('receptionist');
});

/** The terminal of a folder, started once more against an address. */
async function restart(before: Desk, serverUrl = house.server.url): Promise<Desk> {
  await before.terminal.close();
  setUpFolder({ folder: before.folder, serverUrl, caPem: house.server.caPem });
  const desk = openDesk(before.folder, before.clock);
  await desk.terminal.start();
  return desk;
}
/** The same, with nothing that answers. */
async function withoutLine(before: Desk): Promise<Desk> {
  return restart(before, 'https://127.0.0.1:9');
}

/** Unlocked once on line a minute ago, and without a line now. */
async function lent(who = lina): Promise<Desk> {
  const before = await enrolledDesk(house);
  await before.unlock(who);
  before.clock.pass(MINUTE);
  const desk = await withoutLine(before);
  await desk.signIn(who);
  await desk.until(({ problem }) => problem === 'unreachable');
  return desk;
}

const right = (desk: Desk, who = lina) => currentTotp(who.totpSecret, desk.clock.now());
const wrong = (desk: Desk, who = lina) => currentTotp(who.totpSecret, desk.clock.now() + 10 * MINUTE);
const lease = async (desk: Desk) => expectOk(await desk.call('session.lease', undefined));
const reasons = async (desk: Desk, limit: number) =>
  expectOk(await desk.call('log.list', { limit: 20, type: 'sessions' }))
    .items.filter(({ type }) => type === 'session.unlock')
    .slice(0, limit)
    .map(({ outcome, reason }) => `${outcome} ${reason}`);

/** Types a recovery code, and closes the prompt when it was wrong. */
async function typeRecoveryCode(desk: Desk, code: string) {
  const asked = desk.call('session.unlock', undefined);
  expectOk(await desk.callPrompt('prompt.view', undefined));
  const typed = await desk.callPrompt('prompt.recoveryCode', { code });
  if (!typed.ok) await desk.callPrompt('prompt.cancel', undefined);
  const answer = await asked;
  return typed.ok ? answer : typed;
}

/** What the prompt says of who will check a code. */
async function askedBy(desk: Desk) {
  const asked = desk.call('session.unlock', undefined);
  await desk.callPrompt('prompt.view', undefined);
  // The lease is read from the disk and the keychain while the window comes up.
  const until = performance.now() + 5_000;
  let view = expectOk(await desk.callPrompt('prompt.view', undefined));
  while (view.question?.check === null && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    view = expectOk(await desk.callPrompt('prompt.view', undefined));
  }
  await desk.callPrompt('prompt.cancel', undefined);
  await asked;
  return view.question?.check;
}

describe('with a line, a code', () => {
  it('is checked by the server and counts once in the hotel: at another terminal it is used', async () => {
    const [here, there] = [await enrolledDesk(house), await enrolledDesk(house)];
    for (const desk of [here, there]) await desk.signIn(lina);
    expect(await askedBy(here)).toEqual({ by: 'server', lease: { until: null, problem: 'none' } });
    expect(await here.typeCode(wrong(here))).toMatchObject({ error: { code: 'wrong-code', attemptsLeft: 4 } });
    // Counted for the person, not for the terminal.
    expect(await there.typeCode(wrong(there))).toMatchObject({ error: { code: 'wrong-code', attemptsLeft: 3 } });
    const code = right(here);
    expect(codeOf(await here.typeCode(code))).toBeNull();
    expect(here.terminal.session.state).toBe('unlocked');
    expect(await there.typeCode(code)).toMatchObject({ error: { code: 'code-used' } });
    expect(there.terminal.session.state).toBe('signed-in');
    expect(await reasons(here, 2)).toEqual(['allowed code', 'failed wrong-code-online']);
  });

  it('brings a lease of 72 hours at most, for her and for nobody else', async () => {
    const desk = await enrolledDesk(house);
    await desk.unlock(lina);
    const { until, problem } = await lease(desk);
    expect(problem).toBeNull();
    expect(until).toBeGreaterThan(desk.clock.now() + LEASE_MS - MINUTE);
    expect(until).toBeLessThanOrEqual(desk.clock.now() + LEASE_MS);
    await desk.signIn(house.who('duty-manager'));
    expect(await lease(desk)).toEqual({ until: null, problem: 'none' });
  });

  it('unlocks nobody who closed the prompt while the server was being asked', async () => {
    const desk = await enrolledDesk(house);
    await desk.signIn(lina);
    const asked = desk.call('session.unlock', undefined);
    await desk.callPrompt('prompt.view', undefined);
    const typed = desk.callPrompt('prompt.code', { code: right(desk) });
    await desk.callPrompt('prompt.cancel', undefined);
    expect([codeOf(await typed), codeOf(await asked)]).toEqual(['cancelled', 'cancelled']);
    expect(desk.terminal.session.state).toBe('signed-in');
  });

  it('ends the lease of whoever the server does not know any more, and of a revoked terminal', async () => {
    const desk = await enrolledDesk(house);
    await desk.unlock(lina);
    const row = desk.terminal.desk?.cache.employees.get(lina.id);
    if (row == null) throw new Error('she is there');
    // The server has other keys of hers, which this terminal has not heard of.
    const { store } = house.server;
    const property = house.hotel.property.id;
    await desk.until(({ line }) => line === 'online');
    const signingKey = Buffer.alloc(32, 1).toString('base64');
    await store.appendRows(property, [{ entity: 'employee', row: { ...row, signingKey } }]);
    desk.clock.pass(MINUTE);
    expect(codeOf(await desk.typeCode(right(desk)))).toBe('server-refused');
    expect(await lease(desk)).toEqual({ until: null, problem: 'none' });
    await store.appendRows(property, [{ entity: 'employee', row }]);

    desk.clock.pass(MINUTE);
    expect(codeOf(await desk.typeCode(right(desk)))).toBeNull();
    expect((await lease(desk)).problem).toBeNull();
    await store.revokeDevice(property, DeviceId.parse(desk.terminal.desk?.stepUpLine.deviceId));
    desk.clock.pass(MINUTE);
    expect(codeOf(await desk.typeCode(right(desk)))).toBe('server-refused');
    expect(await lease(desk)).toEqual({ until: null, problem: 'none' });
    const off = await withoutLine(desk);
    await off.signIn(lina);
    expect(codeOf(await off.typeCode(right(off)))).toBe('lease-none');
  });
});

describe('without a line, a code', () => {
  it('is checked by the lease, and the prompt says so and until when', async () => {
    const desk = await lent();
    const { until } = await lease(desk);
    expect(await askedBy(desk)).toEqual({ by: 'terminal', lease: { until, problem: null } });
    expect(await desk.typeCode(wrong(desk))).toMatchObject({ error: { code: 'wrong-code', attemptsLeft: 4 } });
    const code = right(desk);
    expect(codeOf(await desk.typeCode(code))).toBeNull();
    expect(desk.terminal.session.unlockedClasses).toContain('identity');
    expect(await reasons(desk, 2)).toEqual(['allowed code-offline', 'failed wrong-code']);
    // Used here, it is used here for the server too.
    const again = await restart(desk);
    await again.signIn(lina);
    await again.until(({ line }) => line === 'online');
    expect(codeOf(await again.typeCode(code))).toBe('code-used');
  });

  it('opens nothing where she never unlocked on line, whoever else did', async () => {
    const desk = await lent(house.who('duty-manager'));
    await desk.signIn(lina);
    expect(codeOf(await desk.typeCode(right(desk)))).toBe('lease-none');
    expect(await askedBy(desk)).toEqual({ by: 'terminal', lease: { until: null, problem: 'none' } });
  });

  it('opens nothing after the lease has expired, also with the clock set back, until she was on line again', async () => {
    let desk = await lent();
    // On line in between, without an unlock: the terminal's own lease is another one.
    desk.clock.pass(LEASE_MS / 2);
    desk = await restart(desk);
    await desk.signIn(lina);
    await desk.until(({ line }) => line === 'online');
    desk = await withoutLine(desk);
    desk.clock.pass(LEASE_MS / 2);
    await desk.signIn(lina);
    expect(codeOf(await desk.typeCode(right(desk)))).toBe('lease-expired');
    expect(await lease(desk)).toEqual({ until: null, problem: 'expired' });
    desk.clock.setBack(LEASE_MS);
    desk = await withoutLine(desk);
    await desk.signIn(lina);
    expect(codeOf(await desk.typeCode(right(desk)))).toBe('clock-set-back');
    desk.clock.setBack(0);
    desk.clock.pass(MINUTE);
    desk = await restart(desk);
    await desk.signIn(lina);
    await desk.until(({ line }) => line === 'online');
    expect(codeOf(await desk.typeCode(right(desk)))).toBeNull();
  });

  it('wrong five times ends the lease: a right one does not help, nor a restart, nor the file from before', async () => {
    let desk = await lent();
    const before = tempFolder('before');
    await desk.terminal.close();
    cpSync(desk.folder, before, { recursive: true });
    desk = await withoutLine(desk);
    await desk.signIn(lina);
    const answers: unknown[] = [];
    for (let n = 0; n < 5; n++) answers.push(await desk.typeCode(wrong(desk)));
    expect(answers).toMatchObject(
      [4, 3, 2, 1, 0].map((attemptsLeft) => ({ error: { code: 'wrong-code', attemptsLeft } })),
    );
    expect(codeOf(await desk.typeCode(right(desk)))).toBe('lease-used-up');
    await desk.terminal.close();
    for (const name of ['leases.json']) {
      if (existsSync(join(before, name))) cpSync(join(before, name), join(desk.folder, name));
    }
    desk = await withoutLine(desk);
    await desk.signIn(lina);
    expect(codeOf(await desk.typeCode(right(desk)))).toMatch(/^lease-(none|used-up)$/);

    // On line once, and there are five again.
    desk.clock.pass(MINUTE);
    desk = await restart(desk);
    await desk.signIn(lina);
    await desk.until(({ line }) => line === 'online');
    expect(codeOf(await desk.typeCode(right(desk)))).toBeNull();
    desk.clock.pass(MINUTE);
    desk = await withoutLine(desk);
    await desk.signIn(lina);
    expect(await desk.typeCode(wrong(desk))).toMatchObject({ error: { attemptsLeft: 4 } });
    expect(codeOf(await desk.typeCode(right(desk)))).toBeNull();
  });

  it('finds no lease in an older file that was put back', async () => {
    const first = await enrolledDesk(house);
    await first.unlock(lina);
    const { leases } = terminalFiles(first.folder);
    const older = readFileSync(leases);
    await first.unlock(lina);
    expect(readFileSync(leases).equals(older)).toBe(false);
    await first.terminal.close();
    cpSync(leases, `${leases}.newer`);
    writeFileSync(leases, older);
    first.clock.pass(MINUTE);
    let desk = await withoutLine(first);
    await desk.signIn(lina);
    expect(codeOf(await desk.typeCode(right(desk)))).toBe('lease-none');
    await desk.terminal.close();
    // Nor in the newest, with an end that somebody moved.
    writeFileSync(
      leases,
      readFileSync(`${leases}.newer`, 'utf8').replace(/"expiresAt":\d+/, (was) => `${was}0`),
    );
    desk = await withoutLine(desk);
    await desk.signIn(lina);
    expect(codeOf(await desk.typeCode(right(desk)))).toBe('lease-none');
  });

  it('is asked of the lease within three seconds when the server is there and does not answer', async () => {
    const sockets = new Set<Socket>();
    const mute = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
    afterwards(() => {
      for (const socket of sockets) socket.destroy();
      mute.close();
    });
    const before = await enrolledDesk(house);
    await before.unlock(lina);
    before.clock.pass(MINUTE);
    const desk = await restart(before, `https://127.0.0.1:${(mute.address() as AddressInfo).port}`);
    await desk.signIn(lina);
    const began = performance.now();
    expect(codeOf(await desk.typeCode(right(desk)))).toBeNull();
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(await reasons(desk, 1)).toEqual(['allowed code-offline']);
  });
});

describe('a recovery code', () => {
  it('unlocks once, as it is typed, and tells how many are left; one with a slip in it is not tried', async () => {
    const desk = await enrolledDesk(house);
    await desk.signIn(lina);
    const [first = '', second = ''] = lina.recoveryCodes;
    const slip = first.replace(/^./, (one) => (one === 'A' ? 'B' : 'A'));
    expect(codeOf(await typeRecoveryCode(desk, slip))).toBe('recovery-code-mistyped');
    const [others = ''] = house.who('concierge').recoveryCodes;
    expect(await typeRecoveryCode(desk, others)).toMatchObject({
      error: { code: 'wrong-recovery-code', attemptsLeft: 4 },
    });
    expect(await typeRecoveryCode(desk, first.toLowerCase().replaceAll('-', ' '))).toMatchObject({
      value: { state: 'unlocked', unlock: { recoveryCodesLeft: 9 } },
    });
    expect(await typeRecoveryCode(desk, first)).toMatchObject({ error: { code: 'recovery-code-used' } });
    expect(await typeRecoveryCode(desk, second)).toMatchObject({ value: { unlock: { recoveryCodesLeft: 8 } } });
    expect(await reasons(desk, 2)).toEqual(['allowed recovery-code', 'failed recovery-code-used']);
  });

  it('needs the server: without a line it is refused, and not used up', async () => {
    let desk = await lent();
    const [first = ''] = lina.recoveryCodes;
    expect(codeOf(await typeRecoveryCode(desk, first))).toBe('recovery-needs-line');
    desk = await restart(desk);
    await desk.signIn(lina);
    await desk.until(({ line }) => line === 'online');
    expect(codeOf(await typeRecoveryCode(desk, first))).toBeNull();
  });
});

describe('share, TOTP secret and codes', () => {
  it('are in no file of the terminal in clear, nor in its logs', async () => {
    let desk = await enrolledDesk(house);
    await desk.signIn(lina);
    const [first = ''] = lina.recoveryCodes;
    const online = right(desk);
    expectOk(await typeRecoveryCode(desk, first));
    expectOk(await desk.typeCode(online));
    desk.clock.pass(MINUTE);
    desk = await withoutLine(desk);
    await desk.signIn(lina);
    expectOk(await desk.typeCode(right(desk)));
    await desk.terminal.close();
    const secrets = [lina.share, lina.totpSecret, Buffer.from(readRecoveryCode(first) ?? ''), Buffer.from(first)];
    const forms = secrets.flatMap((secret) => [
      secret,
      ...(['base64', 'base64url', 'hex'] as const).map((form) => Buffer.from(secret.toString(form))),
    ]);
    const files = readdirSync(desk.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files.map(({ name }) => name)).toContain('leases.json');
    for (const entry of files) {
      const bytes = readFileSync(join(entry.parentPath, entry.name));
      for (const form of forms) expect(bytes.includes(form), entry.name).toBe(false);
    }
    const logs = files.filter(({ parentPath }) => parentPath.endsWith('logs'));
    for (const entry of logs) expect(readFileSync(join(entry.parentPath, entry.name), 'utf8')).not.toContain(online);
  });
});
