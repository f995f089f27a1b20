/** Cases for the security officer: reported by terminals, closed by her. */
import { findsSensitiveNumber } from '../../src-shared/documents/sensitive-number.ts';
import type { SecurityCase } from '../../src-shared/model/entities.ts';
import type { DeviceId } from '../../src-shared/model/ids.ts';
import type { CaseClosing, CaseOpening } from '../../src-shared/sync/protocol.ts';
import { isStorable } from './storable-text.ts';

/** What is there of that which the operations refer to. */
interface Known {
  readonly cases: ReadonlyMap<string, SecurityCase>;
  readonly guestIds: ReadonlySet<string>;
}

/** Nobody reports in another's name, nor a terminal for another; what is reported is open, and replaces no case. */
export function reasonNotToReport(
  { case: opened, employeeId }: CaseOpening,
  known: Known,
  deviceId: DeviceId,
): 'forbidden' | 'invalid' | null {
  if (opened.openedBy !== employeeId || opened.terminal !== deviceId) return 'forbidden';
  const { state, closedBy, closedAt, verdict, finding, reasonText } = opened;
  if (state !== 'open' || [closedBy, closedAt, verdict, finding].some((value) => value !== null)) return 'invalid';
  if (known.cases.has(opened.id)) return 'invalid';
  return reasonText === null || isWritable(reasonText) ? null : 'invalid';
}

/** Once, and only one that there is. */
export function reasonNotToClose(
  { caseId, finding }: CaseClosing,
  known: Known,
): 'unknown-case' | 'case-closed' | 'invalid' | null {
  const found = known.cases.get(caseId);
  if (found === undefined) return 'unknown-case';
  if (found.state === 'closed') return 'case-closed';
  return isWritable(finding) ? null : 'invalid';
}

/** @returns the row; what was typed about a guest who was erased in the meantime is not kept */
export function reportCase({ case: opened }: CaseOpening, known: Known): SecurityCase {
  const isGone = opened.guestId !== null && !known.guestIds.has(opened.guestId);
  return isGone ? { ...opened, reasonText: null } : opened;
}

/** @returns the row. @throws when there is no such case, which {@link reasonNotToClose} tells */
export function closeCase({ caseId, employeeId, at, verdict, finding }: CaseClosing, known: Known): SecurityCase {
  const found = known.cases.get(caseId);
  if (found === undefined) throw new Error('a case is closed that there is not');
  return { ...found, state: 'closed', closedBy: employeeId, closedAt: at, verdict, finding };
}

function isWritable(text: string): boolean {
  return isStorable(text) && !findsSensitiveNumber(text);
}
