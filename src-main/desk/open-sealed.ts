import type { SealedClass } from '../../src-shared/model/classes.ts';
import type { Guest, Stay } from '../../src-shared/model/entities.ts';
import type { GuestId, StayId } from '../../src-shared/model/ids.ts';
import { type GuestSealedField, sealedClassOf } from '../../src-shared/model/registry.ts';
import { sealedHead } from '../../src-shared/model/sealed-field.ts';
import type { Actor } from '../../src-shared/policy/index.ts';
import { SealError } from '../vault/field-seal.ts';
import { GuestOpener } from '../vault/open-guest.ts';
import type { Desk, Presence } from './desk.ts';

/** Which sealed field of whom, as the policy and the access log want it. */
export interface SealedSubject<F extends GuestSealedField> {
  readonly guest: Guest;
  readonly resource: { readonly class: SealedClass; readonly stay: Stay };
  readonly entry: {
    readonly guestId: Guest['id'];
    readonly stayId: StayId;
    readonly field: F;
    readonly class: SealedClass;
  };
}

/** Finds what a person asks about; null when the stay or its guest is gone. */
export function sealedSubject<F extends GuestSealedField>(
  desk: Pick<Desk, 'cache'>,
  stayId: StayId,
  field: F,
): SealedSubject<F> | null {
  const stay = desk.cache.stays.get(stayId);
  const guest = stay && desk.cache.guests.get(stay.guestId);
  if (!stay || !guest) return null;
  const dataClass = sealedClassOf(field);
  return {
    guest,
    resource: { class: dataClass, stay },
    entry: { guestId: guest.id, stayId: stay.id, field, class: dataClass },
  };
}

/**
 * The actor as she stands before one value: a class is not unlocked for what is sealed in an epoch that began after she unlocked. The
 * second factor brings the key, if it was granted.
 */
export function actorBefore(
  { session, cache }: Pick<Desk, 'session' | 'cache'>,
  { actor }: Pick<Presence, 'actor'>,
  guest: Guest,
  field: GuestSealedField,
): Actor {
  const sealed = guest[field]?.sealed;
  if (sealed === undefined) return actor;
  const dataClass = sealedClassOf(field);
  const { epoch } = sealedHead(sealed);
  // An epoch that never began is a value that was altered: no key will come for it.
  const isNews = epoch > session.newestEpoch(dataClass) && epoch <= cache.classEpochs.current(dataClass);
  return isNews ? { ...actor, unlocked: actor.unlocked.filter((one) => one !== dataClass) } : actor;
}

/**
 * Opens a sealed field of a guest with the class key in memory and the guest's seed; the key of the record is zeroed after use.
 * Only after its access-log entry is on the disk (DESIGN §1.2).
 * @returns the plain value as UTF-8 bytes, which the caller zeroes
 * @throws SealError when it does not open; the caller records that
 */
export function openSealed(
  desk: Pick<Desk, 'session' | 'seeds'>,
  who: Pick<Presence, 'property'>,
  guest: Guest,
  field: GuestSealedField,
): Buffer {
  const sealed = guest[field]?.sealed;
  if (sealed === undefined) throw new SealError('malformed');
  return openEnvelope(desk, who, guest.id, { field, sealed });
}

/** As {@link openSealed}, of whose guest the envelope alone was read. @throws SealError */
export function openEnvelope(
  desk: Pick<Desk, 'session' | 'seeds'>,
  who: Pick<Presence, 'property'>,
  guestId: GuestId,
  { field, sealed }: { readonly field: GuestSealedField; readonly sealed: string },
): Buffer {
  return withOpener(desk, who, guestId, (opener) => opener.open(field, sealed));
}

/** Opens values of one guest, and zeroes seed and record keys behind it. @throws SealError */
export function withOpener<T>(
  { session, seeds }: Pick<Desk, 'session' | 'seeds'>,
  who: Pick<Presence, 'property'>,
  guestId: GuestId,
  use: (opener: GuestOpener, seed: Buffer) => T,
): T {
  const seed = seeds.get(guestId);
  if (seed === null) throw new SealError('no-seed');
  const of = { propertyId: who.property.id, guestId };
  using opener = new GuestOpener(of, seed, (dataClass, epoch) => session.classKey(dataClass, epoch));
  try {
    return use(opener, seed);
  } finally {
    seed.fill(0);
  }
}
