import type { SealedClass } from '../model/classes.ts';
import type { Role, Stay } from '../model/entities.ts';
import type { BusinessDate } from '../model/ids.ts';
import { type Action, CURRENT_STAY_DAYS, MATRIX, REVEALS, type Scope } from './matrix.ts';
import { PURPOSES_OF, type Purpose } from './purposes.ts';

export interface Actor {
  readonly role: Role;
  readonly active: boolean;
  /** Classes whose key is in memory: empty unless unlocked. */
  readonly unlocked: readonly SealedClass[];
}

/** What the action is about; only a reveal needs one. */
export interface Resource {
  readonly class: SealedClass;
  readonly stay: Pick<Stay, 'status' | 'arrival' | 'departure'>;
}

export interface Context {
  readonly businessDate: BusinessDate;
  /** Stated by the person. Left out only to ask whether a reveal could be made at all; who reveals must pass one. */
  readonly purpose?: Purpose;
}

export type Decision =
  | { readonly allowed: true; readonly scope: Scope }
  | {
      readonly allowed: false;
      readonly reason: 'signed-out' | 'inactive' | 'role' | 'stay-not-current' | 'purpose' | 'needs-unlock';
      /** Roles that could do it: tells the person whom to ask. */
      readonly whoCan: readonly Role[];
    };

/**
 * The one decision point (DESIGN §1.5). Pure; the terminal asks for good manners, the server for real.
 * @param actor null when nobody is signed in
 * @param resource needed for `field.reveal`; a reveal without one is refused
 */
export function decide(actor: Actor | null, action: Action, resource: Resource | null, context: Context): Decision {
  const whoCan = action === 'field.reveal' ? (resource ? REVEALS[resource.class] : []) : rolesFor(action);
  const refuse = (reason: Extract<Decision, { allowed: false }>['reason']): Decision => ({
    allowed: false,
    reason,
    whoCan,
  });
  if (actor === null) return refuse('signed-out');
  if (!actor.active) return refuse('inactive');
  if (action !== 'field.reveal') {
    const scope = MATRIX[action][actor.role];
    return scope === undefined ? refuse('role') : { allowed: true, scope };
  }
  if (resource === null || !whoCan.includes(actor.role)) return refuse('role');
  if (!isCurrent(resource.stay, context.businessDate)) return refuse('stay-not-current');
  if (context.purpose !== undefined && !PURPOSES_OF[resource.class].includes(context.purpose)) return refuse('purpose');
  if (!actor.unlocked.includes(resource.class)) return refuse('needs-unlock');
  return { allowed: true, scope: 'all' };
}

/** A stay is current while the guest is in house, or within a few days of arrival and departure. */
function isCurrent(stay: Resource['stay'], businessDate: BusinessDate): boolean {
  if (stay.status === 'in-house') return true;
  const day = dayNumber(businessDate);
  return day >= dayNumber(stay.arrival) - CURRENT_STAY_DAYS && day <= dayNumber(stay.departure) + CURRENT_STAY_DAYS;
}

function dayNumber(date: BusinessDate): number {
  return Date.parse(`${date}T00:00:00Z`) / 86_400_000;
}

function rolesFor(action: Exclude<Action, 'field.reveal'>): readonly Role[] {
  return Object.keys(MATRIX[action]) as Role[];
}
