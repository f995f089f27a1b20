/** The areas of the shell, and whose work has them: the rail is the same at any hour; what may be done now, main decides. */
import {
  type Icon,
  IconCalendarEvent,
  IconDevicesPc,
  IconHistory,
  IconMoonStars,
  IconRefresh,
  IconUrgent,
  IconUsersGroup,
} from '@tabler/icons-react';
import type { Role } from '../../../src-shared/model/entities.ts';
import { hasInItsWork, type PlainAction } from '../../../src-shared/policy/index.ts';
import type { Area, Place } from '../../state/stores.ts';

export interface AreaEntry {
  readonly area: Area;
  readonly icon: Icon;
  readonly action: PlainAction;
}

const AREAS: readonly AreaEntry[] = [
  { area: 'today', icon: IconCalendarEvent, action: 'guest.find' },
  { area: 'log', icon: IconHistory, action: 'log.read' },
  { area: 'cases', icon: IconUrgent, action: 'case.review' },
  { area: 'staff', icon: IconUsersGroup, action: 'grant.withdraw' },
  { area: 'terminals', icon: IconDevicesPc, action: 'terminal.view' },
  { area: 'sync', icon: IconRefresh, action: 'sync.review' },
  { area: 'audit', icon: IconMoonStars, action: 'audit.roll' },
];

export function areasFor(role: Role): readonly AreaEntry[] {
  return AREAS.filter(({ action }) => hasInItsWork(role, action));
}

/** Where somebody begins who has not gone anywhere. */
export function homeOf(areas: readonly AreaEntry[]): Place {
  return { area: areas[0]?.area ?? 'log' };
}

/** Whether guests can be looked up by whoever has these areas. */
export function maySearch(areas: readonly AreaEntry[]): boolean {
  return areas.some(({ action }) => action === 'guest.find');
}
