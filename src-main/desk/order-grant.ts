/** Ordering and withdrawing what somebody is to hold, and ending an employment: signed and recorded here, decided by the server. */
import { ulid } from 'ulid';
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import { type EmployeeId, EntitlementId } from '../../src-shared/model/ids.ts';
import { mayHold, type PlainAction } from '../../src-shared/policy/index.ts';
import type { Operation } from '../../src-shared/sync/protocol.ts';
import { openSignInKeys } from '../vault/credential.ts';
import { wipeKeys } from '../vault/employee-keys.ts';
import { makeEntitlement, type Right, rightOf } from '../vault/entitlement.ts';
import { type Desk, mayDo, ok, type Presence, presence, record, refuse, refused } from './desk.ts';
import { operationOf } from './hand-on-keys.ts';
import { trustOf } from './trust-of.ts';

/**
 * Orders that somebody is granted a class, or may order herself. It takes the second factor, and a right of one's own to order: the
 * signature counts for nothing without.
 * @throws LogUnavailable
 */
export function orderGrant(
  desk: Desk,
  input: { readonly employeeId: EmployeeId; readonly right: Right },
): IpcResult<null> {
  const { employeeId, right } = input;
  const event = { type: 'grant.order', aboutId: employeeId, ...ofClass(right) } as const;
  const who = allowedTo(desk, 'grant.order', event);
  if (!('employee' in who)) return who;
  const person = desk.cache.employees.get(employeeId);
  if (person === null || !person.active) return refuse('not-found');
  const trust = trustOf(desk, who.property.id);
  const holds = (id: EmployeeId, wanted: Right) => trust.holdings(id).some((row) => rightOf(row) === rightOf(wanted));
  const isOwn = person.id === who.employee.id;
  if (isOwn || !mayHold(person.role, right) || !holds(who.employee.id, { scope: 'order', class: null })) {
    record(desk, who, { ...event, outcome: 'refused', reason: isOwn ? 'own-grant' : 'not-entitled' });
    return refuse('forbidden');
  }
  if (holds(person.id, right)) return ok(null);
  const signing = signingKeyOf(desk, who);
  if (signing === null) return refuse('locked');
  const now = desk.clock.now();
  const id = EntitlementId.parse(ulid(now));
  const by = { id: who.employee.id, signing };
  const entitlement = makeEntitlement({ id, propertyId: who.property.id, to: person, right, by, at: now });
  signing.fill(0);
  record(desk, who, { ...event, outcome: 'allowed' });
  return queue(desk, { ...operationOf(desk, who), kind: 'entitlement.order', entitlement });
}

/** Withdraws an entitlement: from the moment the server has it, the next epoch is not for her any more. @throws LogUnavailable */
export function withdrawGrant(desk: Desk, input: { readonly entitlementId: EntitlementId }): IpcResult<null> {
  const row = desk.cache.entitlements.all().find(({ id }) => id === input.entitlementId);
  const about = row === undefined ? {} : { aboutId: row.employeeId, ...ofClass(row) };
  const event = { type: 'grant.withdraw', ...about } as const;
  const who = allowedTo(desk, 'grant.withdraw', event);
  if (!('employee' in who)) return who;
  if (row === undefined) return refuse('not-found');
  if (row.withdrawn !== null) return ok(null);
  if (row.scope === 'order' && row.employeeId === who.employee.id) {
    record(desk, who, { ...event, outcome: 'refused', reason: 'own-grant' });
    return refuse('forbidden');
  }
  record(desk, who, { ...event, outcome: 'allowed' });
  return queue(desk, { ...operationOf(desk, who), kind: 'entitlement.withdraw', entitlementId: row.id });
}

/** Ends somebody's employment: she signs in nowhere any more, and everything is withdrawn. @throws LogUnavailable */
export function endEmployment(desk: Desk, input: { readonly employeeId: EmployeeId }): IpcResult<null> {
  const event = { type: 'employee.leave', aboutId: input.employeeId } as const;
  const who = allowedTo(desk, 'employee.leave', event);
  if (!('employee' in who)) return who;
  const person = desk.cache.employees.get(input.employeeId);
  if (person === null) return refuse('not-found');
  if (!person.active) return ok(null);
  if (person.id === who.employee.id) {
    record(desk, who, { ...event, outcome: 'refused', reason: 'own-grant' });
    return refuse('forbidden');
  }
  record(desk, who, { ...event, outcome: 'allowed' });
  return queue(desk, { ...operationOf(desk, who), kind: 'employee.leave', leaverId: person.id });
}

type Event = Omit<Parameters<typeof record>[2], 'outcome' | 'reason'>;

/** Who is here, if the policy allows it and the second factor was given. */
export function allowedTo(desk: Desk, action: PlainAction, event: Event): Presence | ReturnType<typeof refuse> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, action);
  if (!decision.allowed) return refused(desk, who, decision, event);
  return desk.session.state === 'unlocked' ? who : refuse('needs-unlock');
}

function queue(desk: Desk, operation: Operation): IpcResult<null> {
  desk.cache.outbox.add(operation);
  desk.kickSync();
  return ok(null);
}

const ofClass = ({ class: dataClass }: Pick<Right, 'class'>) => (dataClass === null ? {} : { class: dataClass });

/** A copy of her signing key, out of what the password opened; the caller zeroes it. Null while locked, or when the box was altered. */
export function signingKeyOf(desk: Pick<Desk, 'session'>, { employee, property }: Presence): Buffer | null {
  const { unlockKey } = desk.session;
  const ids = { propertyId: property.id, employeeId: employee.id };
  const keys = unlockKey === null ? null : openSignInKeys(employee.credential, ids, unlockKey);
  if (keys === null) return null;
  const signing = Buffer.from(keys.signing);
  wipeKeys(keys);
  return signing;
}
