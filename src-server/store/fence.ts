/**
 * The second fence between properties (docs/decisions/0028-row-level-security.md). The first is that every statement names its property;
 * this one is the database's own: row-level security shows a transaction the rows of the property that it was begun for, and takes no
 * others. A statement that forgets its property finds nothing.
 */
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
  sql,
  type TransactionSettings,
} from 'kysely';
import type { Tables } from './tables.ts';

/** No property has this id. */
const EVERY_PROPERTY = '*';
/** Row-level security does not hold for who may pass it by: such a user works for a property as this role, which may not. */
const ROLE = 'keyrack_fenced';
const KEPT_VIEWS = 1_000;

/** The one way to the database, shared by all that look through the fence. */
export interface FencedDriver {
  readonly dialect: Dialect;
  readonly driver: Driver;
  /** Begins a transaction and runs a statement in it, in one message where the driver can. */
  begin(connection: DatabaseConnection, settings: TransactionSettings, first: string): Promise<void>;
  /** Runs a statement and then a query as a transaction of their own in one message, where the driver can. */
  alone?<R>(connection: DatabaseConnection, first: string, query: CompiledQuery): Promise<QueryResult<R>>;
}

export interface Fence {
  /** Sees and writes the rows of one property alone. */
  of(propertyId: string): Kysely<Tables>;
  /** Sees those of all: for what belongs to no property, as backups and migrations. */
  readonly everywhere: Kysely<Tables>;
  /** Holds for users too who may pass row-level security by; to be called once the tables are there. */
  close(): Promise<void>;
}

/** Puts the fence up. Where the database has no tables yet, it stands as soon as they are there. */
export function putUpFence(shared: FencedDriver): Fence {
  const view = (propertyId: string, role: string | null) =>
    new Kysely<Tables>({
      dialect: {
        createAdapter: () => shared.dialect.createAdapter(),
        createIntrospector: (db) => shared.dialect.createIntrospector(db),
        createQueryCompiler: () => shared.dialect.createQueryCompiler(),
        createDriver: () => fencedDriver(shared, firstStatement(propertyId, role)),
      },
    });
  const everywhere = view(EVERY_PROPERTY, null);
  let role: string | null = null;
  const views = new Map<string, Kysely<Tables>>();
  return {
    of: (propertyId) => {
      if (propertyId === EVERY_PROPERTY) throw new Error('the word for every property is the name of none');
      const known = views.get(propertyId);
      if (known !== undefined) return known;
      // Ids come from who is nobody yet, too: what is kept for them has an end.
      if (views.size >= KEPT_VIEWS) views.clear();
      const made = view(propertyId, role);
      views.set(propertyId, made);
      return made;
    },
    everywhere,
    close: async () => {
      role = await roleFor(everywhere);
      views.clear();
    },
  };
}

/** Settings of this transaction alone: however it ends, the connection goes back without them. */
function firstStatement(propertyId: string, role: string | null): string {
  const settings = { 'keyrack.property': propertyId, ...(role === null ? {} : { role }) };
  const calls = Object.entries(settings).map(([name, value]) => `set_config('${name}', ${literal(value)}, true)`);
  return `select ${calls.join(', ')}`;
}

function literal(value: string): string {
  // Without backslashes and with quotes doubled it is that text and nothing else (PostgreSQL, Lexical Structure, String Constants).
  if (!/^[^\\\0]*$/.test(value)) throw new Error('a property of a name that no property has');
  return `'${value.replaceAll("'", "''")}'`;
}

/** @returns the role as which a user works who may pass row-level security by; null for one who may not */
async function roleFor(everywhere: Kysely<Tables>): Promise<string | null> {
  return everywhere.transaction().execute(async (trx) => {
    const { rows } = await sql<{ passes: boolean; schema: string }>`
      select rolsuper or rolbypassrls as passes, current_schema() as schema from pg_roles where rolname = current_user
    `.execute(trx);
    const [user] = rows;
    if (user === undefined || !user.passes) return null;
    // Roles belong to the whole cluster: another server may be making it at this moment.
    await sql
      .raw(
        `do $$ begin create role ${ROLE} nologin; exception when duplicate_object or unique_violation then null; end $$`,
      )
      .execute(trx);
    await sql`grant usage on schema ${sql.id(user.schema)} to ${sql.id(ROLE)}`.execute(trx);
    const { rows: tables } = await sql<{ name: string }>`
      select relname as name from pg_class
      where relkind = 'r' and relrowsecurity and relnamespace = ${user.schema}::regnamespace order by relname
    `.execute(trx);
    for (const { name } of tables) {
      await sql`grant select, insert, update, delete on ${sql.table(name)} to ${sql.id(ROLE)}`.execute(trx);
    }
    return ROLE;
  });
}

/** The shared driver, with every transaction begun for a property, and every single statement a transaction. */
function fencedDriver(shared: FencedDriver, first: string): Driver {
  const { driver } = shared;
  const ours = (connection: DatabaseConnection): FencedConnection => {
    if (!(connection instanceof FencedConnection)) throw new Error('a connection from elsewhere');
    return connection;
  };
  return {
    init: async () => {},
    destroy: async () => {},
    acquireConnection: async (options) => new FencedConnection(shared, first, await driver.acquireConnection(options)),
    releaseConnection: (connection, options) => driver.releaseConnection(ours(connection).behind, options),
    beginTransaction: (connection, settings) => ours(connection).begin(settings),
    commitTransaction: (connection) => ours(connection).end(driver.commitTransaction.bind(driver)),
    rollbackTransaction: (connection) => ours(connection).end(driver.rollbackTransaction.bind(driver)),
  };
}

class FencedConnection implements DatabaseConnection {
  readonly behind: DatabaseConnection;
  readonly #shared: FencedDriver;
  readonly #first: string;
  #inTransaction = false;

  constructor(shared: FencedDriver, first: string, behind: DatabaseConnection) {
    this.#shared = shared;
    this.#first = first;
    this.behind = behind;
  }

  async begin(settings: TransactionSettings): Promise<void> {
    try {
      await this.#shared.begin(this.behind, settings, this.#first);
      this.#inTransaction = true;
    } catch (error) {
      await this.#shared.driver.rollbackTransaction(this.behind);
      throw error;
    }
  }

  async end(how: (connection: DatabaseConnection) => Promise<void>): Promise<void> {
    this.#inTransaction = false;
    await how(this.behind);
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.#inTransaction) return this.behind.executeQuery<R>(query);
    const { alone } = this.#shared;
    if (alone !== undefined) return alone<R>(this.behind, this.#first, query);
    await this.begin({});
    try {
      const result = await this.behind.executeQuery<R>(query);
      await this.end((connection) => this.#shared.driver.commitTransaction(connection));
      return result;
    } catch (error) {
      if (this.#inTransaction) await this.end((connection) => this.#shared.driver.rollbackTransaction(connection));
      throw error;
    }
  }

  // biome-ignore lint/correctness/useYield: Kysely asks for it, and nobody here streams
  async *streamQuery<R>(): AsyncIterableIterator<{ rows: R[] }> {
    throw new Error('streaming is not behind the fence');
  }
}
