/** Who is at the desk: signing in, unlocking, locking. No password or code comes this way. */
import { z } from 'zod';
import { EmployeeId } from '../../model/ids.ts';
import { type Channel, channel, nothing } from '../channel.ts';
import { NOT_LOCKED } from '../errors.ts';
import { LeaseView, SessionView, StaffItem } from '../views.ts';

export const SESSION_CHANNELS = {
  'session.view': channel(nothing, SessionView, []),
  'session.staff': channel(nothing, z.array(StaffItem), ['not-ready']),
  /** Has main ask for the password of whoever was picked; answered when the prompt has closed. */
  'session.signIn': channel(z.strictObject({ employeeId: EmployeeId }), SessionView, [
    'cancelled',
    'prompt-unavailable',
    'not-found',
    'not-ready',
  ]),
  /** Has main ask for the second factor; answered when the prompt has closed. */
  'session.unlock': channel(nothing, SessionView, [...NOT_LOCKED, 'cancelled', 'prompt-unavailable']),
  /** Takes the question of the prompt back; harmless when there is none. */
  'session.cancel': channel(nothing, SessionView, []),
  'session.lock': channel(nothing, SessionView, []),
  /** Locks for somebody else: the picker comes up with nobody picked. */
  'session.switch': channel(nothing, SessionView, []),
  /** Whether whoever is signed in can unlock without the server, and until when. */
  'session.lease': channel(nothing, LeaseView, NOT_LOCKED),
  /** The person did something: idle times start again. */
  'session.touch': channel(nothing, SessionView, []),
} as const satisfies Record<string, Channel>;
