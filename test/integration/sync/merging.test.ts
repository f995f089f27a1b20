/** Two terminals and the server in any order of work, loss and repetition: they converge, nothing is lost, nothing is there twice. */
import fc from 'fast-check';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cache } from '../../../src-main/store/open.ts';
import type { Put } from '../../../src-server/store/feed.ts';
import { openStore, type Store } from '../../../src-server/store/store.ts';
import { MERGED, type MergedName, ROOM_STATUSES, type Stay } from '../../../src-shared/model/entities.ts';
import { type DeviceId, OperationId, PropertyId } from '../../../src-shared/model/ids.ts';
import { type Change, isChange, patchesOf } from '../../../src-shared/sync/changes.ts';
import { Operation, type OperationResult, PutLine } from '../../../src-shared/sync/protocol.ts';
import {
  date,
  employee,
  employeeId,
  guest,
  guestId,
  newCache,
  property,
  room,
  roomId,
  stay,
  stayId,
  TODAY,
  testFolder,
} from '../store/builders.ts';

let store: Store;
let time = 1_773_500_000_000;
beforeAll(async () => {
  store = await openStore({ kind: 'embedded', dataDir: testFolder() }, { now: () => time });
});
afterAll(() => store.close());

/** An operation with what its terminal knew when it was made, and what became of it. */
interface Made {
  readonly change: Change;
  readonly terminal: Terminal;
  readonly cursor: number;
  result: OperationResult | null;
}

class Terminal {
  readonly made: Made[] = [];
  readonly cache: Cache;
  readonly propertyId: PropertyId;
  readonly deviceId: DeviceId;

  constructor(propertyId: PropertyId, deviceId: DeviceId) {
    this.propertyId = propertyId;
    this.deviceId = deviceId;
    this.cache = newCache().cache;
  }

  make(change: object): void {
    time += 1;
    const operation = Operation.parse({
      id: OperationId.parse(ulid(time)),
      employeeId: employeeId(1),
      at: time,
      ...change,
    });
    if (!isChange(operation)) throw new Error('no change');
    this.made.push({ change: operation, terminal: this, cursor: this.cache.syncState.get().cursor, result: null });
    this.cache.changeLocally(operation);
    this.seesItsOwn();
  }

  /** @param isLost the server has it, and its answer does not come back */
  async push(limit: number, isLost = false): Promise<void> {
    const operations = this.cache.outbox.queued(limit);
    if (operations.length === 0) return;
    const results = await store.applyOperations(this.propertyId, this.deviceId, operations);
    if (isLost) return;
    for (const result of results) {
      const made = this.made.find(({ change }) => change.id === result.id);
      if (made !== undefined) made.result = result;
    }
    this.cache.settleOperations(results);
    this.seesItsOwn();
  }

  async pull(limit: number): Promise<void> {
    const after = this.cache.syncState.get().cursor;
    const page = await store.readFeed(this.propertyId, after, limit);
    const puts = page.rows.map(({ entity, seq, json, versions }) =>
      PutLine.parse({
        kind: 'put',
        entity,
        seq,
        row: JSON.parse(json),
        ...(versions && { versions: JSON.parse(versions) }),
      }),
    );
    this.cache.applyPuts(puts, page.cursor);
    this.seesItsOwn();
  }

  /** Work of hers that waits is on the screen, whatever has come meanwhile. */
  seesItsOwn(): void {
    const last = new Map<string, unknown>();
    for (const operation of this.cache.outbox.queued(1_000)) {
      if (!isChange(operation)) continue;
      for (const { entity, id, changes } of patchesOf(operation, null, () => null))
        for (const [field, value] of Object.entries(changes)) last.set(`${entity} ${id} ${field}`, value);
    }
    for (const [place, value] of last) {
      const [entity, id, field] = place.split(' ') as [MergedName, string, string];
      // A consequence of a later change of hers may lie over it: that a room is dirty.
      if (entity !== 'room') expect(this.row(entity, id)?.[field], place).toEqual(value);
    }
  }

  row(entity: MergedName, id: string): Record<string, unknown> | undefined {
    const table = { guest: this.cache.guests, stay: this.cache.stays, room: this.cache.rooms }[entity];
    return table.held(id)?.row as Record<string, unknown> | undefined;
  }

  base(entity: MergedName, id: string, fields: readonly string[]): Record<string, number> {
    const table = { guest: this.cache.guests, stay: this.cache.stays, room: this.cache.rooms }[entity];
    const versions = table.held(id)?.versions ?? {};
    return Object.fromEntries(fields.map((field) => [field, versions[field] ?? 0]));
  }
}

/** Something one of the two does. */
const work = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('guest'),
      n: fc.constantFrom(1, 2),
      field: fc.constantFrom('name', 'company', 'email'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constant('room'), n: fc.constantFrom(1, 2), room: fc.constantFrom(1, 2, null) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('dates'),
      n: fc.constantFrom(1, 2),
      day: fc.constantFrom('2026-03-13', '2026-03-15', '2026-03-18'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constantFrom('checkIn', 'checkOut'),
      n: fc.constantFrom(1, 2),
      room: fc.constantFrom(1, 2),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('status'),
      n: fc.constantFrom(1, 2),
      status: fc.constantFrom(...ROOM_STATUSES),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant('settle'), choice: fc.constantFrom('held', 'brought', 'combined') }),
  },
  { weight: 3, arbitrary: fc.record({ does: fc.constantFrom('push', 'lost'), n: fc.constantFrom(1, 3, 50) }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('pull'), n: fc.constantFrom(1, 4, 250) }) },
);
interface Step {
  readonly who: number;
  readonly work: {
    does: string;
    n?: number;
    field?: string;
    room?: number | null;
    day?: string;
    status?: string;
    choice?: string;
  };
}
const steps = fc.array(fc.record({ who: fc.constantFrom(0, 1), work }), {
  minLength: 4,
  maxLength: 40,
}) as fc.Arbitrary<Step[]>;

async function does(terminal: Terminal, { work: { does: what, n = 1, ...more } }: Step): Promise<void> {
  if (what === 'push' || what === 'lost') return terminal.push(n, what === 'lost');
  if (what === 'pull') return terminal.pull(n);
  // A terminal that has nothing yet does nothing.
  if (terminal.row('stay', stayId(2)) === undefined) return;
  if (what === 'guest') {
    const field = more.field ?? 'name';
    const value =
      field === 'email'
        ? `${terminal.made.length}${terminal.deviceId.slice(-4)}@example.com`
        : `${field} ${terminal.made.length} ${terminal.deviceId}`;
    terminal.make({
      kind: 'guest.change',
      guestId: guestId(n),
      changes: { [field]: value },
      base: terminal.base('guest', guestId(n), [field]),
    });
  } else if (what === 'room') {
    const changes = { roomId: more.room == null ? null : roomId(more.room) };
    terminal.make({
      kind: 'stay.change',
      stayId: stayId(n),
      changes,
      base: terminal.base('stay', stayId(n), ['roomId']),
    });
  } else if (what === 'dates') {
    const changes = { departure: date(more.day ?? '') };
    terminal.make({
      kind: 'stay.change',
      stayId: stayId(n),
      changes,
      base: terminal.base('stay', stayId(n), ['departure']),
    });
  } else if (what === 'checkIn') {
    terminal.make({
      kind: 'stay.checkIn',
      stayId: stayId(n),
      roomId: roomId(more.room ?? 1),
      base: terminal.base('stay', stayId(n), ['roomId']),
    });
  } else if (what === 'checkOut') terminal.make({ kind: 'stay.checkOut', stayId: stayId(n) });
  else if (what === 'status')
    terminal.make({
      kind: 'room.setStatus',
      roomId: roomId(n),
      status: more.status,
      base: terminal.base('room', roomId(n), ['status']),
    });
  else settle(terminal, more.choice ?? 'held');
}

function settle(terminal: Terminal, choice: string): void {
  const [conflict] = terminal.cache.conflicts.open();
  if (conflict === undefined) return;
  const { id, entity, rowId, field, held, brought, seq } = conflict;
  const isText = entity === 'guest' && field !== 'email';
  const chosen = choice === 'combined' && !isText ? 'brought' : choice;
  const value =
    chosen === 'held' ? null : chosen === 'brought' ? brought.value : `${held.value}+${brought.value}`.slice(0, 180);
  terminal.make({ kind: 'conflict.settle', conflictId: id, entity, rowId, field, choice: chosen, value, base: seq });
}

/** A hotel of its own for one run, and two terminals of it. */
async function twoTerminals(): Promise<readonly [Terminal, Terminal]> {
  const id = PropertyId.parse(`run-${ulid().toLowerCase().slice(-20)}`);
  const manager = employee(1, { propertyId: id, role: 'duty-manager', shifts: [{ begins: '00:00', ends: '00:00' }] });
  const puts: Put[] = [
    { entity: 'employee', row: manager },
    ...[1, 2].flatMap((n): Put[] => [
      { entity: 'room', row: room(n) },
      { entity: 'guest', row: guest(n) },
      { entity: 'stay', row: stay(n, { departure: date('2026-03-16') }) },
    ]),
  ];
  await store.foundProperty(property({ id }), puts);
  const enrol = async () => {
    const issued = await store.issueEnrolmentCode(id);
    const answer = await store.enrol({
      code: issued?.code ?? '',
      deviceName: 'desk',
      publicKey: Buffer.alloc(32).toString('base64'),
      keySha256: '00'.repeat(32),
    });
    if (answer === null) throw new Error('not enrolled');
    const terminal = new Terminal(id, answer.deviceId);
    await terminal.pull(250);
    return terminal;
  };
  return [await enrol(), await enrol()];
}

async function untilQuiet(terminals: readonly Terminal[]): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    for (const terminal of terminals) {
      await terminal.push(200);
      await terminal.pull(2_000);
    }
  }
}

/** Fields with their values as a row, an open conflict or an operation has them. */
const token = (entity: string, id: string, field: string, value: unknown) => JSON.stringify([entity, id, field, value]);

function laws(terminals: readonly [Terminal, Terminal]): void {
  const [one, other] = terminals;
  const places = MERGED.flatMap((entity) =>
    [1, 2].map((n) => [entity, { guest: guestId(n), stay: stayId(n), room: roomId(n) }[entity]] as const),
  );
  const present = new Set<string>();
  for (const [entity, id] of places) {
    const row = one.row(entity, id);
    expect(other.row(entity, id)).toEqual(row);
    expect(other.base(entity, id, Object.keys(row ?? {}))).toEqual(one.base(entity, id, Object.keys(row ?? {})));
    for (const [field, value] of Object.entries(row ?? {})) present.add(token(entity, id, field, value));
  }
  expect(one.cache.conflicts.open()).toEqual(other.cache.conflicts.open());
  for (const { entity, rowId, field, held, brought } of one.cache.conflicts.open()) {
    present.add(token(entity, rowId, field, brought.value));
    // What it says the row has, the row has.
    expect(present).toContain(token(entity, rowId, field, held.value));
  }
  // Nobody has two open conflicts about one field.
  const open = one.cache.conflicts.open().map(({ rowId, field, brought }) => `${rowId} ${field} ${brought.device}`);
  expect(new Set(open).size).toBe(open.length);
  for (const terminal of terminals) {
    expect(terminal.cache.pending.all()).toEqual([]);
    expect(terminal.cache.outbox.count('queued')).toBe(0);
  }
  nothingIsLost(terminals, present);
  const stays = [1, 2]
    .flatMap((n) => one.cache.stays.get(stayId(n)) ?? [])
    .filter(({ status }) => status !== 'departed');
  const [first, second] = stays as [Stay, Stay?];
  if (first && second && first.roomId !== null && first.roomId === second.roomId)
    expect(first.arrival >= second.departure || second.arrival >= first.departure, 'a room for two').toBe(true);
  for (const { status, arrival, departure, roomId: inRoom } of stays) {
    expect(departure > arrival && departure >= TODAY).toBe(true);
    if (status === 'in-house') expect(inRoom).not.toBeNull();
  }
}

/** A value that the server took is there, or somebody has put another in its place who knew it: the same terminal, or one that had heard of it. */
function nothingIsLost(terminals: readonly Terminal[], present: ReadonlySet<string>): void {
  const all = terminals.flatMap(({ made }) => made);
  for (const { change, terminal, result } of all) {
    if (result === null) throw new Error('an operation without an answer');
    if (result.status === 'refused') {
      // It waits for its person, or she has done it otherwise since.
      const waits = terminal.cache.outbox.refusedChanges().some(({ operation }) => operation.id === change.id);
      const again = terminal.made.some((later) => later.change.id > change.id && later.change.kind === change.kind);
      expect(waits || again || change.kind === 'conflict.settle', change.kind).toBe(true);
      continue;
    }
    if (change.kind !== 'guest.change') continue;
    for (const [field, value] of Object.entries(change.changes)) {
      if (present.has(token('guest', change.guestId, field, value))) continue;
      const knew = all.some(
        (later) =>
          later.change.id !== change.id &&
          later.result?.status !== 'refused' &&
          ((later.change.kind === 'guest.change' &&
            later.change.guestId === change.guestId &&
            field in later.change.changes) ||
            (later.change.kind === 'conflict.settle' &&
              later.change.rowId === change.guestId &&
              later.change.field === field)) &&
          (later.terminal === terminal ? later.change.id > change.id : later.cursor >= result.seq),
      );
      expect(knew, `${field} ${String(value)}`).toBe(true);
    }
  }
}

describe('two terminals that work without knowing of one another', () => {
  it('have the same rows and conflicts in the end, with nothing lost and nothing twice, whatever came when', {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const terminals = await twoTerminals();
        for (const step of all) {
          const terminal = terminals[step.who];
          if (terminal !== undefined) await does(terminal, step);
        }
        await untilQuiet(terminals);
        laws(terminals);
        for (const terminal of terminals) terminal.cache.close();
      }),
      { numRuns: Number(process.env['KEYRACK_RUNS'] ?? 25) },
    );
  });
});
