import type { TFunction } from 'i18next';
import { CHANGE_KINDS } from '../../../src-shared/sync/changes.ts';
import type { Unsent } from '../../../src-shared/sync/protocol.ts';

/** Kinds that have a word here; changes have theirs already, and what is rare is told together. */
const NAMED = ['guestNote.add', 'guest.erase', 'case.open', 'posting.add', 'businessDate.roll'] as const;

/** What a wiped terminal had not sent, in words: how much of what, and nothing of what was in it. */
export function sayUnsent(t: TFunction, unsent: Unsent): string {
  const counts = new Map<string, number>();
  for (const { kind, count } of unsent) {
    const word = wordOf(t, kind);
    counts.set(word, (counts.get(word) ?? 0) + count);
  }
  return [...counts].map(([word, count]) => `${word} × ${count}`).join(' · ');
}

function wordOf(t: TFunction, kind: string): string {
  const change = CHANGE_KINDS.find((one) => one === kind);
  if (change !== undefined) return t(`returned.kind.${change}`);
  return t(`terminals.unsentKind.${NAMED.find((one) => one === kind) ?? 'other'}`);
}
