/** Mixed work of a chain's terminals on one server, against pgbench on the same PostgreSQL. */
import { ulid } from 'ulid';
import { createRandom } from '../../scripts/demo/random.ts';
import { pull } from '../../src-main/sync/pull.ts';
import type { Transport } from '../../src-main/sync/transport.ts';
import { SEALED_CLASSES } from '../../src-shared/model/classes.ts';
import { NoteId, OperationId } from '../../src-shared/model/ids.ts';
import { type Operation, PROTOCOL_VERSION, PushResponse, routes } from '../../src-shared/sync/protocol.ts';
import type { PrivatePostgres } from '../integration/server/postgres.ts';
import { BEGINNING, makeHotel, type SimulatedHotel } from '../simulation/hotel.ts';
import type { SimulatedServer } from '../simulation/server.ts';
import { compareSamples } from './compare.ts';
import type { Row } from './row.ts';
import { enrolAt, lineOf } from './sync-terminal.ts';

const TERMINALS_A_HOTEL = 20;
const WRITES_IN_TEN = 3;
/** Requests at a time: a terminal has nothing to say most of the time. */
const UNDER_WAY = 50;
const ROUNDS = 5;
const ROUND_MS = 4_000;
/** As many as the server has connections. */
const PGBENCH = ['-c', '10', '-j', '2', '-T', String(ROUND_MS / 1_000), '-b', 'select-only@7', '-b', 'simple-update@3'];
const PGBENCH_DATABASE = 'bench';

interface Worker {
  readonly hotel: SimulatedHotel;
  readonly line: Transport;
  cursor: number;
}

/** A note of the manager about one of the hotel's guests, as the desk queues it. */
export function noteBy({ manager, guests }: SimulatedHotel, nth: number) {
  const guest = guests[nth % guests.length];
  if (guest === undefined) throw new RangeError('a hotel without guests');
  const at = BEGINNING + nth;
  const note = {
    id: NoteId.parse(ulid()),
    guestId: guest.id,
    text: `asked for a quiet room, remark ${nth}`,
    authorId: manager.id,
    writtenAt: at,
  };
  return { id: OperationId.parse(ulid()), kind: 'guestNote.add', employeeId: manager.id, at, note } as const;
}

/** @returns the row, and what the server's process holds in memory at the end of it, in bytes */
export async function measureChain(
  server: SimulatedServer,
  postgres: PrivatePostgres,
  terminals: number,
  memory: () => number,
): Promise<{ readonly row: Row; readonly memory: number }> {
  const workers: Worker[] = [];
  for (let nth = 0; nth < Math.ceil(terminals / TERMINALS_A_HOTEL); nth++) {
    const hotel = makeHotel(nth, `chain-${nth}`, createRandom(`chain/${nth}`));
    const { id: property } = hotel.property;
    await server.ask({ ask: 'found', property: hotel.property, puts: hotel.puts });
    for (let desk = 0; desk < TERMINALS_A_HOTEL && workers.length < terminals; desk++) {
      const enrolment = await enrolAt(server, property);
      const cursor = await server.ask<number>({ ask: 'newest', property, device: enrolment.deviceId });
      workers.push({ hotel, line: lineOf(server, enrolment), cursor });
    }
  }
  postgres.run('createdb', [PGBENCH_DATABASE]);
  postgres.run('pgbench', ['-i', '-q', '-s', '10', PGBENCH_DATABASE]);
  const [ours, theirs]: [number[], number[]] = [[], []];
  await work(workers, ROUND_MS);
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await work(workers, ROUND_MS));
    const said = postgres.run('pgbench', [...PGBENCH, PGBENCH_DATABASE]);
    theirs.push(1_000 / Number(/tps = ([\d.]+)/.exec(said)?.[1]));
  }
  const held = memory();
  for (const { line } of workers) await line.close();
  return {
    memory: held,
    row: {
      what: `mixed work of ${terminals} terminals in hotels of ${TERMINALS_A_HOTEL} over TLS, 3 notes for 7 pulls: time by transactions`,
      counterpart: 'pgbench on the same PostgreSQL, 3 simple updates for 7 selects, 10 connections',
      measured: compareSamples(ours, theirs),
      // 0.3 of its transactions.
      goal: { ratio: 1 / 0.3 },
      because:
        'a request is TLS, HTTP, a certificate that is looked up, JSON that is checked, and three to twelve statements behind row-level security, in one process of Node that shares two cores with PostgreSQL and with all the terminals; a transaction of pgbench is one to five statements over a socket',
    },
  };
}

/** All of them work in turn, {@link UNDER_WAY} at a time. @returns milliseconds by transactions */
async function work(workers: readonly Worker[], forMs: number): Promise<number> {
  const began = performance.now();
  const idle = [...workers];
  let done = 0;
  const next = async () => {
    while (performance.now() - began < forMs) {
      const worker = idle.shift();
      if (worker === undefined) return;
      await (done % 10 < WRITES_IN_TEN ? push(worker, done) : follow(worker));
      done += 1;
      idle.push(worker);
    }
  };
  await Promise.all(Array.from({ length: UNDER_WAY }, next));
  return (performance.now() - began) / done;
}

async function push({ hotel, line }: Worker, nth: number): Promise<void> {
  const operations: Operation[] = [noteBy(hotel, nth)];
  const body = { protocol: PROTOCOL_VERSION, operations };
  const { results } = await line.post(routes.operations(hotel.property.id), body, PushResponse);
  if (results[0]?.status !== 'applied') throw new Error('a note was not applied');
}

async function follow(worker: Worker): Promise<void> {
  const source = { transport: worker.line, property: worker.hotel.property.id, classes: SEALED_CLASSES };
  worker.cursor = (await pull(source, worker.cursor)).cursor;
}
