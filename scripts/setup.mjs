/**
 * Brings a fresh machine to where everything runs: the Debian packages that are missing, the npm packages of the lockfile, the
 * built app. Plain JavaScript for any Node from 20 on: it runs before anything is installed. Says what it does and why.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** What is looked for, the Debian package that has it, and what for. */
const NEEDED_TO_RUN = [
  {
    found: () => onPath('chromium') || onPath('google-chrome'),
    package: 'chromium',
    why: 'the window, where Electron cannot be had',
  },
  { found: () => onPath('Xvfb'), package: 'xvfb', why: 'a display, where there is none' },
  { found: () => onPath('dbus-daemon'), package: 'dbus', why: 'the way to the keychain' },
  {
    found: () => onPath('gnome-keyring-daemon'),
    package: 'gnome-keyring',
    why: 'a keychain, where the desktop has none',
  },
  {
    found: () => hasHeader('libsecret-1/libsecret/secret.h'),
    package: 'libsecret-1-dev',
    why: 'to build keytar, the way to the keychain',
  },
  { found: () => onPath('g++') && onPath('make'), package: 'build-essential', why: 'to build keytar' },
  { found: () => onPath('python3'), package: 'python3', why: 'to build keytar' },
  { found: () => onPath('pkg-config'), package: 'pkg-config', why: 'to build keytar' },
  { found: hasChineseFont, package: 'fonts-noto-cjk', why: 'Chinese characters' },
];
const NEEDED_TO_TEST = [
  {
    found: () => existsSync('/usr/lib/postgresql'),
    package: 'postgresql',
    why: "the server's tests on a real PostgreSQL, in a folder of their own",
  },
  { found: () => onPath('strace'), package: 'strace', why: 'to see that an access-log entry is on the disk first' },
];

/**
 * Does whatever is still to be done; nothing when all is there. Ends the process with a clear word when it cannot go on.
 * @param {'run' | 'test'} purpose tests need a little more than the demo
 */
export function setUp(purpose) {
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major < 20) fail(`Node.js 20 or newer is needed to begin with; this is ${process.versions.node}.`);
  installSystemPackages(purpose === 'test' ? [...NEEDED_TO_RUN, ...NEEDED_TO_TEST] : NEEDED_TO_RUN);
  installNpmPackages();
}

/** Node of the version the project brings with it. */
export function ownNode() {
  return join(ROOT, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/** Builds main, preload and renderer when a source is newer than the last build. */
export function build() {
  const stamp = join(ROOT, 'out', '.built');
  const sources = ['src-main', 'src-shared', 'src-renderer', 'electron.vite.config.ts', 'package-lock.json'];
  const newest = Math.max(...sources.map((source) => newestChange(join(ROOT, source))));
  if (existsSync(stamp) && statSync(stamp).mtimeMs > newest) return;
  say('Building the app …');
  run(ownNode(), [join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js'), 'build', '--logLevel', 'warn']);
  writeFileSync(stamp, '');
}

function installSystemPackages(needed) {
  if (process.platform !== 'linux') return;
  const missing = needed.filter((need) => !need.found());
  if (missing.length === 0) return;
  say(`Needed from Debian:\n${missing.map((need) => `  ${need.package.padEnd(18)}${need.why}`).join('\n')}`);
  const names = missing.map((need) => need.package);
  const command = `apt-get install -y --no-install-recommends ${names.join(' ')}`;
  const asRoot = process.getuid?.() === 0 ? [] : spawnSync('sudo', ['-n', 'true']).status === 0 ? ['sudo'] : null;
  if (asRoot === null || !onPath('apt-get')) {
    fail(`They cannot be installed from here. Ask somebody who may to run:\n  sudo ${command}\nthen start again.`);
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args) => run(...withRoot(asRoot, 'apt-get', args), { env, quiet: true });
  apt('update', '-qq');
  apt('install', '-y', '-qq', '--no-install-recommends', ...names);
}

function withRoot(asRoot, program, args) {
  return asRoot.length === 0 ? [program, args] : [asRoot[0], [...asRoot.slice(1), '-E', program, ...args]];
}

function installNpmPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  const stamp = join(ROOT, 'node_modules', '.keyrack-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  say('Installing the npm packages of the lockfile …');
  const env = { ...process.env };
  // Headers for native code: those of the Node that runs this, where it has them; else npm fetches its own.
  const prefix = dirname(dirname(process.execPath));
  if (existsSync(join(prefix, 'include/node/node_api.h'))) env['npm_config_nodedir'] = prefix;
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { env, quiet: true });
  writeFileSync(stamp, lock);
}

/** Runs to the end; what it printed is shown only when it failed. */
function run(program, args, { env = process.env, quiet = false } = {}) {
  const result = spawnSync(program, args, { cwd: ROOT, env, stdio: quiet ? 'pipe' : 'inherit', maxBuffer: 1 << 28 });
  if (result.status === 0) return;
  if (quiet) process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`);
  fail(`${program} ${args[0] ?? ''} failed${result.error ? `: ${result.error.message}` : ` with ${result.status}`}.`);
}

function onPath(program) {
  return (process.env['PATH'] ?? '').split(':').some((folder) => folder !== '' && existsSync(join(folder, program)));
}

function hasHeader(name) {
  return existsSync(join('/usr/include', name));
}

function hasChineseFont() {
  try {
    return execFileSync('fc-list', [':lang=zh-cn', 'family'], { stdio: ['ignore', 'pipe', 'ignore'] }).length > 0;
  } catch {
    return false;
  }
}

function newestChange(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newestChange(join(path, name))));
}

function say(text) {
  process.stdout.write(`${text}\n`);
}

function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
