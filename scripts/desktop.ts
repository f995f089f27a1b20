/** A display and a keychain where the machine has none: Xvfb, a private D-Bus and gnome-keyring, all ended with `stop`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface Desktop {
  /** To be given to every process that needs the display or the keychain. */
  readonly env: NodeJS.ProcessEnv;
  /** What had to be started, in words for the person. */
  readonly started: readonly string[];
  stop(): Promise<void>;
}

/**
 * Uses the display and session bus that are there, and starts what is missing.
 * @param folder where a private keyring is kept; deleting it deletes the keys
 * @param isolated true for tests: never the person's own display or keychain
 */
export async function startDesktop(folder: string, isolated: 'own' | 'shared'): Promise<Desktop> {
  const env: NodeJS.ProcessEnv = { ...process.env };
  const children: ChildProcess[] = [];
  const started: string[] = [];
  const stop = async () => {
    for (const child of children.reverse()) await end(child);
  };
  try {
    if (isolated === 'own' || (env['DISPLAY'] === undefined && env['WAYLAND_DISPLAY'] === undefined)) {
      const xvfb = spawn('Xvfb', ['-displayfd', '3', '-noreset', '-screen', '0', '1920x1080x24', '-nolisten', 'tcp'], {
        stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      });
      children.push(xvfb);
      env['DISPLAY'] = `:${await firstLine(xvfb, xvfb.stdio[3] as Readable)}`;
      delete env['WAYLAND_DISPLAY'];
      started.push(`Xvfb ${env['DISPLAY']}`);
    }
    if (isolated === 'own' || env['DBUS_SESSION_BUS_ADDRESS'] === undefined) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      env['XDG_RUNTIME_DIR'] = folder;
      env['XDG_DATA_HOME'] = join(folder, 'data');
      const bus = spawn('dbus-daemon', ['--session', '--nofork', '--nopidfile', '--print-address=3'], {
        stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
        env,
      });
      children.push(bus);
      env['DBUS_SESSION_BUS_ADDRESS'] = await firstLine(bus, bus.stdio[3] as Readable);
      await startKeyring(folder, env);
      started.push('a private keyring (gnome-keyring)');
    }
    return { env, started, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * The keyring's password lies beside it: it stands for a person's log-in, and only where there is none. The daemon goes to the
 * background once it is unlocked, and ends with its bus.
 */
async function startKeyring(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const file = join(folder, 'keyring-password');
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  const keyring = spawn('gnome-keyring-daemon', ['--unlock', '--components=secrets'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env,
  });
  keyring.stdin.end(readFileSync(file));
  const [code] = await once(keyring, 'exit');
  if (code !== 0) throw new Error(`gnome-keyring-daemon ended with ${code}`);
}

function firstLine(child: ChildProcess, stream: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${child.spawnfile} ended with ${code}`)));
    createInterface({ input: stream }).once('line', resolve);
  });
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    const force = setTimeout(() => child.kill('SIGKILL'), 3_000);
    child.removeAllListeners('exit').once('exit', () => {
      clearTimeout(force);
      done();
    });
    child.kill('SIGTERM');
  });
}
