import type { SealedClass } from '../model/classes.ts';
import { type Employee, ROLES, type Role, type Stay } from '../model/entities.ts';
import { BusinessDate, type PropertyId } from '../model/ids.ts';
import { isExhausted, type Spent } from './budgets.ts';
import {
  type Action,
  CONDITIONS,
  type Condition,
  FIELD_ACTIONS,
  type FieldAction,
  linesFor,
  RULES,
  type Rule,
  type Scope,
} from './matrix.ts';
import { type Purpose, purposesFor } from './purposes.ts';
import type { Help, RefusalReason } from './refusals.ts';
import { isOnShift } from './shift.ts';

/** Who asks: what the employee's row says, and which keys are in memory for her. actorOf makes one. */
export interface Actor
  extends Pick<Employee, 'role' | 'active' | 'propertyId' | 'shifts' | 'trainedUntil' | 'policyAcknowledged'> {
  /** Classes whose key is in memory: empty unless unlocked. */
  readonly unlocked: readonly SealedClass[];
  /** Classes whose search key is in memory: empty unless unlocked. */
  readonly searchable: readonly SealedClass[];
  /** Whether a class waits for its key: ordered and not handed on yet, or never ordered. Null when it is here or to be had; not known on the server. */
  readonly waitsFor?: (dataClass: SealedClass) => 'holder' | 'order' | null;
}

/** What an action on a sealed field is about. */
export interface Resource {
  readonly class: SealedClass;
  /** Null where a guest is still looked for: that is near nothing. */
  readonly stay: Pick<Stay, 'status' | 'arrival' | 'departure'> | null;
}

/** Where and when it happens. contextAt makes one. */
export interface Context {
  readonly propertyId: PropertyId;
  readonly businessDate: BusinessDate;
  /** The policy in force there. */
  readonly policyVersion: number;
  /** What calendar and clock of the property show; null when that cannot be told, which is nobody's shift. */
  readonly local: { readonly date: string; readonly minute: number } | null;
  /** Stated by the person who does it. An action that needs one is refused without. */
  readonly purpose?: Purpose;
  /** What she has revealed of the class so far, where the action draws on a budget. It is refused without. */
  readonly spent?: Spent;
  /** Whether she has broken the glass of this stay. */
  readonly glass?: 'whole' | 'broken';
}

export interface Refusal {
  readonly reason: RefusalReason;
  /** Roles that could do it: tells the person whom to ask. */
  readonly whoCan: readonly Role[];
  readonly help: Help;
}
export type Decision = { readonly allowed: true; readonly scope: Scope } | ({ readonly allowed: false } & Refusal);

/**
 * The one decision point (DESIGN §1.5): may this be done now? Pure, total, never throws; the terminal asks for good manners, the
 * server for real. A refusal names one cause, the first in the order of REFUSAL_REASONS.
 * @param actor null when nobody is signed in
 * @param resource needed for actions on a sealed field, which are refused without one
 */
export function decide(actor: Actor | null, action: Action, resource: Resource | null, context: Context): Decision {
  return decideBy(RULES, { actor, action, resource, context });
}

/**
 * Could this be done now, if a fitting purpose were stated? For a screen that offers it, never for doing it: everything but the
 * purpose is decided as {@link decide} decides it.
 */
export function couldDo(
  actor: Actor | null,
  action: FieldAction,
  resource: Resource,
  context: Omit<Context, 'purpose'>,
): Decision {
  const [purpose] = actor === null ? [] : purposesFor(action, resource.class, actor.role);
  return decide(actor, action, resource, purpose === undefined ? context : { ...context, purpose });
}

export interface Question {
  readonly actor: Actor | null;
  readonly action: Action;
  readonly resource: Resource | null;
  readonly context: Context;
}

/** {@link decide} under another table: for tests of what a table can do. */
export function decideBy(rules: readonly Rule[], { actor, action, resource, context }: Question): Decision {
  const lines = linesAsked(rules, action, resource);
  const all = rolesOf(lines);
  if (actor === null) return refuse('signed-out', all, { kind: 'sign-in' });
  if (!actor.active) return refuse('inactive', all, { kind: 'nothing' });
  const near = rolesOf(lines.filter((rule) => isNear(rule, resource, context)));
  const line = lines.find((rule) => rule.role === actor.role);
  if (line === undefined) return refuse('role', near.length > 0 ? near : all, askOthers(near.length > 0 ? near : all));
  const mayBreak = linesFor(rules, 'break-glass.begin', null).some((rule) => rule.role === actor.role);
  const asked: Asked = { actor, line, resource, context, near, all, mayBreak };
  for (const condition of CONDITIONS) {
    const refusal = line.conditions.includes(condition) ? CHECKS[condition](asked) : null;
    if (refusal !== null) return refusal;
  }
  return { allowed: true, scope: line.scope };
}

interface Asked {
  readonly actor: Actor;
  readonly line: Rule;
  readonly resource: Resource | null;
  readonly context: Context;
  /** Roles with a line for which the stay is near enough, and all with a line. */
  readonly near: readonly Role[];
  readonly all: readonly Role[];
  /** Whether her role breaks the glass. */
  readonly mayBreak: boolean;
}

/** One check a condition: null when it holds. What it cannot tell does not hold. */
const CHECKS: { readonly [C in Condition]: (asked: Asked) => Decision | null } = {
  'own-property': ({ actor, context, all }) =>
    actor.propertyId === context.propertyId ? null : refuse('other-property', all, { kind: 'nothing' }),
  'stay-near': ({ line, resource, context, near, mayBreak }) => {
    if (isNear(line, resource, context)) return null;
    const help = near.length > 0 ? askOthers(near) : waitFor(line, resource, context);
    return refuse('stay-not-current', near, help.kind === 'nothing' && mayBreak ? { kind: 'break-glass' } : help);
  },
  trained: ({ actor, context, all }) =>
    context.local !== null && context.local.date <= actor.trainedUntil
      ? null
      : refuse('training-expired', all, { kind: 'training' }),
  'on-shift': ({ actor, context, all }) =>
    context.local !== null && isOnShift(actor.shifts, context.local.minute)
      ? null
      : refuse('off-shift', all, { kind: 'shift', shifts: actor.shifts }),
  'policy-read': ({ actor, context, all }) =>
    actor.policyAcknowledged >= context.policyVersion
      ? null
      : refuse('policy-not-acknowledged', all, { kind: 'acknowledgement', version: context.policyVersion }),
  budget: ({ actor, resource, context: { spent }, near }) => {
    if (resource !== null && spent !== undefined && !isExhausted(actor.role, resource.class, spent)) return null;
    const others = near.filter((role) => role !== actor.role);
    const freesAt = spent?.freesAt ?? null;
    return refuse('budget', others, freesAt === null ? askOthers(others) : { kind: 'budget', freesAt, roles: others });
  },
  'glass-broken': ({ context, all }) =>
    context.glass === 'broken' ? null : refuse('glass-whole', all, { kind: 'break-glass' }),
  purpose: ({ actor, line, resource, context, all }) => {
    const purposes =
      resource !== null && isFieldAction(line.action) ? purposesFor(line.action, resource.class, actor.role) : [];
    if (context.purpose === undefined) return refuse('purpose-missing', all, { kind: 'purpose', purposes });
    return purposes.includes(context.purpose) ? null : refuse('purpose', all, { kind: 'purpose', purposes });
  },
  'second-factor': ({ actor, line, resource, all }) => {
    const held = line.action === 'field.find' ? actor.searchable : actor.unlocked;
    if (resource !== null && held.includes(resource.class)) return null;
    // No code helps whoever was granted no key.
    const waits = resource === null || line.action === 'field.find' ? null : actor.waitsFor?.(resource.class);
    if (waits === 'holder') return refuse('grant-pending', all, { kind: 'holder' });
    if (waits === 'order') return refuse('not-granted', all, { kind: 'order' });
    return refuse('needs-unlock', all, { kind: 'second-factor' });
  },
};

function linesAsked(rules: readonly Rule[], action: Action, resource: Resource | null): readonly Rule[] {
  if (!isFieldAction(action)) return linesFor(rules, action, null);
  return resource === null ? [] : linesFor(rules, action, resource.class);
}

function isFieldAction(action: Action): action is FieldAction {
  return FIELD_ACTIONS.some((name) => name === action);
}

/** Each role once, in the order of ROLES. */
function rolesOf(lines: readonly Rule[]): readonly Role[] {
  return ROLES.filter((role) => lines.some((rule) => rule.role === role));
}

function refuse(reason: RefusalReason, whoCan: readonly Role[], help: Help): Decision {
  return { allowed: false, reason, whoCan, help };
}

function askOthers([first, ...rest]: readonly Role[]): Help {
  return first === undefined ? { kind: 'nothing' } : { kind: 'another-role', roles: [first, ...rest] };
}

/** A stay is near while the guest is in house, or within some days of arrival and departure; one that never came about never is. */
function isNear({ conditions, withinDays }: Rule, resource: Resource | null, { businessDate }: Context): boolean {
  if (!conditions.includes('stay-near')) return true;
  if (resource === null || resource.stay === null) return false;
  const { status, arrival, departure } = resource.stay;
  if (status === 'in-house') return true;
  if (status === 'cancelled' || status === 'no-show') return false;
  const day = dayNumber(businessDate);
  return day >= dayNumber(arrival) - withinDays && day <= dayNumber(departure) + withinDays;
}

/** A stay to come will be near one day; one that is over or never came about will not. */
function waitFor({ withinDays }: Rule, resource: Resource | null, { businessDate }: Context): Help {
  if (resource === null || resource.stay?.status !== 'reserved') return { kind: 'nothing' };
  const from = dayNumber(resource.stay.arrival) - withinDays;
  const date = dayNumber(businessDate) < from ? dateOf(from) : null;
  return date === null ? { kind: 'nothing' } : { kind: 'another-day', from: date };
}

const DAY_MS = 86_400_000;

/** Days since 1970-01-01; NaN for what is no date, which compares as false with everything. */
function dayNumber(date: BusinessDate): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}

function dateOf(day: number): BusinessDate | null {
  const date = new Date(day * DAY_MS);
  if (Number.isNaN(date.getTime())) return null;
  return BusinessDate.safeParse(date.toISOString().slice(0, 10)).data ?? null;
}
