/** The night audit: what is open, what the night posts, and closing the day. It needs no line: the server does the same when it hears of it. */
import { createHash } from 'node:crypto';
import { ulid } from 'ulid';
import { findsSensitiveNumber } from '../../src-shared/documents/sensitive-number.ts';
import { dayAfter, nightPostings, sumDay, trialBalance } from '../../src-shared/folio/night.ts';
import type { AuditView } from '../../src-shared/ipc/audit-views.ts';
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import { type AuditStep, BLOCKING_STEPS, type DayClose, type Waiver } from '../../src-shared/model/day-close.ts';
import { type BusinessDate, OperationId, type StayId } from '../../src-shared/model/ids.ts';
import { balanceOf, type Posting } from '../../src-shared/model/posting.ts';
import type { StayListRow } from '../store/stays.ts';
import { change, ruleAgainst } from './change-record.ts';
import { type Desk, mayDo, ok, type Presence, presence, record, refuse, refused } from './desk.ts';
import { maskContacts } from './mask-guest.ts';

/** Stays that a step of the list names; more are counted. */
const NAMED = 50;
const sha256 = (text: string) => createHash('sha256').update(text).digest();

/** What is open before the day can be closed, what the night will post, and what the day comes to. */
export function viewAudit(desk: Desk): IpcResult<AuditView> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'audit.roll');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'audit.roll' });
  return ok(toView(desk, who));
}

/** Says that somebody who was expected did not come. */
export function markNoShow(desk: Desk, { stayId }: { readonly stayId: StayId }): IpcResult<null> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'stay.no-show');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'stay.no-show', stayId });
  const stay = desk.cache.stays.get(stayId);
  if (stay === null) return refuse('not-found');
  const rule = ruleAgainst(desk, who, stay, { ...stay, status: 'no-show' });
  return rule ?? change(desk, who, { kind: 'stay.noShow', stayId }, stay);
}

/**
 * Closes the day that was in view: room and tax are posted, the next day is open here at once, and all of it is queued in its order.
 * @returns `house-rule` when that day is not open any more, `invalid-input` with the step that is open and was not waived
 */
export function rollDay(
  desk: Desk,
  { from, waived }: { readonly from: BusinessDate; readonly waived: readonly Waiver[] },
): IpcResult<AuditView> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'audit.roll');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'audit.roll' });
  if (who.property.businessDate !== from) return refuse('house-rule', { rule: 'not-business-date' });
  if (waived.some(({ reason }) => findsSensitiveNumber(reason))) return refuse('sensitive-number', { field: 'reason' });
  const open = stepsOf(desk, who).filter(({ count }) => count > 0);
  const unanswered = open.find(({ step }) => !waived.some((one) => one.step === step));
  if (unanswered !== undefined) return refuse('invalid-input', { field: unanswered.step });
  const night = nightOf(desk, who);
  const due = night.flatMap(({ postings, isPosted }) => (isPosted ? [] : postings));
  for (const { step } of waived) record(desk, who, { type: 'audit.waive', outcome: 'allowed', reason: step });
  const rooms = due.filter(({ kind }) => kind === 'room').length;
  record(desk, who, { type: 'audit.roll', outcome: 'allowed', count: rooms });
  const at = desk.clock.now();
  const close: DayClose = {
    id: from,
    by: who.employee.id,
    at,
    waived: [...waived],
    rooms: night.filter(({ postings }) => postings.length > 0).length,
    noShows: desk.cache.stays.noShows(from),
    balances: balancesWith(desk, from, due),
  };
  desk.cache.rollLocally(
    {
      id: OperationId.parse(ulid(at)),
      kind: 'businessDate.roll',
      employeeId: who.employee.id,
      at,
      from,
      to: dayAfter(from),
      waived: [...waived],
    },
    due,
    close,
  );
  desk.kickSync();
  const after = presence(desk);
  return after === null ? refuse('locked') : ok(toView(desk, after));
}

interface Night {
  readonly row: StayListRow;
  readonly postings: readonly Posting[];
  readonly isPosted: boolean;
}

/** What the night posts for everybody in house. */
function nightOf(desk: Desk, who: Presence): Night[] {
  const { property, employee } = who;
  const at = desk.clock.now();
  return desk.cache.stays.inHouse().flatMap((row) => {
    const stay = desk.cache.stays.get(row.stayId);
    if (stay === null) return [];
    const postings = nightPostings(stay, { sha256, property, by: employee.id, at });
    const isPosted = postings.some(({ id }) => {
      const there = desk.cache.postings.get(id);
      return there !== null && there.state !== 'refused';
    });
    return [{ row, postings, isPosted }];
  });
}

interface Step {
  readonly step: AuditStep;
  readonly count: number;
  readonly rows: readonly StayListRow[];
}

/** What is looked at before a day is closed, in the order in which it is done. */
function stepsOf(desk: Desk, who: Presence): Step[] {
  const { cache } = desk;
  const { businessDate } = who.property;
  const inHouse = cache.stays.inHouse();
  const about = (step: AuditStep, rows: readonly StayListRow[]): Step => ({ step, count: rows.length, rows });
  const { local } = who.context;
  // The day after the one on the calendar is the last that can be opened.
  const isAhead = local === null || businessDate > local.date;
  return [
    { step: 'calendar', count: isAhead ? 1 : 0, rows: [] },
    about(
      'rooms',
      inHouse.filter(({ roomId }) => roomId === null),
    ),
    about(
      'rates',
      inHouse.filter(({ stayId }) => cache.stays.get(stayId)?.rateMinor === 0),
    ),
    about('arrivals', cache.stays.arrivalsUpTo(businessDate)),
    about('departures', cache.stays.departures(businessDate)),
    { step: 'returned', count: cache.outbox.count('refused'), rows: [] },
    { step: 'conflicts', count: cache.conflicts.open().length, rows: [] },
  ];
}

/** Yesterday + debits − credits = today, with lines that are not posted yet. */
function balancesWith(desk: Desk, day: BusinessDate, due: readonly Posting[]): DayClose['balances'] {
  const { postings, dayCloses } = desk.cache;
  const opening = dayCloses.latestBefore(day)?.balances ?? postings.owedBefore(day);
  const sums = [...Map.groupBy([...postings.sumsOn(day), ...sumDay(due)], ({ currency }) => currency)];
  return trialBalance(
    opening,
    sums.map(([currency, parts]) => ({
      currency,
      debitsMinor: parts.reduce((sum, { debitsMinor }) => sum + debitsMinor, 0),
      creditsMinor: parts.reduce((sum, { creditsMinor }) => sum + creditsMinor, 0),
    })),
  );
}

function toView(desk: Desk, who: Presence): AuditView {
  const { businessDate } = who.property;
  const night = nightOf(desk, who);
  const last = desk.cache.dayCloses.latestBefore(businessDate);
  const toStay = (row: StayListRow) => ({
    stayId: row.stayId,
    room: row.roomNumber,
    guest: maskContacts(row).name,
    reservationNumber: row.reservationNumber,
    departure: row.departure,
  });
  return {
    businessDate,
    next: dayAfter(businessDate),
    steps: stepsOf(desk, who).map(({ step, count, rows }) => ({
      step,
      isBlocking: BLOCKING_STEPS.some((name) => name === step),
      count,
      stays: rows.slice(0, NAMED).map(toStay),
    })),
    night: night.flatMap(({ row, postings, isPosted }) => {
      const [first] = postings;
      if (first === undefined) return [];
      const { stayId, room, guest } = toStay(row);
      return [
        {
          stayId,
          room,
          guest,
          roomMinor: balanceOf(postings.filter(({ kind }) => kind === 'room')),
          taxMinor: balanceOf(postings.filter(({ kind }) => kind === 'tax')),
          currency: first.currency,
          isPosted,
        },
      ];
    }),
    balances: balancesWith(
      desk,
      businessDate,
      night.flatMap(({ postings, isPosted }) => (isPosted ? [] : postings)),
    ),
    may: { roll: true, noShow: mayDo(who, 'stay.no-show').allowed },
    waiting: desk.cache.outbox.count('queued'),
    last: last === null ? null : { ...last, by: desk.cache.employees.get(last.by)?.name ?? '–' },
  };
}
