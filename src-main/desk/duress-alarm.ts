/** What happens when somebody signs in with her password under duress, before anything else does, and nothing of it on the screen. */
import { ulid } from 'ulid';
import type { Employee } from '../../src-shared/model/entities.ts';
import { type CaseId, OperationId } from '../../src-shared/model/ids.ts';
import type { AccessLog } from '../access-log/log.ts';
import type { SilentAlarm } from '../sync/silent-alarm.ts';
import { caseOpened, newCaseId } from './open-case.ts';

/**
 * Raises it: an entry in the access log, and a case that the terminal itself reports, at once or with the next line.
 * @returns the case
 * @throws LogUnavailable, KeyStoreError, and what the file system says: nobody is signed in then, as with her own password
 */
export async function raiseAlarm(
  { log, alarm }: { readonly log: AccessLog; readonly alarm: SilentAlarm },
  { id: employeeId, role }: Pick<Employee, 'id' | 'role'>,
  now: number,
): Promise<CaseId> {
  const caseId = newCaseId(now);
  const event = { type: 'case.open', outcome: 'allowed', employeeId, role, caseId, reason: 'duress' } as const;
  const { seq: entry } = log.append(event);
  const opened = caseOpened({ id: caseId, kind: 'duress' }, { employeeId, role, terminal: log.deviceId, entry, now });
  await alarm.raise({ id: OperationId.parse(ulid(now)), kind: 'case.open', employeeId, at: now, case: opened });
  return caseId;
}
