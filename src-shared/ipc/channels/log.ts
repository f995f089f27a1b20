/** The access log, read and verified. */
import { z } from 'zod';
import { type Channel, channel, nothing } from '../channel.ts';
import { NOT_LOCKED } from '../errors.ts';
import { LogItem, LogVerdict } from '../views.ts';

export const LOG_CHANNELS = {
  'log.list': channel(
    z.strictObject({
      before: z.int().min(1).optional(),
      limit: z.int().min(1).max(200),
      type: z.enum(['all', 'reveals', 'sessions', 'refusals']).default('all'),
    }),
    z.strictObject({ items: z.array(LogItem), scope: z.enum(['all', 'own']), total: z.int() }),
    [...NOT_LOCKED, 'forbidden', 'log-unavailable'],
  ),
  'log.verify': channel(nothing, LogVerdict, [...NOT_LOCKED, 'forbidden', 'log-unavailable']),
} as const satisfies Record<string, Channel>;
