import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { SearchHit } from '../../src-shared/ipc/views.ts';
import type { GuestHit } from '../store/search.ts';
import { type Desk, mayDo, ok, presence, record, refuse, refused } from './desk.ts';
import { maskContacts } from './mask-guest.ts';

/** Finds guests by name, pinyin, initials, phone tail, room or reservation number. The log has how many were shown, not the query. */
export function findGuest(
  desk: Desk,
  input: { readonly query: string; readonly limit: number },
): IpcResult<SearchHit[]> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'guest.find');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'guest.search' });
  if (input.query.trim() === '') return ok([]);
  const hits = desk.cache.searchGuests({ query: input.query, limit: input.limit });
  record(desk, who, { type: 'guest.search', outcome: 'allowed', count: hits.length });
  return ok(hits.map(toSearchHit));
}

/** A guest as a list of what was found shows it. */
export function toSearchHit(hit: GuestHit): SearchHit {
  return {
    guestId: hit.guestId,
    stayId: hit.stayId,
    ...maskContacts(hit),
    room: hit.roomNumber,
    reservationNumber: hit.reservationNumber,
    status: hit.status,
    arrival: hit.arrival,
    departure: hit.departure,
    matched: hit.matched,
  };
}
