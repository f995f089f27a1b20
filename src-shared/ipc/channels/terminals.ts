/** The hotel's terminals: who is there, codes for new ones, shutting out and wiping. */
import { z } from 'zod';
import { DeviceId } from '../../model/ids.ts';
import { type Channel, channel, nothing } from '../channel.ts';
import { NOT_LOCKED } from '../errors.ts';
import { EnrolmentCodeView, TerminalsView } from '../terminal-views.ts';

const ASKING_ERRORS = [
  ...NOT_LOCKED,
  'forbidden',
  'server-unreachable',
  'server-refused',
  'log-unavailable',
  'disk-full',
] as const;

export const TERMINALS_CHANNELS = {
  'terminals.view': channel(nothing, TerminalsView, ASKING_ERRORS),
  'terminals.code': channel(nothing, EnrolmentCodeView, ASKING_ERRORS),
  'terminals.shutOut': channel(z.strictObject({ terminalId: DeviceId, how: z.enum(['revoke', 'wipe']) }), z.null(), [
    ...NOT_LOCKED,
    'forbidden',
    'needs-unlock',
    'not-found',
    'log-unavailable',
    'disk-full',
  ]),
} as const satisfies Record<string, Channel>;
