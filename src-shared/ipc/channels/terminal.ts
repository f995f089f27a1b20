/** This terminal itself, before and after it is a hotel’s: its state, enrolment, language and theme. */
import { z } from 'zod';
import { type Channel, channel, nothing } from '../channel.ts';
import { AppStatus } from '../views.ts';

export const TERMINAL_CHANNELS = {
  'app.status': channel(nothing, AppStatus, []),
  'app.retry': channel(nothing, AppStatus, []),
  /** Puts a corrupt or unopenable cache aside (never deletes it) and starts a new one from the server. */
  'app.rebuild': channel(nothing, AppStatus, ['not-ready']),
  'app.enrol': channel(z.strictObject({ code: z.string().min(4).max(64) }), AppStatus, [
    'wrong-enrolment-code',
    'server-unreachable',
    'server-refused',
    'not-ready',
  ]),

  'preferences.set': channel(
    z.strictObject({ locale: z.enum(['zh-CN', 'en']).optional(), theme: z.enum(['light', 'dark', 'auto']).optional() }),
    AppStatus,
    ['not-ready'],
  ),
} as const satisfies Record<string, Channel>;
