/** The folio of a stay: what it owes line by line, and posting to it. A line counts here at once and waits for the server. */
import { ulid } from 'ulid';
import { findsSensitiveNumber } from '../../src-shared/documents/sensitive-number.ts';
import { actionsOf, type FolioAction, reasonAgainstPostings } from '../../src-shared/folio/posting-rules.ts';
import { taxed } from '../../src-shared/folio/taxes.ts';
import type { ChannelParsedInput } from '../../src-shared/ipc/contract.ts';
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { FolioLine, FolioView } from '../../src-shared/ipc/folio-views.ts';
import type { Stay } from '../../src-shared/model/entities.ts';
import { OperationId, PostingId, type StayId } from '../../src-shared/model/ids.ts';
import { balanceOf, type Posting } from '../../src-shared/model/posting.ts';
import type { StoredPosting } from '../store/postings.ts';
import { type Desk, mayDo, ok, type Presence, presence, record, refuse, refused } from './desk.ts';

type Typed<C extends 'folio.post' | 'folio.reverse' | 'folio.split' | 'folio.drop'> = ChannelParsedInput<C>;

/** What a stay owes, line by line. */
export function openFolio(desk: Desk, { stayId }: { readonly stayId: StayId }): IpcResult<FolioView> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'folio.read');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'stay.open', stayId });
  const stay = desk.cache.stays.get(stayId);
  return stay === null ? refuse('not-found') : ok(viewFolio(desk, who, stay));
}

/** Posts a charge with its tax, a payment, a deposit, a refund or a rebate. */
export function postToFolio(desk: Desk, typed: Typed<'folio.post'>): IpcResult<FolioView> {
  const begun = begin(desk, typed.stayId);
  if (!begun.ok) return begun;
  const { who, stay } = begun.value;
  const { kind, item, text, amountMinor, folio, reason } = typed;
  if (text !== null && findsSensitiveNumber(text)) return refuse('sensitive-number', { field: 'text' });
  const line = lineMaker(desk, who, stay);
  if (kind !== 'charge') {
    const sign = kind === 'refund' ? 1 : -1;
    return post(desk, who, stay, [line({ kind, item, text, amountMinor: sign * amountMinor, folio, reason })]);
  }
  const { businessDate, country } = who.property;
  const { netMinor, taxes } = taxed({ country, businessDate, kind, priceMinor: amountMinor });
  return post(desk, who, stay, [
    line({ kind, item, text, amountMinor: netMinor, folio, reason }),
    ...taxes.map((tax) => line({ kind: 'tax', ...tax, folio })),
  ]);
}

/** Takes a line back, and the tax that was posted with it. */
export function reverseLine(desk: Desk, { stayId, postingId, reason }: Typed<'folio.reverse'>): IpcResult<FolioView> {
  const begun = begin(desk, stayId);
  if (!begun.ok) return begun;
  const { who, stay } = begun.value;
  const held = countedOf(desk, stayId);
  const of = held.find(({ id }) => id === postingId);
  if (of === undefined) return refuse('not-found');
  const line = lineMaker(desk, who, stay);
  const back = postedWith(of, held).map(({ id, kind, item, amountMinor, folio }) =>
    line({ kind, item, amountMinor: -amountMinor, folio, reverses: id, reason }),
  );
  return post(desk, who, stay, back);
}

/** Moves what is owed from one window to another: two lines whose sum is nothing. */
export function splitFolio(desk: Desk, { stayId, from, to, amountMinor }: Typed<'folio.split'>): IpcResult<FolioView> {
  if (from === to) return refuse('invalid-input', { field: 'to' });
  const begun = begin(desk, stayId);
  if (!begun.ok) return begun;
  const { who, stay } = begun.value;
  const line = lineMaker(desk, who, stay);
  return post(desk, who, stay, [
    line({ kind: 'adjustment', item: 'split', amountMinor: -amountMinor, folio: from }),
    line({ kind: 'adjustment', item: 'split', amountMinor, folio: to }),
  ]);
}

/** Somebody has dealt with lines that came back. */
export function dropLines(desk: Desk, { stayId, operationId }: Typed<'folio.drop'>): IpcResult<FolioView> {
  const begun = begin(desk, stayId);
  if (!begun.ok) return begun;
  const { who, stay } = begun.value;
  const lines = desk.cache.postings.ofOperation(operationId);
  if (lines.length === 0 || lines.some((line) => line.stayId !== stayId || line.state !== 'refused'))
    return refuse('not-found');
  record(desk, who, { type: 'folio.post', outcome: 'allowed', reason: 'dropped', stayId, guestId: stay.guestId });
  desk.cache.dropPostings(operationId);
  desk.kickSync();
  return ok(viewFolio(desk, who, stay));
}

function begin(desk: Desk, stayId: StayId): IpcResult<{ readonly who: Presence; readonly stay: Stay }> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'folio.post');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'folio.post', stayId });
  const stay = desk.cache.stays.get(stayId);
  return stay === null ? refuse('not-found') : ok({ who, stay });
}

const EVENT_OF = {
  'folio.post': 'folio.post',
  'folio.post-room': 'folio.post',
  'folio.refund': 'folio.refund',
  'folio.adjust': 'folio.adjust',
} as const satisfies { readonly [A in FolioAction]: string };

/** Asks rules and policy, records it, then adds the lines here and queues them for the server. */
function post(desk: Desk, who: Presence, stay: Stay, postings: readonly Posting[]): IpcResult<FolioView> {
  const now = { stay, businessDate: who.property.businessDate, held: countedOf(desk, stay.id) };
  const rule = reasonAgainstPostings(postings, now);
  if (rule !== null) return refuse('house-rule', { rule });
  const about = { stayId: stay.id, guestId: stay.guestId };
  const actions = actionsOf(postings, now);
  for (const action of actions) {
    const decision = mayDo(who, action);
    if (!decision.allowed) return refused(desk, who, decision, { type: EVENT_OF[action], ...about });
  }
  const type = EVENT_OF[actions.at(-1) ?? 'folio.post'];
  record(desk, who, { type, outcome: 'allowed', count: postings.length, ...about });
  const at = desk.clock.now();
  desk.cache.postLocally({
    id: OperationId.parse(ulid(at)),
    kind: 'posting.add',
    employeeId: who.employee.id,
    at,
    postings: [...postings],
  });
  desk.kickSync();
  return ok(viewFolio(desk, who, stay));
}

type LineInput = Pick<Posting, 'kind' | 'item' | 'amountMinor' | 'folio'> &
  Partial<Pick<Posting, 'text' | 'reverses' | 'reason'>>;

/** Makes the lines of one operation: all have its time. */
function lineMaker(desk: Desk, who: Presence, stay: Stay): (line: LineInput) => Posting {
  const at = desk.clock.now();
  return (line) => ({
    id: PostingId.parse(ulid(at)),
    stayId: stay.id,
    guestId: stay.guestId,
    businessDate: who.property.businessDate,
    text: null,
    currency: stay.currency,
    reverses: null,
    reason: null,
    by: who.employee.id,
    at,
    ...line,
  });
}

/** Lines that count: all but those that came back. */
function countedOf(desk: Desk, stayId: StayId): StoredPosting[] {
  return desk.cache.postings.ofStay(stayId).filter(({ state }) => state !== 'refused');
}

/** A line and the tax that was posted with it. */
function postedWith(of: Posting, held: readonly Posting[]): readonly Posting[] {
  if (of.kind !== 'charge' && of.kind !== 'room') return [of];
  const back = new Set(held.map(({ reverses }) => reverses));
  const taxes = held.filter(
    ({ id, kind, at, by, folio, reverses }) =>
      kind === 'tax' && reverses === null && at === of.at && by === of.by && folio === of.folio && !back.has(id),
  );
  return [of, ...taxes];
}

function viewFolio(desk: Desk, who: Presence, stay: Stay): FolioView {
  const all = desk.cache.postings.ofStay(stay.id);
  const held = all.filter(({ state }) => state !== 'refused');
  const reversed = new Set(held.map(({ reverses }) => reverses));
  const mayReverse = (line: StoredPosting) => {
    if (line.reverses !== null || line.state === 'refused' || reversed.has(line.id)) return false;
    const back = { ...line, reverses: line.id, businessDate: who.property.businessDate };
    const now = { stay, businessDate: who.property.businessDate, held };
    return actionsOf([back], now).every((action) => mayDo(who, action).allowed);
  };
  let runningMinor = 0;
  const lines = all.map(({ stayId: _, guestId: __, operationId, refusedFor, ...line }): FolioLine => {
    if (line.state !== 'refused') runningMinor += line.amountMinor;
    return {
      ...line,
      by: desk.cache.employees.get(line.by)?.name ?? '–',
      runningMinor,
      isReversed: reversed.has(line.id),
      mayReverse: mayReverse({ ...line, stayId: stay.id, guestId: stay.guestId, operationId, refusedFor }),
      returned:
        line.state === 'refused' && operationId !== null ? { operationId, reason: refusedFor ?? 'invalid' } : null,
    };
  });
  const windows = [...new Set(held.map(({ folio }) => folio))].sort();
  const isCurrent = stay.status === 'in-house';
  const mayPost = mayDo(who, 'folio.post').allowed;
  const mayAdjust = mayDo(who, 'folio.adjust').allowed;
  const isOpen = isCurrent || (stay.status !== 'reserved' && mayAdjust && balanceOf(held) !== 0);
  return {
    stayId: stay.id,
    currency: stay.currency,
    businessDate: who.property.businessDate,
    lines,
    balanceMinor: balanceOf(held),
    windows: windows.map((folio) => ({ folio, balanceMinor: balanceOf(held.filter((line) => line.folio === folio)) })),
    may: {
      post: isOpen && mayPost,
      deposit: mayPost && (isOpen || stay.status === 'reserved'),
      refund: (isOpen || stay.status === 'reserved') && mayDo(who, 'folio.refund').allowed,
      adjust: isOpen && mayAdjust,
    },
    readAt: desk.clock.now(),
  };
}
