/** What must hold of a folio whoever posts to it: asked on the terminal for good manners, on the server for real. */
import type { Property, Stay } from '../model/entities.ts';
import { balanceOf, type Posting, type PostingKind } from '../model/posting.ts';

export const FOLIO_RULES = [
  'folio-closed',
  'not-business-date',
  'other-currency',
  'wrong-sign',
  'unknown-posting',
  'reversed-already',
  'reversal-differs',
  'reason-missing',
] as const;
export type FolioRule = (typeof FOLIO_RULES)[number];

/** Actions of the policy that a posting may ask for beyond the right to post at all. */
export type FolioAction = 'folio.post' | 'folio.post-room' | 'folio.refund' | 'folio.adjust';

export interface FolioNow {
  readonly stay: Stay;
  /** The day that is open. */
  readonly businessDate: Property['businessDate'];
  /** Every line of the stay so far. */
  readonly held: readonly Posting[];
}

/** Which way a line counts: 1 the guest owes more, -1 less, 0 either. */
const SIGN: { readonly [K in PostingKind]: 1 | -1 | 0 } = {
  room: 1,
  tax: 1,
  charge: 1,
  payment: -1,
  deposit: -1,
  refund: 1,
  adjustment: 0,
};

/** Money that changed hands: what is typed wrong there is not put right without a second pair of eyes. */
const MONEY: readonly PostingKind[] = ['payment', 'deposit', 'refund'];

/**
 * What forbids that these lines are added together, all or none.
 * @param postings lines of one stay, each with an id that no line has
 * @returns null when nothing does
 */
export function reasonAgainstPostings(postings: readonly Posting[], now: FolioNow): FolioRule | null {
  const lines = [...now.held];
  if (postings.some((posting) => isClosedTo(posting, now))) return 'folio-closed';
  for (const posting of postings) {
    const reason = reasonAgainst(posting, now, lines);
    if (reason !== null) return reason;
    lines.push(posting);
  }
  return null;
}

/** Before the arrival a deposit is all there is; after the departure what is still owed, or to be given back. */
function isClosedTo({ kind }: Posting, { stay, held }: FolioNow): boolean {
  if (stay.status === 'in-house') return false;
  if (stay.status === 'reserved') return kind !== 'deposit' && kind !== 'refund';
  return balanceOf(held) === 0;
}

function reasonAgainst(
  posting: Posting,
  { stay, businessDate }: FolioNow,
  lines: readonly Posting[],
): FolioRule | null {
  const { kind, item, amountMinor, currency, reverses, reason } = posting;
  if (posting.businessDate !== businessDate) return 'not-business-date';
  if (currency !== stay.currency) return 'other-currency';
  if (reverses !== null) return reasonAgainstReversal(posting, lines);
  if (SIGN[kind] !== 0 && Math.sign(amountMinor) !== SIGN[kind]) return 'wrong-sign';
  // A split moves what is owed from one window to another, and needs no reason.
  const asksWhy = kind === 'refund' || (kind === 'adjustment' && item !== 'split') || item === 'city-ledger';
  return asksWhy && reason === null ? 'reason-missing' : null;
}

function reasonAgainstReversal(posting: Posting, lines: readonly Posting[]): FolioRule | null {
  const { reverses, kind, item, folio, amountMinor, reason } = posting;
  const reversed = lines.find(({ id }) => id === reverses);
  // A reversal is not reversed: what it took back is posted anew.
  if (reversed === undefined || reversed.reverses !== null) return 'unknown-posting';
  if (lines.some((line) => line.reverses === reverses)) return 'reversed-already';
  const isOpposite = reversed.amountMinor === -amountMinor;
  if (!isOpposite || reversed.kind !== kind || reversed.item !== item || reversed.folio !== folio)
    return 'reversal-differs';
  return reason === null ? 'reason-missing' : null;
}

/** What somebody must be allowed to do to add these lines, each once. */
export function actionsOf(postings: readonly Posting[], now: FolioNow): readonly FolioAction[] {
  const isOver = now.stay.status !== 'in-house' && now.stay.status !== 'reserved';
  const splitEven = balanceOf(postings.filter(({ item }) => item === 'split')) === 0;
  const charged = postings.some(({ kind, reverses }) => kind === 'charge' && reverses === null);
  const chargeBack = postings.some(({ kind, reverses }) => kind === 'charge' && reverses !== null);
  const actions = postings.flatMap((posting): FolioAction[] => {
    const { kind, item, reverses } = posting;
    if (reverses !== null) {
      if (MONEY.includes(kind)) return ['folio.refund'];
      const day = now.held.find(({ id }) => id === reverses)?.businessDate;
      // A slip of today is put right by whoever works there; other days were closed, and their figures are known.
      const isOfDesk = kind === 'charge' || (kind === 'tax' && chargeBack);
      return day === now.businessDate && isOfDesk ? ['folio.post'] : ['folio.adjust'];
    }
    if (kind === 'refund') return ['folio.refund'];
    if (kind === 'adjustment') return item === 'split' && splitEven ? ['folio.post'] : ['folio.adjust'];
    if (kind === 'room' || (kind === 'tax' && !charged)) return ['folio.post-room'];
    return ['folio.post'];
  });
  return [...new Set<FolioAction>(isOver ? [...actions, 'folio.adjust'] : actions)];
}
