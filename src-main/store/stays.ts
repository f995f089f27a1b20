import type { Database } from 'better-sqlite3';
import type { Guest, Room, Stay } from '../../src-shared/model/entities.ts';
import type { BusinessDate, GuestId, RoomId, StayId } from '../../src-shared/model/ids.ts';
import type { Versions } from '../../src-shared/sync/changes.ts';
import type { HeldRow } from './pending-changes.ts';

/** A stay with what a list needs of its guest and room. */
export interface StayListRow extends Pick<Guest, 'name' | 'nameLatin' | 'phone' | 'vip' | 'doNotDisclose'> {
  readonly stayId: StayId;
  readonly guestId: GuestId;
  readonly roomId: RoomId | null;
  readonly roomNumber: string | null;
  readonly roomStatus: Room['status'] | null;
  readonly roomType: string;
  readonly reservationNumber: string;
  readonly status: Stay['status'];
  readonly arrival: BusinessDate;
  readonly departure: BusinessDate;
  readonly adults: number;
  readonly children: number;
  readonly channel: string;
}

interface CurrentRate extends Pick<Stay, 'roomType' | 'rateMinor' | 'currency'> {}

type Raw = Omit<StayListRow, 'vip' | 'doNotDisclose'> & { readonly vip: number; readonly doNotDisclose: number };

const STAY = `
  SELECT id, guest_id AS guestId, room_id AS roomId, reservation_number AS reservationNumber, status, arrival, departure,
    adults, children, room_type AS roomType, channel, rate_minor AS rateMinor, currency FROM stay`;

const LIST = `
  SELECT s.id AS stayId, s.guest_id AS guestId, s.room_id AS roomId, r.number AS roomNumber, r.status AS roomStatus,
    s.room_type AS roomType, s.reservation_number AS reservationNumber, s.status, s.arrival, s.departure, s.adults, s.children,
    s.channel, g.name, g.name_latin AS nameLatin, g.phone, g.vip, g.do_not_disclose AS doNotDisclose
  FROM stay s JOIN guest g ON g.id = s.guest_id LEFT JOIN room r ON r.id = s.room_id`;

export class Stays {
  readonly #get;
  readonly #listRow;
  readonly #forGuest;
  readonly #hasCurrent;
  readonly #arrivals;
  readonly #arrivalsUpTo;
  readonly #noShows;
  readonly #inHouse;
  readonly #departures;
  readonly #put;
  readonly #remove;
  readonly #inRoom;
  readonly #rates;
  readonly #newest;

  constructor(db: Database) {
    this.#get = db.prepare<[string], Stay & { seq: number; versions: string }>(
      `${STAY.replace('SELECT', 'SELECT seq, versions,')} WHERE id = ?`,
    );
    this.#listRow = db.prepare<[string], Raw>(`${LIST} WHERE s.id = ?`);
    // stay_guest
    this.#forGuest = db.prepare<[string], Raw>(`${LIST} WHERE s.guest_id = ? ORDER BY s.arrival DESC LIMIT 50`);
    // stay_guest
    this.#hasCurrent = db
      .prepare<[string], number>("SELECT 1 FROM stay WHERE guest_id = ? AND status IN ('in-house', 'reserved') LIMIT 1")
      .pluck();
    // stay_status_arrival, all five
    this.#arrivals = db.prepare<[string], Raw>(
      `${LIST} WHERE s.status = 'reserved' AND s.arrival = ? ORDER BY r.number, s.reservation_number`,
    );
    this.#arrivalsUpTo = db.prepare<[string], Raw>(
      `${LIST} WHERE s.status = 'reserved' AND s.arrival <= ? ORDER BY s.arrival, r.number, s.reservation_number`,
    );
    this.#noShows = db
      .prepare<[string], number>("SELECT count(*) FROM stay WHERE status = 'no-show' AND arrival = ?")
      .pluck();
    this.#inHouse = db.prepare<[], Raw>(`${LIST} WHERE s.status = 'in-house' ORDER BY r.number`);
    this.#departures = db.prepare<[string], Raw>(
      `${LIST} WHERE s.status = 'in-house' AND s.departure <= ? ORDER BY r.number`,
    );
    this.#put = db.prepare<[Stay & { seq: number; versions: string }]>(
      `INSERT INTO stay (id, seq, guest_id, room_id, reservation_number, status, arrival, departure, adults, children, room_type,
         channel, rate_minor, currency, versions)
       VALUES (:id, :seq, :guestId, :roomId, :reservationNumber, :status, :arrival, :departure, :adults, :children, :roomType,
         :channel, :rateMinor, :currency, :versions)
       ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, guest_id = excluded.guest_id, room_id = excluded.room_id,
         reservation_number = excluded.reservation_number, status = excluded.status, arrival = excluded.arrival,
         departure = excluded.departure, adults = excluded.adults, children = excluded.children,
         room_type = excluded.room_type, channel = excluded.channel, rate_minor = excluded.rate_minor,
         currency = excluded.currency, versions = excluded.versions
       WHERE excluded.seq >= stay.seq`,
    );
    this.#remove = db.prepare<[string]>('DELETE FROM stay WHERE id = ?');
    // stay_guest
    this.#newest = db
      .prepare<[string], StayId>('SELECT id FROM stay WHERE guest_id = ? ORDER BY arrival DESC LIMIT 1')
      .pluck();
    // stay_status_arrival; some hundreds, whatever the hotel's history
    this.#rates = db.prepare<[], CurrentRate>(
      `SELECT room_type AS roomType, rate_minor AS rateMinor, currency FROM stay WHERE status IN ('in-house', 'reserved')
       GROUP BY room_type, rate_minor, currency ORDER BY count(*) DESC, rate_minor`,
    );
    // stay_room
    this.#inRoom = db.prepare<[string], Stay>(`${STAY} WHERE room_id = ? AND status IN ('in-house', 'reserved')`);
  }

  get(id: StayId): Stay | null {
    return this.held(id)?.row ?? null;
  }

  /** A stay as it stands here, pending changes in it, with the seq and versions of the server's. */
  held(id: string): HeldRow<Stay> | null {
    const found = this.#get.get(id);
    if (found === undefined) return null;
    const { seq, versions, ...row } = found;
    return { row, seq, versions: JSON.parse(versions) };
  }

  /** The guest's stay that arrives last; null when there is none. */
  newestOf(guestId: string): StayId | null {
    return this.#newest.get(guestId) ?? null;
  }

  /** What the rooms of each type cost those who are in house or expected, the commonest first. */
  currentRates(): CurrentRate[] {
    return this.#rates.all();
  }

  /** In house or expected in a room. */
  currentIn(roomId: string): Stay[] {
    return this.#inRoom.all(roomId);
  }

  listRow(id: StayId): StayListRow | null {
    const row = this.#listRow.get(id);
    return row === undefined ? null : toListRow(row);
  }

  /** Newest first, fifty at most. */
  forGuest(id: GuestId): StayListRow[] {
    return this.#forGuest.all(id).map(toListRow);
  }

  /** Whether a guest is in the house or expected. */
  hasCurrent(id: GuestId): boolean {
    return this.#hasCurrent.get(id) === 1;
  }

  arrivals(date: BusinessDate): StayListRow[] {
    return this.#arrivals.all(date).map(toListRow);
  }

  /** Expected today, or before and still not judged. */
  arrivalsUpTo(date: BusinessDate): StayListRow[] {
    return this.#arrivalsUpTo.all(date).map(toListRow);
  }

  /** How many of a day's arrivals did not come. */
  noShows(date: BusinessDate): number {
    return this.#noShows.get(date) ?? 0;
  }

  inHouse(): StayListRow[] {
    return this.#inHouse.all().map(toListRow);
  }

  /** In house and due out: today's, and whoever should have left before. */
  departures(date: BusinessDate): StayListRow[] {
    return this.#departures.all(date).map(toListRow);
  }

  put(stay: Stay, seq: number, versions: Versions = {}): void {
    this.#put.run({ ...stay, seq, versions: JSON.stringify(versions) });
  }

  remove(id: string): void {
    this.#remove.run(id);
  }
}

function toListRow(row: Raw): StayListRow {
  return { ...row, vip: row.vip === 1, doNotDisclose: row.doNotDisclose === 1 };
}
