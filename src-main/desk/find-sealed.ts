/** Scan a document, find the guest: a sealed number is looked for by its blind index, and found guests are masks in a list. */
import { timingSafeEqual } from 'node:crypto';
import { decodeEntry } from '../../src-shared/audit/entry.ts';
import type { AccessEntry } from '../../src-shared/audit/event.ts';
import { readSought, type Sought } from '../../src-shared/documents/sought-number.ts';
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { SealedHit } from '../../src-shared/ipc/views.ts';
import type { GuestId } from '../../src-shared/model/ids.ts';
import { sealedClassOf } from '../../src-shared/model/registry.ts';
import { type Decision, decide } from '../../src-shared/policy/index.ts';
import type { Candidate } from '../store/sealed-marks.ts';
import {
  deriveIndexKeys,
  type IndexRange,
  rangeOfLastFour,
  rangeOfWhole,
  wipeIndexKeys,
} from '../vault/blind-index.ts';
import { epochOf, SealError } from '../vault/field-seal.ts';
import { type Desk, ok, type Presence, presence, record, refuse, refused } from './desk.ts';
import { toSearchHit } from './find-guest.ts';
import { newCaseId, openCase } from './open-case.ts';
import { openEnvelope } from './open-sealed.ts';
import { compact } from './same-number.ts';

const WITHIN_MS = 60 * 60_000;
/**
 * Searches within an hour, of one person in one field. Last fours can be gone through, all ten thousand, so every search counts. Whole
 * numbers cannot, and a guest who is new is not found: only what finds nobody counts, and a group at the desk does not end it. Without
 * the key that opens nobody can tell who was found, so that every search counts again.
 */
const LIMITS: { readonly [W in Way]: Limit } = {
  'last-four': { case: 12, most: 20, counts: () => true },
  whole: { case: 40, most: 60, counts: (found) => found === 0 },
  'whole-unopened': { case: 40, most: 60, counts: () => true },
};
interface Limit {
  /** The search of this number opens a case. */
  readonly case: number;
  /** So many may be. */
  readonly most: number;
  readonly counts: (found: number) => boolean;
}
type Way = Sought['by'] | 'whole-unopened';
/** Entries that are counted back at most. So many within an hour are no desk work, and nothing hides behind them. */
const COUNTED = 200;
/** Opened at most, the desk's own guests first. Last fours have some 120 among a million; those that half the country has, more. */
const CANDIDATES = 400;

const MATCHED = { documentNumber: 'document', cardNumber: 'card' } as const;

/**
 * Finds guests by the whole number of a document or card, or by its last four. What was typed is neither kept nor recorded. Where the
 * class key is in memory, candidates are opened and only true ones shown; with the search key alone they are possible ones. An entry
 * with class and count is on the disk before the answer.
 * @throws LogUnavailable when it cannot be written; nothing is answered then
 */
export function findSealed(
  desk: Desk,
  input: { readonly number: string; readonly limit: number },
): IpcResult<SealedHit[]> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const read = readSought(input.number);
  // Neither a name nor a slip of the finger is a try.
  if (!read.ok) return refuse('number-does-not-fit', { problem: read.problem });
  const asked = read.value.sought.map((sought) => ({ sought, decision: decideOn(who, sought) }));
  const allowed = asked.flatMap(({ sought, decision }) => (decision.allowed ? [sought] : []));
  if (allowed.length === 0) return refuseOne(desk, who, asked);
  const counted = allowed.map((sought) => ({ sought, before: lately(desk, who, sought) }));
  for (const { sought, before } of counted) {
    const retryAt = whenAgain(desk, sought, before);
    if (retryAt === null) continue;
    record(desk, who, { ...eventOf(sought), outcome: 'refused', reason: 'too-many-attempts' });
    return refuse('too-many-attempts', { retryAt });
  }

  const found = counted.map(({ sought, before }) => ({ sought, before, hits: lookUp(desk, who, sought, input.limit) }));
  for (const { sought, before, hits } of found) account(desk, who, { sought, before, count: hits.length });
  return ok(found.flatMap(({ hits }) => hits).slice(0, input.limit));
}

function decideOn(who: Presence, { field }: Sought): Decision {
  return decide(who.actor, 'field.find', { class: sealedClassOf(field), stay: null }, who.context);
}

/** Of several refusals the one that the person can mend at once. */
function refuseOne(
  desk: Desk,
  who: Presence,
  asked: readonly { readonly sought: Sought; readonly decision: Decision }[],
): IpcResult<never> {
  const refusals = asked.flatMap(({ sought, decision }) => (decision.allowed ? [] : [{ sought, decision }]));
  const [first] = refusals;
  const told = refusals.find(({ decision }) => decision.reason === 'needs-unlock') ?? first;
  return told === undefined ? refuse('not-found') : refused(desk, who, told.decision, eventOf(told.sought));
}

function eventOf({ field }: Sought) {
  return { type: 'field.find' as const, field, class: sealedClassOf(field) };
}

/** The entry of a search; so many that somebody must ask why are a case, and all that follow belong to it until the officer has closed it. */
function account(
  desk: Desk,
  who: Presence,
  { sought, before, count }: { readonly sought: Sought; readonly before: Lately; readonly count: number },
): void {
  const way = wayOf(desk, sought);
  const event = { ...eventOf(sought), outcome: 'allowed' as const, reason: way, count };
  const counted = before.alike.length + (LIMITS[way].counts(count) ? 1 : 0);
  if (counted < LIMITS[way].case && before.all.length + 1 < COUNTED) {
    record(desk, who, event);
    return;
  }
  const open = desk.cache.cases.openCaseOf('searches', who.employee.id, event.class);
  const caseId = open ?? newCaseId(desk.clock.now());
  const { seq } = record(desk, who, { ...event, caseId });
  if (open === null) openCase(desk, who, { id: caseId, kind: 'searches', class: event.class, entry: seq });
}

/** How it is looked for, as the access log names it. */
function wayOf(desk: Desk, { field, by }: Sought): Way {
  return by === 'whole' && !desk.session.unlockedClasses.includes(sealedClassOf(field)) ? 'whole-unopened' : by;
}

/** When the person may search so again; null for now. Counted from the access log, which outlasts a restart. */
function whenAgain(desk: Desk, sought: Sought, { alike, all }: Lately): number | null {
  const decisive = alike[LIMITS[wayOf(desk, sought)].most - 1] ?? all[COUNTED - 1];
  return decisive === undefined ? null : decisive.at + WITHIN_MS;
}

interface Lately {
  /** Those that count with this one. */
  readonly alike: readonly AccessEntry[];
  readonly all: readonly AccessEntry[];
}

/** Her searches of the last hour, the newest first. */
function lately(desk: Desk, who: Presence, sought: Sought): Lately {
  const since = desk.clock.now() - WITHIN_MS;
  const way = wayOf(desk, sought);
  const all = desk.log
    .list({ employeeId: who.employee.id, types: ['field.find'], outcomes: ['allowed'], limit: COUNTED })
    .flatMap((recorded) => decodeEntry(recorded.encoded) ?? [])
    .filter(({ at }) => at > since);
  const isAlike = ({ event }: AccessEntry) =>
    event.field === sought.field && event.reason === way && LIMITS[way].counts(event.count ?? 0);
  return { alike: all.filter(isAlike), all };
}

/** The search itself, for who may: neither counted nor recorded. */
export function lookUp(
  desk: Pick<Desk, 'cache' | 'seeds' | 'session'>,
  who: Pick<Presence, 'property'>,
  sought: Sought,
  limit: number,
): SealedHit[] {
  const sure: GuestId[] = [];
  const possible: GuestId[] = [];
  for (const range of rangesOf(desk, sought)) {
    for (const candidate of desk.cache.sealedMarks.candidates(sought.field, range, CANDIDATES)) {
      // The desk's own came first: who is left would not be shown, and is not opened.
      if (sure.length >= limit) break;
      const verdict = judge(desk, who, candidate, sought);
      if (verdict === 'sure') sure.push(candidate.guestId);
      else if (verdict === 'possible') possible.push(candidate.guestId);
    }
  }
  const show = (ids: readonly GuestId[], certainty: SealedHit['certainty']) =>
    desk.cache
      .showGuests(ids, MATCHED[sought.field], limit)
      .map((hit): SealedHit => ({ ...toSearchHit(hit), certainty }));
  return [...show(sure, 'sure'), ...show(possible, 'possible')].slice(0, limit);
}

/** Where the number is indexed, in every epoch whose search key is in memory. */
function rangesOf(desk: Pick<Desk, 'session'>, { field, by, number }: Sought): IndexRange[] {
  return desk.session.searchKeys(sealedClassOf(field)).map((searchKey) => {
    const keys = deriveIndexKeys(searchKey);
    try {
      return by === 'whole' ? rangeOfWhole(keys, field, number) : rangeOfLastFour(keys, field, number);
    } finally {
      wipeIndexKeys(keys);
    }
  });
}

/** Whether a candidate is who is sought. The value is opened and compared in here, and goes nowhere. */
function judge(
  desk: Pick<Desk, 'seeds' | 'session'>,
  who: Pick<Presence, 'property'>,
  { guestId, sealed }: Candidate,
  { field, by, number }: Sought,
): 'sure' | 'possible' | 'no' {
  try {
    const unopened = desk.session.classKey(sealedClassOf(field), epochOf(sealed)) === null;
    if (unopened) return isThere(desk, guestId) ? 'possible' : 'no';
    const kept = compact(openEnvelope(desk, who, guestId, { field, sealed }));
    const compared = by === 'whole' ? kept : kept.subarray(-LAST_FOUR);
    const wanted = Buffer.from(number, 'utf8');
    const same = compared.length === wanted.length && timingSafeEqual(compared, wanted);
    for (const bytes of [kept, compared, wanted]) bytes.fill(0);
    return same ? 'sure' : 'no';
  } catch (error) {
    // What does not open is nobody's number: revealing it says so, and a list cannot.
    if (error instanceof SealError) return 'no';
    throw error;
  }
}

/** Whoever has no seed was erased, though an old copy of the cache have the row. */
function isThere(desk: Pick<Desk, 'seeds'>, id: GuestId): boolean {
  const seed = desk.seeds.get(id);
  seed?.fill(0);
  return seed !== null;
}

const LAST_FOUR = 4;
