/** The line to the server and what waits for it. */
import { z } from 'zod';
import { type Channel, channel, nothing } from '../channel.ts';
import { NOT_LOCKED } from '../errors.ts';
import { RefusedBatchView, SyncView } from '../views.ts';

export const SYNC_CHANNELS = {
  'sync.view': channel(nothing, SyncView, []),
  'sync.now': channel(nothing, SyncView, NOT_LOCKED),
  'sync.refused': channel(nothing, z.array(RefusedBatchView), [...NOT_LOCKED, 'forbidden']),
} as const satisfies Record<string, Channel>;
