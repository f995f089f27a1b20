/** Finding guests by a sealed number: by blind index and opened candidates, against the number in clear and against bare decryption. */
import { join } from 'node:path';
import type { Desk, Presence } from '../../src-main/desk/desk.ts';
import { lookUp } from '../../src-main/desk/find-sealed.ts';
import { openSealed } from '../../src-main/desk/open-sealed.ts';
import { deriveIndexKeys, deriveSearchKey, rangeOfLastFour } from '../../src-main/vault/blind-index.ts';
import { DEFAULT_TIMES, Session } from '../../src-main/vault/session.ts';
import { lastFourOf } from '../../src-shared/documents/number-form.ts';
import type { Sought } from '../../src-shared/documents/sought-number.ts';
import type { Employee, Guest } from '../../src-shared/model/entities.ts';
import { compare, inTurn } from './compare.ts';
import { classKey, PROPERTY, property, seedOf } from './hotel.ts';
import { type HotelFiles, spreadGuests } from './hotel-files.ts';
import { openPlainFile, openProductFile } from './plain-file.ts';
import type { Row } from './row.ts';

/** As the command bar asks. */
const LIMIT = 12;
const ASKED_FOR = 1_000;
const PLAN = { rounds: 10, calls: 100 } as const;

export interface SealedSearch {
  readonly rows: readonly Row[];
  /** Bytes of the two indexes. */
  readonly bytes: number;
}

/** Seeds are made anew where the product reads them from their file; that is in none of the counterparts either. */
export async function measureSealedSearch(hotel: HotelFiles, folder: string): Promise<SealedSearch> {
  const session = new Session({ now: () => 0, mono: () => 0 }, DEFAULT_TIMES, () => {});
  session.open();
  session.signIn({} as Employee, Buffer.alloc(32));
  const key = classKey('identity');
  session.unlock([key], [deriveSearchKey(key, PROPERTY)]);
  const desk: Pick<Desk, 'cache' | 'seeds' | 'session'> = {
    cache: hotel.product,
    seeds: { get: seedOf, make: seedOf },
    session,
  };
  const who: Pick<Presence, 'property'> = { property: property() };
  const numberOf = (guest: Guest) => openSealed(desk, who, guest, 'documentNumber').toString('utf8');

  const clear = openPlainFile(join(folder, `numbers-${hotel.guests}.db`), hotel.settings);
  clear.exec('CREATE TABLE document (number TEXT NOT NULL, guest TEXT NOT NULL) STRICT');
  const insert = clear.prepare<[string, string]>('INSERT INTO document VALUES (?, ?)');
  const ids = hotel.plainDb.prepare<[], Guest['id']>('SELECT id FROM guest').pluck().all();
  clear.transaction(() => {
    for (const id of ids) {
      const guest = hotel.plain.guests.get(id);
      if (guest?.documentNumber) insert.run(numberOf(guest), id);
    }
  })();
  clear.exec('CREATE INDEX document_number ON document (number)');

  // Foreign documents: of them the last four are spread as in life, which those of the demo's own IDs are not.
  const numbers = spreadGuests(hotel, ASKED_FOR).flatMap((id) => {
    const guest = hotel.product.guests.get(id);
    return guest?.documentNumber && guest.documentType !== 'chinese-id' ? [numberOf(guest)] : [];
  });
  const lookFor = (by: Sought['by'], asked: readonly string[]) => {
    const next = inTurn(asked);
    return { run: () => lookUp(desk, who, { field: 'documentNumber', by, number: next() }, LIMIT) };
  };
  const tails = numbers.map(lastFourOf);
  const inClear = clear.prepare<[string], string>('SELECT guest FROM document WHERE number = ? LIMIT 12').pluck();
  // No document of the demo's making ends so: whoever shares the mark by chance is opened, and not shown.
  const strange = Array.from({ length: ASKED_FOR }, (_, at) => `Z${String(at).padStart(3, '0')}`);
  const bareOpening = (asked: readonly string[]) => {
    const next = inTurn(candidatesOf(hotel, asked));
    return { run: () => next().map((guest) => openSealed(desk, who, guest, 'documentNumber')) };
  };
  const nextNumber = inTurn(numbers);
  const rows: Row[] = [
    {
      what: 'find by a whole document number: blind index, candidates opened, hits described',
      counterpart: 'the number in clear, indexed, on a plain file',
      measured: await compare(lookFor('whole', numbers), { run: () => inClear.all(nextNumber()) }, PLAN),
      goal: null,
    },
    {
      what: `find by the last four of a foreign document: blind index, candidates opened until ${LIMIT} are found, hits described`,
      counterpart: 'bare decryption of all candidates, their rows in memory',
      measured: await compare(lookFor('last-four', tails), bareOpening(tails), PLAN),
      goal: { ratio: 2, p99: 4 },
      because:
        'looking up the blind index and reading the rows of the candidates off the file take some tenths of a millisecond however few they are; the counterpart has them in memory and opens a handful in microseconds. With a million guests thousands share a last four, and the slowest are those whose candidates lie on pages that nobody has read lately; the counterpart’s slowest are slower',
    },
    {
      what: 'find by last four that nobody’s document has: blind index, every candidate opened',
      counterpart: 'bare decryption of the same candidates, their rows in memory',
      measured: await compare(lookFor('last-four', strange), bareOpening(strange), PLAN),
      goal: { ratio: 2, p99: 4 },
      because:
        'of a number that nobody has there is hardly a candidate to open in a small hotel: what is measured is the lookup, against nothing. In one of a million every candidate is opened before nobody is found: twice as long as opening alone takes, and as uneven',
    },
  ];
  session.lock('by-hand');
  clear.close();
  return { rows, bytes: sizeOfIndexes(hotel) };
}

/** The guests that share a mark with each of these last fours, read before anything is timed. */
function candidatesOf(hotel: HotelFiles, tails: readonly string[]): Guest[][] {
  const keys = deriveIndexKeys(deriveSearchKey(classKey('identity'), PROPERTY));
  return tails.map((tail) =>
    Array.from(
      hotel.product.sealedMarks.candidates('documentNumber', rangeOfLastFour(keys, 'documentNumber', tail), 400),
    ).flatMap(({ guestId }) => hotel.product.guests.get(guestId) ?? []),
  );
}

function sizeOfIndexes({ productFile, key }: HotelFiles): number {
  const db = openProductFile(productFile, key);
  const size = db
    .prepare<[], number>("SELECT sum(pgsize) FROM dbstat WHERE name IN ('guest_document_mark', 'guest_card_mark')")
    .pluck()
    .get();
  db.close();
  return size ?? 0;
}
