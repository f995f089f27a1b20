/** Reading what a guest shows: checked, sealed at once under her seed, and from then on a mask. The number goes nowhere else. */
import { ulid } from 'ulid';
import { numberForm } from '../../src-shared/documents/number-form.ts';
import { isMinor, readShownDocument, type ShownDocument } from '../../src-shared/documents/shown-document.ts';
import type { ChannelParsedInput } from '../../src-shared/ipc/contract.ts';
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { ReadDocument, SealedHit } from '../../src-shared/ipc/views.ts';
import { mask } from '../../src-shared/mask/index.ts';
import type { Stay } from '../../src-shared/model/entities.ts';
import { GuestId } from '../../src-shared/model/ids.ts';
import { sealedClassOf, sealedMaskKind } from '../../src-shared/model/registry.ts';
import { type Actor, decide } from '../../src-shared/policy/index.ts';
import { GuestSealer } from '../vault/seal-guest.ts';
import { type Desk, ok, type Presence, presence, record, refuse, refused } from './desk.ts';
import { findSealed } from './find-sealed.ts';

const CLASS = sealedClassOf('documentNumber');

/**
 * Reads a document for the guest of a stay, or for one who is not there yet. Its entry is on the disk before it is sealed; whose record has it
 * already is looked for by its blind index, as by anybody who looks for it.
 * @throws LogUnavailable when the entry cannot be written; nothing is kept then
 */
export function readDocument(desk: Desk, input: ChannelParsedInput<'document.read'>): IpcResult<ReadDocument> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const stay = input.stayId === null ? null : desk.cache.stays.get(input.stayId);
  const whose = stay?.guestId ?? input.guestId;
  const guest = whose && desk.cache.guests.get(whose);
  if ((input.stayId !== null && !stay) || (whose !== null && !guest)) return refuse('not-found');
  const epoch = desk.cache.classEpochs.current(CLASS);
  const about = {
    ...(stay && { stayId: stay.id }),
    ...(guest && { guestId: guest.id }),
    field: 'documentNumber',
    class: CLASS,
  };
  const event = { type: 'field.take' as const, ...about };
  const resource = { class: CLASS, stay: stay ?? today(who) };
  const decision = decide(actorWithKey(desk, who, epoch), 'field.take', resource, who.context);
  if (!decision.allowed) return refused(desk, who, decision, event);
  const { businessDate } = who.property;
  const read = readShownDocument(input.text, {
    documentType: input.documentType,
    today: businessDate,
    checkDigit: input.override === null ? 'must-hold' : 'overridden',
  });
  // A slip of the finger is no document, and there is nothing to record.
  if (!read.ok) return refuse('number-does-not-fit', { problem: read.problem });
  const classKey = desk.session.classKey(CLASS, epoch);
  if (classKey === null) return refuse('needs-unlock');

  const owner = ownerOf(desk, read.value, whose);
  const reason = input.override === null ? {} : { reason: `check-digit-${input.override}` };
  record(desk, who, { ...event, outcome: 'allowed', ...reason });
  const guestId = whose ?? GuestId.parse(ulid(desk.clock.now()));
  const seed = guest ? desk.seeds.get(guestId) : desk.seeds.make(guestId);
  if (seed === null) return refuse('unreadable-value');
  const { documentType, number, dateOfBirth, nationality, nameLatin } = read.value;
  using sealer = new GuestSealer(who.property.id, [classKey]);
  const fields = {
    documentType,
    ...sealer.seal({ id: guestId, documentType }, seed, {
      documentNumber: number,
      // What this document does not say, another may have said.
      ...(dateOfBirth !== null && { dateOfBirth }),
      ...(nationality !== null && { nationality }),
    }),
  };
  seed.fill(0);
  const young = dateOfBirth !== null && isMinor(dateOfBirth, businessDate);
  const readingId = ulid(desk.clock.now());
  desk.documents.keep(readingId, {
    employeeId: who.employee.id,
    guestId,
    stayId: stay?.id ?? null,
    fields,
    isMinor: young,
    belongsTo: owner.other?.guestId ?? null,
  });
  const masked = (field: 'documentNumber' | 'dateOfBirth' | 'nationality', value: string) =>
    mask(sealedMaskKind({ documentType }, field), value);
  return ok({
    readingId,
    documentType,
    number: masked('documentNumber', number),
    dateOfBirth: dateOfBirth === null ? null : masked('dateOfBirth', dateOfBirth),
    nationality: nationality === null ? null : masked('nationality', nationality),
    nameLatin,
    isMinor: young,
    belongsTo: owner.other,
    onFile: owner.isHers ? 'same' : guest?.documentNumber ? 'other' : 'none',
  });
}

/** Whose record has this document. Counted and recorded as every search by a number is. */
function ownerOf(
  desk: Desk,
  { number }: ShownDocument,
  hers: GuestId | null,
): { readonly other: SealedHit | null; readonly isHers: boolean } {
  const found = findSealed(desk, { number: numberForm(number), limit: 2 });
  // Whoever has looked for too many, or may not look, finds nobody, and so does a number of no form that is looked for: what the guest shows is
  // taken down all the same.
  if (!found.ok) return { other: null, isHers: false };
  return {
    other: found.value.find(({ guestId, matched }) => guestId !== hers && matched === 'document') ?? null,
    isHers: found.value.some(({ guestId }) => guestId === hers),
  };
}

/** Who stands at the desk now is near, though she has no stay yet. */
function today({ property }: Presence): Pick<Stay, 'status' | 'arrival' | 'departure'> {
  return { status: 'reserved', arrival: property.businessDate, departure: property.businessDate };
}

/** What is new is sealed in the newest epoch: whoever has unlocked before that began is asked for the second factor once more. */
function actorWithKey({ session }: Pick<Desk, 'session'>, { actor }: Presence, epoch: number): Actor {
  const holds = session.classKey(CLASS, epoch) !== null;
  return holds ? actor : { ...actor, unlocked: actor.unlocked.filter((one) => one !== CLASS) };
}
