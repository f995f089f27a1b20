/** The server's settings, from the command line and the environment, refused by name when they do not fit. */
import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { Cron } from 'croner';
import { z } from 'zod';
import { SealedClass } from '../src-shared/model/classes.ts';
import { DeviceId, PropertyId } from '../src-shared/model/ids.ts';
import { LOG_LEVELS } from './log.ts';

const DIRECTORY = 'a directory, not empty';
const propertyId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{2,31}$/, 'the id of a property, as in harbour-view')
  .pipe(PropertyId);

/** Of which classes a terminal may hold values: `west-lake/01J…=identity,payment`. */
const TerminalProfile = z
  .string()
  .regex(/^[^/=]+\/[^/=]+=[a-z,]*$/, 'a property, a terminal and classes, as in west-lake/01J…=identity,payment')
  .transform((text) => {
    const [terminal = '', classes = ''] = text.split('=');
    const [property, device] = terminal.split('/');
    return { property, device, classes: classes.split(',').filter((name) => name !== '') };
  })
  .pipe(z.strictObject({ property: propertyId, device: DeviceId, classes: z.array(SealedClass) }));

const PORT = 'a whole number from 0 to 65535; 0 chooses a free port';
const port = z
  .string()
  .regex(/^\d{1,5}$/, PORT)
  .transform(Number)
  .pipe(z.int().max(65_535, PORT));
/** Longer than nightly backups are kept: what a restored one lacks is still told apart from what it has. */
const LEAST_DAYS = 31;
const DAYS = `a whole number of days, ${LEAST_DAYS} at least and 9999 at most`;
const days = z
  .string()
  .regex(/^\d{1,4}$/, DAYS)
  .transform(Number)
  .pipe(z.int().min(LEAST_DAYS, DAYS));
const NAMES =
  'names and addresses that terminals reach the server by, with commas between: keyrack.hotel.example,10.0.0.5';

const Config = z
  .strictObject({
    dataDir: z.string('a directory for the certificates and the embedded database').min(1, 'a directory, not empty'),
    port,
    host: z
      .string()
      .refine((text) => isIP(text) !== 0, 'an IP address of this machine, or 0.0.0.0 for all')
      .optional(),
    names: z
      .string()
      .transform((text) => text.split(',').map((name) => name.trim()))
      .pipe(z.array(z.string().refine(isName, NAMES)).min(1))
      .optional(),
    operationsPort: port.optional(),
    database: z
      .string()
      .refine(isPostgresUrl, 'postgres://user:password@host:port/name, or nothing for the embedded database')
      .optional(),
    logLevel: z.enum(LOG_LEVELS, `one of ${LOG_LEVELS.join(', ')}`),
    caSecretFile: z.string().min(1, 'the path of a file').optional(),
    issueEnrolmentCode: propertyId.optional(),
    issueFoundingCode: propertyId.optional(),
    setTerminalProfile: TerminalProfile.optional(),
    findEmployments: z
      .string()
      .trim()
      .min(1, 'a staff number or a name, as in R101')
      .max(200, 'a staff number or a name, as in R101')
      .optional(),
    backupTo: z.string().min(1, DIRECTORY).optional(),
    makeBackup: z.string().min(1, DIRECTORY).optional(),
    backupRecipients: z
      .string()
      .regex(/^\s*age1[a-z0-9]+([\s,]+age1[a-z0-9]+)*\s*$/, 'public keys of age, as in age1…, with commas between them')
      .transform((text) => text.trim().split(/[\s,]+/))
      .optional(),
    backupAt: z.string().refine(isCron, 'five fields as cron takes them, as in "30 3 * * *"').optional(),
    keepTombstones: days,
    keepOperationIds: days,
    forgetAt: z.string().refine(isCron, 'five fields as cron takes them, as in "30 4 * * *"'),
    restore: z.string().min(1, 'the folder of one backup').optional(),
    identityFile: z.string().min(1, 'a file with a secret key of age').optional(),
  })
  .check((context) => {
    const { backupTo, makeBackup, backupRecipients, restore, identityFile, host, names } = context.value;
    const lacks = (key: keyof Config, message: string) =>
      context.issues.push({ code: 'custom', path: [key], message, input: undefined });
    if ((host === '0.0.0.0' || host === '::') && names === undefined)
      lacks('names', 'given too: terminals could not tell that it is the server they ask for');
    const makes = backupTo !== undefined || makeBackup !== undefined;
    if (makes && backupRecipients === undefined) lacks('backupRecipients', 'given too: nobody could open the backup');
    if (restore !== undefined && identityFile === undefined)
      lacks('identityFile', 'given too: the backup is encrypted');
  });
export type Config = z.output<typeof Config>;

export type ParsedConfig =
  | { readonly kind: 'config'; readonly config: Config }
  | { readonly kind: 'help' }
  /** One sentence each: the setting, and what it must be. Never the value: a database address holds a password. */
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

export const HELP = `Usage: node src-server/main.ts --data-dir <directory> [options]

  --data-dir <directory>   certificates and embedded database    (KEYRACK_DATA_DIR)
  --port <number>          port; 0 chooses one                   (KEYRACK_PORT, 0)
  --host <address>         the address to listen on; 0.0.0.0: all of this machine  (KEYRACK_HOST, 127.0.0.1)
  --names <names>          names and addresses that terminals reach it by, commas between  (KEYRACK_NAMES)
  --operations-port <number>
                           health, metrics and the protocol's page, on 127.0.0.1 only  (KEYRACK_OPERATIONS_PORT, none)
  --database <url>         postgres://… instead of the embedded  (KEYRACK_DATABASE; better there: others of this
                           machine can read a command line, and the address holds a password)
  --log-level <level>      ${LOG_LEVELS.join(', ')}      (KEYRACK_LOG_LEVEL, info)
  --ca-secret-file <file>  opens the key of the certification authority; made where it is
                           missing at the first start          (KEYRACK_CA_SECRET_FILE, ca.secret in the data directory)
  --issue-enrolment-code <property>
                           print a code that enrols one terminal within ten minutes, and leave;
                           with the embedded database the server must not be running
  --issue-founding-code <property>
                           print a code with which a terminal founds a new property of this id within an hour, and
                           leave; with the embedded database the server must not be running
  --set-terminal-profile <property>/<terminal>=<classes>
                           set up of which classes a terminal may hold sealed values (identity, payment, preference
                           with commas between; nothing for none), and leave; as above
  --find-employments <staff number or name>
                           print in which hotels of this database somebody of that staff number or name works, and
                           leave; as above
  --backup-to <directory>  make a backup every night, encrypted and verified   (KEYRACK_BACKUP_TO)
  --backup-recipients <keys>
                           the officers' public keys, age1…, commas between  (KEYRACK_BACKUP_RECIPIENTS)
  --backup-at <cron>       when, in the server's time zone    (KEYRACK_BACKUP_AT, "30 3 * * *")
  --make-backup <directory>
                           make one backup now, and leave; with the embedded database the server must not be running
  --keep-tombstones <days> for terminals that were away: that a guest was erased, a conflict settled  (KEYRACK_KEEP_TOMBSTONES, 180)
  --keep-operation-ids <days>
                           by which nothing is applied twice   (KEYRACK_KEEP_OPERATION_IDS, 180)
  --forget-at <cron>       when what is older goes, in the server's time zone  (KEYRACK_FORGET_AT, "30 4 * * *")
  --restore <folder>       restore one backup into an empty data directory and database, and leave; needs
  --identity-file <file>   a file with an officer's secret key, AGE-SECRET-KEY-1…
  --help                   print this
`;

/** Each setting: its option and its variable. The command line wins. */
const SETTINGS = {
  dataDir: { option: 'data-dir', variable: 'KEYRACK_DATA_DIR' },
  port: { option: 'port', variable: 'KEYRACK_PORT' },
  host: { option: 'host', variable: 'KEYRACK_HOST' },
  names: { option: 'names', variable: 'KEYRACK_NAMES' },
  operationsPort: { option: 'operations-port', variable: 'KEYRACK_OPERATIONS_PORT' },
  database: { option: 'database', variable: 'KEYRACK_DATABASE' },
  logLevel: { option: 'log-level', variable: 'KEYRACK_LOG_LEVEL' },
  caSecretFile: { option: 'ca-secret-file', variable: 'KEYRACK_CA_SECRET_FILE' },
  issueEnrolmentCode: { option: 'issue-enrolment-code', variable: null },
  issueFoundingCode: { option: 'issue-founding-code', variable: null },
  setTerminalProfile: { option: 'set-terminal-profile', variable: null },
  findEmployments: { option: 'find-employments', variable: null },
  backupTo: { option: 'backup-to', variable: 'KEYRACK_BACKUP_TO' },
  backupRecipients: { option: 'backup-recipients', variable: 'KEYRACK_BACKUP_RECIPIENTS' },
  backupAt: { option: 'backup-at', variable: 'KEYRACK_BACKUP_AT' },
  makeBackup: { option: 'make-backup', variable: null },
  keepTombstones: { option: 'keep-tombstones', variable: 'KEYRACK_KEEP_TOMBSTONES' },
  keepOperationIds: { option: 'keep-operation-ids', variable: 'KEYRACK_KEEP_OPERATION_IDS' },
  forgetAt: { option: 'forget-at', variable: 'KEYRACK_FORGET_AT' },
  restore: { option: 'restore', variable: null },
  identityFile: { option: 'identity-file', variable: null },
} as const satisfies { readonly [K in keyof Config]-?: { option: string; variable: string | null } };

/**
 * A terminal comes back by itself for 97 days at most (a certificate of 7, renewed for 90 more), nobody works on a lease for more than 3, and
 * nightly backups are kept for 30: half a year is longer than any two of them.
 */
const KEEP_DAYS = '180';
const DEFAULTS = {
  port: '0',
  logLevel: 'info',
  keepTombstones: KEEP_DAYS,
  keepOperationIds: KEEP_DAYS,
  forgetAt: '30 4 * * *',
} as const;

/** Reads the settings. Pure: what is not in `args` or `env` is not looked at. */
export function parseConfig(args: readonly string[], env: NodeJS.ProcessEnv): ParsedConfig {
  const names = Object.values(SETTINGS).map(({ option }) => option);
  let values: Record<string, string | boolean | undefined>;
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
    ({ values } = parseArgs({ args: [...args], options: { ...options, help: { type: 'boolean' } }, strict: true }));
  } catch {
    // Node's message quotes the argument, which may be a misplaced password.
    return { kind: 'refused', problems: ['command line: an option is unknown or lacks its value; see --help'] };
  }
  if ('help' in values) return { kind: 'help' };
  const raw = Object.fromEntries(
    Object.entries(SETTINGS).flatMap(([key, { option, variable }]) => {
      const value = values[option] ?? (variable === null ? undefined : env[variable]);
      return value === undefined ? [] : [[key, value]];
    }),
  );
  const parsed = Config.safeParse({ ...DEFAULTS, ...raw });
  if (parsed.success) return { kind: 'config', config: parsed.data };
  return {
    kind: 'refused',
    problems: parsed.error.issues.map((issue) => {
      const setting = SETTINGS[issue.path[0] as keyof Config];
      const names = setting.variable === null ? `--${setting.option}` : `--${setting.option} (${setting.variable})`;
      return `${names}: must be ${issue.message}`;
    }),
  };
}

/** An address, or a host name (RFC 1123 §2.1). */
function isName(text: string): boolean {
  return (
    isIP(text) !== 0 ||
    /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i.test(text)
  );
}

function isCron(text: string): boolean {
  try {
    new Cron(text, { paused: true }).stop();
    return true;
  } catch {
    return false;
  }
}

function isPostgresUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  return ['postgres:', 'postgresql:'].includes(new URL(text).protocol);
}
