/** The security officer's cases: what happened, where, what the log has of it, and how it was closed. */
import { ulid } from 'ulid';
import type { EventType } from '../../src-shared/audit/event.ts';
import { findsSensitiveNumber } from '../../src-shared/documents/sensitive-number.ts';
import type { ChannelOutput } from '../../src-shared/ipc/contract.ts';
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { CaseView, LogItem } from '../../src-shared/ipc/views.ts';
import type { CaseClosure, SecurityCase } from '../../src-shared/model/entities.ts';
import { type CaseId, type EmployeeId, OperationId } from '../../src-shared/model/ids.ts';
import { type Desk, mayDo, ok, presence, record, refusal, refuse, refused } from './desk.ts';
import { maskContacts } from './mask-guest.ts';
import { toLogItem } from './read-log.ts';

/** Entries shown of a case at most. */
const ENTRIES = 200;
/** What is told of by number alone is used up by what came before the case. */
const LED_TO: { readonly [K in SecurityCase['kind']]?: EventType } = {
  budget: 'field.reveal',
  searches: 'field.find',
};

/** How many are open, and the newest of them: for a badge and a notice. */
export function countCases(desk: Desk): IpcResult<ChannelOutput<'case.count'>> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'case.review');
  if (!decision.allowed) return refuse('forbidden', refusal(decision));
  const open = desk.cache.cases.latest().filter(({ state }) => state === 'open');
  const [newest] = open;
  return ok({
    open: open.length,
    newest:
      newest === undefined
        ? null
        : { id: newest.id, kind: newest.kind, openedAt: newest.openedAt, openedBy: nameOf(desk, newest.openedBy) },
  });
}

/** All of them, open ones first. Looking is recorded. */
export function listCases(desk: Desk): IpcResult<CaseView[]> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'case.review');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'case.read' });
  record(desk, who, { type: 'case.read', outcome: 'allowed' });
  return ok(desk.cache.cases.latest().map((one) => viewCase(desk, one)));
}

/** What the log of this terminal has of a case; nothing when it happened at another. */
export function listCaseEntries(desk: Desk, input: { readonly caseId: CaseId }): IpcResult<LogItem[]> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'case.review');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'case.read', caseId: input.caseId });
  const found = desk.cache.cases.get(input.caseId);
  if (found === null) return refuse('not-found');
  if (found.terminal !== desk.log.deviceId) return ok([]);
  const ofCase = desk.log.list({ caseId: found.id, limit: ENTRIES });
  const led = LED_TO[found.kind];
  const before =
    led === undefined
      ? []
      : desk.log.list({ employeeId: found.openedBy, types: [led], before: found.entry, limit: ENTRIES });
  return ok([...ofCase, ...before].flatMap((entry) => toLogItem(desk, entry)));
}

/** Closes a case here, and queues that for the server, which has the last word. */
export function closeCase(desk: Desk, input: CaseClosure & { readonly caseId: CaseId }): IpcResult<CaseView> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const { caseId, verdict, finding } = input;
  const decision = mayDo(who, 'case.review');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'case.close', caseId });
  const found = desk.cache.cases.get(caseId);
  if (found === null || found.state === 'closed') return refuse('not-found');
  if (findsSensitiveNumber(finding)) return refuse('sensitive-number', { field: 'finding' });
  record(desk, who, { type: 'case.close', outcome: 'allowed', caseId, reason: verdict, ...aboutOf(found) });
  const now = desk.clock.now();
  desk.cache.closeCaseLocally({
    id: OperationId.parse(ulid(now)),
    kind: 'case.close',
    employeeId: who.employee.id,
    at: now,
    caseId,
    verdict,
    finding,
  });
  desk.kickSync();
  return ok(viewCase(desk, desk.cache.cases.get(caseId) ?? found));
}

function aboutOf({ stayId, guestId }: SecurityCase): {
  stayId?: NonNullable<SecurityCase['stayId']>;
  guestId?: NonNullable<SecurityCase['guestId']>;
} {
  return { ...(stayId === null ? {} : { stayId }), ...(guestId === null ? {} : { guestId }) };
}

function viewCase(desk: Desk, one: SecurityCase): CaseView {
  const guest = one.guestId === null ? null : desk.cache.guests.get(one.guestId);
  const stay = one.stayId === null ? null : desk.cache.stays.listRow(one.stayId);
  const { id, kind, openedAt, role, class: dataClass, reasonText, entry, state, closedAt, verdict, finding } = one;
  return {
    id,
    kind,
    openedAt,
    openedBy: nameOf(desk, one.openedBy),
    role,
    guest: guest === null ? null : maskContacts(guest).name,
    room: stay?.roomNumber ?? null,
    class: dataClass,
    reasonText,
    confirmedBy: one.confirmedBy === null ? null : nameOf(desk, one.confirmedBy),
    terminal: desk.cache.devices.get(one.terminal)?.name ?? null,
    isHere: one.terminal === desk.log.deviceId,
    entry,
    state,
    closedBy: one.closedBy === null ? null : nameOf(desk, one.closedBy),
    closedAt,
    verdict,
    finding,
  };
}

function nameOf(desk: Pick<Desk, 'cache'>, id: EmployeeId): string {
  return desk.cache.employees.get(id)?.name ?? '–';
}
