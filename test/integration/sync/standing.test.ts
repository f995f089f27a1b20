/** How a terminal and its server know one another: by a code, by certificates that renew themselves, and for how long without a word. */

import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { terminalFiles } from '../../../src-main/config.ts';
import { TERMINAL_LEASE_MS } from '../../../src-main/vault/admission.ts';
import { createKeytarKeyStore } from '../../../src-main/vault/keytar-key-store.ts';
import { readCertificate } from '../../../src-main/vault/terminal-keys.ts';
import { openServerTls } from '../../../src-server/tls/certificates.ts';
import { CERTIFICATE_LIFE_MS, RENEWAL_GRACE_MS } from '../../../src-shared/sync/protocol.ts';
import { afterwards } from '../terminal/afterwards.ts';
import {
  codeOf,
  type Desk,
  enrolledDesk,
  expectOk,
  type House,
  openDesk,
  openHouse,
  tempFolder,
} from '../terminal/house.ts';
import { openKeychain } from '../terminal/keychain.ts';

let house: House;
beforeAll(async () => {
  await openKeychain();
  house = await openHouse();
});

/** Writes a terminal's folder with the address alone: which CA it is, the code says. */
function setUpWithoutCa(folder: string, serverUrl: string): void {
  writeFileSync(terminalFiles(folder).config, JSON.stringify({ serverUrl, terminalName: 'Front desk 9' }));
}

/** The same terminal in its next run, at this address. */
async function again(desk: Desk, serverUrl = house.server.url): Promise<Desk> {
  await desk.terminal.close();
  setUpWithoutCa(desk.folder, serverUrl);
  const next = openDesk(desk.folder);
  await next.terminal.start();
  return next;
}

const NOBODY = 'https://127.0.0.1:9';
const receptionist = () => house.who('receptionist');

async function certificateEnd({ folder }: Desk): Promise<number> {
  const keyStore = createKeytarKeyStore(readFileSync(terminalFiles(folder).installation, 'utf8'));
  const der = await readCertificate(keyStore);
  return new X509Certificate(Buffer.from(der ?? '', 'base64')).validToDate.getTime();
}

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(what, { timeout: 20_000, interval: 20 }).toBe(true);
}

describe('a code of thirty characters', () => {
  it('enrols a terminal that knows nothing but an address, and pins the CA', async () => {
    const folder = tempFolder('terminal');
    setUpWithoutCa(folder, house.server.url);
    const desk = openDesk(folder);
    await desk.terminal.start();
    const code = await house.server.enrolmentCode();
    const slip = code.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    expect(codeOf(await desk.call('app.enrol', { code: slip }))).toBe('wrong-enrolment-code');
    expectOk(await desk.call('app.enrol', { code: ` ${code.toLowerCase().replaceAll('-', ' ')} ` }));
    await desk.until(({ line }) => line === 'online');
    await desk.terminal.close();
  });

  it('is not sent to a proxy with a CA of its own, which is told apart from no server', async () => {
    let asked = 0;
    const tls = await openServerTls(tempFolder('proxy'), Date.now());
    const proxy = createServer({ key: tls.key, cert: tls.cert }, (_, reply) => {
      asked += 1;
      reply.end('{}');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    afterwards(() => void proxy.close());
    const url = `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const folder = tempFolder('terminal');
    setUpWithoutCa(folder, url);
    const desk = openDesk(folder);
    await desk.terminal.start();
    const code = await house.server.enrolmentCode();
    expect(codeOf(await desk.call('app.enrol', { code }))).toBe('foreign-certificate');
    expect(codeOf(await desk.call('founding.begin', { code }))).toBe('foreign-certificate');
    const unreachable = await again(desk, NOBODY);
    expect(codeOf(await unreachable.call('app.enrol', { code }))).toBe('server-unreachable');

    const enrolled = await again(await enrolledDesk(house), url);
    await enrolled.signIn(receptionist());
    await enrolled.until(({ problem }) => problem === 'certificate');
    expect(codeOf(await enrolled.call('today.view', undefined))).toBeNull();
    expect(asked).toBe(0);
    await enrolled.terminal.close();
  });
});

describe('the certificate of a terminal', () => {
  it('renews itself well before its end, and up to 90 days after it', async () => {
    let desk = await enrolledDesk(house);
    const first = await certificateEnd(desk);
    desk.clock.pass(CERTIFICATE_LIFE_MS / 2);
    desk = await again(desk);
    await until(async () => (await certificateEnd(desk)) > first);
    await desk.signIn(receptionist());
    await desk.until(({ line }) => line === 'online');
    const second = await certificateEnd(desk);
    desk.clock.pass(CERTIFICATE_LIFE_MS + RENEWAL_GRACE_MS / 2);
    desk = await again(desk);
    await until(() => desk.terminal.status.shutOut === null);
    expect(await certificateEnd(desk)).toBeGreaterThan(second + RENEWAL_GRACE_MS / 2);
    await desk.signIn(receptionist());
    await desk.until(({ line }) => line === 'online');
    await desk.terminal.close();
  });

  it('that ended longer ago has the terminal enrolled anew, and it says so', async () => {
    let desk = await enrolledDesk(house);
    desk.clock.pass(CERTIFICATE_LIFE_MS + RENEWAL_GRACE_MS);
    desk = await again(desk);
    await until(() => desk.terminal.status.shutOut === 'lapsed');
    await desk.terminal.close();
  });
});

describe('a terminal without a line', () => {
  it('works for 72 hours from the last answer of its server, then lets nobody sign in until there is another', async () => {
    let desk = await again(await enrolledDesk(house), NOBODY);
    desk.clock.pass(TERMINAL_LEASE_MS - 60_000);
    await desk.signIn(receptionist());
    expect(codeOf(await desk.call('today.view', undefined))).toBeNull();
    desk.clock.pass(120_000);
    desk.terminal.expire();
    expect(desk.terminal.status.shutOut).toBe('lease-ended');
    expect(codeOf(await desk.call('today.view', undefined))).toBe('locked');
    const { id: employeeId } = receptionist();
    expect(codeOf(await desk.call('session.signIn', { employeeId }))).toBe('terminal-shut-out');

    // A clock that is set back, and another start, buy no hour.
    desk = await again(desk, NOBODY);
    desk.clock.setBack(TERMINAL_LEASE_MS);
    expect(codeOf(await desk.call('session.signIn', { employeeId }))).toBe('terminal-shut-out');

    desk = await again(desk);
    await until(() => desk.terminal.status.shutOut === null);
    await desk.signIn(receptionist());
    await desk.terminal.close();
  });
});
