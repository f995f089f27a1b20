import type { StayItem } from '../../src-shared/ipc/views.ts';
import { type Masked, mask } from '../../src-shared/mask/index.ts';
import type { Guest } from '../../src-shared/model/entities.ts';
import { documentMaskKind, type GuestSealedField, REGISTRY } from '../../src-shared/model/registry.ts';

type Contacts = Pick<Guest, 'name' | 'nameLatin' | 'phone'>;

/** Name and phone as a list may show them, by the registry's masks. */
export function maskContacts(guest: Contacts): Pick<StayItem, 'name' | 'nameLatin' | 'phone'> {
  const rules = REGISTRY.guest;
  return {
    name: mask(rules.name.mask, guest.name),
    nameLatin: guest.nameLatin === null ? null : mask(rules.nameLatin.mask, guest.nameLatin),
    phone: guest.phone === null ? null : mask(rules.phone.mask, guest.phone),
  };
}

/**
 * The mask of a sealed field; null when nothing is on file. The sealing side made it with the ciphertext. It is masked once more,
 * which changes no mask, so that a value sent in its place does not reach the window either.
 */
export function maskSealed(guest: Guest, field: GuestSealedField): Masked | null {
  const sealed = guest[field];
  if (sealed === null) return null;
  const kind = field === 'documentNumber' ? documentMaskKind(guest.documentType) : REGISTRY.guest[field].mask;
  return mask(kind, sealed.mask);
}
