/** A small demo hotel on a running server, on either database, with its clock and its log in the test's hand. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { ulid } from 'ulid';
import { type DemoHotel, generateHotel, type HotelPlan } from '../../../scripts/demo/hotel.ts';
import { type DemoEmployee, demoStaff } from '../../../scripts/demo/staff.ts';
import { createLog } from '../../../src-server/log.ts';
import { type RunningServer, startServer } from '../../../src-server/start.ts';
import { BusinessDate, NoteId, OperationId } from '../../../src-shared/model/ids.ts';
import type { NoteAddition } from '../../../src-shared/sync/protocol.ts';
import { type Client, createClient } from './client.ts';
import { copyFoundedServer, foundOnce } from './made-once.ts';
import { type PrivatePostgres, startPostgres } from './postgres.ts';

export const DATABASES = ['embedded', 'postgres'] as const;
export type DatabaseKind = (typeof DATABASES)[number];

export interface House {
  readonly hotel: DemoHotel;
  readonly staff: readonly DemoEmployee[];
  readonly dataDir: string;
  /** `postgres://…`; undefined for the embedded database. */
  readonly database: string | undefined;
  readonly postgres: PrivatePostgres | null;
  /** Of the server that runs now. */
  server(): RunningServer;
  client(): Client;
  now(): number;
  advance(ms: number): void;
  /** What the server that runs now counts of itself. */
  metrics(): Promise<string>;
  /** All lines of the log, of every start. */
  log(): string;
  employee(role: DemoEmployee['role']): DemoEmployee;
  /** A code that has not been used. */
  code(): Promise<string>;
  /** A note of the receptionist about the first guest, changed as the test wants. */
  addition(change?: Partial<NoteAddition>, note?: Partial<NoteAddition['note']>): NoteAddition;
  restart(): Promise<void>;
  /** Stops the server, so that another can have its database. */
  pause(): Promise<void>;
  close(): Promise<void>;
}

export const SMALL = { seed: 11, businessDate: BusinessDate.parse('2026-03-14'), guests: 60, rooms: 12 } as const;

export async function openHouse(kind: DatabaseKind, plan: Partial<HotelPlan> = {}): Promise<House> {
  const whole = { ...SMALL, ...plan };
  // What is open so far is closed again if the house cannot be opened whole.
  await using opening = new AsyncDisposableStack();
  const dataDir = mkdtempSync(join(tmpdir(), 'keyrack-server-'));
  opening.defer(() => rmSync(dataDir, { recursive: true, force: true }));
  const postgres = kind === 'postgres' ? await startPostgres() : null;
  opening.defer(() => postgres?.stop());
  const database = await postgres?.createDatabase();
  // Certificates are checked against the real time: the test's begins there and moves only when told.
  let at = Date.now();
  const clock = { now: () => at };
  let written = '';
  const log = createLog(
    'debug',
    new Writable({
      write: (chunk, _encoding, done) => {
        written += String(chunk);
        done();
      },
    }),
  );
  if (kind === 'embedded') await copyFoundedServer(dataDir, whole);
  const start = () => startServer({ dataDir, port: 0, operationsPort: 0, database }, log, clock);
  let server = await start();
  let client = createClient(server);
  let running = true;
  const stop = async () => {
    if (!running) return;
    running = false;
    await client.close();
    await server.stop();
  };
  opening.defer(stop);
  if (kind === 'postgres') await foundOnce(server.store, whole);
  const [hotel, staff] = [generateHotel(whole), demoStaff(whole.seed)];
  const employee = (role: DemoEmployee['role']) => {
    const found = staff.find((person) => person.role === role);
    if (found === undefined) throw new Error(`nobody is ${role}`);
    return found;
  };
  const open = opening.move();
  return {
    hotel,
    staff,
    dataDir,
    database,
    postgres,
    server: () => server,
    client: () => client,
    now: clock.now,
    advance: (ms) => {
      at += ms;
    },
    metrics: async () => (await fetch(new URL('/metrics', server.operationsUrl ?? ''))).text(),
    log: () => written,
    employee,
    code: async () => {
      const issued = await server.store.issueEnrolmentCode(hotel.property.id);
      if (issued === null) throw new Error('no such property');
      return issued.code;
    },
    addition: (change = {}, note = {}) => {
      const employeeId = employee('receptionist').id;
      const guestId = hotel.stories.arriving.id;
      const common = { id: NoteId.parse(ulid()), guestId, authorId: employeeId, writtenAt: at };
      return {
        id: OperationId.parse(ulid()),
        kind: 'guestNote.add',
        employeeId,
        at,
        note: { ...common, text: 'asked for a quiet room', ...note },
        ...change,
      };
    },
    restart: async () => {
      await stop();
      server = await start();
      client = createClient(server);
      running = true;
    },
    pause: stop,
    close: () => open.disposeAsync(),
  };
}
