/** Finding guests. Every branch is served by an index and bounded, so that a million guests answer like twenty thousand. */
import type { Database } from 'better-sqlite3';
import type { SearchHit } from '../../src-shared/ipc/views.ts';
import type { Guest, Stay } from '../../src-shared/model/entities.ts';
import type { BusinessDate, GuestId, StayId } from '../../src-shared/model/ids.ts';
import { close, fold, isUnbroken, type KeyKind, pieces } from './name-keys.ts';

export interface GuestHit extends Pick<Guest, 'name' | 'nameLatin' | 'phone'> {
  readonly guestId: GuestId;
  readonly stayId: StayId | null;
  readonly roomNumber: string | null;
  readonly reservationNumber: string | null;
  readonly status: Stay['status'] | null;
  readonly arrival: BusinessDate | null;
  readonly departure: BusinessDate | null;
  readonly matched: SearchHit['matched'];
}

/** Candidates ranked at most: a screenful and a few more. Each costs two reads that with a million guests are not in memory. */
const CANDIDATES = 16;
/** Rows one index may give, so that a common beginning does not crowd the other branches out. */
const A_BRANCH = 30;
/** Current guests with one piece of a name taken into account, where several pieces must meet. */
const A_PIECE = 200;
const IN_HOUSE = '';

interface Candidate {
  readonly guest: number;
  readonly matched: SearchHit['matched'];
  /** The stay that was asked for by room or reservation number. */
  readonly stay?: string;
}

type Basics = Pick<GuestHit, 'guestId' | 'name' | 'nameLatin' | 'phone'>;
type BestStay = Omit<GuestHit, keyof Basics | 'matched'>;

/** What is looked for, in the forms the indexes know. */
interface Query {
  /** As typed, trimmed. */
  readonly raw: string;
  readonly text: string;
  readonly close: string;
  readonly digits: string | null;
  /** Pieces of a name without word breaks that must all occur; the longest there are. */
  readonly pieces: readonly string[];
}

export class GuestSearch {
  readonly #today;
  readonly #byCurrentKey;
  readonly #byCurrentExact;
  readonly #byKey;
  readonly #byPieces;
  readonly #byPhone;
  readonly #byTail;
  readonly #byRoom;
  readonly #byReservation;
  readonly #guest;
  readonly #bestStay;
  readonly #rowid;

  constructor(db: Database) {
    this.#today = db.prepare<[], BusinessDate>('SELECT business_date FROM property LIMIT 1').pluck();
    // current_key's primary key, both
    this.#byCurrentKey = db.prepare<[string, string, string, number], { guest: number; kind: KeyKind }>(
      `SELECT guest, kind FROM current_key WHERE due = ? AND key >= ? AND key < ? AND kind IN ('name', 'pinyin', 'initials') LIMIT ?`,
    );
    this.#byCurrentExact = db
      .prepare<[string, string, string, number], number>(
        'SELECT guest FROM current_key WHERE due = ? AND key = ? AND kind = ? LIMIT ?',
      )
      .pluck();
    // guest_key's primary key; `kind` comes with it.
    this.#byKey = db.prepare<[string, string, number], { guest: number; kind: KeyKind }>(
      'SELECT guest, kind FROM guest_key WHERE key >= ? AND key < ? LIMIT ?',
    );
    // Later guests have higher rowids: the newest come first without sorting.
    this.#byPieces = db
      .prepare<[string, number], number>(
        'SELECT rowid FROM guest_pieces WHERE guest_pieces MATCH ? ORDER BY rowid DESC LIMIT ?',
      )
      .pluck();
    // guest_phone, guest_phone_tail: an index ends in the rowid, so that this order costs nothing either.
    this.#byPhone = db
      .prepare<[string, number], number>('SELECT rowid FROM guest WHERE phone = ? ORDER BY rowid DESC LIMIT ?')
      .pluck();
    this.#byTail = db
      .prepare<[string, number], number>('SELECT rowid FROM guest WHERE phone_tail = ? ORDER BY rowid DESC LIMIT ?')
      .pluck();
    // room_number, then stay_room. CROSS keeps that order: left to itself SQLite walks through every current stay.
    this.#byRoom = db.prepare<[string, string, number], { guest: number; stay: string }>(
      `SELECT g.rowid AS guest, s.id AS stay FROM room r CROSS JOIN stay s ON s.room_id = r.id AND s.status IN ('in-house', 'reserved')
         CROSS JOIN guest g ON g.id = s.guest_id
       WHERE r.number IN (?, ?) ORDER BY s.status, s.arrival LIMIT ?`,
    );
    // stay_reservation
    this.#byReservation = db.prepare<[string, string, number], { guest: number; stay: string }>(
      `SELECT g.rowid AS guest, s.id AS stay FROM stay s JOIN guest g ON g.id = s.guest_id
       WHERE s.reservation_number >= ? AND s.reservation_number < ? ORDER BY s.reservation_number LIMIT ?`,
    );
    this.#guest = db.prepare<[number], Basics>(
      'SELECT id AS guestId, name, name_latin AS nameLatin, phone FROM guest WHERE rowid = ?',
    );
    // guest's unique id
    this.#rowid = db.prepare<[string], number>('SELECT rowid FROM guest WHERE id = ?').pluck();
    // stay_guest: the few stays of one guest, the most useful first.
    this.#bestStay = db.prepare<[{ readonly guest: string; readonly stay: string | null }], BestStay>(
      `SELECT s.id AS stayId, r.number AS roomNumber, s.reservation_number AS reservationNumber, s.status, s.arrival, s.departure
       FROM stay s LEFT JOIN room r ON r.id = s.room_id
       WHERE s.guest_id = :guest AND (:stay IS NULL OR s.id = :stay)
       ORDER BY CASE s.status WHEN 'in-house' THEN 0 WHEN 'reserved' THEN 1 ELSE 2 END,
         CASE s.status WHEN 'reserved' THEN s.arrival END, s.arrival DESC LIMIT 1`,
    );
  }

  /**
   * Finds at most `limit` guests: those in house first, those expected today, those to come, then the latest. Never throws on
   * a query.
   */
  find(input: { readonly query: string; readonly limit: number }): GuestHit[] {
    const query = readQuery(input.query);
    if (query.text === '' || input.limit < 1) return [];
    const today = this.#today.get() ?? null;
    const hits = new Map<number, GuestHit>();
    for (const stage of this.#stages(query, today)) {
      for (const candidate of stage) {
        if (hits.size >= Math.max(CANDIDATES, input.limit)) break;
        if (hits.has(candidate.guest)) continue;
        const hit = this.#hit(candidate);
        if (hit !== null) hits.set(candidate.guest, hit);
      }
      // A later stage has only guests that rank lower.
      if (hits.size >= input.limit) break;
    }
    return inOrder([...hits.values()], today).slice(0, input.limit);
  }

  /** At most `limit` of the guests, those in house first, as {@link find} orders them. One who is gone is left out. */
  show(ids: readonly GuestId[], matched: SearchHit['matched'], limit: number): GuestHit[] {
    const today = this.#today.get() ?? null;
    const hits = ids.flatMap((id) => {
      const guest = this.#rowid.get(id);
      return guest === undefined ? [] : (this.#hit({ guest, matched }) ?? []);
    });
    return inOrder(hits, today).slice(0, limit);
  }

  *#stages(query: Query, today: BusinessDate | null): Generator<Iterable<Candidate>> {
    yield this.#exact(query);
    yield this.#current(query, IN_HOUSE);
    if (today !== null) yield this.#current(query, today);
    yield this.#everyone(query);
  }

  /** By what names one stay only: a room, or a whole reservation number. */
  *#exact(query: Query): Generator<Candidate> {
    yield* ofStay('room', this.#byRoom.all(query.raw, query.raw.toUpperCase(), A_BRANCH));
    if (/^[a-z0-9]{4,16}$/.test(query.close)) yield* this.#reservations(query.close, '\u0000');
  }

  *#everyone(query: Query): Generator<Candidate> {
    const { digits } = query;
    if (digits?.length === 4) yield* all('phone', this.#byTail.all(digits, A_BRANCH));
    if (digits !== null && digits.length >= 7) {
      for (const phone of [`+${digits}`, `+86${digits}`]) yield* all('phone', this.#byPhone.all(phone, A_BRANCH));
    }
    for (const key of new Set([query.text, query.close])) {
      for (const row of this.#byKey.all(key, key + LAST, A_BRANCH)) yield { guest: row.guest, matched: row.kind };
    }
    if (query.pieces.length > 0) {
      const match = query.pieces.map((piece) => `"${piece.replaceAll('"', '')}"`).join(' ');
      yield* all('name', this.#byPieces.all(match, A_BRANCH));
    }
    // The beginning of a number; without a digit in it, it is more likely one of a name.
    if (/^(?=.*\d)[a-z0-9]{2,16}$/.test(query.close)) yield* this.#reservations(query.close, LAST);
  }

  /** Guests who are in house or expected on one day. */
  *#current(query: Query, due: string): Generator<Candidate> {
    for (const key of new Set([query.text, query.close])) {
      for (const row of this.#byCurrentKey.all(due, key, key + LAST, A_BRANCH)) {
        yield { guest: row.guest, matched: row.kind };
      }
    }
    if (query.digits?.length === 4) {
      yield* all('phone', this.#byCurrentExact.all(due, query.digits, 'phone', A_BRANCH));
    }
    const [first, ...more] = query.pieces;
    if (first === undefined) return;
    const others = more.map((piece) => new Set(this.#byCurrentExact.all(due, piece, 'piece', A_PIECE)));
    for (const guest of this.#byCurrentExact.all(due, first, 'piece', A_PIECE)) {
      if (others.every((having) => having.has(guest))) yield { guest, matched: 'name' };
    }
  }

  #reservations(folded: string, end: string): Generator<Candidate> {
    const number = folded.toUpperCase();
    return ofStay('reservation', this.#byReservation.all(number, number + end, A_BRANCH));
  }

  #hit({ guest, matched, stay }: Candidate): GuestHit | null {
    const basics = this.#guest.get(guest);
    if (basics === undefined) return null;
    const best = this.#bestStay.get({ guest: basics.guestId, stay: stay ?? null });
    return { ...basics, ...(best ?? NO_STAY), matched };
  }
}

const NO_STAY: BestStay = {
  stayId: null,
  roomNumber: null,
  reservationNumber: null,
  status: null,
  arrival: null,
  departure: null,
};

/** Behind every text that begins alike. */
const LAST = '\u{10FFFF}';

function readQuery(query: string): Query {
  const text = fold(query);
  const run = close(text);
  const wanted = isUnbroken(run) ? pieces(run) : [];
  // Pairs alone decide; a single character is asked for only when it is all there is.
  const pairs = wanted.filter((piece) => Array.from(piece).length === 2);
  return {
    raw: query.normalize('NFKC').trim(),
    text,
    close: run,
    digits: /^\+?\d+$/.test(run) ? run.replace('+', '') : null,
    pieces: pairs.length > 0 ? pairs : wanted,
  };
}

function* ofStay(
  matched: 'room' | 'reservation',
  rows: readonly { readonly guest: number; readonly stay: string }[],
): Generator<Candidate> {
  for (const row of rows) yield { ...row, matched };
}

function* all(matched: 'name' | 'phone', guests: readonly number[]): Generator<Candidate> {
  for (const guest of guests) yield { guest, matched };
}

function inOrder(hits: readonly GuestHit[], today: BusinessDate | null): GuestHit[] {
  return [...hits].sort((a, b) => rank(a, today) - rank(b, today) || compareDates(a, b));
}

function rank(hit: GuestHit, today: BusinessDate | null): number {
  if (hit.status === 'in-house') return 0;
  if (hit.status !== 'reserved') return 3;
  return hit.arrival !== null && today !== null && hit.arrival <= today ? 1 : 2;
}

function compareDates(a: GuestHit, b: GuestHit): number {
  // To come: the next first. Past: the latest first.
  const order = (a.arrival ?? '').localeCompare(b.arrival ?? '');
  return a.status === 'reserved' ? order : -order;
}
