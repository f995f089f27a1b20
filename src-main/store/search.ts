/** Finding guests. Every branch is served by an index and bounded, so that a million guests answer like twenty thousand. */
import type { Database } from 'better-sqlite3';
import type { SearchHit } from '../../src-shared/ipc/views.ts';
import type { Guest, Stay } from '../../src-shared/model/entities.ts';
import type { BusinessDate, GuestId, StayId } from '../../src-shared/model/ids.ts';
import { fold, pieces } from './name-keys.ts';

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

/** Candidates taken from one index before ranking: more would be no help to a person who reads ten lines. */
const CANDIDATES = 60;
const UNBROKEN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;

interface Candidate {
  readonly guest: number;
  readonly matched: SearchHit['matched'];
  /** The stay that was asked for by room or reservation number. */
  readonly stay?: string;
}

type Found = Omit<GuestHit, 'matched'>;

export class GuestSearch {
  readonly #byKey;
  readonly #byPieces;
  readonly #byPhone;
  readonly #byTail;
  readonly #byRoom;
  readonly #byReservation;
  readonly #guest;
  readonly #bestStay;

  constructor(db: Database) {
    // guest_key's primary key; `kind` comes with it.
    this.#byKey = db.prepare<[string, string, number], { guest: number; kind: 'name' | 'pinyin' | 'initials' }>(
      'SELECT guest, kind FROM guest_key WHERE key >= ? AND key < ? LIMIT ?',
    );
    // Later guests have higher rowids: the newest come first without sorting.
    this.#byPieces = db
      .prepare<[string, number], number>(
        'SELECT rowid FROM guest_pieces WHERE guest_pieces MATCH ? ORDER BY rowid DESC LIMIT ?',
      )
      .pluck();
    this.#byPhone = db.prepare<[string, number], number>('SELECT rowid FROM guest WHERE phone = ? LIMIT ?').pluck();
    this.#byTail = db.prepare<[string, number], number>('SELECT rowid FROM guest WHERE phone_tail = ? LIMIT ?').pluck();
    // room_number, then stay_room
    this.#byRoom = db.prepare<[string, number], { guest: number; stay: string }>(
      `SELECT g.rowid AS guest, s.id AS stay FROM room r JOIN stay s ON s.room_id = r.id AND s.status IN ('in-house', 'reserved')
         JOIN guest g ON g.id = s.guest_id
       WHERE r.number = ? ORDER BY s.status, s.arrival LIMIT ?`,
    );
    // stay_reservation
    this.#byReservation = db.prepare<[string, string, number], { guest: number; stay: string }>(
      `SELECT g.rowid AS guest, s.id AS stay FROM stay s JOIN guest g ON g.id = s.guest_id
       WHERE s.reservation_number >= ? AND s.reservation_number < ? ORDER BY s.reservation_number LIMIT ?`,
    );
    this.#guest = db.prepare<[number], Pick<Found, 'guestId' | 'name' | 'nameLatin' | 'phone'>>(
      'SELECT id AS guestId, name, name_latin AS nameLatin, phone FROM guest WHERE rowid = ?',
    );
    // stay_guest: the few stays of one guest, the most useful first.
    this.#bestStay = db.prepare<[string, string | null], Omit<Found, 'guestId' | 'name' | 'nameLatin' | 'phone'>>(
      `SELECT s.id AS stayId, r.number AS roomNumber, s.reservation_number AS reservationNumber, s.status, s.arrival, s.departure
       FROM stay s LEFT JOIN room r ON r.id = s.room_id
       WHERE s.guest_id = ?1 AND (?2 IS NULL OR s.id = ?2)
       ORDER BY CASE s.status WHEN 'in-house' THEN 0 WHEN 'reserved' THEN 1 ELSE 2 END,
         CASE s.status WHEN 'reserved' THEN s.arrival END, s.arrival DESC LIMIT 1`,
    );
  }

  /** Finds at most `limit` guests; those in house first, then those to come, then the latest. Never throws on a query. */
  find(input: { readonly query: string; readonly limit: number }): GuestHit[] {
    const candidates = new Map<number, Candidate>();
    for (const candidate of this.#candidates(input.query)) {
      if (!candidates.has(candidate.guest)) candidates.set(candidate.guest, candidate);
      if (candidates.size >= CANDIDATES) break;
    }
    const hits: GuestHit[] = [];
    for (const { guest, matched, stay } of candidates.values()) {
      const basics = this.#guest.get(guest);
      if (basics === undefined) continue;
      const best = this.#bestStay.get(basics.guestId, stay ?? null);
      hits.push({ ...basics, ...(best ?? NO_STAY), matched });
    }
    return hits.sort((a, b) => rank(a) - rank(b) || compareDates(a, b)).slice(0, input.limit);
  }

  *#candidates(query: string): Generator<Candidate> {
    const text = fold(query);
    if (text === '') return;
    const compact = text.replaceAll(' ', '');
    if (/^\+?\d+$/.test(compact)) yield* this.#byDigits(compact);
    if (/^[a-z0-9]{2,16}$/.test(compact)) {
      const number = compact.toUpperCase();
      for (const row of this.#byReservation.all(number, after(number), CANDIDATES))
        yield { ...row, matched: 'reservation' };
    }
    for (const row of this.#byKey.all(text, after(text), CANDIDATES)) yield { guest: row.guest, matched: row.kind };
    if (compact !== text) {
      for (const row of this.#byKey.all(compact, after(compact), CANDIDATES))
        yield { guest: row.guest, matched: row.kind };
    }
    if (UNBROKEN.test(compact)) {
      const wanted = pieces(compact);
      // Pairs alone decide; a single character is asked for only when it is all there is.
      const pairs = wanted.filter((piece) => Array.from(piece).length === 2);
      const match = (pairs.length > 0 ? pairs : wanted).map((piece) => `"${piece.replaceAll('"', '')}"`).join(' ');
      for (const guest of this.#byPieces.all(match, CANDIDATES)) yield { guest, matched: 'name' };
    }
  }

  *#byDigits(digits: string): Generator<Candidate> {
    for (const row of this.#byRoom.all(digits, CANDIDATES)) yield { ...row, matched: 'room' };
    if (digits.length === 4) {
      for (const guest of this.#byTail.all(digits, CANDIDATES)) yield { guest, matched: 'phone' };
    }
    if (digits.length >= 7) {
      for (const phone of [`+${digits.replace('+', '')}`, `+86${digits}`]) {
        for (const guest of this.#byPhone.all(phone, CANDIDATES)) yield { guest, matched: 'phone' };
      }
    }
  }
}

const NO_STAY = {
  stayId: null,
  roomNumber: null,
  reservationNumber: null,
  status: null,
  arrival: null,
  departure: null,
} as const;

/** End of the range of all texts that begin with `prefix`. */
function after(prefix: string): string {
  return `${prefix}\u{10FFFF}`;
}

function rank(hit: GuestHit): number {
  if (hit.status === 'in-house') return 0;
  return hit.status === 'reserved' ? 1 : 2;
}

function compareDates(a: GuestHit, b: GuestHit): number {
  // To come: the next first. Past: the latest first.
  const order = (a.arrival ?? '').localeCompare(b.arrival ?? '');
  return rank(a) === 1 ? order : -order;
}
