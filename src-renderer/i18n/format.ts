/** Dates and times in the language of the window. Business dates have no time zone. */
import type { TFunction } from 'i18next';
import type { IpcError } from '../../src-shared/ipc/errors.ts';
import type { Role } from '../../src-shared/model/entities.ts';
import type { Help, Refusal } from '../../src-shared/policy/index.ts';

type Language = string;

export function formatDay(date: string, language: Language, style: 'short' | 'long' = 'short'): string {
  const options: Intl.DateTimeFormatOptions =
    style === 'short'
      ? { month: 'numeric', day: 'numeric' }
      : { year: 'numeric', month: 'short', day: 'numeric', weekday: 'short' };
  return new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`));
}

export function formatTime(
  instant: number,
  language: Language,
  style: 'minute' | 'second' | 'day' | 'date' | 'calendar' = 'minute',
): string {
  if (style === 'calendar') return new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(instant);
  const options: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hour12: false };
  if (style === 'second') options.second = '2-digit';
  if (style === 'day') Object.assign(options, { month: 'numeric', day: 'numeric', second: '2-digit' });
  if (style === 'date') Object.assign(options, { month: 'numeric', day: 'numeric' });
  return new Intl.DateTimeFormat(language, options).format(instant);
}

/** A time of day within half a day from now, and its date where it is further off. */
function formatUntil(instant: number, language: Language): string {
  return formatTime(instant, language, instant - Date.now() < 12 * 3_600_000 ? 'minute' : 'date');
}

/** Minutes and seconds left, as on a clock. */
export function formatLeft(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export function formatMoney(minor: number, currency: string, language: Language): string {
  const format = new Intl.NumberFormat(language, { style: 'currency', currency });
  const { maximumFractionDigits = 2 } = format.resolvedOptions();
  return format.format(minor / 10 ** maximumFractionDigits);
}

export function nightsBetween(arrival: string, departure: string): number {
  return Math.round((Date.parse(departure) - Date.parse(arrival)) / 86_400_000);
}

function listRoles(t: TFunction, roles: readonly Role[], language: Language): string {
  return new Intl.ListFormat(language, { type: 'disjunction' }).format(roles.map((role) => t(`role.${role}`)));
}

/** Why the policy refused, and what would help. */
export function sayRefusal(
  t: TFunction,
  { reason, help }: Pick<Refusal, 'reason' | 'help'>,
  language: Language,
): string {
  const why = t(`refusal.${reason}`);
  return help.kind === 'nothing' ? why : t('refusal.joined', { why, help: sayHelp(t, help, language) });
}

function sayHelp(t: TFunction, help: Help, language: Language): string {
  if (help.kind === 'budget') {
    const day = formatTime(help.freesAt, language);
    return help.roles.length === 0
      ? t('help.budget-alone', { day })
      : t('help.budget', { day, who: listRoles(t, help.roles, language) });
  }
  return t(`help.${help.kind}`, {
    who: help.kind === 'another-role' ? listRoles(t, help.roles, language) : '',
    day: help.kind === 'another-day' ? formatDay(help.from, language) : '',
    version: help.kind === 'acknowledgement' ? help.version : '',
    hours: help.kind === 'shift' ? help.shifts.map(({ begins, ends }) => `${begins}–${ends}`).join(', ') : '',
  });
}

/** What went wrong, and what to do, in the person's language. */
export function sayError(t: TFunction, error: IpcError, language: Language): string {
  if (error.reason !== undefined && error.help !== undefined) {
    return sayRefusal(t, { reason: error.reason, help: error.help }, language);
  }
  if (error.rule !== undefined) return t(`change.rule.${error.rule}`);
  if (error.problem !== undefined) return t(`numberProblem.${error.problem}`);
  return t(`error.${error.code}`, {
    count: error.count ?? error.attemptsLeft ?? 0,
    place: error.place ?? '',
    time: error.retryAt === undefined ? '' : formatUntil(error.retryAt, language),
    field: error.field ?? '',
    incident: error.incident?.slice(0, 8) ?? '',
  });
}
