/** A keychain of the tests' own: a session bus and gnome-keyring, with a home folder that goes when the tests of the file do. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { afterwards } from './afterwards.ts';

export interface Keychain {
  /** Locks it, as a person's log-out would. */
  lock(): void;
  /** Unlocks it, as a person's log-in would. */
  unlock(): Promise<void>;
  /**
   * Ends the service; nothing starts another on this bus. libsecret remembers the service it spoke to: a process that used the
   * keychain before does not find the next one.
   */
  stopService(): Promise<void>;
  startService(): Promise<void>;
}

const PASSWORD = 'a password of the tests';

/**
 * Opens it for this process, and for the children it starts. Must come before the first use of keytar: the environment names the
 * bus.
 */
export async function openKeychain(): Promise<Keychain> {
  const home = mkdtempSync(join(tmpdir(), 'keyrack-keychain-'));
  const config = join(home, 'bus.conf');
  // No service folders: what is ended stays ended.
  writeFileSync(
    config,
    `<busconfig><type>session</type><listen>unix:tmpdir=${home}</listen><policy context="default">
       <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`,
  );
  const bus = spawn('dbus-daemon', ['--config-file', config, '--nofork', '--nopidfile', '--print-address=3'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const [address] = await once(createInterface({ input: bus.stdio[3] as Readable }), 'line');
  Object.assign(process.env, { DBUS_SESSION_BUS_ADDRESS: address, XDG_RUNTIME_DIR: home, XDG_DATA_HOME: home });
  delete process.env['DISPLAY'];
  let service: ChildProcess | null = null;

  const keychain: Keychain = {
    lock: () => {
      const lock = ['org.freedesktop.Secret.Service.Lock', 'array:objpath:/org/freedesktop/secrets/collection/login'];
      dbusSend('--dest=org.freedesktop.secrets', '/org/freedesktop/secrets', ...lock);
    },
    unlock: () => unlockBy(join(home, 'keyring', 'control')),
    stopService: async () => {
      if (service === null) return;
      service.kill();
      await once(service, 'exit');
      service = null;
    },
    startService: async () => {
      service = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      service.stdin?.end(PASSWORD);
      while (!isOwned('org.freedesktop.secrets')) await wait(20);
    },
  };
  afterwards(async () => {
    await keychain.stopService();
    bus.kill();
    await once(bus, 'exit');
    rmSync(home, { recursive: true, force: true });
  });
  await keychain.startService();
  return keychain;
}

/** gnome-keyring's control socket, as its PAM module uses it: a credentials byte, then length, operation and password. */
async function unlockBy(socket: string): Promise<void> {
  const password = Buffer.from(PASSWORD);
  const packet = Buffer.alloc(12);
  packet.writeUInt32BE(packet.length + password.length, 0);
  packet.writeUInt32BE(UNLOCK, 4);
  packet.writeUInt32BE(password.length, 8);
  const line = connect(socket);
  line.write(Buffer.concat([Buffer.alloc(1), packet, password]));
  const [answer] = (await once(line, 'data')) as [Buffer];
  line.destroy();
  if (answer.readUInt32BE(4) !== 0) throw new Error('the keyring did not unlock');
}

const UNLOCK = 1;

function isOwned(name: string): boolean {
  return dbusSend('--dest=org.freedesktop.DBus', '/', 'org.freedesktop.DBus.NameHasOwner', `string:${name}`).includes(
    'boolean true',
  );
}

function dbusSend(...args: readonly string[]): string {
  const { status, stdout } = spawnSync('dbus-send', ['--session', '--print-reply', ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error('the test bus does not answer');
  return stdout;
}
