/** The database behind the store: the same SQL on PGlite inside this process and on a PostgreSQL server. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { type Dialect, Kysely, PGliteDialect, PostgresDialect } from 'kysely';
import { Pool, types } from 'pg';
import { lockDirectory } from './directory-lock.ts';
import { DURABLE_START, DurableFiles } from './durable-files.ts';
import { migrate } from './migrations.ts';
import type { Tables } from './tables.ts';

/** `dataDir` holds the guests' seeds (store/guest-seeds.ts) and step-up shares (store/step-ups.ts) beside either database, and the embedded one itself. */
export type DatabaseConfig =
  | { readonly kind: 'embedded'; readonly dataDir: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly dataDir: string };

export interface Database extends AsyncDisposable {
  readonly query: Kysely<Tables>;
  close(): Promise<void>;
}

const POOL_SIZE = 10;
const CONNECT_TIMEOUT_MS = 5_000;
const INT8_OID = 20;
/** What PostgreSQL's background processes do; the embedded one has none, and would keep its log and dead rows for ever. */
const HOUSEKEEPING = ['vacuum', 'checkpoint'] as const;
const HOUSEKEEPING_MS = 10 * 60_000;

/**
 * Opens the database and brings it to the newest migration, unless it is to be filled as it is.
 * @param options.onIdleError something failed while nobody waited for it: a pooled connection, which the pool replaces by itself, or the
 *   embedded database's housekeeping, which is tried again
 * @throws DirectoryInUse when another server has the embedded database open
 */
export async function openDatabase(
  config: DatabaseConfig,
  options: { readonly schema?: 'newest' | 'as-it-is'; readonly onIdleError?: (error: Error) => void } = {},
): Promise<Database> {
  const { schema = 'newest', onIdleError = () => {} } = options;
  const { dialect, release } =
    config.kind === 'embedded' ? await embedded(config.dataDir, onIdleError) : pooled(config.url, onIdleError);
  const query = new Kysely<Tables>({ dialect });
  const close = async () => {
    await query.destroy();
    release();
  };
  try {
    if (schema === 'newest') await migrate(query);
  } catch (error) {
    await close();
    throw error;
  }
  return { query, close, [Symbol.asyncDispose]: close };
}

interface Opened {
  readonly dialect: Dialect;
  release(): void;
}

async function embedded(dataDir: string, onIdleError: (error: Error) => void): Promise<Opened> {
  const directory = join(dataDir, 'database');
  // PGlite makes its files readable for everybody: the directory around them is not.
  await mkdir(directory, { recursive: true, mode: 0o700 });
  // PGlite does not notice a second process on its files, and two of them destroy the database.
  const lock = lockDirectory(dataDir);
  try {
    const pglite = await PGlite.create({ fs: new DurableFiles(directory), startParams: [...DURABLE_START] });
    const housekeeping = setInterval(async () => {
      try {
        for (const command of HOUSEKEEPING) await pglite.exec(command);
      } catch (error) {
        onIdleError(error instanceof Error ? error : new Error('the housekeeping failed'));
      }
    }, HOUSEKEEPING_MS);
    const release = () => {
      clearInterval(housekeeping);
      lock.release();
    };
    return { dialect: new PGliteDialect({ pglite }), release };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function pooled(url: string, onIdleError: (error: Error) => void): Opened {
  const pool = new Pool({
    connectionString: url,
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    types: {
      // Every bigint here is a seq or an instant, both below 2^53; PGlite reads them as numbers too.
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8_OID ? Number : types.getTypeParser(oid, format ?? 'text'),
    },
  });
  pool.on('error', onIdleError);
  return { dialect: new PostgresDialect({ pool }), release: () => {} };
}
