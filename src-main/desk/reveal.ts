import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { Revealed } from '../../src-shared/ipc/views.ts';
import type { SealedClass } from '../../src-shared/model/classes.ts';
import type { CaseId, StayId } from '../../src-shared/model/ids.ts';
import type { GuestSealedField } from '../../src-shared/model/registry.ts';
import { isWithheld } from '../../src-shared/model/sealed-field.ts';
import {
  type BudgetStep,
  budgetStep,
  type Context,
  decide,
  EMERGENCY_PURPOSE,
  type FieldAction,
  type Purpose,
} from '../../src-shared/policy/index.ts';
import { SealError } from '../vault/field-seal.ts';
import { type Desk, ok, type Presence, presence, record, refuse, refused } from './desk.ts';
import { newCaseId, openCase } from './open-case.ts';
import { actorBefore, openSealed, sealedSubject } from './open-sealed.ts';

/** How long a value stays on the screen. */
const SHOWN_FOR_MS = 15_000;

/**
 * Opens one sealed field of the guest of one stay, for one stated purpose, or behind the broken glass. The access-log entry is on the
 * disk before the value is decrypted (DESIGN §1.2): a crash in between leaves an entry without a reveal, never the other way round.
 * @throws LogUnavailable when the entry cannot be written; nothing is decrypted then
 */
export function reveal(
  desk: Desk,
  input: { readonly stayId: StayId; readonly field: GuestSealedField; readonly purpose: Purpose },
): IpcResult<Revealed> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const subject = sealedSubject(desk, input.stayId, input.field);
  if (subject === null) return refuse('not-found');
  const { guest, resource } = subject;
  const way = wayToReveal(desk, who, input.stayId, resource.class);
  const purpose = way.caseId === null ? input.purpose : EMERGENCY_PURPOSE;
  const event = { type: 'field.reveal' as const, ...subject.entry, purpose };
  const decision = decide(actorBefore(desk, who, guest, input.field), way.action, resource, {
    ...way.context,
    purpose,
  });
  if (!decision.allowed) return refused(desk, who, decision, event);
  const kept = guest[input.field];
  if (kept === null) return refuse('not-found');
  if (isWithheld(kept)) return refuse('not-at-this-terminal');

  const drawn = way.caseId === null ? draw(desk, who, resource.class) : null;
  const caseId = way.caseId ?? drawn?.caseId ?? null;
  const { seq } = record(desk, who, { ...event, outcome: 'allowed', ...(caseId === null ? {} : { caseId }) });
  if (drawn !== null) desk.reveals.note(who.employee.id, resource.class);
  if (drawn?.opens === 'case' && drawn.caseId !== null) {
    const { stayId, guestId } = subject.entry;
    openCase(desk, who, { id: drawn.caseId, kind: 'budget', stayId, guestId, class: resource.class, entry: seq });
  }
  try {
    const plain = openSealed(desk, who, guest, input.field);
    const value = plain.toString('utf8');
    plain.fill(0);
    return ok({
      value,
      shownForMs: SHOWN_FOR_MS,
      watermark: { employee: who.employee.staffNumber, terminal: desk.terminalName, at: desk.clock.now(), entry: seq },
      budget: drawn?.said ?? null,
    });
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    record(desk, who, { ...event, outcome: 'failed', reason: error.problem });
    return refuse('unreadable-value');
  }
}

/** By which action a value of a stay is revealed now, and what that is decided from, but for the purpose. */
export function wayToReveal(
  desk: Pick<Desk, 'glass' | 'reveals'>,
  { employee, context }: Pick<Presence, 'employee' | 'context'>,
  stayId: StayId,
  dataClass: SealedClass,
): { readonly action: FieldAction; readonly context: Context; readonly caseId: CaseId | null } {
  const caseId = desk.glass.caseFor(employee.id, stayId);
  return caseId === null
    ? { action: 'field.reveal', context: { ...context, spent: desk.reveals.spent(employee, dataClass) }, caseId }
    : { action: 'field.emergency', context: { ...context, glass: 'broken' }, caseId };
}

interface Drawn {
  readonly said: BudgetStep | null;
  /** The case that it belongs to; null while there is no cause for one. */
  readonly caseId: CaseId | null;
  readonly opens: 'case' | 'nothing';
}

/** What one more does to her budget. One case stands for all that follows until the officer has closed it. */
function draw(desk: Desk, { employee }: Presence, dataClass: SealedClass): Drawn {
  const { hour, day } = desk.reveals.spent(employee, dataClass);
  const said = budgetStep(employee.role, dataClass, { hour: hour + 1, day: day + 1 });
  if (said?.step !== 'case') return { said, caseId: null, opens: 'nothing' };
  const open = desk.cache.cases.openCaseOf('budget', employee.id, dataClass);
  return open === null
    ? { said, caseId: newCaseId(desk.clock.now()), opens: 'case' }
    : { said, caseId: open, opens: 'nothing' };
}
