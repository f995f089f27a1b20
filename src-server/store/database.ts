/** The database behind the store: the same SQL on PGlite inside this process and on a PostgreSQL server. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { CompiledQuery, type Driver, PGliteDialect, PostgresDialect } from 'kysely';
import { Pool, types } from 'pg';
import { DatabaseBusy } from './database-busy.ts';
import { lockDirectory } from './directory-lock.ts';
import { DURABLE_START, DurableFiles } from './durable-files.ts';
import { type EmbeddedDriver, embeddedDriver } from './embedded-driver.ts';
import { type Fence, type FencedDriver, putUpFence } from './fence.ts';
import { migrate } from './migrations.ts';
import { parserOf } from './read-text.ts';

/** `dataDir` holds the guests' seeds (store/guest-seeds.ts) and step-up shares (store/step-ups.ts) beside either database, and the embedded one itself. */
export type DatabaseConfig =
  | { readonly kind: 'embedded'; readonly dataDir: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly dataDir: string };

export interface Database extends Pick<Fence, 'of' | 'everywhere'>, AsyncDisposable {
  close(): Promise<void>;
}

const POOL_SIZE = 10;
const CONNECT_TIMEOUT_MS = 5_000;
/** What PostgreSQL's background processes do; the embedded one has none, and would keep its log and dead rows for ever and not know how many rows it has. */
const HOUSEKEEPING = ['vacuum (analyze)', 'checkpoint'] as const;
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
  const opened =
    config.kind === 'embedded' ? await embedded(config.dataDir, onIdleError) : pooled(config.url, onIdleError);
  await opened.driver.init();
  const fence = putUpFence(opened);
  const close = async () => {
    await opened.driver.destroy();
    opened.release();
  };
  try {
    if (schema === 'newest') {
      await migrate(fence.everywhere);
      await fence.close();
      opened.keepStatements?.();
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { of: fence.of, everywhere: fence.everywhere, close, [Symbol.asyncDispose]: close };
}

interface Opened extends FencedDriver, Partial<Pick<EmbeddedDriver, 'keepStatements'>> {
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
    const driver = embeddedDriver(pglite);
    const housekeeping = setInterval(async () => {
      try {
        // Never in the middle of a transaction.
        const connection = await driver.acquireConnection();
        try {
          for (const command of HOUSEKEEPING) await driver.run(command);
        } finally {
          await driver.releaseConnection(connection);
        }
      } catch (error) {
        onIdleError(error instanceof Error ? error : new Error('the housekeeping failed'));
      }
    }, HOUSEKEEPING_MS);
    const release = () => {
      clearInterval(housekeeping);
      lock.release();
    };
    const begin: Opened['begin'] = (_connection, _settings, first) => driver.run(`begin; ${first}`);
    const alone: Opened['alone'] = (_connection, first, query) => driver.runBoth(first, query);
    return {
      dialect: new PGliteDialect({ pglite }),
      driver,
      begin,
      alone,
      release,
      keepStatements: driver.keepStatements,
    };
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
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        format === 'binary' ? types.getTypeParser(oid, format) : parserOf(oid),
    },
  });
  pool.on('error', onIdleError);
  const dialect = new PostgresDialect({ pool });
  return {
    dialect,
    driver: sayingBusy(dialect.createDriver()),
    begin: async (connection, { isolationLevel, accessMode }, first) => {
      const isolation = isolationLevel === undefined ? '' : ` isolation level ${isolationLevel}`;
      // Without parameters several statements are one message.
      await connection.executeQuery(CompiledQuery.raw(`begin${isolation} ${accessMode ?? ''}; ${first}`));
    },
    release: () => {},
  };
}

/** The pool's own message, which has no code, where nobody gave a connection back in time. */
const POOL_IS_EMPTY = 'timeout exceeded when trying to connect';

function sayingBusy(driver: Driver): Driver {
  return {
    init: () => driver.init(),
    destroy: () => driver.destroy(),
    acquireConnection: async () => {
      try {
        return await driver.acquireConnection();
      } catch (error) {
        throw error instanceof Error && error.message === POOL_IS_EMPTY ? new DatabaseBusy() : error;
      }
    },
    releaseConnection: (connection) => driver.releaseConnection(connection),
    beginTransaction: (...transaction) => driver.beginTransaction(...transaction),
    commitTransaction: (connection) => driver.commitTransaction(connection),
    rollbackTransaction: (connection) => driver.rollbackTransaction(connection),
  };
}
