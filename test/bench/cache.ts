/** The cache against the same file without encryption: reads, durable writes, scans, opening. */
import { join } from 'node:path';
import { createRandom } from '../../scripts/demo/random.ts';
import type { Cache } from '../../src-main/store/open.ts';
import { EmployeeId, type GuestId, NoteId, OperationId } from '../../src-shared/model/ids.ts';
import { DURABLE } from './bare-commit.ts';
import { compare, inTurn, type Plan } from './compare.ts';
import { property, TODAY } from './hotel.ts';
import { guestsAtTheDesk, type HotelFiles, spreadGuests } from './hotel-files.ts';
import { openPlainCache, openPlainFile, openProductCache, openProductFile } from './plain-file.ts';
import type { Row } from './row.ts';

export async function measureCache(hotel: HotelFiles, folder: string): Promise<Row[]> {
  return [
    ...(await reads(hotel)),
    await durableWrite(hotel),
    await coldScan(hotel),
    ...(await coldOpen(hotel, folder)),
  ];
}

async function reads(hotel: HotelFiles): Promise<Row[]> {
  const plan: Plan = { rounds: 20, calls: 1_000 };
  const desk = guestsAtTheDesk(hotel).map(({ guestId }) => guestId);
  const anybody = spreadGuests(hotel, 20_000);
  const bare = hotel.plainDb.prepare<[string]>('SELECT * FROM guest WHERE id = ?');
  const readBare = (ids: readonly GuestId[]) => {
    const next = inTurn(ids);
    return { run: () => bare.get(next()) };
  };
  return [
    {
      what: 'cached point read: a guest at the desk',
      counterpart: 'the same code on a plain file',
      measured: await compare(readBy(hotel.product, desk), readBy(hotel.plain, desk), plan),
      goal: { ratio: 1.1 },
    },
    {
      what: 'point read: any guest of the hotel',
      counterpart: 'the same code on a plain file',
      measured: await compare(readBy(hotel.product, anybody), readBy(hotel.plain, anybody), plan),
      goal: null,
    },
    {
      what: 'cached point read, from the row to the entity',
      counterpart: 'the bare statement on a plain file, row as it comes',
      measured: await compare(readBy(hotel.product, desk), readBare(desk), plan),
      goal: null,
    },
  ];
}

function readBy(cache: Cache, ids: readonly GuestId[]) {
  const next = inTurn(ids);
  return { run: () => cache.guests.get(next()) };
}

/** A note and its operation, in one commit that is on the disk when the call returns. */
async function durableWrite(hotel: HotelFiles): Promise<Row> {
  return {
    what: 'durable write: a note and its outbox row',
    counterpart: 'the same code on a plain file',
    measured: await compare(writeBy(hotel.product, hotel), writeBy(hotel.plain, hotel), DURABLE),
    goal: { ratio: 1.15 },
  };
}

function writeBy(cache: Cache, hotel: HotelFiles) {
  const random = createRandom('keyrack/bench/notes');
  const nextGuest = inTurn(guestsAtTheDesk(hotel));
  const authorId = EmployeeId.parse(random.ulid(0));
  let at = Date.parse(TODAY);
  return {
    run: () => {
      const id = random.ulid(++at);
      const note = {
        id: NoteId.parse(id),
        guestId: nextGuest().guestId,
        text: 'Late arrival.',
        authorId,
        writtenAt: at,
      };
      cache.addNoteLocally(note, { id: OperationId.parse(id), kind: 'guestNote.add', employeeId: authorId, at, note });
    },
  };
}

const SCAN = 'SELECT count(*), sum(length(name)), sum(length(search_text)) FROM guest NOT INDEXED';

/** Every page of the guest table, with nothing of it in SQLite's memory; the system's file cache has it on both sides. */
async function coldScan(hotel: HotelFiles): Promise<Row> {
  const scan = (open: () => ReturnType<typeof openPlainFile>) => {
    let db: ReturnType<typeof open> | null = null;
    return {
      before: () => {
        db = open();
      },
      run: () => db?.prepare(SCAN).get(),
      after: () => db?.close(),
    };
  };
  return {
    what: 'cold scan: every guest, on a fresh connection',
    counterpart: 'the same statement on a plain file',
    measured: await compare(
      scan(() => openProductFile(hotel.productFile, hotel.key)),
      scan(() => openPlainFile(hotel.plainFile, hotel.settings)),
      { rounds: hotel.guests > 100_000 ? 5 : 20, calls: 1 },
    ),
    goal: { ratio: 1.25 },
    because:
      'a scan does nothing with a page but count it, and the system has the file in memory: what is left is AEGIS-256 over each page once',
  };
}

async function coldOpen(hotel: HotelFiles, folder: string): Promise<Row[]> {
  const emptyFile = join(folder, `empty-${hotel.guests}.db`);
  const empty = openProductCache(emptyFile, hotel.key);
  empty.applyPuts([{ kind: 'put', entity: 'property', seq: 1, row: property() }], 1);
  empty.close();
  const opening = (open: () => Cache, use: (cache: Cache) => unknown) => {
    let cache: Cache | null = null;
    return {
      run: () => {
        cache = open();
        return use(cache);
      },
      after: () => cache?.close(),
    };
  };
  const today = (cache: Cache) => [
    cache.property.get(),
    cache.stays.arrivals(TODAY),
    cache.stays.inHouse(),
    cache.stays.departures(TODAY),
  ];
  const product = () => openProductCache(hotel.productFile, hotel.key);
  return [
    {
      what: 'cold open: to today’s lists',
      counterpart: 'the same code on a plain file',
      measured: await compare(
        opening(product, today),
        opening(() => openPlainCache(hotel.plainFile, hotel.settings), today),
        { rounds: 20, calls: 5 },
      ),
      goal: null,
    },
    {
      what: 'cold open: to the first answer',
      counterpart: 'the same with an empty cache',
      measured: await compare(
        opening(product, (cache) => cache.property.get()),
        opening(
          () => openProductCache(emptyFile, hotel.key),
          (cache) => cache.property.get(),
        ),
        { rounds: 20, calls: 5 },
      ),
      goal: { ratio: 1.2 },
    },
  ];
}
