import type { StayItem } from '../../src-shared/ipc/views.ts';
import { mask } from '../../src-shared/mask/index.ts';
import type { Guest } from '../../src-shared/model/entities.ts';
import { REGISTRY } from '../../src-shared/model/registry.ts';

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
