/** What of the demo's guests must not be found where it does not belong. */
import type { DemoHotel } from '../../../scripts/demo/hotel.ts';
import type { DemoEmployee } from '../../../scripts/demo/staff.ts';
import { GUEST_SEALED_FIELDS } from '../../../src-shared/model/registry.ts';

/** Values of the sealed classes, in clear. Country codes are too short to be looked for inside other text. */
export function sealedSecrets({ guests }: Pick<DemoHotel, 'guests'>): Set<string> {
  const fields = GUEST_SEALED_FIELDS.filter((field) => field !== 'nationality');
  return new Set(guests.flatMap((guest) => fields.flatMap((field) => guest[field] ?? [])));
}

/** Names and contacts, which a list shows as masks only. Staff may be called as guests are, and are shown by name. */
export function contactSecrets({ guests }: Pick<DemoHotel, 'guests'>, staff: readonly DemoEmployee[]): Set<string> {
  const shown = staff.flatMap(({ name, nameLatin }) => [name, nameLatin ?? '']);
  const values = guests.flatMap(({ name, nameLatin, phone, email, vehiclePlate }) => [
    ...[name, nameLatin, email, vehiclePlate],
    ...(phone === null ? [] : [phone, phone.slice(3)]),
  ]);
  return new Set(
    values.filter((value): value is string => value !== null && value.length > 1 && !shown.join('\n').includes(value)),
  );
}

/** Every text inside a value, keys too. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsIn(inner)]);
}

/** Which of the secrets a value holds, alone or inside a longer text. */
export function secretsIn(value: unknown, secrets: ReadonlySet<string>): string[] {
  const text = textsIn(value).join('\n');
  return [...secrets].filter((secret) => text.includes(secret));
}
