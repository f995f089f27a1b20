/** The server's program: reads the settings, starts, says where it listens, and stops when asked. */
import { readFile } from 'node:fs/promises';
import { restoreBackup } from './backup/restore.ts';
import { BadBackup } from './backup/rows.ts';
import { systemClock } from './clock.ts';
import { type Config, HELP, parseConfig } from './config.ts';
import { createLog, type Logger } from './log.ts';
import { codePrinter } from './print-code.ts';
import type { RetentionPlan } from './retention/schedule.ts';
import { databaseOf, startServer } from './start.ts';
import { startProblem } from './start-problem.ts';
import { openStore, type Store } from './store/store.ts';
import { openServerTls } from './tls/certificates.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const DAY_MS = 86_400_000;
const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const;

async function main(): Promise<void> {
  const parsed = parseConfig(process.argv.slice(2), process.env);
  if (parsed.kind === 'help') {
    process.stdout.write(HELP);
    return;
  }
  if (parsed.kind === 'refused') {
    process.stderr.write(parsed.problems.map((problem) => `${problem}\n`).join(''));
    process.exitCode = EXIT_USAGE;
    return;
  }
  const { config } = parsed;
  const log = createLog(config.logLevel);
  try {
    await task(config, log);
  } catch (error) {
    log.error({ err: error }, 'the server did not start');
    const problem = startProblem(error);
    if (problem !== null) process.stderr.write(`${problem}\n`);
    process.exitCode = EXIT_FAILED;
  }
}

function task(config: Config, log: Logger): Promise<void> {
  if (config.issueFoundingCode !== undefined) return issueFoundingCode(config, config.issueFoundingCode);
  if (config.issueEnrolmentCode !== undefined) return issueCode(config, config.issueEnrolmentCode);
  if (config.setTerminalProfile !== undefined) return setTerminalProfile(config, config.setTerminalProfile);
  if (config.findEmployments !== undefined) return findEmployments(config, config.findEmployments);
  if (config.makeBackup !== undefined) return backUp(config, config.makeBackup);
  if (config.restore !== undefined) return restore(config, config.restore);
  return serve(config, log);
}

async function serve(config: Config, log: Logger): Promise<void> {
  const server = await startServer(
    { ...config, backups: backupsOf(config), retention: retentionOf(config) },
    log,
    systemClock,
  );
  const stop = () => {
    // A second signal ends the process the hard way.
    for (const signal of STOP_SIGNALS) process.off(signal, stop);
    server.stop().then(
      () => log.info('stopped'),
      (error: unknown) => {
        log.error({ err: error }, 'stopped with an error');
        process.exitCode = EXIT_FAILED;
      },
    );
  };
  for (const signal of STOP_SIGNALS) process.on(signal, stop);
  const operations = server.operationsUrl === null ? {} : { operations: server.operationsUrl };
  process.stdout.write(`${JSON.stringify({ listening: server.url, ca: server.caFile, ...operations })}\n`);
}

async function issueCode(config: Config, property: NonNullable<Config['issueEnrolmentCode']>): Promise<void> {
  await using store = await openStore(databaseOf(config), systemClock);
  const issued = await (await printerOf(config, store)).enrolmentCode(property);
  if (issued === null) {
    process.stderr.write('--issue-enrolment-code: must be the id of a property of this database\n');
    process.exitCode = EXIT_USAGE;
    return;
  }
  process.stdout.write(`${JSON.stringify({ enrolmentCode: issued.code, expiresAt: issued.expiresAt })}\n`);
}

async function issueFoundingCode(config: Config, property: NonNullable<Config['issueFoundingCode']>): Promise<void> {
  await using store = await openStore(databaseOf(config), systemClock);
  const issued = await (await printerOf(config, store)).foundingCode(property);
  if (issued === null) {
    process.stderr.write('--issue-founding-code: this database has a property of that id already\n');
    process.exitCode = EXIT_USAGE;
    return;
  }
  process.stdout.write(`${JSON.stringify({ foundingCode: issued.code, expiresAt: issued.expiresAt })}\n`);
}

async function printerOf(config: Config, store: Store) {
  const { caPem } = await openServerTls(config.dataDir, systemClock.now(), { secretFile: config.caSecretFile });
  return codePrinter(store, caPem);
}

async function setTerminalProfile(config: Config, profile: NonNullable<Config['setTerminalProfile']>): Promise<void> {
  await using store = await openStore(databaseOf(config), systemClock);
  const { property, device, classes } = profile;
  if (await store.setProfile(property, device, classes)) {
    process.stdout.write(`${JSON.stringify({ terminal: device, classes })}\n`);
    return;
  }
  process.stderr.write('--set-terminal-profile: must name a terminal of this database, by property and id\n');
  process.exitCode = EXIT_USAGE;
}

/** None is an answer too: she works nowhere any more. */
async function findEmployments(config: Config, wanted: string): Promise<void> {
  await using store = await openStore(databaseOf(config), systemClock);
  process.stdout.write(`${JSON.stringify({ employments: await store.findEmployments(wanted) })}\n`);
}

/** Every night at half past three, unless the settings say otherwise. */
function backupsOf({ backupTo: to, backupRecipients: recipients, backupAt: at = '30 3 * * *' }: Config) {
  return to === undefined || recipients === undefined ? undefined : { to, recipients, at };
}

/** Every night at half past four, behind the backup, unless the settings say otherwise. */
function retentionOf({ forgetAt, keepTombstones, keepOperationIds }: Config): RetentionPlan {
  const keptFor = { tombstones: keepTombstones * DAY_MS, operationIds: keepOperationIds * DAY_MS };
  return { at: forgetAt, keptFor };
}

async function backUp(config: Config, to: string): Promise<void> {
  await using store = await openStore(databaseOf(config), systemClock);
  const { folder, manifest } = await store.backUp({ to, recipients: config.backupRecipients ?? [] });
  process.stdout.write(`${JSON.stringify({ backup: folder, counts: manifest.counts })}\n`);
}

async function restore(config: Config, folder: string): Promise<void> {
  const identity = secretKeyIn(await readFile(config.identityFile ?? '', 'utf8'));
  try {
    const restored = await restoreBackup(databaseOf(config), folder, identity);
    process.stdout.write(`${JSON.stringify(restored)}\n`);
  } catch (error) {
    if (!(error instanceof BadBackup)) throw error;
    process.stderr.write(`--restore: ${error.message}\n`);
    process.exitCode = EXIT_USAGE;
  }
}

/** The key in a file as `age-keygen` writes it: comments, and a line with the key. */
function secretKeyIn(text: string): string {
  return (
    text
      .split('\n')
      .find((line) => line.startsWith('AGE-SECRET-KEY-'))
      ?.trim() ?? ''
  );
}

await main();
