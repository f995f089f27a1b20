/** Re-wrapping (DESIGN §4): values that are sealed in an older epoch are opened and sealed in the newest, a few guests at a time. */
import type { SealedClass } from '../../src-shared/model/classes.ts';
import { GUEST_SEALED_FIELDS, type GuestSealedField, sealedClassOf } from '../../src-shared/model/registry.ts';
import type { ResealedGuest } from '../../src-shared/sync/protocol.ts';
import type { GuestBehind } from '../store/sealed-epochs.ts';
import { SealError } from '../vault/field-seal.ts';
import { GuestSealer, type PlainFields } from '../vault/seal-guest.ts';
import type { Desk, Presence } from './desk.ts';
import { withOpener } from './open-sealed.ts';

/** What became of some guests: sealed anew, or left as they were because something of them does not open. */
export interface Rewrapped {
  readonly guests: readonly ResealedGuest[];
  readonly unreadable: number;
}

/**
 * Seals some guests' values of a class in an epoch whose key is in memory. Synchronous: no lock comes in between, after which there
 * would be only zeroes to seal with.
 * @returns null when the key is not in memory any more
 */
export function rewrap(
  desk: Pick<Desk, 'session' | 'seeds'>,
  who: Pick<Presence, 'property'>,
  to: { readonly class: SealedClass; readonly epoch: number },
  behind: readonly GuestBehind[],
): Rewrapped | null {
  const classKey = desk.session.classKey(to.class, to.epoch);
  if (classKey === null) return null;
  using sealer = new GuestSealer(who.property.id, [classKey]);
  const guests: ResealedGuest[] = [];
  let unreadable = 0;
  for (const one of behind) {
    const resealed = rewrapGuest(desk, who, to.class, sealer, one);
    if (resealed === null) unreadable += 1;
    else guests.push(resealed);
  }
  return { guests, unreadable };
}

const FIELDS_OF = Map.groupBy(GUEST_SEALED_FIELDS, sealedClassOf);

/** Null when something of the guest does not open: a key of an older epoch that is not here, a seed that is gone, an altered value. */
function rewrapGuest(
  desk: Pick<Desk, 'session' | 'seeds'>,
  who: Pick<Presence, 'property'>,
  dataClass: SealedClass,
  sealer: GuestSealer,
  { guest, seq }: GuestBehind,
): ResealedGuest | null {
  try {
    return withOpener(desk, who, guest.id, (opener, seed) => {
      const plain: { [F in GuestSealedField]?: string } = {};
      for (const field of FIELDS_OF.get(dataClass) ?? []) {
        const value = guest[field];
        if (value === null) continue;
        const bytes = opener.open(field, value.sealed);
        plain[field] = bytes.toString('utf8');
        bytes.fill(0);
      }
      const sealed: { [F in GuestSealedField]?: ResealedGuest['sealed'][F] } = {};
      for (const [field, value] of Object.entries(sealer.seal(guest, seed, plain as PlainFields))) {
        if (value === null || value === undefined) continue;
        const { mask: _, ...rest } = value;
        sealed[field as GuestSealedField] = rest;
      }
      return { guestId: guest.id, seq, sealed };
    });
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    return null;
  }
}
