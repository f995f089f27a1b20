/** Everything a terminal can lack or find broken: each has its own fault, nothing is thrown away, and what was mended works again. */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src-main/clock.ts';
import { terminalFiles } from '../../src-main/config.ts';
import { openEncryptedFile } from '../../src-main/store/encrypted-file.ts';
import { SCHEMA_VERSION } from '../../src-main/store/migrations.ts';
import { openCache } from '../../src-main/store/open.ts';
import { Terminal } from '../../src-main/terminal.ts';
import { KDF_FLOOR } from '../../src-main/vault/kdf.ts';
import type { SecretName } from '../../src-main/vault/key-store.ts';
import { createKeytarKeyStore } from '../../src-main/vault/keytar-key-store.ts';
import { SlotFile } from '../../src-main/vault/slot-file.ts';
import { Slots } from '../../src-main/vault/slots.ts';
import { readEnrolment, readTerminalKeys } from '../../src-main/vault/terminal-keys.ts';
import { PULL_PAGE } from '../../src-shared/sync/protocol.ts';
import { afterwards } from '../integration/terminal/afterwards.ts';
import {
  codeOf,
  type Desk,
  enrolledDesk,
  expectOk,
  faultOf,
  type House,
  openDesk,
  openHouse,
  setUpFolder,
  tempFolder,
} from '../integration/terminal/house.ts';
import { type Keychain, openKeychain } from '../integration/terminal/keychain.ts';
import { contactSecrets, sealedSecrets } from '../integration/terminal/secrets.ts';

let keychain: Keychain;
let house: House;
beforeAll(async () => {
  keychain = await openKeychain();
  house = await openHouse();
});

const CHILD = fileURLToPath(new URL('./terminal-child.ts', import.meta.url));
const NOWHERE = 'https://127.0.0.1:9';
/** Folders in which a terminal has worked, for the search at the end. */
const worked: string[] = [];

let mendable: string | null = null;
/** The folder of one and the same terminal, for faults after which it works as before. */
async function mendedTerminal(): Promise<string> {
  mendable ??= await closedTerminal();
  return mendable;
}

/** The folder of a new terminal that was enrolled, filled and closed. */
async function closedTerminal(): Promise<string> {
  const desk = await enrolledDesk(house);
  await desk.terminal.close();
  worked.push(desk.folder);
  return desk.folder;
}

async function start(folder: string): Promise<Desk> {
  const desk = openDesk(folder);
  await desk.terminal.start();
  return desk;
}

/** The whole hotel is there. */
async function expectWorks(desk: Desk): Promise<void> {
  expect(expectOk(await desk.call('app.retry', undefined))).toMatchObject({ phase: 'ready', fault: null });
  // After a rebuild without slots there is nobody yet.
  await desk.until(({ line }) => line === 'online' || line === 'resting');
  await desk.signIn(house.who('receptionist'));
  await desk.until(({ line }) => line === 'online');
  expect(expectOk(await desk.call('today.view', undefined)).rooms).toHaveLength(house.hotel.rooms.length);
  await desk.terminal.close();
}

/** Name and bytes of the encrypted files and what lies beside them. */
function files(folder: string): Record<string, string> {
  const found = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  // The log has an entry of every start; the slot file counts every sign-in.
  const names = found
    .map(({ name }) => name)
    .filter((name) => /\.db|installation/.test(name) && !/^access-log|-shm$/.test(name));
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(folder, name)).toString('base64')]));
}

const keytar = createRequire(import.meta.url)('keytar') as typeof import('keytar');
const accountOf = (folder: string, name: SecretName) =>
  `${readFileSync(terminalFiles(folder).installation, 'utf8')}/${name}`;

/** Changes what the keychain holds for a terminal. @returns what puts it back */
async function tamper(folder: string, name: SecretName, to: string | null): Promise<() => Promise<void>> {
  const account = accountOf(folder, name);
  const before = (await keytar.getPassword('Keyrack', account)) ?? '';
  if (to === null) await keytar.deletePassword('Keyrack', account);
  else await keytar.setPassword('Keyrack', account, to);
  return () => keytar.setPassword('Keyrack', account, before);
}

/** Which terminal it is by its keychain. */
async function enrolmentOf(folder: string) {
  const enrolment = await readEnrolment(createKeytarKeyStore(readFileSync(terminalFiles(folder).installation, 'utf8')));
  if (enrolment === null || enrolment === 'before') throw new Error('not enrolled');
  return enrolment;
}

/** The key of a cache, as somebody's password gives it. */
async function cacheKey(folder: string): Promise<Buffer> {
  const paths = terminalFiles(folder);
  const keyStore = createKeytarKeyStore(readFileSync(paths.installation, 'utf8'));
  const keys = await readTerminalKeys(keyStore, { log: true });
  if (keys === null) throw new Error('there is no device secret');
  const file = await SlotFile.open({ file: paths.slots, key: keys.slotFileKey, keyStore, clock: systemClock });
  if (!(file instanceof SlotFile)) throw new Error(`the slot file is ${file}`);
  const { id, password } = house.who('receptionist');
  const opened = await new Slots(file, keys.slotKey).open(id, Buffer.from(password));
  if (opened?.kind !== 'own') throw new Error('the slot does not open');
  return opened.cacheKey;
}

/** A terminal that does not start for a reason, leaves everything as it is, is no case for a rebuild, and works once mended. */
async function expectFault(
  folder: string,
  kind: string,
  mend: () => unknown,
  shows: 'at-start' | 'at-sign-in' = 'at-start',
): Promise<void> {
  const before = files(folder);
  const desk = await start(folder);
  const signIn = async () => {
    if (shows === 'at-start') return;
    const { id, password } = house.who('receptionist');
    expect(desk.terminal.session.state).toBe('sealed');
    expect(codeOf(await desk.typePassword({ id }, password))).toBe('not-ready');
  };
  await signIn();
  expect(faultOf(desk.terminal.status)).toBe(kind);
  expect(desk.terminal.status.phase).toBe('fault');
  expect(codeOf(await desk.call('today.view', undefined))).toBe('not-ready');
  expect(codeOf(await desk.call('session.staff', undefined))).toBe('not-ready');
  await desk.call('app.retry', undefined);
  await signIn();
  expect(faultOf(desk.terminal.status)).toBe(kind);
  if (kind !== 'wrong-key' && kind !== 'corrupt') {
    expect(codeOf(await desk.call('app.rebuild', undefined))).toBe('not-ready');
  }
  expect(files(folder)).toEqual(before);
  await mend();
  await expectWorks(desk);
}

const encoded = (secret: Buffer | string) => `v1:${Buffer.from(secret).toString('base64')}`;

describe('the keychain', () => {
  // First: the service is another one afterwards.
  it('not there, and there again', async () => {
    const folder = tempFolder('terminal');
    const enrolmentCode = await house.server.enrolmentCode();
    setUpFolder({ folder, serverUrl: house.server.url, caPem: house.server.caPem, enrolmentCode });
    // Processes of their own: libsecret in this one would look for the service that was ended.
    const told = async (...steps: (() => unknown)[]) => {
      const child = spawn(process.execPath, [CHILD, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const said: string[] = [];
      for (const step of steps) {
        await step();
        child.stdin.write('start\n');
        said.push((await lines.next()).value ?? '');
      }
      child.stdin.end();
      await once(child, 'exit');
      return said;
    };
    expect(await told(() => undefined)).toEqual(['ready']);
    const before = files(folder);
    const away = () => keychain.stopService();
    const back = () => keychain.startService();
    expect(await told(away, () => undefined, back)).toEqual(['keychain-missing', 'keychain-missing', 'ready']);
    expect(Object.keys(files(folder))).toEqual(Object.keys(before));
  });

  it('locked', async () => {
    const folder = await mendedTerminal();
    keychain.lock();
    await expectFault(folder, 'keychain-locked', () => keychain.unlock());
  });

  it.each<[SecretName, string]>([
    ['slot-anchor', 'hunter2'],
    ['slot-anchor', encoded('{"counter": -1}')],
    ['device-secret', encoded('')],
    ['device-secret', encoded(randomBytes(31))],
    ['device-signing-key', encoded(randomBytes(48))],
    ['device-identity', encoded('{"token": "short"}')],
    ['device-identity', encoded('not JSON')],
  ])('with something else as %s', async (name, to) => {
    const folder = await mendedTerminal();
    const putBack = await tamper(folder, name, to);
    await expectFault(folder, 'keychain-unreadable', putBack);
  });

  it('holds no key that opens the cache or the seeds', async () => {
    const folder = await mendedTerminal();
    const kept = await keytar.findCredentials('Keyrack');
    const installation = readFileSync(terminalFiles(folder).installation, 'utf8');
    const own = kept.filter(({ account }) => account.startsWith(installation));
    expect(own.map(({ account }) => account.slice(installation.length + 1)).sort()).toEqual(
      expect.arrayContaining(['device-secret', 'log-head', 'seed-key', 'slot-anchor']),
    );
    const { cache, seeds } = terminalFiles(folder);
    for (const { password } of own) {
      const key = Buffer.from(password.slice(3), 'base64');
      if (key.length !== 32) continue;
      for (const file of [cache, seeds]) expect(openEncryptedFile(file, key)).toMatchObject({ problem: 'wrong-key' });
    }
  });

  it('without the keys of the log: no log is begun in its place', async () => {
    const folder = await mendedTerminal();
    for (const name of ['device-secret', 'device-signing-key'] as const) {
      await expectFault(folder, 'keys-lost', await tamper(folder, name, null));
    }
  });

  it('of a version that had tokens: asks for a code, sets aside what lies there, and says so in a log of its own', async () => {
    const folder = await closedTerminal();
    const log = readFileSync(terminalFiles(folder).accessLog);
    const { propertyId, deviceId } = await enrolmentOf(folder);
    const before = { propertyId, deviceId, token: 'a'.repeat(43) };
    await tamper(folder, 'device-identity', encoded(JSON.stringify(before)));
    const desk = await start(folder);
    expect(faultOf(desk.terminal.status)).toBe('enrolled-before');
    expect(codeOf(await desk.call('app.enrolAnew', { code: 'AAAAA-AAAAA' }))).toBe('wrong-enrolment-code');
    const code = await house.server.enrolmentCode();
    expect(expectOk(await desk.call('app.enrolAnew', { code }))).toMatchObject({ phase: 'ready', fault: null });
    const aside = readdirSync(folder).filter((name) => /^access-log\.db\.set-aside-[^.]+$/.test(name));
    expect(aside.map((name) => readFileSync(join(folder, name)).equals(log))).toEqual([true]);
    await desk.until(({ line, log: sent }) => line === 'online' && sent?.waiting === 0 && sent.problem === null);
    await desk.signIn(house.who('security-officer'));
    const { items } = expectOk(await desk.call('log.list', { limit: 50 }));
    expect(items.map(({ type, reason }) => [type, reason])).toContainEqual(['terminal.begun-anew', 'enrolled-before']);
    expect((await enrolmentOf(folder)).deviceId).not.toBe(deviceId);
    await desk.terminal.close();
    await expectWorks(await start(folder));
  });

  it('wiped: enrolled anew in place by a code, what lay there is set aside whole, and the new log says so first', async () => {
    const folder = await closedTerminal();
    const old = files(folder);
    const log = readFileSync(terminalFiles(folder).accessLog);
    const installation = readFileSync(terminalFiles(folder).installation, 'utf8');
    // Beside what is kept, each installation has an entry that shows whether the keychain answers.
    const own = async () =>
      (await keytar.findCredentials('Keyrack'))
        .flatMap(({ account }) => (account.endsWith('/probe') ? [] : account))
        .sort();
    for (const account of await own())
      if (account.startsWith(installation)) await keytar.deletePassword('Keyrack', account);
    const left = await own();

    const desk = await start(folder);
    expect(faultOf(desk.terminal.status)).toBe('keys-lost');
    // A wrong code changes nothing, neither here nor in the keychain: the keys may still be found.
    expect(codeOf(await desk.call('app.enrolAnew', { code: 'AAAAA-AAAAA' }))).toBe('wrong-enrolment-code');
    expect([files(folder), await own()]).toEqual([old, left]);
    expect(faultOf(expectOk(await desk.call('app.retry', undefined)))).toBe('keys-lost');

    const code = await house.server.enrolmentCode();
    expect(expectOk(await desk.call('app.enrolAnew', { code }))).toMatchObject({ phase: 'ready', fault: null });
    const aside = readdirSync(folder).filter((name) => name.includes('.set-aside-'));
    for (const name of ['cache.db', 'seeds.db', 'slots.json', 'access-log.db', 'installation-id'])
      expect(
        aside.some((file) => file.startsWith(`${name}.set-aside-`)),
        name,
      ).toBe(true);
    const asideLog = aside.find((name) => /^access-log\.db\.set-aside-[^.]+$/.test(name));
    expect(readFileSync(join(folder, asideLog ?? '')).equals(log)).toBe(true);
    expect(codeOf(await desk.call('app.enrolAnew', { code }))).toBe('not-ready');
    await desk.until(({ line }) => line === 'online');
    await desk.signIn(house.who('security-officer'));
    const { items } = expectOk(await desk.call('log.list', { limit: 50 }));
    expect(items.slice(-2).map(({ type, reason }) => [type, reason])).toEqual([
      ['terminal.begun-anew', 'keys-lost'],
      ['terminal.enrolled', null],
    ]);
    expect(expectOk(await desk.call('log.verify', undefined)).intact).toBe(true);
    await desk.terminal.close();
    await expectWorks(await start(folder));
  });

  it('locked while the terminal is enrolled is shown as that', async () => {
    const desk = openDesk(tempFolder('terminal'));
    setUpFolder({ folder: desk.folder, serverUrl: house.server.url, caPem: house.server.caPem });
    await desk.terminal.start();
    const code = await house.server.enrolmentCode();
    keychain.lock();
    expect(faultOf(expectOk(await desk.call('app.enrol', { code })))).toBe('keychain-locked');
    await keychain.unlock();
    expect(expectOk(await desk.call('app.retry', undefined)).phase).toBe('first-run');
  });

  it('locked while the log is verified does not let it pass as whole', async () => {
    const desk = await enrolledDesk(house);
    await desk.signIn(house.who('security-officer'));
    keychain.lock();
    expect(codeOf(await desk.call('log.verify', undefined))).toBe('log-unavailable');
    await keychain.unlock();
    expect(expectOk(await desk.call('log.verify', undefined)).intact).toBe(true);
  });
});

describe('a file', () => {
  it('of the cache that is damaged', async () => {
    const folder = await mendedTerminal();
    const { cache } = terminalFiles(folder);
    const whole = readFileSync(cache);
    truncateSync(cache, 5_000);
    await expectFault(folder, 'corrupt', () => writeFileSync(cache, whole), 'at-sign-in');
  });

  it('of the cache that a newer program wrote', async () => {
    const folder = await mendedTerminal();
    const setVersion = async (version: number) => {
      const opened = openEncryptedFile(terminalFiles(folder).cache, await cacheKey(folder));
      if (!opened.ok) throw new Error(opened.problem);
      opened.value.pragma(`user_version = ${version}`);
      opened.value.close();
    };
    await setVersion(SCHEMA_VERSION + 1);
    await expectFault(folder, 'newer-schema', () => setVersion(SCHEMA_VERSION), 'at-sign-in');
  });

  it('of the log that is damaged, or another', async () => {
    const folder = await mendedTerminal();
    const { accessLog } = terminalFiles(folder);
    const whole = readFileSync(accessLog);
    for (const damaged of [randomBytes(8_192), whole.subarray(0, 4_096), Buffer.from('log')]) {
      writeFileSync(accessLog, damaged);
      await expectFault(folder, 'log-broken', () => writeFileSync(accessLog, whole));
    }
  });

  it('that names the installation and is damaged is not written over while keys lie under the name', async () => {
    const folder = await mendedTerminal();
    const { installation } = terminalFiles(folder);
    const whole = readFileSync(installation);
    writeFileSync(installation, whole.subarray(0, 20));
    const desk = await start(folder);
    expect(desk.terminal.status.fault).toEqual({ kind: 'config-invalid', detail: 'installation-id' });
    expect(readFileSync(installation)).toEqual(whole.subarray(0, 20));
    writeFileSync(installation, whole);
    await expectWorks(desk);
  });

  it.each(['cache', 'accessLog'] as const)('of the %s that cannot be opened for writing', async (which) => {
    const folder = await mendedTerminal();
    const file = terminalFiles(folder)[which];
    renameSync(file, `${file}-elsewhere`);
    mkdirSync(file);
    const mend = () => {
      rmSync(file, { recursive: true });
      renameSync(`${file}-elsewhere`, file);
    };
    await expectFault(folder, 'not-writable', mend, which === 'cache' ? 'at-sign-in' : 'at-start');
  });

  it('that cannot be written since its folder cannot be made', async () => {
    const blocked = join(tempFolder('blocked'), 'file');
    writeFileSync(blocked, '');
    const folder = join(blocked, 'terminal');
    const terminal = new Terminal({
      files: terminalFiles(folder),
      folder,
      keyStore: createKeytarKeyStore,
      clock: systemClock,
      version: '0.0.0-test',
      cost: KDF_FLOOR,
      note: () => undefined,
    });
    await terminal.start();
    expect(faultOf(terminal.status)).toBe('not-writable');
    // Nor does anything that is asked of it in that state.
    terminal.setPreferences({ locale: 'en' });
    expect(terminal.status.locale).toBe('en');
  });
});

describe('terminal.json', () => {
  const good = () => ({ serverUrl: house.server.url, caFile: 'ca.pem', terminalName: 'Front desk 1' });
  it.each<[string, () => string | null, string]>([
    ['that is not there', () => null, 'file'],
    ['that is not JSON', () => '{"serverUrl": ', 'file'],
    [
      'with an address that is not https',
      () => JSON.stringify({ ...good(), serverUrl: 'http://127.0.0.1' }),
      'serverUrl',
    ],
    ['without a name', () => JSON.stringify({ ...good(), terminalName: '' }), 'terminalName'],
    ['with a setting we do not have', () => JSON.stringify({ ...good(), password: 'x' }), 'file'],
    ['with a certificate that is not there', () => JSON.stringify({ ...good(), caFile: 'other.pem' }), 'caFile'],
    ['with a folder as certificate', () => JSON.stringify({ ...good(), caFile: '.' }), 'caFile'],
    ['with something else as certificate', () => JSON.stringify({ ...good(), caFile: 'terminal.json' }), 'caFile'],
    ['with a certificate that is damaged', () => JSON.stringify({ ...good(), caFile: 'damaged.pem' }), 'caFile'],
  ])('%s is refused by the name of its field', async (_, text, field) => {
    const folder = await mendedTerminal();
    writeFileSync(join(folder, 'damaged.pem'), house.server.caPem.replace(/[A-Z]/g, 'A'));
    const { config } = terminalFiles(folder);
    const content = text();
    if (content === null) rmSync(config);
    else writeFileSync(config, content);
    const desk = await start(folder);
    expect(desk.terminal.status.fault).toEqual({ kind: 'config-invalid', detail: field });
    expect(codeOf(await desk.call('app.rebuild', undefined))).toBe('not-ready');
    writeFileSync(config, JSON.stringify(good()));
    await expectWorks(desk);
  });
});

describe('a rebuild', () => {
  it('sets a cache without slots aside as it is, and fetches everything anew', async () => {
    const folder = await closedTerminal();
    writeFileSync(terminalFiles(folder).slots, randomBytes(2_000));
    const before = readFileSync(terminalFiles(folder).cache);
    const desk = await start(folder);
    expect(faultOf(desk.terminal.status)).toBe('wrong-key');
    expect(expectOk(await desk.call('app.rebuild', undefined))).toMatchObject({ phase: 'ready', fault: null });
    const aside = readdirSync(folder).filter((name) => /^cache\.db\.set-aside-[^.]*$/.test(name));
    expect(aside).toHaveLength(1);
    expect(readFileSync(join(folder, aside[0] ?? ''))).toEqual(before);
    await expectWorks(desk);
  });

  it('makes a new key where the slots are gone', async () => {
    const folder = await closedTerminal();
    rmSync(terminalFiles(folder).slots);
    const desk = await start(folder);
    expect(expectOk(await desk.call('app.rebuild', undefined)).phase).toBe('ready');
    await expectWorks(desk);
  });

  it('is no answer to a terminal that works', async () => {
    const desk = await enrolledDesk(house);
    expect(codeOf(await desk.call('app.rebuild', undefined))).toBe('not-ready');
    expect(readdirSync(desk.folder).join()).not.toContain('set-aside');
  });

  /** A terminal with an unsent note and somebody locked out, whose cache has a page damaged that neither of these is on. */
  async function damagedWithUnsent(): Promise<{ folder: string; text: string }> {
    const folder = await closedTerminal();
    const file = terminalFiles(folder).cache;
    setUpFolder({ folder, serverUrl: NOWHERE, caPem: house.server.caPem });
    const offline = await start(folder);
    await offline.signIn(house.who('receptionist'));
    const text = `unsent when the disk failed ${randomBytes(4).toString('hex')}`;
    expectOk(await offline.call('note.add', { guestId: house.hotel.stories.inHouse.id, text }));
    for (let tries = 0; tries < 8; tries++) {
      await offline.typePassword(house.who('finance'), 'not the password');
    }
    await offline.terminal.close();

    const key = await cacheKey(folder);
    const whole = readFileSync(file);
    for (let page = whole.length / 4_096 - 1; page > 1; page--) {
      const bytes = Buffer.from(whole);
      bytes.fill(0x55, page * 4_096 + 100, page * 4_096 + 200);
      writeFileSync(file, bytes);
      if (isDamagedJustSo(file, key)) return { folder, text };
    }
    throw new Error('no page is as it should be');
  }

  /** Opens, knows the hotel, the staff and what is unsent, and fails on who is in house. */
  function isDamagedJustSo(file: string, key: Buffer): boolean {
    const opened = openCache({ file, key });
    if (!opened.ok) return false;
    try {
      const { outbox } = opened.value.kept();
      opened.value.property.get();
      opened.value.employees.all();
      if (outbox.length !== 1) return false;
      try {
        opened.value.stays.inHouse();
        return false;
      } catch {
        return true;
      }
    } catch {
      return false;
    } finally {
      opened.value.close();
    }
  }

  it('after damage that shows in the middle of work keeps what was not sent, and who is locked out', async () => {
    const { folder, text } = await damagedWithUnsent();
    const desk = await start(folder);
    await desk.signIn(house.who('receptionist'));
    expect(codeOf(await desk.call('today.view', undefined))).toBe('not-ready');
    expect(faultOf(expectOk(await desk.call('app.status', undefined)))).toBe('corrupt');
    expect(expectOk(await desk.call('session.view', undefined)).state).toBe('sealed');
    expect(desk.incidents).toEqual([]);

    setUpFolder({ folder, serverUrl: house.server.url, caPem: house.server.caPem });
    expect(expectOk(await desk.call('app.rebuild', undefined)).phase).toBe('ready');
    await desk.until(({ line, queued }) => line === 'online' && queued === 0);
    const { rows } = await house.server.store.readFeed(house.hotel.property.id, 0, PULL_PAGE);
    expect(rows.filter(({ json }) => json.includes(text))).toHaveLength(1);
    const finance = house.who('finance');
    expect(codeOf(await desk.typePassword(finance, finance.password))).toBe('too-many-attempts');
    await expectWorks(desk);
  });

  it('cut off after the old cache was set aside is finished at the next start', async () => {
    const folder = await closedTerminal();
    const { cache } = terminalFiles(folder);
    for (const suffix of ['', '.label']) renameSync(cache + suffix, `${cache}.rebuilt${suffix}`);
    const desk = await start(folder);
    expect(desk.terminal.status.propertyName).toBe(house.hotel.property.name);
    expect(existsSync(`${cache}.rebuilt`)).toBe(false);
    await expectWorks(desk);
  });

  it('cut off before that begins again', async () => {
    const folder = await closedTerminal();
    const { cache } = terminalFiles(folder);
    for (const suffix of ['', '.label']) copyFileSync(cache + suffix, `${cache}.rebuilt${suffix}`);
    truncateSync(cache, 5_000);
    const desk = await start(folder);
    const { id, password } = house.who('receptionist');
    expect(codeOf(await desk.typePassword({ id }, password))).toBe('not-ready');
    expect(expectOk(await desk.call('app.rebuild', undefined)).phase).toBe('ready');
    expect(existsSync(`${cache}.rebuilt`)).toBe(false);
    await expectWorks(desk);
  });
});

describe.skipIf(!canMount())('a disk (skipped unless root may mount a small one)', () => {
  it('that fills up stops reveals, since they cannot be recorded; with room again all goes on', async () => {
    const folder = tempFolder('small-disk');
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', folder]);
    afterwards(() => void spawnSync('umount', ['-l', folder]));
    const desk = await enrolledDesk(house, folder);
    await desk.unlock(house.who('receptionist'));
    const stay = house.hotel.currentStays.find(({ guestId }) => guestId === house.hotel.stories.arriving.id);
    const reveal = () =>
      desk.callWith('stay.reveal', { stayId: stay?.id, field: 'documentNumber', purpose: 'check-in' });
    expect(codeOf(await reveal())).toBeNull();
    fill(folder);
    // The journals have some room left in themselves.
    let revealed = 0;
    let refused: string | null = null;
    for (; refused === null && revealed < 5_000; revealed++) refused = codeOf(await reveal());
    expect(refused).toBe('disk-full');
    expect(codeOf(await reveal())).toBe('disk-full');
    expect(codeOf(await desk.call('note.add', { guestId: house.hotel.stories.inHouse.id, text: 'no room' }))).toBe(
      'disk-full',
    );
    const entries = desk.terminal.desk?.log.list({ types: ['field.reveal'], limit: 10_000 }) ?? [];
    expect(entries).toHaveLength(revealed);
    await desk.terminal.close();

    const full = await start(folder);
    expect(faultOf(full.terminal.status)).toBe('disk-full');
    for (const name of readdirSync(folder)) if (name.startsWith('filler-')) rmSync(join(folder, name));
    await expectWorks(full);
  });
});

function fill(folder: string): void {
  for (let size = 1 << 20, n = 0; size >= 1; ) {
    try {
      writeFileSync(join(folder, `filler-${n++}`), Buffer.alloc(size));
    } catch {
      size = Math.floor(size / 4);
    }
  }
}

function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  return spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs -o size=1m tmpfs /mnt']).status === 0;
}

// Last: all the folders above have been worked in, damaged, set aside.
describe('the stolen disk', () => {
  /** Which secrets lie in the files of a folder, as UTF-8 or UTF-16. Very short ones turn up in any ciphertext. */
  function told(folder: string, secrets: ReadonlySet<string>): string[] {
    const bytes = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
    const whole = Buffer.concat(bytes);
    // One pass over megabytes for thousands of needles: by their first two bytes.
    const needles = new Map<number, [Buffer, string][]>();
    for (const secret of secrets) {
      for (const encoding of ['utf8', 'utf16le'] as const) {
        const needle = Buffer.from(secret, encoding);
        if (needle.length < 6) continue;
        const start = needle.readUInt16BE(0);
        needles.set(start, [...(needles.get(start) ?? []), [needle, secret]]);
      }
    }
    const found = new Set<string>();
    for (let at = 0; at + 6 <= whole.length; at++) {
      for (const [needle, secret] of needles.get(whole.readUInt16BE(at)) ?? []) {
        if (whole.compare(needle, 0, needle.length, at, Math.min(at + needle.length, whole.length)) === 0)
          found.add(secret);
      }
    }
    return [...found];
  }
  const all = () => new Set([...sealedSecrets(house.hotel), ...contactSecrets(house.hotel, [])]);

  it('tells no name, phone, document or card of any guest, in no file of any terminal', async () => {
    expect(worked.length).toBeGreaterThan(5);
    const names = worked.flatMap((folder) => readdirSync(folder, { recursive: true }) as string[]).join();
    for (const name of ['set-aside', 'keyrack.log', 'cache.db', 'access-log.db']) expect(names).toContain(name);
    for (const folder of worked) expect(told(folder, all())).toEqual([]);
  });

  it('nor while the terminal works: journals and logs are as silent', async () => {
    const desk = await enrolledDesk(house);
    await desk.unlock(house.who('duty-manager'));
    for (const { id: stayId } of house.hotel.currentStays.slice(0, 20)) {
      expectOk(await desk.call('stay.open', { stayId }));
      await desk.call('stay.reveal', { stayId, field: 'documentNumber', purpose: 'check-in' });
      await desk.call('stay.reveal', { stayId, field: 'cardNumber', purpose: 'settle-folio' });
    }
    for (const { name } of house.hotel.guests.slice(0, 20)) await desk.call('guest.search', { query: name, limit: 10 });
    await desk.callWith('stay.open', { stayId: house.hotel.guests[0]?.name });
    await desk.call('preferences.set', { locale: 'en' });
    const names = readdirSync(desk.folder, { recursive: true }).join();
    for (const name of ['cache.db-wal', 'access-log.db-wal', 'preferences.json']) expect(names).toContain(name);
    expect(told(desk.folder, all())).toEqual([]);
    // And this test would notice.
    writeFileSync(join(desk.folder, 'left-behind.txt'), `${house.hotel.stories.arriving.documentNumber}`, 'utf16le');
    expect(told(desk.folder, all())).toEqual([house.hotel.stories.arriving.documentNumber]);
  });

  it('opens with the key of a slot in a second process, and without it does not', async () => {
    const folder = await closedTerminal();
    const { cache } = terminalFiles(folder);
    const reader = (key: string) => `
      const { openCache } = await import(${JSON.stringify(new URL('../../src-main/store/open.ts', import.meta.url).href)});
      const opened = openCache({ file: ${JSON.stringify(cache)}, key: ${key} });
      console.log(opened.ok ? opened.value.guests.count() : opened.problem);`;
    const run = (script: string, input = '') =>
      spawnSync(process.execPath, ['--input-type=module', '-e', script], { input, encoding: 'utf8' });
    const key = await cacheKey(folder);
    const fromStdin = "Buffer.from((await import('node:fs')).readFileSync(0, 'utf8'), 'hex')";
    expect(run(reader(fromStdin), key.toString('hex')).stdout.trim()).toBe(String(house.hotel.guests.length));
    expect(run(reader('Buffer.alloc(32)')).stdout.trim()).toBe('wrong-key');
    const plain = `import Database from ${JSON.stringify(import.meta.resolve('better-sqlite3'))};
      new Database(${JSON.stringify(cache)}, { readonly: true }).prepare('SELECT * FROM guest').all();`;
    const { status, stderr } = run(plain);
    expect(status).toBe(1);
    expect(stderr).toContain('file is not a database');
  });
});
