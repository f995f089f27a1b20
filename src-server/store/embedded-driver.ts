/**
 * The embedded database behind Kysely: one message a statement, as a program speaks to a PostgreSQL server. PGlite's own `query` sends five,
 * each over the border of WebAssembly, and one of them only asks for the types of parameters; here those go as text, as `pg` sends them.
 */
import { messages, type PGlite, protocol } from '@electric-sql/pglite';
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from 'kysely';
import { type KeptStatements, keepStatements } from './kept-statements.ts';
import { parserOf } from './read-text.ts';

type Answer = Awaited<ReturnType<PGlite['execProtocolStream']>>;

export interface EmbeddedDriver extends Driver {
  /** Runs statements without parameters, several as one message too. The caller has the connection. */
  run(statements: string): Promise<void>;
  /** Runs a statement without parameters and then a query, in one message and one transaction. The caller has the connection. */
  runBoth<R>(first: string, query: CompiledQuery): Promise<QueryResult<R>>;
  /** From now on statements are kept by name. Not before the tables are as they stay: what was planned for others would fail. */
  keepStatements(): void;
}

const { serialize } = protocol;
/** Of how many rows a command says that it changed them: the last number of its tag. */
const CHANGED = /^(?:INSERT|UPDATE|DELETE|MERGE) (?:\d+ )?(\d+)$/;

/** A driver of the one connection that the database has: whoever has it keeps it until it is given back. */
export function embeddedDriver(pglite: PGlite): EmbeddedDriver {
  const send = async (message: Uint8Array): Promise<Answer> => {
    // Otherwise it would wait for ever.
    if (pglite.closed) throw new Error('the embedded database is closed');
    return pglite.runExclusive(() => pglite.execProtocolStream(message, { syncToFs: false }));
  };
  const run = async (statements: string) => void (await send(serialize.query(statements)));
  let kept: KeptStatements | null = null;
  /** @param before messages in the same transaction */
  const ask = async <R>(before: readonly Uint8Array[], query: CompiledQuery): Promise<QueryResult<R>> => {
    const named = kept?.use(query.sql);
    const parse = named?.before ?? [serialize.parse({ text: query.sql })];
    try {
      const messages = [...before, ...parse, ...execution(query.parameters, named?.name), serialize.sync()];
      return resultOf<R>(await send(Buffer.concat(messages)));
    } catch (error) {
      const close = kept?.drop(query.sql) ?? [];
      if (close.length > 0 && !pglite.closed) await send(Buffer.concat([...close, serialize.sync()]));
      throw error;
    }
  };
  const connection: DatabaseConnection = {
    executeQuery: <R>(query: CompiledQuery) => ask<R>([], query),
    // biome-ignore lint/correctness/useYield: Kysely asks for it, and nobody here streams
    streamQuery: async function* () {
      throw new Error('streaming is not behind the fence');
    },
  };
  let free = Promise.resolve();
  let giveBack = () => {};
  return {
    init: () => pglite.waitReady,
    destroy: async () => {
      if (!pglite.closed) await pglite.close();
    },
    acquireConnection: async () => {
      const before = free;
      const { promise, resolve } = Promise.withResolvers<void>();
      free = promise;
      await before;
      giveBack = resolve;
      return connection;
    },
    releaseConnection: async () => giveBack(),
    // Nobody else is there to be kept apart from: which isolation was asked for makes no difference.
    beginTransaction: () => run('begin'),
    commitTransaction: () => run('commit'),
    rollbackTransaction: () => run('rollback'),
    run,
    // What lies between two syncs is a transaction by itself (PostgreSQL, Message Flow: Pipelining).
    runBoth: <R>(first: string, query: CompiledQuery) =>
      ask<R>([serialize.parse({ text: first }), ...execution([])], query),
    keepStatements: () => {
      kept = keepStatements();
    },
  };
}

/** What runs a statement. @param statement its name; left out: the one that was parsed last without any */
function execution(parameters: readonly unknown[], statement?: string): Uint8Array[] {
  return [
    serialize.bind({ values: parameters.map(asSent), ...(statement !== undefined && { statement }) }),
    serialize.describe({ type: 'P' }),
    serialize.execute({}),
  ];
}

/** Bytes as they are, all else as text. @throws for what nobody passes: how that is written would be a guess */
function asSent(value: unknown): string | Uint8Array | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || value instanceof Uint8Array) return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  throw new TypeError('a parameter that is neither text, a number, a truth value nor bytes');
}

/** Of several statements, the last one's. */
function resultOf<R>(answer: Answer): QueryResult<R> {
  let rows: R[] = [];
  let columns: readonly { readonly name: string; readonly parse: (text: string) => unknown }[] = [];
  let numAffectedRows: bigint | undefined;
  for (const message of answer) {
    if (message instanceof messages.RowDescriptionMessage) {
      rows = [];
      columns = message.fields.map(({ name, dataTypeID }) => ({ name, parse: parserOf(dataTypeID) }));
    } else if (message instanceof messages.DataRowMessage) {
      const values = columns.map(({ name, parse }, at) => {
        const text = message.fields[at] ?? null;
        return [name, text === null ? null : parse(text)];
      });
      rows.push(Object.fromEntries(values));
    } else if (message instanceof messages.CommandCompleteMessage) {
      const [, changed] = CHANGED.exec(message.text) ?? [];
      if (changed !== undefined) numAffectedRows = BigInt(changed);
    }
  }
  return { rows, ...(numAffectedRows !== undefined && { numAffectedRows }) };
}
