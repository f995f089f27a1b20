/** What an access-log entry says happened, in words. */
import type { TFunction } from 'i18next';
import type { LogItem } from '../../src-shared/ipc/views.ts';
import type { RefusalReason } from '../../src-shared/policy/index.ts';
import { sayField } from './say-field.ts';

export function describeEvent(t: TFunction, entry: Pick<LogItem, 'type' | 'field' | 'count'>): string {
  return t(`log.event.${entry.type}`, {
    count: entry.count ?? 0,
    field: entry.field === null ? '' : sayField(t, entry.field),
  });
}

/** Why an entry ended as it did, in words; null where there is no cause or it has no words. */
export function sayReason(t: TFunction, reason: LogItem['reason']): string | null {
  const known = Object.keys(REASONS).find((name): name is keyof typeof REASONS => name === reason);
  return known === undefined ? null : t(REASONS[known]);
}

/**
 * A comparison is two entries, its beginning before anything is decrypted and its end. Where what happened is told in short, its
 * beginning is left out when the end is there.
 * @param entries newest first
 */
export function withoutBeginnings<E extends Pick<LogItem, 'type' | 'reason' | 'outcome'>>(entries: readonly E[]): E[] {
  return entries.filter((entry, index) => {
    const newer = entries[index - 1];
    const begins = entry.type === 'field.compare' && entry.outcome === 'allowed' && entry.reason === null;
    return !(begins && newer?.type === 'field.compare' && (newer.reason === 'match' || newer.reason === 'no-match'));
  });
}

/** Causes that have words; the rest is for the security officer's export. */
const REASONS = {
  restored: 'log.reason.restored',
  'went-back': 'log.reason.went-back',
  rewritten: 'log.reason.rewritten',
  'other-key': 'log.reason.other-key',
  forked: 'log.reason.forked',
  'not-taken': 'log.reason.not-taken',
  'fits-again': 'log.reason.fits-again',
  'server-not-proved': 'log.reason.server-not-proved',
  'wrong-password': 'log.reason.wrong-password',
  'signed-out': 'log.reason.signed-out',
  'wrong-code': 'log.reason.wrong-code',
  'code-used': 'log.reason.code-used',
  'wrong-code-online': 'log.reason.wrong-code-online',
  'code-used-online': 'log.reason.code-used-online',
  'code-offline': 'log.reason.code-offline',
  'recovery-code': 'log.reason.recovery-code',
  'wrong-recovery-code': 'log.reason.wrong-recovery-code',
  'recovery-code-used': 'log.reason.recovery-code-used',
  'recovery-needs-line': 'log.reason.recovery-needs-line',
  'lease-none': 'log.reason.lease-none',
  'lease-expired': 'log.reason.lease-expired',
  'lease-used-up': 'log.reason.lease-used-up',
  'lease-not-kept': 'log.reason.lease-not-kept',
  'clock-set-back': 'log.reason.clock-set-back',
  'no-second-factor': 'log.reason.no-second-factor',
  'server-refused': 'log.reason.server-refused',
  'wrong-key': 'log.reason.wrong-key',
  'key-refused': 'log.reason.key-refused',
  'security-key': 'log.reason.security-key',
  'too-many-attempts': 'log.reason.too-many-attempts',
  role: 'log.reason.role',
  'needs-unlock': 'log.reason.needs-unlock',
  'not-granted': 'log.reason.not-granted',
  'grant-pending': 'log.reason.grant-pending',
  'stay-not-current': 'log.reason.stay-not-current',
  inactive: 'log.reason.inactive',
  'other-property': 'log.reason.other-property',
  'training-expired': 'log.reason.training-expired',
  'off-shift': 'log.reason.off-shift',
  'policy-not-acknowledged': 'log.reason.policy-not-acknowledged',
  'purpose-missing': 'log.reason.purpose-missing',
  purpose: 'log.reason.purpose',
  budget: 'log.reason.budget',
  'glass-whole': 'log.reason.glass-whole',
  'second-person': 'log.reason.second-person',
  delay: 'log.reason.delay',
  'time-up': 'log.reason.time-up',
  locked: 'log.reason.locked',
  cancelled: 'log.reason.cancelled',
  'asked-anew': 'log.reason.asked-anew',
  justified: 'log.reason.justified',
  mistake: 'log.reason.mistake',
  misuse: 'log.reason.misuse',
  'break-glass': 'cases.kind.break-glass',
  duress: 'cases.kind.duress',
  searches: 'cases.kind.searches',
  'factor-reset': 'cases.kind.factor-reset',
  match: 'log.reason.match',
  'no-match': 'log.reason.no-match',
  guest: 'arrival.cancelReason.guest',
  channel: 'arrival.cancelReason.channel',
  duplicate: 'arrival.cancelReason.duplicate',
  'no-guarantee': 'arrival.cancelReason.no-guarantee',
  hotel: 'arrival.cancelReason.hotel',
  'by-mistake': 'arrival.cancelReason.by-mistake',
  undone: 'arrival.reinstate',
  reservation: 'newStay.button.reservation',
  'walk-in': 'newStay.button.walk-in',
  'minor-musts': 'log.reason.minor-musts',
  'check-digit-as-printed': 'log.reason.check-digit-as-printed',
  'check-digit-damaged': 'log.reason.check-digit-damaged',
  'check-digit-reader-fault': 'log.reason.check-digit-reader-fault',
  idle: 'log.reason.idle',
  suspend: 'log.reason.suspend',
  'screen-lock': 'log.reason.screen-lock',
  switched: 'log.reason.switched',
  'slot-outdated': 'log.reason.slot-outdated',
  'keys-lost': 'log.reason.keys-lost',
  'enrolled-before': 'log.reason.enrolled-before',
  slots: 'log.reason.slots',
  cache: 'log.reason.cache',
  'cache-missing': 'log.reason.cache-missing',
  hidden: 'log.reason.hidden',
  'by-hand': 'log.reason.by-hand',
  'too-long': 'log.reason.too-long',
} as const satisfies Record<string, string> & Record<RefusalReason, string>;
