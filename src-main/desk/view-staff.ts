/** Who works here and what each holds, as the staff screen shows it, and what somebody waits for herself. */
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { GrantView, StaffView } from '../../src-shared/ipc/views.ts';
import { SEALED_CLASSES, type SealedClass } from '../../src-shared/model/classes.ts';
import { type Employee, GRANT_SCOPES } from '../../src-shared/model/entities.ts';
import { mayHold } from '../../src-shared/policy/index.ts';
import type { Operation } from '../../src-shared/sync/protocol.ts';
import { type Right, rightOf } from '../vault/entitlement.ts';
import type { Trust } from '../vault/trust.ts';
import { type Desk, mayDo, ok, type Presence, presence, refusal, refuse } from './desk.ts';
import { entitledTo, fits, missingEpochs } from './entitled.ts';
import type { Rewrapping } from './key-tender.ts';
import { staffItem } from './sign-in.ts';
import { trustOf } from './trust-of.ts';

/** Everything that can be held. */
const RIGHTS: readonly Right[] = [
  ...SEALED_CLASSES.flatMap((dataClass) => GRANT_SCOPES.map((scope): Right => ({ scope, class: dataClass }))),
  { scope: 'order', class: null },
];

/** @param rewrapping what this terminal re-wraps now */
export function viewStaff(desk: Desk, rewrapping: readonly Rewrapping[]): IpcResult<StaffView> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'grant.withdraw');
  if (!decision.allowed) return refuse('forbidden', refusal(decision));
  const order = mayDo(who, 'grant.order');
  const look = lookAt(desk, who);
  return ok({
    people: desk.cache.employees.all().map((person) => ({
      ...staffItem(person),
      active: person.active,
      leaving: look.queued.some((one) => one.kind === 'employee.leave' && one.leaverId === person.id),
      isSelf: person.id === who.employee.id,
      grants: grantsOf(look, person),
    })),
    epochs: SEALED_CLASSES.flatMap((dataClass) => viewEpoch(desk, dataClass, rewrapping)),
    order: order.allowed ? { allowed: true } : { allowed: false, ...refusal(order) },
  });
}

/** What whoever is signed in is entitled to herself: it is hers to know. */
export function viewOwnGrants(desk: Desk): IpcResult<GrantView[]> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  return ok(grantsOf(lookAt(desk, who), who.employee).filter(({ state }) => state !== 'none'));
}

interface Look {
  readonly desk: Desk;
  readonly trust: Trust;
  readonly queued: readonly Operation[];
  readonly holders: ReadonlyMap<SealedClass, readonly string[]>;
}

function lookAt(desk: Desk, { property }: Presence): Look {
  const trust = trustOf(desk, property.id);
  const queued = desk.cache.outbox.unsettled().flatMap(({ operation, state }) => (state === 'queued' ? operation : []));
  const people = desk.cache.employees.all();
  const holdersOf = (dataClass: SealedClass) =>
    people.filter((person) =>
      entitledTo(trust, person).some(
        (row) => row.class === dataClass && row.scope === 'see' && missingEpochs(desk, row).length === 0,
      ),
    );
  const holders = SEALED_CLASSES.map((dataClass) => [dataClass, holdersOf(dataClass).map(({ name }) => name)] as const);
  return { desk, trust, queued, holders: new Map(holders) };
}

/** What the role may hold, and what she has beyond that. */
function grantsOf(look: Look, person: Employee): GrantView[] {
  return RIGHTS.flatMap((right) => {
    const view = viewGrant(look, person, right);
    return view.state !== 'none' || (person.active && mayHold(person.role, right)) ? view : [];
  });
}

function viewGrant({ desk, trust, queued, holders }: Look, person: Employee, right: Right): GrantView {
  const mine = desk.cache.entitlements
    .all()
    .filter((row) => row.employeeId === person.id && rightOf(row) === rightOf(right) && row.withdrawn === null);
  const row = mine.find((one) => trust.standing(one) === 'holds') ?? mine.at(0);
  const nameOf = (id: Employee['id']) => desk.cache.employees.get(id)?.name ?? '–';
  const base = { scope: right.scope, class: right.class, holders: [] };
  if (row === undefined) {
    const order = queued.find(
      (one) =>
        one.kind === 'entitlement.order' &&
        one.entitlement.employeeId === person.id &&
        rightOf(one.entitlement) === rightOf(right),
    );
    const nothing = { ...base, entitlementId: null, orderedBy: null, orderedAt: null };
    return order === undefined
      ? { ...nothing, state: 'none' }
      : { ...nothing, state: 'sending', orderedBy: nameOf(order.employeeId), orderedAt: order.at };
  }
  const known = { ...base, entitlementId: row.id, orderedBy: nameOf(row.orderedBy), orderedAt: row.orderedAt };
  if (trust.standing(row) === 'void' || !fits(row, person)) return { ...known, state: 'void' };
  if (queued.some((one) => one.kind === 'entitlement.withdraw' && one.entitlementId === row.id))
    return { ...known, state: 'withdrawing' };
  if (row.scope === 'order' || row.class === null) return { ...known, state: 'complete' };
  const waits = missingEpochs(desk, { ...row, scope: row.scope, class: row.class }).length > 0;
  return waits
    ? { ...known, state: 'waiting', holders: [...(holders.get(row.class) ?? [])] }
    : { ...known, state: 'complete' };
}

function viewEpoch(desk: Desk, dataClass: SealedClass, rewrapping: readonly Rewrapping[]): StaffView['epochs'] {
  const { classEpochs, sealedEpochs } = desk.cache;
  const epoch = classEpochs.current(dataClass);
  if (classEpochs.oldest(dataClass) === epoch) return [];
  const here = rewrapping.find((one) => one.class === dataClass);
  return [
    {
      class: dataClass,
      total: sealedEpochs.countSealed(dataClass),
      remaining: sealedEpochs.countBefore(dataClass, epoch),
      here: here !== undefined,
      unreadable: here?.unreadable ?? 0,
    },
  ];
}
