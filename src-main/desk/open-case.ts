/** Cases for the security officer: opened by what happens here, reported to the server, exactly once whatever the line does. */
import { ulid } from 'ulid';
import type { SecurityCase } from '../../src-shared/model/entities.ts';
import { CaseId, type EmployeeId, OperationId } from '../../src-shared/model/ids.ts';
import type { Desk, Presence } from './desk.ts';
import { record } from './desk.ts';

/** What is known of a case when it is opened. */
export interface CaseStart
  extends Pick<SecurityCase, 'kind'>,
    Partial<Pick<SecurityCase, 'stayId' | 'guestId' | 'class' | 'reasonText' | 'confirmedBy'>> {
  /** Made before, where entries of the access log name the case already. */
  readonly id?: CaseId;
  /** The entry with which it began; without it, one that says that a case was opened is written. */
  readonly entry?: number;
}

export function newCaseId(now: number): CaseId {
  return CaseId.parse(ulid(now));
}

/**
 * Opens a case: before the officer on this terminal at once, and queued for the server in the same transaction. Whoever works here
 * sees nothing of it.
 * @param who who did what the case is about
 * @throws LogUnavailable when the entry cannot be written; there is no case then
 */
export function openCase(desk: Desk, who: Pick<Presence, 'employee'>, start: CaseStart): SecurityCase {
  const now = desk.clock.now();
  const { id = newCaseId(now), kind, stayId = null, guestId = null } = start;
  const about = { ...(stayId === null ? {} : { stayId }), ...(guestId === null ? {} : { guestId }) };
  const entry =
    start.entry ?? record(desk, who, { type: 'case.open', outcome: 'allowed', caseId: id, reason: kind, ...about }).seq;
  const { id: employeeId, role } = who.employee;
  const opened = caseOpened({ ...start, id }, { employeeId, role, terminal: desk.log.deviceId, entry, now });
  desk.cache.openCaseLocally({
    id: OperationId.parse(ulid(now)),
    kind: 'case.open',
    employeeId: who.employee.id,
    at: now,
    case: opened,
  });
  desk.kickSync();
  return opened;
}

/** A case as it is when it is opened. */
export function caseOpened(
  { id, kind, ...start }: CaseStart & { readonly id: CaseId },
  at: { readonly employeeId: EmployeeId; readonly now: number } & Pick<SecurityCase, 'role' | 'terminal' | 'entry'>,
): SecurityCase {
  return {
    id,
    kind,
    openedAt: at.now,
    openedBy: at.employeeId,
    role: at.role,
    stayId: start.stayId ?? null,
    guestId: start.guestId ?? null,
    class: start.class ?? null,
    reasonText: start.reasonText ?? null,
    confirmedBy: start.confirmedBy ?? null,
    terminal: at.terminal,
    entry: at.entry,
    state: 'open',
    closedBy: null,
    closedAt: null,
    verdict: null,
    finding: null,
  };
}
