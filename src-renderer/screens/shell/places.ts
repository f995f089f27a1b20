/** The areas of the shell, and who finds what in the rail: asked of the one decision point, like everything. */
import { type Icon, IconCalendarEvent, IconHistory, IconRefresh } from '@tabler/icons-react';
import type { Role } from '../../../src-shared/model/entities.ts';
import type { BusinessDate } from '../../../src-shared/model/ids.ts';
import { type Action, decide } from '../../../src-shared/policy/index.ts';
import type { Area, Place } from '../../state/stores.ts';

export interface AreaEntry {
  readonly area: Area;
  readonly icon: Icon;
  readonly action: Exclude<Action, 'field.reveal'>;
}

const AREAS: readonly AreaEntry[] = [
  { area: 'today', icon: IconCalendarEvent, action: 'guest.find' },
  { area: 'log', icon: IconHistory, action: 'log.read' },
  { area: 'sync', icon: IconRefresh, action: 'sync.review' },
];

export function areasFor(role: Role, businessDate: BusinessDate | null): readonly AreaEntry[] {
  if (businessDate === null) return [];
  const actor = { role, active: true, unlocked: [] };
  return AREAS.filter(({ action }) => decide(actor, action, null, { businessDate }).allowed);
}

/** Where somebody begins who has not gone anywhere. */
export function homeOf(areas: readonly AreaEntry[]): Place {
  return { area: areas[0]?.area ?? 'log' };
}

/** Whether guests can be looked up by whoever has these areas. */
export function maySearch(areas: readonly AreaEntry[]): boolean {
  return areas.some(({ action }) => action === 'guest.find');
}
