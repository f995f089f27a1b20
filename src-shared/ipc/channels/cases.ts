/** Breaking the glass, and the cases that follow. */
import { z } from 'zod';
import { CASE_KINDS, CaseClosure, CaseText } from '../../model/entities.ts';
import { CaseId, EmployeeId, Instant, StayId } from '../../model/ids.ts';
import { type Channel, channel, nothing } from '../channel.ts';
import { NOT_LOCKED } from '../errors.ts';
import { CaseView, GlassView, LogItem } from '../views.ts';

export const CASES_CHANNELS = {
  /** Asks for one stay to be opened in an emergency: confirmed by somebody on the spot, or without her after a delay. */
  'glass.ask': channel(
    z.strictObject({ stayId: StayId, reason: CaseText, confirmer: EmployeeId.nullable() }),
    GlassView,
    [
      ...NOT_LOCKED,
      'forbidden',
      'needs-unlock',
      'not-found',
      'sensitive-number',
      'cancelled',
      'prompt-unavailable',
      'log-unavailable',
      'disk-full',
    ],
  ),
  /** After the delay. */
  'glass.begin': channel(nothing, GlassView, [
    ...NOT_LOCKED,
    'forbidden',
    'needs-unlock',
    'not-found',
    'log-unavailable',
    'disk-full',
  ]),
  'glass.end': channel(nothing, GlassView, [...NOT_LOCKED, 'log-unavailable', 'disk-full']),

  /** For the security officer alone. */
  'case.count': channel(
    nothing,
    z.strictObject({
      open: z.int(),
      newest: z
        .strictObject({ id: CaseId, kind: z.enum(CASE_KINDS), openedAt: Instant, openedBy: z.string() })
        .nullable(),
    }),
    [...NOT_LOCKED, 'forbidden'],
  ),
  'case.list': channel(nothing, z.array(CaseView), [...NOT_LOCKED, 'forbidden', 'log-unavailable', 'disk-full']),
  'case.entries': channel(z.strictObject({ caseId: CaseId }), z.array(LogItem), [
    ...NOT_LOCKED,
    'forbidden',
    'not-found',
    'log-unavailable',
    'disk-full',
  ]),
  'case.close': channel(CaseClosure.extend({ caseId: CaseId }), CaseView, [
    ...NOT_LOCKED,
    'forbidden',
    'not-found',
    'sensitive-number',
    'log-unavailable',
    'disk-full',
  ]),
} as const satisfies Record<string, Channel>;
