/**
 * Breaking the glass (DESIGN §4): a duty manager opens one stay whatever its day and her shift, for a typed reason, with a second
 * person beside her or after a delay. It is a case from the moment it begins. The keys she holds are the guard; this is the account.
 */
import { findsSensitiveNumber } from '../../src-shared/documents/sensitive-number.ts';
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { PromptQuestion } from '../../src-shared/ipc/prompt-contract.ts';
import type { GlassView, SessionView, StaffItem } from '../../src-shared/ipc/views.ts';
import type { Employee } from '../../src-shared/model/entities.ts';
import type { EmployeeId, StayId } from '../../src-shared/model/ids.ts';
import { actorOf, type Decision, decide } from '../../src-shared/policy/index.ts';
import { checkPassword } from './check-password.ts';
import { type Desk, mayDo, ok, type Presence, presence, record, refusal, refuse, refused } from './desk.ts';
import type { GlassAsked } from './glass.ts';
import { newCaseId, openCase } from './open-case.ts';
import { viewSession } from './session-view.ts';
import { staffItem } from './sign-in.ts';

/** Asks somebody in main's own window; answered when she has typed what is asked. */
type AskInPrompt = (employee: StaffItem, about: PromptQuestion['about']) => Promise<IpcResult<SessionView>>;

/**
 * Asks to break the glass of a stay. With a second person it breaks once she has confirmed it on the spot, without one after a delay.
 * @throws LogUnavailable when it cannot be recorded; the glass is whole then
 */
export async function askGlass(
  desk: Desk,
  ask: AskInPrompt,
  input: { readonly stayId: StayId; readonly reason: string; readonly confirmer: EmployeeId | null },
): Promise<IpcResult<GlassView>> {
  const who = mayBegin(desk, input.stayId);
  if ('ok' in who) return who;
  const stay = desk.cache.stays.get(input.stayId);
  if (stay === null) return refuse('not-found');
  if (findsSensitiveNumber(input.reason)) return refuse('sensitive-number', { field: 'reason' });
  const confirmer = input.confirmer === null ? null : desk.cache.employees.get(input.confirmer);
  const asked: GlassAsked = {
    caseId: newCaseId(desk.clock.now()),
    employeeId: who.employee.id,
    role: who.employee.role,
    stayId: stay.id,
    guestId: stay.guestId,
    reasonText: input.reason,
  };
  if (input.confirmer !== null) {
    if (confirmer === null) return refuse('not-found');
    const may = mayConfirm(who, confirmer);
    if (!may.allowed) return refused(desk, who, may, { type: 'break-glass.ask', ...entryOf(asked) });
  }
  record(desk, who, {
    type: 'break-glass.ask',
    outcome: 'allowed',
    ...entryOf(asked),
    reason: confirmer === null ? 'delay' : 'second-person',
  });
  if (confirmer === null) {
    desk.glass.wait(asked);
    return ok(viewGlass(desk, who));
  }
  const { locks } = desk.session;
  desk.glass.confirming = asked;
  const room = desk.cache.stays.listRow(stay.id)?.roomNumber ?? null;
  const confirmed = await ask(staffItem(confirmer), {
    requester: staffItem(who.employee),
    room,
    reason: input.reason,
  }).finally(() => {
    if (desk.glass.confirming?.caseId === asked.caseId) desk.glass.confirming = null;
  });
  if (!confirmed.ok) return confirmed;
  // Whoever asked went away while the other typed: nothing breaks behind her.
  const still = desk.session.locks === locks ? mayBegin(desk, input.stayId) : null;
  if (still === null) return refuse('locked');
  return 'ok' in still ? still : begin(desk, still, asked, confirmer.id);
}

/**
 * What the second person types. It signs nobody in and leaves the session as it is; it counts as an attempt of hers like a sign-in.
 * @param signal aborted when the prompt closes in the meantime
 */
export async function confirmGlass(
  desk: Desk,
  input: { readonly employeeId: EmployeeId; readonly password: string },
  signal: AbortSignal,
): Promise<IpcResult<SessionView>> {
  const asked = desk.glass.confirming;
  const confirmer = desk.cache.employees.get(input.employeeId);
  if (asked === null || confirmer === null) return refuse('cancelled');
  const who = { employee: confirmer };
  const event = { type: 'break-glass.confirm' as const, ...entryOf(asked) };
  const confirmed = await checkPassword(desk, confirmer, input.password);
  if (confirmed.ok) confirmed.value.fill(0);
  if (signal.aborted || desk.glass.confirming !== asked) return refuse('cancelled');
  if (!confirmed.ok) {
    record(desk, who, { ...event, outcome: 'failed', reason: confirmed.error.code });
    return confirmed;
  }
  record(desk, who, { ...event, outcome: 'allowed' });
  return ok(viewSession(desk));
}

/** After the delay. */
export function beginGlass(desk: Desk): IpcResult<GlassView> {
  const here = presence(desk);
  if (here === null) return refuse('locked');
  const state = desk.glass.stateFor(here.employee.id);
  if (state.name !== 'ready') return refuse('not-found');
  const who = mayBegin(desk, state.asked.stayId);
  return 'ok' in who ? who : begin(desk, who, state.asked, null);
}

/** Ends it, or takes back what was asked. Harmless when there is nothing. */
export function endGlass(desk: Desk): IpcResult<GlassView> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  desk.glass.giveUp(who.employee.id);
  return ok(viewGlass(desk, who));
}

/** The glass as the person at the desk has it. Times are those of the wall clock. */
export function viewGlass(desk: Desk, who: Presence): GlassView {
  const state = desk.glass.stateFor(who.employee.id);
  const begin = mayDo(who, 'break-glass.begin');
  return {
    begin: begin.allowed ? { allowed: true } : { allowed: false, ...refusal(begin) },
    state:
      state.name === 'whole'
        ? { name: 'whole' }
        : {
            name: state.name,
            stayId: state.asked.stayId,
            until: Math.round(desk.clock.now() + state.until - desk.clock.mono()),
          },
    confirmers: desk.cache.employees
      .all()
      .filter((employee) => employee.active && mayConfirm(who, employee).allowed)
      .map(staffItem),
  };
}

/** @returns who may begin, or what she is answered */
function mayBegin(desk: Desk, stayId: StayId): Presence | Extract<IpcResult<never>, { ok: false }> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'break-glass.begin');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'break-glass.ask', stayId });
  // What is behind the glass takes the keys in any case: nobody types a reason to be told so afterwards.
  return desk.session.state === 'unlocked' ? who : refuse('needs-unlock');
}

/** Another person, whose row says that she may. */
function mayConfirm({ employee, context }: Presence, confirmer: Employee): Decision {
  const decision = decide(actorOf(confirmer), 'break-glass.confirm', null, context);
  return confirmer.id === employee.id
    ? { allowed: false, reason: 'role', whoCan: [], help: { kind: 'nothing' } }
    : decision;
}

/** Entry, case, then the glass: should one of them fail, nothing is open. */
function begin(desk: Desk, who: Presence, asked: GlassAsked, confirmedBy: EmployeeId | null): IpcResult<GlassView> {
  const { seq } = record(desk, who, { type: 'break-glass.begin', outcome: 'allowed', ...entryOf(asked) });
  const { caseId: id, stayId, guestId, reasonText } = asked;
  openCase(desk, who, { id, kind: 'break-glass', stayId, guestId, reasonText, confirmedBy, entry: seq });
  desk.glass.break(asked);
  return ok(viewGlass(desk, who));
}

export function entryOf({ caseId, stayId, guestId }: GlassAsked) {
  return { caseId, stayId, guestId };
}
