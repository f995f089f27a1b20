/** Finding guests: each way of asking against the same code on a plain file, and the size and making of the index. */
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { migrate } from '../../src-main/store/migrations.ts';
import { nameKeys } from '../../src-main/store/name-keys.ts';
import type { Cache } from '../../src-main/store/open.ts';
import type { PutLine } from '../../src-shared/sync/protocol.ts';
import { compare, inTurn } from './compare.ts';
import { hotelFeed } from './hotel.ts';
import { type HotelFiles, spreadGuests } from './hotel-files.ts';
import { openPlainFile, openProductCache, openProductFile } from './plain-file.ts';
import type { Row } from './row.ts';

/** As the command bar asks. */
const LIMIT = 12;
const ASKED_FOR = 2_000;

interface Known {
  readonly name: string;
  readonly nameLatin: string | null;
  readonly phone: string | null;
  readonly room: string | null;
  readonly reservation: string;
}

const CHINESE = /^\p{Script=Han}{3,4}$/u;

/** Ways of asking for a guest; null where the guest cannot be asked for like this. */
const WAYS: Readonly<Record<string, (guest: Known) => string | null>> = {
  'a whole name': ({ name }) => name,
  'a surname of one character': ({ name }) => (CHINESE.test(name) ? name.slice(0, 1) : null),
  'the beginning of a name': ({ name }) => (CHINESE.test(name) ? name.slice(0, 2) : name.slice(0, 4)),
  'two characters inside a name': ({ name }) => (CHINESE.test(name) ? name.slice(-2) : null),
  'one character inside a name': ({ name }) => (CHINESE.test(name) ? name.slice(-1) : null),
  pinyin: ({ name, nameLatin }) => (CHINESE.test(name) ? (nameLatin?.toLowerCase().replace(' ', '') ?? null) : null),
  'pinyin initials': ({ name }) => nameKeys(name, null).keys.find(({ kind }) => kind === 'initials')?.key ?? null,
  'a word of a Latin name': ({ name }) => /^[a-z]+ ([a-z]+)$/iu.exec(name)?.[1] ?? null,
  'a whole phone number': ({ phone }) => phone?.replace('+86', '') ?? null,
  'the last four of a phone': ({ phone }) => phone?.slice(-4) ?? null,
  'a room': ({ room }) => room,
  'a reservation number': ({ reservation }) => reservation,
};

export async function measureSearch(hotel: HotelFiles): Promise<Row[]> {
  const known = knownGuests(hotel);
  const rows: Row[] = [];
  for (const [way, ask] of Object.entries(WAYS)) {
    const queries = known.flatMap((guest) => ask(guest) ?? []);
    rows.push({
      what: `search by ${way}`,
      counterpart: 'the same code on a plain file',
      measured: await compare(searchBy(hotel.product, queries), searchBy(hotel.plain, queries), {
        rounds: 10,
        calls: 200,
      }),
      goal: { ratio: 1.3, p99: 1 },
      because: 'the slowest are names that thousands bear, and plain SQLite takes as long for them',
    });
  }
  return rows;
}

function searchBy(cache: Cache, queries: readonly string[]) {
  const next = inTurn(queries);
  return { run: () => cache.searchGuests({ query: next(), limit: LIMIT }) };
}

function knownGuests(hotel: HotelFiles): Known[] {
  const read = hotel.plainDb.prepare<[string], Known>(
    `SELECT g.name, g.name_latin AS nameLatin, g.phone, r.number AS room, s.reservation_number AS reservation
     FROM guest g JOIN stay s ON s.guest_id = g.id LEFT JOIN room r ON r.id = s.room_id WHERE g.id = ? LIMIT 1`,
  );
  return spreadGuests(hotel, ASKED_FOR).flatMap((id) => read.all(id));
}

/** Tables and indexes that only search needs. */
const INDEX = ['guest_key%', 'guest_pieces%', 'guest_phone%', 'current_key%'];

export interface IndexSize {
  readonly product: number;
  readonly trigram: number;
}

/**
 * Storing and indexing guests, against storing them and indexing them by a plain FTS5 trigram. The trigram finds neither two
 * characters nor pinyin: it is what there would be for nothing.
 */
export async function measureIndex(
  hotel: HotelFiles,
  folder: string,
): Promise<{ readonly row: Row; readonly size: IndexSize }> {
  const { key, settings } = hotel;
  const guests: PutLine[] = [...hotelFeed(hotel.guests)].flatMap(({ puts }) =>
    puts.filter(({ entity }) => entity === 'guest'),
  );
  let made = 0;
  const product = { file: '', cache: null as Cache | null };
  const trigram = { file: '', db: null as Database | null, insert: () => {} };
  const measured = await compare(
    {
      before: () => {
        product.file = join(folder, `index-${++made}.db`);
        product.cache = openProductCache(product.file, key);
      },
      run: () => product.cache?.applyPuts(guests, guests.length),
      after: () => product.cache?.close(),
    },
    {
      before: () => {
        trigram.file = join(folder, `trigram-${++made}.db`);
        trigram.db = openPlainFile(trigram.file, settings);
        trigram.insert = prepareTrigram(trigram.db, hotel.plainDb);
      },
      run: () => trigram.insert(),
      after: () => trigram.db?.close(),
    },
    { rounds: 5, calls: 1 },
  );
  return {
    row: {
      what: `store and index ${hotel.guests.toLocaleString('en')} guests`,
      counterpart: 'plain insert and FTS5 trigram of the same rows',
      measured,
      goal: { ratio: 1.3 },
      because:
        'our index also has pinyin, initials, single characters and pairs, and telephone numbers by their end, in ranked order; the trigram finds none of them',
    },
    size: {
      product: sizeOf(openProductFile(product.file, key), INDEX),
      trigram: sizeOf(openPlainFile(trigram.file, settings), ['guest_trigram%']),
    },
  };
}

/** The same guest table without the indexes of search, and a trigram over the names and the number. */
function prepareTrigram(db: Database, source: Database): () => void {
  migrate(db);
  db.exec(`DROP INDEX guest_phone; DROP INDEX guest_phone_tail;
    CREATE VIRTUAL TABLE guest_trigram USING fts5 (name, name_latin, phone, content = '', tokenize = 'trigram')`);
  const rows = source.prepare<[], Record<string, string | number | null>>('SELECT * FROM guest').all();
  const columns = Object.keys(rows[0] ?? {});
  const insert = db.prepare(
    `INSERT INTO guest (${columns.join(', ')}) VALUES (${columns.map((column) => `:${column}`).join(', ')})`,
  );
  const index = db.prepare(
    'INSERT INTO guest_trigram (rowid, name, name_latin, phone) VALUES (:rowid, :name, :name_latin, :phone)',
  );
  return db.transaction(() => {
    for (const row of rows) {
      insert.run(row);
      index.run(row);
    }
  });
}

function sizeOf(db: Database, names: readonly string[]): number {
  const where = names.map(() => 'name LIKE ?').join(' OR ');
  const size = db
    .prepare<string[], number>(`SELECT sum(pgsize) FROM dbstat WHERE ${where}`)
    .pluck()
    .get(...names);
  db.close();
  return size ?? 0;
}
