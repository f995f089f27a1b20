import type { TFunction } from 'i18next';
import { GUEST_SEALED_FIELDS } from '../../src-shared/model/registry.ts';

/** Fields that the desk changes and that are not sealed. */
const CHANGED_FIELDS = [
  'name',
  'nameLatin',
  'salutation',
  'language',
  'phone',
  'email',
  'company',
  'vehiclePlate',
  'vip',
  'doNotDisclose',
  'documentType',
  'roomId',
  'arrival',
  'departure',
  'adults',
  'children',
  'status',
  'guestId',
] as const;

/** The name of a field in the person's language; as it is called in the record where it has none. */
export function sayField(t: TFunction, name: string): string {
  const sealed = GUEST_SEALED_FIELDS.find((field) => field === name);
  if (sealed !== undefined) return t(`field.${sealed}`);
  const changed = CHANGED_FIELDS.find((field) => field === name);
  return changed === undefined ? name : t(`change.field.${changed}`);
}
