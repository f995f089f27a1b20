/** Founding a hotel on this terminal (desk/founding.ts). The code is the server operator's and good once. */
import { z } from 'zod';
import { Property } from '../../model/entities.ts';
import { type Channel, channel, nothing } from '../channel.ts';
import { AppStatus, FoundingView } from '../views.ts';
import { NewPersonInput } from './staff.ts';

export const FOUNDING_CHANNELS = {
  'founding.view': channel(nothing, FoundingView, []),
  'founding.begin': channel(z.strictObject({ code: z.string().trim().min(4).max(64) }), FoundingView, [
    'wrong-founding-code',
    'server-unreachable',
    'server-refused',
    'not-ready',
  ]),
  'founding.hotel': channel(Property.omit({ id: true, policyVersion: true }), FoundingView, ['not-ready']),
  'founding.enrol': channel(NewPersonInput.extend({ as: z.enum(['officer', 'holder']) }), FoundingView, [
    'not-ready',
    'staff-number-taken',
    'cancelled',
    'prompt-unavailable',
  ]),
  'founding.handOut': channel(nothing, FoundingView, ['not-ready', 'cancelled', 'prompt-unavailable']),
  'founding.send': channel(nothing, AppStatus, [
    'wrong-founding-code',
    'server-unreachable',
    'server-refused',
    'not-ready',
  ]),
  'founding.drop': channel(nothing, FoundingView, []),
} as const satisfies Record<string, Channel>;
