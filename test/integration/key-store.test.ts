/** The key store on the real Secret Service: gnome-keyring on a session bus and a home folder of its own. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const FIXTURE = fileURLToPath(new URL('./key-store-fixture.ts', import.meta.url));
const SECRET = Buffer.from(Array.from({ length: 32 }, (_, n) => n * 8)).toString('hex');
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'keyrack-home-'));
  folders.push(home);
  return home;
}

/** No display, no bus, no keyring of whoever runs the tests. */
function environment(home: string, extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const { PATH } = process.env;
  return { PATH, HOME: home, XDG_RUNTIME_DIR: home, LANG: 'C.UTF-8', ...extra };
}

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
const fixture = (...steps: string[]) => [process.execPath, FIXTURE, ...steps].map(quote).join(' ');
const UNLOCKED = "printf 'a password' | gnome-keyring-daemon --unlock --components=secrets >/dev/null";
const LOCKED = 'gnome-keyring-daemon --start --components=secrets >/dev/null';

/** Runs a shell script on a session bus of its own. @returns what the fixture said */
function onABus(home: string, script: string): unknown[] {
  const { stdout } = spawnSync('dbus-run-session', ['--', 'sh', '-c', script], {
    encoding: 'utf8',
    env: environment(home),
    timeout: 50_000,
  });
  return linesOf(stdout);
}

function linesOf(stdout: string): unknown[] {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

const hasKeyring =
  process.platform === 'linux' &&
  ['dbus-run-session', 'gnome-keyring-daemon'].every(
    (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0,
  );

describe.skipIf(!hasKeyring)('the keychain (skipped unless gnome-keyring and dbus are installed)', () => {
  it('gives back what was written, nothing where nothing was, and forgets what was removed', () => {
    const home = newHome();
    const said = onABus(
      home,
      `${UNLOCKED}; ${fixture('one', 'read', 'write', 'read', 'readOther', 'remove', 'read', 'remove')}`,
    );
    expect(said).toEqual([null, null, SECRET, null, null, null, null].map((value) => ({ value })));
  });

  it('keeps secrets over a restart, each installation its own', () => {
    const home = newHome();
    onABus(home, `${UNLOCKED}; ${fixture('one', 'write')}`);
    expect(onABus(home, `${UNLOCKED}; ${fixture('one', 'read')}; ${fixture('two', 'read')}`)).toEqual([
      { value: SECRET },
      { value: null },
    ]);
  });

  it('that is locked is locked, not empty: no new key is made in place of a good one', () => {
    const home = newHome();
    onABus(home, `${UNLOCKED}; ${fixture('one', 'write')}`);
    expect(onABus(home, `${LOCKED}; ${fixture('one', 'read', 'write', 'remove')}`)).toEqual([
      { problem: 'locked' },
      { problem: 'locked' },
      { problem: 'locked' },
    ]);
    expect(onABus(home, `${UNLOCKED}; ${fixture('one', 'read')}`)).toEqual([{ value: SECRET }]);
  });

  it('with another password than the one given is locked', () => {
    const home = newHome();
    onABus(home, `${UNLOCKED}; ${fixture('one', 'write')}`);
    const wrong = "printf 'not it' | gnome-keyring-daemon --unlock --components=secrets >/dev/null";
    expect(onABus(home, `${wrong}; ${fixture('one', 'read')}`)).toEqual([{ problem: 'locked' }]);
  });

  it('that does not answer is locked after ten seconds, and the terminal goes on', () => {
    const daemon = "printf 'a password' | gnome-keyring-daemon --foreground --unlock --components=secrets >/dev/null &";
    const stopped = `kill -STOP $pid; (sleep 12; kill -CONT $pid) & ${fixture('one', 'read')}`;
    const script = `${daemon} pid=$!; sleep 1; ${fixture('one', 'write')}; ${stopped}; ${fixture('one', 'read')}; kill $pid`;
    expect(onABus(newHome(), script)).toEqual([{ value: null }, { problem: 'locked' }, { value: SECRET }]);
  });

  it('holding what we did not write is unreadable', () => {
    expect(onABus(newHome(), `${UNLOCKED}; ${fixture('one', 'garble', 'read')}`)).toEqual([
      { value: null },
      { problem: 'unreadable' },
    ]);
  });

  it('is missing where no service answers on the bus', () => {
    const home = newHome();
    const config = join(home, 'bus.conf');
    // A bus that cannot start a keyring by itself.
    writeFileSync(
      config,
      `<busconfig><type>session</type><listen>unix:tmpdir=${home}</listen><policy context="default">
         <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`,
    );
    const { stdout } = spawnSync(
      'dbus-run-session',
      ['--config-file', config, '--', 'sh', '-c', fixture('one', 'read', 'write')],
      {
        encoding: 'utf8',
        env: environment(home),
        timeout: 50_000,
      },
    );
    expect(linesOf(stdout)).toEqual([{ problem: 'missing' }, { problem: 'missing' }]);
  });
});

describe('a machine without a keychain', () => {
  it.skipIf(process.platform !== 'linux')('says that it is missing, and does not crash', () => {
    const { stdout } = spawnSync(process.execPath, [FIXTURE, 'one', 'read', 'write', 'remove'], {
      encoding: 'utf8',
      env: environment(newHome()),
    });
    expect(linesOf(stdout)).toEqual([{ problem: 'missing' }, { problem: 'missing' }, { problem: 'missing' }]);
  });
});
