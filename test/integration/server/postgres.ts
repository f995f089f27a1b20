/** A PostgreSQL of our own for tests: Debian's binaries, a temporary folder, a unix socket; gone with the test. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

export interface PrivatePostgres {
  /** Where its tables and its log of changes lie. */
  readonly dataDir: string;
  /** Of its own user, for what else belongs to it. */
  readonly folder: string;
  /** What it has written to its own log since it was started last. */
  log(): string;
  /** Runs one of its programs as the owner of the cluster. @returns what that wrote to stdout */
  run(program: string, args: readonly string[]): string;
  /** Ends it and starts it over a base backup, with other settings, in the state that these recover. */
  recover(baseBackup: string, settings: readonly string[]): Promise<void>;
  /** Makes an empty database of a user who is no superuser. @returns its `postgres://` address */
  createDatabase(): Promise<string>;
  /** Stops it and deletes its folder. */
  stop(): Promise<void>;
}

const INSTALLED = '/usr/lib/postgresql';
/** Of util-linux, which every Debian has. */
const SETPRIV = '/usr/bin/setpriv';
const USER = 'keyrack';
/** As whom the server works: the owner of its database, and nothing more. */
const OWNER = 'hotel';
/** What makes no difference to a test but to its length. */
const QUICK = ['-c', 'fsync=off', '-c', 'full_page_writes=off'];

/** Starts one. @param settings `name=value` each @throws when PostgreSQL is not installed */
export async function startPostgres(settings: readonly string[] = []): Promise<PrivatePostgres> {
  const bin = findBinaries();
  const folder = mkdtempSync(join(tmpdir(), 'keyrack-pg-'));
  const dataDir = join(folder, 'data');
  // PostgreSQL refuses to run as root: Debian's package has made a user for it.
  const owner = process.getuid?.() === 0 ? userNamed('postgres') : null;
  if (owner !== null) chownSync(folder, owner.uid, owner.gid);
  const as = { cwd: folder, ...(owner ?? {}) };
  const initdb = ['-D', dataDir, '-U', USER, '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'];
  execFileSync(join(bin, 'initdb'), initdb, { ...as, stdio: 'pipe' });
  const identity = owner === null ? [] : [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups'];
  // It stops with the test process, however that ends.
  const start = ['--pdeathsig=INT', ...identity, join(bin, 'postgres')];
  const launch = (directory: string, wanted: readonly string[]) => {
    const more = wanted.flatMap((setting) => ['-c', setting]);
    const args = [...start, '-D', directory, '-k', folder, '-c', 'listen_addresses=', ...QUICK, ...more];
    return spawn(SETPRIV, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  };
  const end = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGINT');
    await gone;
  };
  let child = launch(dataDir, settings);
  let log = await readyLog(child);
  const urlOf = (database: string, user: string) =>
    `postgres://${user}@localhost/${database}?host=${encodeURIComponent(folder)}`;
  const admin = new Client(urlOf('postgres', USER));
  await admin.connect();
  await admin.query(`create role ${OWNER} login`);
  await admin.end();
  let databases = 0;
  return {
    dataDir,
    folder,
    log: () => log(),
    run: (program, args) =>
      execFileSync(join(bin, program), args, {
        ...as,
        env: { PGHOST: folder, PGUSER: USER },
        encoding: 'utf8',
        stdio: 'pipe',
      }),
    recover: async (baseBackup, wanted) => {
      await end();
      const signal = join(baseBackup, 'recovery.signal');
      writeFileSync(signal, '');
      if (owner !== null) chownSync(signal, owner.uid, owner.gid);
      child = launch(baseBackup, wanted);
      log = await readyLog(child);
    },
    createDatabase: async () => {
      const name = `hotel_${++databases}`;
      const admin = new Client(urlOf('postgres', USER));
      await admin.connect();
      await admin.query(`create database ${name} owner ${OWNER}`);
      await admin.end();
      return urlOf(name, OWNER);
    },
    stop: async () => {
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function findBinaries(): string {
  const versions = existsSync(INSTALLED) ? readdirSync(INSTALLED).sort((a, b) => Number(b) - Number(a)) : [];
  const bin = versions.map((version) => join(INSTALLED, version, 'bin')).find((dir) => existsSync(join(dir, 'initdb')));
  if (bin !== undefined) return bin;
  throw new Error(`no PostgreSQL under ${INSTALLED}: install Debian's package "postgresql"`);
}

function userNamed(name: string): { uid: number; gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined) throw new Error(`no user ${name}: install Debian's package "postgresql"`);
  return { uid: Number(uid), gid: Number(gid) };
}

function readyLog(child: ChildProcess): Promise<() => string> {
  return new Promise((resolve, reject) => {
    let log = '';
    child.stderr?.on('data', (bytes) => {
      log += String(bytes);
      if (log.includes('ready to accept connections')) resolve(() => log);
    });
    child.on('error', reject);
    child.on('exit', () => reject(new Error(`PostgreSQL did not start: ${log}`)));
  });
}
