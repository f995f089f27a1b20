/** What an access-log entry says happened, in words. */
import type { TFunction } from 'i18next';
import type { LogItem } from '../../src-shared/ipc/views.ts';
import { GUEST_SEALED_FIELDS } from '../../src-shared/model/registry.ts';

export function describeEvent(t: TFunction, entry: Pick<LogItem, 'type' | 'field' | 'count'>): string {
  const field = GUEST_SEALED_FIELDS.find((name) => name === entry.field);
  return t(`log.event.${entry.type}`, {
    count: entry.count ?? 0,
    field: field === undefined ? '' : t(`field.${field}`),
  });
}
