/** This terminal itself, before and after it is a hotel’s: its state, enrolment, language and theme. */
import { z } from 'zod';
import { type Channel, channel, nothing } from '../channel.ts';
import { AppStatus } from '../views.ts';

const Code = z.strictObject({ code: z.string().min(4).max(64) });
const ENROLMENT_ERRORS = ['wrong-enrolment-code', 'server-unreachable', 'server-refused', 'not-ready'] as const;

export const TERMINAL_CHANNELS = {
  'app.status': channel(nothing, AppStatus, []),
  'app.retry': channel(nothing, AppStatus, []),
  /** Puts a corrupt or unopenable cache aside (never deletes it) and starts a new one from the server. */
  'app.rebuild': channel(nothing, AppStatus, ['not-ready']),
  'app.enrol': channel(Code, AppStatus, ENROLMENT_ERRORS),
  /** Enrols a terminal anew whose keys are lost: what lies here is put aside (never deleted), once the server has taken the code. */
  'app.enrolAnew': channel(Code, AppStatus, ENROLMENT_ERRORS),

  'preferences.set': channel(
    z.strictObject({ locale: z.enum(['zh-CN', 'en']).optional(), theme: z.enum(['light', 'dark', 'auto']).optional() }),
    AppStatus,
    ['not-ready'],
  ),
} as const satisfies Record<string, Channel>;
