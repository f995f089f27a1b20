/** Side by side without a look: what the guest shows against what is on file, answered with match or no match and nothing else. */

import { decodeEntry } from '../../src-shared/audit/entry.ts';
import { numberForm } from '../../src-shared/documents/number-form.ts';
import { readShownNumber, type ShownKind } from '../../src-shared/documents/shown-number.ts';
import type { ChannelOutput } from '../../src-shared/ipc/contract.ts';
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { Guest } from '../../src-shared/model/entities.ts';
import type { StayId } from '../../src-shared/model/ids.ts';
import type { ComparableField } from '../../src-shared/model/registry.ts';
import { isWithheld } from '../../src-shared/model/sealed-field.ts';
import { COMPARE_PURPOSE, decide } from '../../src-shared/policy/index.ts';
import { SealError } from '../vault/field-seal.ts';
import { type Desk, ok, presence, record, refuse, refused } from './desk.ts';
import { actorBefore, openSealed, sealedSubject } from './open-sealed.ts';
import { compact, isSame } from './same-number.ts';

/** A guest may be mistaken for another once or twice; who goes on trying is guessing. */
const WRONG_TRIES = 5;
const WITHIN_MS = 60 * 60_000;
/** Entries that are counted back at most: more comparisons of one guest in an hour are no desk work. */
const COUNTED = 200;

/**
 * Compares a whole number with the one on file. The entry is on the disk before anything is decrypted, and it counts as a wrong try
 * until a second entry says that it matched: neither a crash nor a restart in between is a free guess.
 * @throws LogUnavailable when an entry cannot be written; nothing is decrypted, or nothing answered
 */
export function compareShown(
  desk: Desk,
  input: { readonly stayId: StayId; readonly field: ComparableField; readonly shown: string },
): IpcResult<ChannelOutput<'stay.compare'>> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const subject = sealedSubject(desk, input.stayId, input.field);
  if (subject === null) return refuse('not-found');
  const { guest, resource } = subject;
  const event = { type: 'field.compare' as const, ...subject.entry, purpose: COMPARE_PURPOSE };
  const context = { ...who.context, purpose: COMPARE_PURPOSE };
  const decision = decide(actorBefore(desk, who, guest, input.field), 'field.compare', resource, context);
  if (!decision.allowed) return refused(desk, who, decision, event);
  const onFile = guest[input.field];
  if (onFile === null) return refuse('not-found');
  if (isWithheld(onFile)) return refuse('not-at-this-terminal');
  const shown = readShownNumber(kindOf(guest, input.field), input.shown);
  // A slip of the finger, found without the value on file: no try, and nothing to record.
  if (!shown.ok) return refuse('number-does-not-fit', { problem: shown.problem });
  const retryAt = whenAgain(desk, guest);
  if (retryAt !== null) {
    record(desk, who, { ...event, outcome: 'refused', reason: 'too-many-attempts' });
    return refuse('too-many-attempts', { retryAt });
  }

  record(desk, who, { ...event, outcome: 'allowed' });
  try {
    const kept = openSealed(desk, who, guest, input.field);
    const matches = isSame(compact(kept), Buffer.from(numberForm(shown.value), 'utf8'));
    record(
      desk,
      who,
      matches ? { ...event, outcome: 'allowed', reason: MATCH } : { ...event, outcome: 'failed', reason: NO_MATCH },
    );
    return ok({ matches });
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    record(desk, who, { ...event, outcome: 'failed', reason: error.problem });
    return refuse('unreadable-value');
  }
}

const MATCH = 'match';
const NO_MATCH = 'no-match';

function kindOf(guest: Guest, field: ComparableField): ShownKind {
  return field === 'cardNumber' ? 'card' : guest.documentType;
}

/**
 * When the next comparison may be made; null for now. Counted from the access log, which outlasts the cache, over all stays of the
 * guest: another stay's screen shows the same document.
 */
function whenAgain(desk: Pick<Desk, 'log' | 'clock'>, guest: Guest): number | null {
  const since = desk.clock.now() - WITHIN_MS;
  const entries = desk.log
    .list({ guestId: guest.id, types: ['field.compare'], outcomes: ['allowed'], limit: COUNTED })
    .flatMap((recorded) => decodeEntry(recorded.encoded) ?? [])
    .filter(({ at }) => at > since);
  const wrong: number[] = [];
  // Newest first: an entry that says it matched takes back the try before it.
  let matched = 0;
  for (const { at, event } of entries) {
    if (event.reason === MATCH) matched += 1;
    else if (matched > 0) matched -= 1;
    else wrong.push(at);
  }
  const decisive = wrong[WRONG_TRIES - 1];
  return decisive === undefined ? null : decisive + WITHIN_MS;
}
