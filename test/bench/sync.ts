/** Terminals and their server on a PostgreSQL of their own: first sync, a change on its way, a chain at work, bytes and memory. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { Client } from 'pg';
import { createRandom } from '../../scripts/demo/random.ts';
import type { Put } from '../../src-server/store/feed.ts';
import { type PrivatePostgres, startPostgres } from '../integration/server/postgres.ts';
import { openCable } from '../integration/sync/cable.ts';
import { makeHotel, type SimulatedHotel } from '../simulation/hotel.ts';
import { SimulatedServer } from '../simulation/server.ts';
import { bareCommit } from './bare-commit.ts';
import { measureChain, noteBy } from './chain.ts';
import { compare, compareSamples } from './compare.ts';
import { hotelFeed, PROPERTY } from './hotel.ts';
import type { Settings } from './plain-file.ts';
import type { Section } from './report.ts';
import type { Row } from './row.ts';
import { enrolAt, lineOf, openTerminal } from './sync-terminal.ts';

const TICK_MS = 10;
const IDLE_MS = 5_000;
const BYTES_NOTES = 100;

interface Bench {
  readonly server: SimulatedServer;
  readonly postgres: PrivatePostgres;
  /** Of the server's database, `postgres://…`. */
  readonly database: string;
  readonly folder: string;
  readonly hotel: SimulatedHotel;
}

/** @param size.syncs how often the hotel is synced anew */
export async function measureSync(
  folder: string,
  settings: Settings,
  size: { readonly guests: number; readonly terminals: number; readonly syncs: number },
): Promise<Section> {
  const postgres = await startPostgres();
  await using opened = new AsyncDisposableStack();
  opened.defer(() => postgres.stop());
  const database = await postgres.createDatabase();
  const server = opened.use(await SimulatedServer.start({ database }));
  const hotel = makeHotel(1, PROPERTY, createRandom('bench'));
  const memory = [memoryOf(server)];
  const rows = await found(server, hotel, size.guests);
  memory.push(memoryOf(server));
  const bench: Bench = { server, postgres, database, folder, hotel };
  const synced = await measureFirstSync(bench, rows, size.syncs);
  memory.push(memoryOf(server));
  const { row: visible, notes } = await measureVisible(bench, settings);
  const chain = await measureChain(server, postgres, size.terminals, () => memoryOf(server));
  memory.push(chain.memory);
  return {
    title: `Sync, ${size.guests.toLocaleString('en')} guests on PostgreSQL`,
    rows: [...synced, visible, chain.row],
    notes: [
      ...notes,
      `Memory of the server's process: ${memory.map((bytes) => `${Math.round(bytes / 1e6)} MB`).join(', ')}: when it has started, when the hotel is founded, when it is synced, with ${size.terminals} terminals at work.`,
      'PostgreSQL is Debian’s on a Unix socket with fsync off, for both sides; server, terminals and pgbench share this machine’s cores.',
    ],
  };
}

/** @returns how many rows the hotel has */
async function found(server: SimulatedServer, hotel: SimulatedHotel, guests: number): Promise<number> {
  const puts: Put[] = hotel.puts.filter(({ entity }) => entity !== 'room');
  for (const batch of hotelFeed(guests)) {
    for (const put of batch.puts) if (put.entity !== 'property') puts.push({ entity: put.entity, row: put.row } as Put);
  }
  await server.ask({ ask: 'found', property: hotel.property, puts });
  return puts.length;
}

/** A terminal that has nothing yet, until it has all and can search it; and how late its event loop is meanwhile. */
async function measureFirstSync(bench: Bench, rows: number, syncs: number): Promise<Row[]> {
  const { server, folder, hotel } = bench;
  const property = hotel.property.id;
  const [ours, theirs, late]: [number[], number[], number[]] = [[], [], []];
  const idle = await lateness(() => wait(IDLE_MS));
  for (let nth = 0; nth < syncs; nth++) {
    const enrolment = await enrolAt(server, property);
    const newest = await server.ask<number>({ ask: 'newest', property, device: enrolment.deviceId });
    const began = performance.now();
    const terminal = openTerminal(lineOf(server, enrolment), enrolment, join(folder, `synced-${nth}`));
    late.push(...(await lateness(() => terminal.until(() => terminal.cache.syncState.get().cursor >= newest))));
    terminal.cache.searchGuests({ query: '王', limit: 12 });
    ours.push(performance.now() - began);
    await terminal.close();
    theirs.push(bareSync(bench, join(folder, `bare-${nth}.db`)));
  }
  const size = rows.toLocaleString('en');
  return [
    {
      what: `first sync of ${size} rows to a terminal that can search, over TLS on this machine`,
      counterpart: 'COPY … TO of the same rows, then a plain bulk insert of them and its indexes',
      measured: compareSamples(ours, theirs),
      goal: { ratio: 1 },
      because:
        'nine tenths of it are durable commits: rows are stored in portions of 5 to 50, so that the desk has its turn in between, and each portion is a commit of the cache and one of the file of seeds (a third of the time, though most portions have no seed); the rest is checking each row by its schema and five indexes of search, where the counterpart checks nothing and commits once',
    },
    {
      what: `delay of main’s event loop while ${size} rows stream in`,
      counterpart: 'the same loop with nothing to do',
      measured: compareSamples(late, idle),
      goal: { p99: 20 },
      because:
        'a portion of rows that meets a slow disk or a checkpoint of the file is done before the loop has its turn',
    },
  ];
}

/** @returns milliseconds */
function bareSync({ postgres, database }: Bench, file: string): number {
  const name = new URL(database).pathname.slice(1);
  const copied = join(postgres.folder, 'copied.csv');
  const began = performance.now();
  const rows = `select entity, "row" from entity_row where property_id = '${PROPERTY}' order by seq`;
  postgres.run('psql', ['-X', '-q', '-d', name, '-c', `copy (${rows}) to '${copied}'`]);
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.exec(`CREATE TABLE guest (id TEXT PRIMARY KEY, name TEXT, name_latin TEXT, phone TEXT, body TEXT) STRICT;
    CREATE TABLE stay (id TEXT PRIMARY KEY, guest_id TEXT, room_id TEXT, arrival TEXT, body TEXT) STRICT;
    CREATE TABLE other (id TEXT, entity TEXT, body TEXT, PRIMARY KEY (entity, id)) STRICT`);
  const guest = db.prepare('INSERT INTO guest VALUES (:id, :name, :nameLatin, :phone, :body)');
  const stay = db.prepare('INSERT INTO stay VALUES (:id, :guestId, :roomId, :arrival, :body)');
  const other = db.prepare('INSERT INTO other VALUES (:id, :entity, :body)');
  db.transaction(() => {
    for (const line of readFileSync(copied, 'utf8').split('\n')) {
      if (line === '') continue;
      const tab = line.indexOf('\t');
      const entity = line.slice(0, tab);
      // COPY's text format writes a backslash as two.
      const body = line.slice(tab + 1).replaceAll('\\\\', '\\');
      const row = JSON.parse(body);
      if (entity === 'guest') guest.run({ ...pickText(row, ['id', 'name', 'nameLatin', 'phone']), body });
      else if (entity === 'stay') stay.run({ ...pickText(row, ['id', 'guestId', 'roomId', 'arrival']), body });
      else other.run({ id: row.id, entity, body });
    }
    db.exec(`CREATE INDEX guest_name ON guest (name); CREATE INDEX guest_latin ON guest (name_latin);
      CREATE INDEX guest_phone ON guest (phone); CREATE INDEX stay_guest ON stay (guest_id);
      CREATE INDEX stay_room ON stay (room_id); CREATE INDEX stay_arrival ON stay (arrival)`);
  })();
  db.close();
  return performance.now() - began;
}

function pickText(row: { readonly [name: string]: string | null }, names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
}

/** How late a timer is while something goes on, in milliseconds; of less than one nothing is known. */
async function lateness(during: () => Promise<unknown>): Promise<number[]> {
  const late: number[] = [];
  let due = performance.now() + TICK_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    late.push(Math.max(1, now - due));
    due = now + TICK_MS;
  }, TICK_MS);
  try {
    await during();
  } finally {
    clearInterval(timer);
  }
  return late;
}

/** A note, from when it is written at one terminal to when it lies in the cache of another; and the bytes that it takes on either line. */
async function measureVisible(
  bench: Bench,
  settings: Settings,
): Promise<{ readonly row: Row; readonly notes: string[] }> {
  const { server, folder, database } = bench;
  const hotel = makeHotel(2, 'bench-two-desks', createRandom('two desks'));
  await server.ask({ ask: 'found', property: hotel.property, puts: hotel.puts });
  await using opened = new AsyncDisposableStack();
  const desk = async (name: string) => {
    const enrolment = await enrolAt(server, hotel.property.id);
    const cable = await openCable(server.url);
    opened.defer(() => cable.close());
    const terminal = openTerminal(lineOf(server, enrolment, cable.url), enrolment, join(folder, name));
    opened.defer(() => terminal.close());
    await terminal.until(() => terminal.loop.state.line === 'online' && terminal.cache.guests.count() > 0);
    return { cable, terminal, enrolment };
  };
  const [one, other] = [await desk('one'), await desk('other')];
  // Until both have heard of one another, and their live lines are there.
  await wait(3_000);
  let nth = 0;
  const change = async () => {
    const operation = noteBy(hotel, nth++);
    const { note } = operation;
    one.terminal.cache.addNoteLocally(note, operation);
    one.terminal.loop.kick();
    await other.terminal.until(() =>
      other.terminal.cache.notes.forGuest(note.guestId).some(({ id }) => id === note.id),
    );
    return operation;
  };
  const bare = bareCommit(join(folder, 'bare-visible.db'), settings);
  opened.defer(() => bare.close());
  const client = new Client(database);
  await client.connect();
  opened.defer(() => client.end());
  await client.query('create table bare (seq bigserial primary key, body text not null)');
  const line = lineOf(server, one.enrolment);
  opened.defer(() => line.close());
  const measured = await compare(
    { run: change },
    {
      run: async () => {
        bare.run();
        for await (const _ of line.lines('/healthz', 1_000));
        await client.query('insert into bare (body) values ($1)', ['x'.repeat(560)]);
      },
    },
    { rounds: 20, calls: 10, async: true },
  );
  const before = [one.cable.carried, other.cable.carried] as const;
  let plain = 0;
  for (let left = BYTES_NOTES; left > 0; left--) plain += JSON.stringify((await change()).note).length;
  await wait(500);
  const each = (bytes: number) => Math.round(bytes / BYTES_NOTES).toLocaleString('en');
  return {
    row: {
      what: 'a note on one terminal until it is in the cache of another',
      counterpart: 'a bare commit on the terminal’s disk, one round trip over TLS, one bare commit in PostgreSQL',
      measured,
      goal: { ratio: 3 },
      because:
        'it is three round trips and not one (the push, the word on the live line, the pull), each with its look at the certificate and at what the terminal may hold, and three commits (the note with its outbox row, the server’s, the other terminal’s two files)',
    },
    notes: [
      `A note of ${each(plain)} bytes of JSON, sent alone, takes ${each(one.cable.carried - before[0])} bytes on the line of the terminal that writes it (push, answer, its own row back, live line) and ${each(other.cable.carried - before[1])} on the line of another (live line, pull), TLS and HTTP headers included.`,
    ],
  };
}

/** Resident, in bytes. */
function memoryOf({ pid }: SimulatedServer): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN) * 1_024;
}
