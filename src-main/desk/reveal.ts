import type { IpcResult } from '../../src-shared/ipc/contract.ts';
import type { Revealed } from '../../src-shared/ipc/views.ts';
import type { StayId } from '../../src-shared/model/ids.ts';
import { type GuestSealedField, sealedClassOf } from '../../src-shared/model/registry.ts';
import { decide, type Purpose } from '../../src-shared/policy/index.ts';
import {
  deriveRecordKey,
  epochOf,
  type FieldPlace,
  openField,
  type RecordKey,
  SealError,
} from '../vault/field-seal.ts';
import { type Desk, ok, presence, record, refuse, refused } from './desk.ts';

/** How long a value stays on the screen. */
const SHOWN_FOR_MS = 15_000;

/**
 * Opens one sealed field of the guest of one stay, for one stated purpose. The access-log entry is on the disk before the value
 * is decrypted (DESIGN §1.2): a crash in between leaves an entry without a reveal, never the other way round.
 * @throws LogUnavailable when the entry cannot be written; nothing is decrypted then
 */
export function reveal(
  desk: Desk,
  input: { readonly stayId: StayId; readonly field: GuestSealedField; readonly purpose: Purpose },
): IpcResult<Revealed> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const stay = desk.cache.stays.get(input.stayId);
  const guest = stay && desk.cache.guests.get(stay.guestId);
  if (!stay || !guest) return refuse('not-found');
  const dataClass = sealedClassOf(input.field);
  const event = {
    type: 'field.reveal' as const,
    guestId: guest.id,
    stayId: stay.id,
    field: input.field,
    class: dataClass,
    purpose: input.purpose,
  };
  const decision = decide(
    who.actor,
    'field.reveal',
    { class: dataClass, stay },
    { businessDate: who.property.businessDate, purpose: input.purpose },
  );
  if (!decision.allowed) return refused(desk, who, decision, event);
  const sealed = guest[input.field]?.sealed;
  if (sealed === undefined) return refuse('not-found');
  const place: FieldPlace = {
    propertyId: who.property.id,
    entity: 'guest',
    rowId: guest.id,
    field: input.field,
    class: dataClass,
  };

  const { seq } = record(desk, who, { ...event, outcome: 'allowed' });
  try {
    const key = desk.session.classKey(dataClass, epochOf(sealed));
    if (key === null) throw new SealError('wrong-key');
    const seed = desk.seeds.get(guest.id);
    if (seed === null) throw new SealError('no-seed');
    const recordKey = deriveRecordKey(key, seed, { propertyId: who.property.id, guestId: guest.id });
    seed.fill(0);
    const plain = openOnce(recordKey, place, sealed);
    const value = plain.toString('utf8');
    plain.fill(0);
    return ok({
      value,
      shownForMs: SHOWN_FOR_MS,
      watermark: { employee: who.employee.staffNumber, terminal: desk.terminalName, at: desk.clock.now(), entry: seq },
    });
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    record(desk, who, { ...event, outcome: 'failed', reason: error.problem });
    return refuse('unreadable-value');
  }
}

/** Opens one field and zeroes the key of the record, whatever came of it. @throws SealError */
function openOnce(recordKey: RecordKey, place: FieldPlace, sealed: string): Buffer {
  try {
    return openField(recordKey, place, sealed);
  } finally {
    recordKey.key.fill(0);
  }
}
