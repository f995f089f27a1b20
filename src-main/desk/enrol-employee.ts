import { ulid } from 'ulid';
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { StaffItem } from '../../src-shared/ipc/views.ts';
import { OperationId } from '../../src-shared/model/ids.ts';
import { putStepUp } from '../sync/step-up.ts';
import { LineError } from '../sync/transport.ts';
import { type Desk, mayDo, ok, presence, record, refuse, refused } from './desk.ts';
import { type EnrolledPerson, enrolPerson, forgetPerson, type NewPerson } from './enrol-person.ts';
import type { Prompt } from './prompt.ts';
import { staffItem } from './sign-in.ts';

/**
 * Adds somebody to the staff: recorded, and queued for the server, which has the last word and whose feed brings her to every terminal.
 * She holds no class key until somebody who does grants it. Takes the line: the server keeps her second factor.
 * @throws LogUnavailable
 */
export async function enrolEmployee(desk: Desk, prompt: Prompt, person: NewPerson): Promise<IpcResult<StaffItem>> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'employee.enrol');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'employee.enrol' });
  if (desk.cache.employees.all().some(({ staffNumber }) => staffNumber === person.staffNumber)) {
    return refuse('staff-number-taken');
  }
  const { locks } = desk.session;
  return prompt.converse(async (talk) => {
    const enrolled = await enrolPerson(talk, who.property, person, desk.clock.now);
    const { row } = enrolled;
    const handedIn = await handInSecondFactor(desk, enrolled).finally(() => forgetPerson(enrolled));
    if (!handedIn.ok) return handedIn;
    if (desk.session.locks !== locks) return refuse('locked');
    if (talk.gone.aborted) return refuse('cancelled');
    record(desk, who, { type: 'employee.enrol', outcome: 'allowed' });
    const now = desk.clock.now();
    const id = OperationId.parse(ulid(now));
    desk.cache.outbox.add({ id, kind: 'employee.add', employeeId: who.employee.id, at: now, employee: row });
    desk.kickSync();
    return ok(staffItem(row));
  });
}

/** Before her row: nobody is on the staff without a second factor. What is handed in for somebody who does not come is of no use. */
async function handInSecondFactor(desk: Desk, { row, signing, stepUp }: EnrolledPerson): Promise<IpcResult<null>> {
  try {
    const outcome = await putStepUp(desk.stepUpLine, { employeeId: row.id, signing }, stepUp);
    return outcome === 'kept' ? ok(null) : refuse('server-refused');
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    return refuse(error.problem === 'unreachable' ? 'server-unreachable' : 'server-refused');
  }
}
