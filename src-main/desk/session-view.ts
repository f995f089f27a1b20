import type { SessionView } from '../../src-shared/ipc/views.ts';
import type { Desk } from './desk.ts';

/** The session as the window shows it: who, and how long things last, as wall-clock times for the ring. */
export function viewSession(desk: Pick<Desk, 'session' | 'clock'>): SessionView {
  const { session, clock } = desk;
  session.expire();
  const now = clock.now();
  const employee = session.employee;
  const remaining = session.unlockRemaining();
  const idle = session.idleRemaining();
  return {
    state: session.state,
    employee: employee && {
      id: employee.id,
      name: employee.name,
      nameLatin: employee.nameLatin,
      staffNumber: employee.staffNumber,
      role: employee.role,
    },
    unlock: remaining && {
      idleEndsAt: Math.round(now + remaining.idle),
      endsAt: Math.round(now + remaining.total),
      recoveryCodesLeft: session.recoveryCodesLeft,
    },
    idleLockAt: idle === null ? null : Math.round(now + idle),
    lockReason: session.lockReason,
    lastEmployeeId: session.lastEmployeeId,
  };
}
