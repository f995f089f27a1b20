/** The server's program: what it takes from command line and environment, and how it says no. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DEMO_PROPERTY, generateHotel } from '../../../scripts/demo/hotel.ts';
import { systemClock } from '../../../src-server/clock.ts';
import { parseConfig } from '../../../src-server/config.ts';
import { openStore } from '../../../src-server/store/store.ts';
import { CERTIFICATE_LIFE_MS, RENEWAL_GRACE_MS } from '../../../src-shared/sync/protocol.ts';
import { createClient, enrolled } from './client.ts';
import { SMALL } from './house.ts';
import { runProgram, startProcess } from './server-process.ts';

const root = mkdtempSync(join(tmpdir(), 'keyrack-command-'));
const dataDir = join(root, 'data');
const here = ['--data-dir', dataDir, '--log-level', 'warn'] as const;

beforeAll(async () => {
  await using store = await openStore({ kind: 'embedded', dataDir }, systemClock);
  await store.foundProperty(generateHotel(SMALL).property, []);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const KEPT = { keepTombstones: 180, keepOperationIds: 180, forgetAt: '30 4 * * *' };
/** How long a nightly backup is kept. */
const BACKUP_DAYS = 30;

describe('settings', () => {
  it('come from the command line, then from the environment, then from defaults', () => {
    const env = { KEYRACK_DATA_DIR: '/env', KEYRACK_PORT: '1', KEYRACK_DATABASE: 'postgres://a@b/c' };
    expect(parseConfig(['--data-dir', '/option'], env)).toEqual({
      kind: 'config',
      config: { dataDir: '/option', port: 1, database: 'postgres://a@b/c', logLevel: 'info', ...KEPT },
    });
    expect(parseConfig(['--data-dir=/x', '--port=0', '--issue-enrolment-code', 'harbour-view'], {})).toEqual({
      kind: 'config',
      config: { dataDir: '/x', port: 0, logLevel: 'info', issueEnrolmentCode: 'harbour-view', ...KEPT },
    });
    const reached = {
      KEYRACK_HOST: '0.0.0.0',
      KEYRACK_NAMES: 'desk.example, 10.0.0.5',
      KEYRACK_OPERATIONS_PORT: '9464',
    };
    expect(parseConfig(['--data-dir=/x'], reached)).toMatchObject({
      config: { host: '0.0.0.0', names: ['desk.example', '10.0.0.5'], operationsPort: 9_464 },
    });
    expect(parseConfig(['--help'], {})).toEqual({ kind: 'help' });
  });

  /** A certificate's life and the grace after it together: the longest that a terminal comes back by itself after. */
  it('keep what is forgotten for longer than a terminal may be away', () => {
    const away = (CERTIFICATE_LIFE_MS + RENEWAL_GRACE_MS) / 86_400_000;
    for (const days of [KEPT.keepTombstones, KEPT.keepOperationIds]) expect(days).toBeGreaterThan(away + BACKUP_DAYS);
    const shorter = ['--data-dir=/x', '--keep-tombstones=40', '--forget-at', '0 1 * * *'];
    expect(parseConfig(shorter, { KEYRACK_KEEP_OPERATION_IDS: '50' })).toMatchObject({
      config: { keepTombstones: 40, keepOperationIds: 50, forgetAt: '0 1 * * *' },
    });
  });

  const SECRET = 'pa55word-of-the-database';
  it.each<[readonly string[], NodeJS.ProcessEnv, RegExp]>([
    [[], {}, /^--data-dir \(KEYRACK_DATA_DIR\): must be a directory/],
    [['--data-dir', ''], {}, /^--data-dir/],
    [['--data-dir', 'x', '--port', '65536'], {}, /^--port \(KEYRACK_PORT\): must be a whole number from 0 to 65535/],
    [['--data-dir', 'x', '--port', '-1'], {}, /./],
    [['--data-dir', 'x'], { KEYRACK_PORT: '80.5' }, /^--port/],
    [['--data-dir', 'x'], { KEYRACK_PORT: '' }, /^--port/],
    [
      ['--data-dir', 'x'],
      { KEYRACK_DATABASE: `mysql://root:${SECRET}@x/y` },
      /^--database \(KEYRACK_DATABASE\): must be/,
    ],
    [['--data-dir', 'x', '--database', SECRET], {}, /^--database/],
    [['--data-dir', 'x', '--host', 'desk.example'], {}, /^--host \(KEYRACK_HOST\): must be an IP address/],
    [['--data-dir', 'x', '--host', '0.0.0.0'], {}, /^--names \(KEYRACK_NAMES\): must be given too/],
    [['--data-dir', 'x', '--names', 'desk example'], {}, /^--names \(KEYRACK_NAMES\): must be names and addresses/],
    [['--data-dir', 'x', '--operations-port', 'all'], {}, /^--operations-port/],
    [['--data-dir', 'x', '--keep-tombstones', '30'], {}, /^--keep-tombstones .*must be a whole number of days, 31/],
    [['--data-dir', 'x'], { KEYRACK_KEEP_OPERATION_IDS: '1e3' }, /^--keep-operation-ids/],
    [['--data-dir', 'x', '--forget-at', 'nightly'], {}, /^--forget-at .*must be five fields/],
    [['--data-dir', 'x', '--log-level', 'trace'], {}, /^--log-level .*must be one of silent, error, warn, info, debug/],
    [['--data-dir', 'x', '--issue-enrolment-code', 'Harbour View'], {}, /^--issue-enrolment-code: must be the id/],
    [['--data-dir', 'x', '--find-employments', ' '], {}, /^--find-employments: must be a staff number or a name/],
    [['--data-dir', 'x', `--pasword=${SECRET}`], {}, /^command line: an option is unknown/],
    [['--data-dir', 'x', SECRET], {}, /^command line/],
    [['--data-dir', 'x', '--port'], {}, /^command line/],
  ])('%j with %j are refused by name and without the value', (args, env, problem) => {
    const parsed = parseConfig(args, env);
    if (parsed.kind !== 'refused') throw new Error('they were taken');
    expect(parsed.problems).toHaveLength(1);
    expect(parsed.problems[0]).toMatch(problem);
    expect(parsed.problems.join()).not.toContain(SECRET);
  });

  it('are all complained of at once', async () => {
    const { code, stdout, stderr } = await runProgram(['--port', 'x', '--log-level', 'loud']);
    expect([code, stdout]).toEqual([2, '']);
    expect(
      stderr
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(['--data-dir', '--port', '--log-level']);
  });
});

/** Six groups: the secret, and the server that it is for. */
const CODE = /^([0-9A-Z]{5}-){5}[0-9A-Z]{5}$/;

describe('the program', () => {
  it('issues a code, serves who comes with it, and stops when asked', async () => {
    const issued = await runProgram([...here, '--issue-enrolment-code', DEMO_PROPERTY]);
    expect([issued.code, issued.stderr]).toEqual([0, '']);
    const { enrolmentCode, expiresAt } = JSON.parse(issued.stdout);
    expect(enrolmentCode).toMatch(CODE);
    expect(Math.abs(expiresAt - Date.now() - 600_000)).toBeLessThan(60_000);

    const server = await startProcess(here);
    const client = createClient(server);
    const terminal = await enrolled(client, enrolmentCode);
    expect((await client.pull(terminal, 0)).puts.map(({ entity }) => entity)).toEqual(['property', 'device']);
    await client.close();
    expect([await server.end('SIGTERM'), server.stderr()]).toEqual([0, '']);
  });

  it('sets up what a terminal may hold, and refuses what is no terminal or no class', async () => {
    const issued = await runProgram([...here, '--issue-enrolment-code', DEMO_PROPERTY]);
    const server = await startProcess(here);
    const client = createClient(server);
    const { deviceId } = await enrolled(client, JSON.parse(issued.stdout).enrolmentCode);
    await client.close();
    await server.end('SIGTERM');
    const set = (profile: string) => runProgram([...here, '--set-terminal-profile', profile]);
    const done = await set(`${DEMO_PROPERTY}/${deviceId}=payment,identity`);
    expect([done.code, done.stderr, JSON.parse(done.stdout)]).toEqual([
      0,
      '',
      { terminal: deviceId, classes: ['payment', 'identity'] },
    ]);
    for (const [profile, problem] of [
      [`nowhere/${deviceId}=identity`, 'must name a terminal of this database, by property and id'],
      [`${DEMO_PROPERTY}/${deviceId}=basic`, 'must be '],
      [`${DEMO_PROPERTY}=identity`, 'must be a property, a terminal and classes'],
    ] as const) {
      const refused = await set(profile);
      expect([refused.code, refused.stdout]).toEqual([2, '']);
      expect(refused.stderr).toContain(problem);
    }
  });

  it('says where somebody works, which may be nowhere', async () => {
    const { code, stdout, stderr } = await runProgram([...here, '--find-employments', 'R101']);
    expect([code, JSON.parse(stdout), stderr]).toEqual([0, { employments: [] }, '']);
  });

  describe('with a backup', () => {
    let [identity, made] = ['', ''];

    it('under way comes to its end before it stops', async () => {
      identity = await generateX25519Identity();
      const to = join(root, 'backups');
      const plan = ['--backup-to', to, '--backup-recipients', await identityToRecipient(identity)];
      const server = await startProcess([...here, ...plan, '--backup-at', '* * * * * *']);
      const unfinished = () => (existsSync(to) ? readdirSync(to).filter((name) => name.endsWith('.new')) : []);
      await vi.waitFor(() => expect(unfinished()).not.toEqual([]), { timeout: 60_000, interval: 5 });
      const [begun = ''] = unfinished();
      expect([await server.end('SIGTERM'), server.stderr()]).toEqual([0, '']);
      expect(unfinished()).toEqual([]);
      made = join(to, begun.replace('.new', ''));
      expect(readdirSync(made)).toContain('manifest.json');
    });

    it('restores it with an officer’s key, once, into an empty place', async () => {
      const [file, place] = [join(root, 'officer.key'), join(root, 'restored')];
      writeFileSync(file, `# created: 2026-03-14\n${identity}\n`);
      const args = ['--data-dir', place, '--log-level', 'warn', '--restore', made, '--identity-file', file];
      const restored = await runProgram(args);
      expect([restored.code, restored.stderr]).toEqual([0, '']);
      expect(JSON.parse(restored.stdout)).toMatchObject({ counts: { property: 1 }, seeds: 'restored' });
      // The same to whoever trusted the one before.
      expect(readFileSync(join(place, 'tls/ca.pem'))).toEqual(readFileSync(join(dataDir, 'tls/ca.pem')));
      const again = await runProgram(args);
      expect([again.code, again.stdout]).toEqual([2, '']);
      expect(again.stderr).toBe('--restore: the data directory is not empty: restore into a new one\n');
    });
  });

  it('issues no code for a property that is not there', async () => {
    const { code, stdout, stderr } = await runProgram([...here, '--issue-enrolment-code', 'nowhere']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe('--issue-enrolment-code: must be the id of a property of this database\n');
  });

  it('issues a code that founds a property, unless that one is there', async () => {
    const issued = await runProgram([...here, '--issue-founding-code', 'east-lake']);
    expect([issued.code, issued.stderr]).toEqual([0, '']);
    const { foundingCode, expiresAt } = JSON.parse(issued.stdout);
    expect(foundingCode).toMatch(CODE);
    expect(Math.abs(expiresAt - Date.now() - 3_600_000)).toBeLessThan(60_000);
    const refused = await runProgram([...here, '--issue-founding-code', DEMO_PROPERTY]);
    expect([refused.code, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toBe('--issue-founding-code: this database has a property of that id already\n');
  });

  it('leaves a data directory alone that another server has open, until that one is gone, however it went', async () => {
    const server = await startProcess(here);
    for (const more of [[], ['--issue-enrolment-code', DEMO_PROPERTY]]) {
      const { code, stdout, stderr } = await runProgram([...here, ...more]);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain('--data-dir: the data directory is in use by another server: stop that one first');
    }
    await server.end('SIGKILL');
    const next = await startProcess(here);
    expect(await next.end('SIGINT')).toBe(0);
  });

  it('keeps database and keys from other users of the machine', async () => {
    for (const name of ['database', 'tls']) expect(statSync(join(dataDir, name)).mode & 0o077).toBe(0);
    for (const name of ['ca.key', 'server.key']) expect(statSync(join(dataDir, 'tls', name)).mode & 0o077).toBe(0);
  });

  it('says which setting it could not start with', async () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.on('listening', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    const nobody = 'postgres://hotel:pa55word-of-the-database@127.0.0.1:1/hotel';
    try {
      for (const [args, problem] of [
        [['--data-dir', file], '--data-dir: must be a directory that this user may write to\n'],
        [[...here, '--port', port], '--port: is taken by another program: choose another, or 0 for any free one\n'],
        [[...here, '--database', nobody], '--database: does not answer: is PostgreSQL running there?\n'],
      ] as const) {
        const { code, stdout, stderr } = await runProgram(args);
        expect([code, stdout]).toEqual([1, '']);
        expect(stderr).toContain(problem);
        expect(stderr).not.toContain('pa55word');
      }
    } finally {
      taken.close();
    }
  });
});
