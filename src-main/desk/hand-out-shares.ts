/** Handing out the three shares of a recovery key in the prompt window, one keeper at a time (DESIGN §4). */
import { randomInt } from 'node:crypto';
import type { Property } from '../../src-shared/model/entities.ts';
import { WORDS_PER_SHARE, type WordLanguage, wordsOf } from '../../src-shared/words/share-words.ts';
import { fingerprintOf, type MadeRecoveryKey } from '../vault/recovery-key.ts';
import { ok, refuse } from './desk.ts';
import type { Conversation } from './prompt.ts';

interface HandOut {
  readonly hotel: Pick<Property, 'name' | 'nameLatin'>;
  /** The day that is printed on the papers. */
  readonly date: string;
  readonly language: WordLanguage;
  /** Its shares are still the caller's to zero. */
  readonly recoveryKey: MadeRecoveryKey;
}

/** Words that each keeper types back. */
const CHECKED_WORDS = 3;

/**
 * Shows each share until its keeper has typed three of its words, by places nobody knew before: it is on paper, whole and legible.
 * @throws PromptClosed when the ceremony is broken off
 */
export async function handOutShares(
  talk: Conversation,
  { hotel, date, language, recoveryKey }: HandOut,
): Promise<void> {
  const fingerprint = fingerprintOf(recoveryKey);
  for (const [index, share] of recoveryKey.shares.entries()) {
    const number = index + 1;
    const words = wordsOf(share, language);
    const paper = { number, hotel: hotel.name, hotelLatin: hotel.nameLatin, date, fingerprint, language, words };
    let kept = false;
    while (!kept) {
      await talk.ask('share', { paper }, () => ok(null));
      const places = someOf(WORDS_PER_SHARE);
      kept = await talk.ask('share-check', { number, fingerprint, places }, ({ words: typed }) => {
        if (typed === null) return ok(false);
        const same = places.every((place, at) => typed[at]?.trim().toLowerCase() === words[place - 1]);
        return same ? ok(true) : refuse('words-differ');
      });
    }
  }
}

/** Some of the places from 1 to `count`, in order. */
function someOf(count: number): number[] {
  const places = new Set<number>();
  while (places.size < CHECKED_WORDS) places.add(randomInt(count) + 1);
  return [...places].sort((a, b) => a - b);
}
