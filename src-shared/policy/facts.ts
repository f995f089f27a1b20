/** What a decision is made from, read out of the rows: the same on the terminal and on the server. */
import type { Property } from '../model/entities.ts';
import type { Actor, Context } from './decide.ts';

/** Classes whose keys are in memory; none on the server, which has no keys. */
type Held = Pick<Actor, 'unlocked' | 'searchable'>;

/** @param held nothing unless somebody is unlocked here */
export function actorOf(
  employee: Omit<Actor, keyof Held>,
  { unlocked, searchable }: Held = { unlocked: [], searchable: [] },
): Actor {
  const { role, active, propertyId, shifts, trainedUntil, policyAcknowledged } = employee;
  return { role, active, propertyId, shifts, trainedUntil, policyAcknowledged, unlocked, searchable };
}

/** The context of something that happens in a hotel at an instant. @param at milliseconds since the epoch */
export function contextAt(
  property: Pick<Property, 'id' | 'businessDate' | 'policyVersion' | 'timeZone'>,
  at: number,
): Context {
  const { id, businessDate, policyVersion, timeZone } = property;
  return { propertyId: id, businessDate, policyVersion, local: localTime(at, timeZone) };
}

/** Date and minute of the day as a clock on the wall shows them; null for what no calendar or time zone has. */
function localTime(at: number, timeZone: string): Context['local'] {
  try {
    const parts = formatterOf(timeZone).formatToParts(at);
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
    const date = `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
    return { date, minute: Number(part('hour')) * 60 + Number(part('minute')) };
  } catch {
    // RangeError: an instant past the calendar, or a zone that this system does not know.
    return null;
  }
}

/** Making one takes longer than all the rest of a decision, so each is made once: there are some hundred zones, and no state in it. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** @throws RangeError for a zone that this system does not know */
function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en', {
    timeZone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  formatters.set(timeZone, made);
  return made;
}
