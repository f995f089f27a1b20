/**
 * Every row of the database as lines of JSON, seen at one moment, and back again: the same text from PostgreSQL and from the embedded
 * database, so that a hotel can also move from one to the other. One-time codes stay behind.
 */
import { type Kysely, sql, type Transaction } from 'kysely';
import { z } from 'zod';
import { logStates } from '../store/access-log.ts';
import { appliedMigration, migrate } from '../store/migrations.ts';
import type { Tables } from '../store/tables.ts';

const FORMAT = 1;
/** They are good for minutes; a copy of them would be good again. */
const LEFT_OUT = new Set(['enrolment_code', 'founding_code']);
/** Rows read from the cursor, or written by one statement. */
const CHUNK = 500;

export const RowsHeader = z.strictObject({
  kind: z.literal('header'),
  format: z.literal(FORMAT),
  madeAt: z.int(),
  /** The newest migration that the rows have been through. */
  migration: z.string(),
  /** The access log of each property, which the restored rows must lead to again. */
  logs: z.array(z.strictObject({ propertyId: z.string(), size: z.int(), root: z.string() })),
});
export type RowsHeader = z.infer<typeof RowsHeader>;
const RowLine = z.tuple([z.string(), z.record(z.string(), z.unknown())]);
const RowsEnd = z.strictObject({ kind: z.literal('end'), counts: z.record(z.string(), z.int()) });

/** How many rows each table has. */
export type Counts = Readonly<Record<string, number>>;

/** A backup does not hold what it should. */
export class BadBackup extends Error {
  override readonly name = 'BadBackup';
}

/**
 * Hands every line of a backup to `write`, in one transaction that sees one moment. On the embedded database requests wait meanwhile.
 * @param write returns when it can take more
 */
export async function dumpRows(
  db: Kysely<Tables>,
  madeAt: number,
  write: (line: string) => Promise<void>,
): Promise<{ readonly header: RowsHeader; readonly counts: Counts }> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const migration = await appliedMigration(trx);
      const logs = await logStates(trx);
      const header: RowsHeader = { kind: 'header', format: FORMAT, madeAt, migration, logs: [...logs] };
      await write(JSON.stringify(header));
      const counts: Record<string, number> = {};
      for (const table of await tablesInOrder(trx)) counts[table] = await dumpTable(trx, table, write);
      await write(JSON.stringify({ kind: 'end', counts }));
      return { header, counts };
    });
}

/**
 * Puts the rows of a backup into a database that has none, in one transaction for the rows.
 * @throws BadBackup when the lines are not a whole backup, or the database is not empty
 */
export async function restoreRows(
  db: Kysely<Tables>,
  lines: AsyncIterable<string>,
): Promise<{ readonly header: RowsHeader; readonly counts: Counts }> {
  const reader = lines[Symbol.asyncIterator]();
  const header = RowsHeader.safeParse(parse((await reader.next()).value));
  if (!header.success) throw new BadBackup('this is no backup of this program: its first line is not a header');
  // To the schema of that time, and on from there with the rows in it.
  await migrate(db, header.data.migration);
  const counts = await db.transaction().execute(async (trx) => {
    const known = new Set(await tablesInOrder(trx));
    for (const table of known) {
      const { rows } = await sql`select from ${sql.table(table)} limit 1`.execute(trx);
      if (rows.length > 0) throw new BadBackup('the database is not empty: restore into a new one');
    }
    return readInto(trx, known, reader);
  });
  await migrate(db);
  return { header: header.data, counts };
}

async function readInto(
  trx: Transaction<Tables>,
  known: ReadonlySet<string>,
  reader: AsyncIterator<string>,
): Promise<Counts> {
  const counts: Record<string, number> = Object.fromEntries([...known].map((table) => [table, 0]));
  let [table, rows]: [string, unknown[]] = ['', []];
  const flush = async () => {
    if (rows.length === 0) return;
    const columns = sql.join((await writtenColumns(trx, table)).map((name) => sql.ref(name)));
    await sql`insert into ${sql.table(table)} (${columns})
      select ${columns} from jsonb_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}::jsonb)`.execute(
      trx,
    );
    counts[table] = (counts[table] ?? 0) + rows.length;
    rows = [];
  };
  for (let next = await reader.next(); next.done !== true; next = await reader.next()) {
    const line = parse(next.value);
    const end = RowsEnd.safeParse(line);
    if (end.success) {
      await flush();
      const same = Object.entries(end.data.counts).every(([name, count]) => counts[name] === count);
      if (!same) throw new BadBackup('the backup has other rows than its end says: it is damaged');
      return counts;
    }
    const row = RowLine.safeParse(line);
    if (!row.success || !known.has(row.data[0]))
      throw new BadBackup('a line is not a row of this database: the backup is damaged');
    if (row.data[0] !== table || rows.length >= CHUNK) await flush();
    table = row.data[0];
    rows.push(row.data[1]);
  }
  throw new BadBackup('the backup has no end: it was cut');
}

/** Those that the database does not make itself. */
async function writtenColumns(trx: Transaction<Tables>, table: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select attname as name from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum
  `.execute(trx);
  return rows.map(({ name }) => name);
}

async function dumpTable(
  trx: Transaction<Tables>,
  table: string,
  write: (line: string) => Promise<void>,
): Promise<number> {
  let count = 0;
  await sql`declare backup no scroll cursor for select to_jsonb(t)::text as line from ${sql.table(table)} t`.execute(
    trx,
  );
  for (;;) {
    const { rows } = await sql<{ line: string }>`fetch ${sql.lit(CHUNK)} from backup`.execute(trx);
    for (const { line } of rows) await write(`[${JSON.stringify(table)},${line}]`);
    count += rows.length;
    if (rows.length < CHUNK) break;
  }
  await sql`close backup`.execute(trx);
  return count;
}

/** The program's tables, each behind those it refers to. */
async function tablesInOrder(trx: Transaction<Tables>): Promise<string[]> {
  const { rows: tables } = await sql<{ name: string }>`
    select relname as name from pg_class where relkind = 'r' and relnamespace = current_schema()::regnamespace
      and relname not like 'kysely\_%' order by relname
  `.execute(trx);
  const { rows: references } = await sql<{ from: string; to: string }>`
    select a.relname as "from", b.relname as "to" from pg_constraint
      join pg_class a on a.oid = conrelid join pg_class b on b.oid = confrelid
      where contype = 'f' and a.relnamespace = current_schema()::regnamespace and a.oid <> b.oid
  `.execute(trx);
  const placed: string[] = [];
  const waiting = new Set(tables.map(({ name }) => name).filter((name) => !LEFT_OUT.has(name)));
  while (waiting.size > 0) {
    const ready = [...waiting].filter((name) => !references.some(({ from, to }) => from === name && waiting.has(to)));
    if (ready.length === 0) throw new Error('tables refer to one another in a circle');
    for (const name of ready) waiting.delete(name);
    placed.push(...ready);
  }
  return placed;
}

function parse(line: string | undefined): unknown {
  try {
    return line === undefined ? undefined : JSON.parse(line);
  } catch {
    return undefined;
  }
}
