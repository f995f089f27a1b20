import { ulid } from 'ulid';
import type { IpcResult } from '../../src-shared/ipc/contract.ts';
import type { StaffItem } from '../../src-shared/ipc/views.ts';
import { OperationId } from '../../src-shared/model/ids.ts';
import { type Desk, mayDo, ok, presence, record, refuse, refused } from './desk.ts';
import { enrolPerson, type NewPerson } from './enrol-person.ts';
import type { Prompt } from './prompt.ts';
import { staffItem } from './sign-in.ts';

/**
 * Adds somebody to the staff: recorded, and queued for the server, which has the last word and whose feed brings her to every terminal.
 * She holds no class key until somebody who does grants it.
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
    const { row, signing } = await enrolPerson(talk, who.property, person, desk.clock.now);
    signing.fill(0);
    if (desk.session.locks !== locks) return refuse('locked');
    record(desk, who, { type: 'employee.enrol', outcome: 'allowed' });
    const now = desk.clock.now();
    const id = OperationId.parse(ulid(now));
    desk.cache.outbox.add({ id, kind: 'employee.add', employeeId: who.employee.id, at: now, employee: row });
    desk.kickSync();
    return ok(staffItem(row));
  });
}
