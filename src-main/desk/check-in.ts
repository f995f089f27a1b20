/** Check-in of whoever stands at the desk: with the document that was read, onto the record it belongs to, into a room that is ready. */

import type { ChannelParsedInput } from '../../src-shared/ipc/contract.ts';
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import { MINOR_MUSTS } from '../../src-shared/model/arrival.ts';
import type { Guest, Stay } from '../../src-shared/model/entities.ts';
import { change, ruleAgainst } from './change-record.ts';
import { type Desk, mayDo, type Presence, presence, refuse, refused } from './desk.ts';
import type { SealedDocument } from './read-documents.ts';

/**
 * Everything that could refuse is asked before anything is written; then the document, whose stay it is, and the check-in are made one after the
 * other, each an operation of its own.
 * @returns `minor-musts` when a document says that she is under eighteen and not all that is owed to her is done
 */
export function checkIn(desk: Desk, input: ChannelParsedInput<'stay.checkIn'>): IpcResult<null> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const { stayId, roomId } = input;
  for (const action of ['stay.check-in', 'guest.change', 'stay.change'] as const) {
    const decision = mayDo(who, action);
    if (!decision.allowed) return refused(desk, who, decision, { type: action, stayId });
  }
  const held = desk.cache.stays.held(stayId);
  if (held === null) return refuse('not-found');
  const stay = held.row;
  const document = input.document === null ? null : desk.documents.get(input.document, who.employee.id);
  // Read too long ago, or by somebody else: it is read again.
  if (input.document !== null && document?.stayId !== stayId) return refuse('not-found');
  const owner = input.guestId === null ? null : desk.cache.guests.get(input.guestId);
  // To no other record than the one that the document showed.
  if (input.guestId !== null && (owner === null || document?.belongsTo !== owner.id)) return refuse('not-found');
  const isMinor = document?.isMinor ?? false;
  if (isMinor && !hasAllMusts(input.musts)) return refuse('minor-musts');
  const rule = ruleAgainst(desk, who, stay, { ...stay, status: 'in-house', roomId });
  if (rule !== null) return rule;

  if (owner !== null && owner.id !== stay.guestId) {
    // Her own record has the document: what was sealed for the other one opens for nobody here.
    const base = { guestId: held.versions['guestId'] ?? 0 };
    change(desk, who, { kind: 'stay.change', stayId, changes: { guestId: owner.id }, base }, stay);
  } else if (document !== null && !takeDown(desk, who, document, stay)) return refuse('not-found');
  if (input.document !== null) desk.documents.drop(input.document);
  const base = { roomId: held.versions['roomId'] ?? 0 };
  return change(desk, who, { kind: 'stay.checkIn', stayId, roomId, base }, stay, isMinor ? 'minor-musts' : undefined);
}

/** Whether all five were ticked. */
export function hasAllMusts(musts: readonly (typeof MINOR_MUSTS)[number][]): boolean {
  return MINOR_MUSTS.every((must) => musts.includes(must));
}

/**
 * Puts what was read on the record it was sealed for. The policy has been asked.
 * @returns false when the stay is another guest's, or the record is gone
 */
export function takeDown(
  desk: Desk,
  who: Presence,
  document: SealedDocument,
  stay: Pick<Stay, 'id' | 'guestId'>,
): boolean {
  const guest = desk.cache.guests.held(document.guestId);
  if (guest === null || guest.row.id !== stay.guestId) return false;
  const changes = onlyNew(guest.row, document.fields);
  const base = Object.fromEntries(Object.keys(changes).map((field) => [field, guest.versions[field] ?? 0]));
  return change(desk, who, { kind: 'guest.change', guestId: guest.row.id, changes, base }, stay).ok;
}

function onlyNew(row: Guest, fields: Partial<Guest>): Partial<Guest> {
  return Object.fromEntries(Object.entries(fields).filter(([field, value]) => row[field as keyof Guest] !== value));
}
