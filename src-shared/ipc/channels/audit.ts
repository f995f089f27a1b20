/** The night audit: what is open, and closing the day. */
import { z } from 'zod';
import { AUDIT_STEPS, Waiver } from '../../model/day-close.ts';
import { BusinessDate, StayId } from '../../model/ids.ts';
import { AuditView } from '../audit-views.ts';
import { type Channel, channel, nothing } from '../channel.ts';
import { NOT_LOCKED } from '../errors.ts';

const RECORDED = [...NOT_LOCKED, 'forbidden', 'not-found', 'log-unavailable', 'disk-full'] as const;

export const AUDIT_CHANNELS = {
  'audit.view': channel(nothing, AuditView, [...NOT_LOCKED, 'forbidden', 'log-unavailable', 'disk-full']),
  /** Who was expected and did not come. */
  'audit.noShow': channel(z.strictObject({ stayId: StayId }), z.null(), [...RECORDED, 'house-rule']),
  /** Closes the day that was in view. @see AuditView.steps: what is open is waived with a reason, or the day stays open */
  'audit.roll': channel(
    z.strictObject({ from: BusinessDate, waived: z.array(Waiver).max(AUDIT_STEPS.length) }),
    AuditView,
    [...RECORDED, 'house-rule', 'sensitive-number', 'invalid-input'],
  ),
} as const satisfies Record<string, Channel>;
