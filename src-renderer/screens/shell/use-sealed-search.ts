import { useCallback, useState } from 'react';
import { readSought, type Sought } from '../../../src-shared/documents/sought-number.ts';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import type { SealedHit } from '../../../src-shared/ipc/views.ts';
import { sealedClassOf } from '../../../src-shared/model/registry.ts';
import { findableClasses } from '../../../src-shared/policy/index.ts';
import { call } from '../../bridge.ts';
import { commandBar } from '../../state/command-bar.ts';
import { useTerminal, useUnlock } from '../../state/stores.ts';

/** What a typed or scanned text offers to look for. */
export interface SealedOffer {
  readonly by: Sought['by'];
  readonly what: 'document' | 'card' | 'either';
  /** It is such a number for certain: nothing else is looked for by it. */
  readonly certain: boolean;
}

export type SealedAnswer =
  | { readonly name: 'none' }
  | { readonly name: 'asking' }
  | { readonly name: 'found'; readonly hits: readonly SealedHit[] }
  | { readonly name: 'error'; readonly error: IpcError };

const NONE: SealedAnswer = { name: 'none' };

/** What a text offers to this person; null when it is no such number, or her work never looks for what it only may be. */
export function useSealedOffer(text: string): SealedOffer | null {
  const role = useTerminal(({ session }) => session?.employee?.role ?? null);
  if (role === null) return null;
  const read = readSought(text);
  if (!read.ok) return null;
  const { sure, sought } = read.value;
  const certain = sure === 'by-check-digits';
  const hers = sought.filter(({ field }) => findableClasses(role).includes(sealedClassOf(field)));
  if (hers.length === 0 && !certain) return null;
  const [first, second] = hers.length === 0 ? sought : hers;
  if (first === undefined) return null;
  const one = first.field === 'cardNumber' ? 'card' : 'document';
  return { by: first.by, what: second === undefined ? one : 'either', certain };
}

/** Whether a text is the number of a document or card but for a slip of the finger, which its check digit tells. */
export function isMistyped(text: string): boolean {
  const read = readSought(text);
  return !read.ok && read.problem === 'check-digit';
}

/**
 * Looks for a guest by a sealed number. When that takes the second factor, the bar makes way for it and comes back with what was found.
 * The number is in nobody's state meanwhile, and is gone when it is answered.
 */
export function useSealedSearch(limit: number) {
  const [answer, setAnswer] = useState<SealedAnswer>(NONE);
  const search = useCallback(
    async (number: string) => {
      setAnswer({ name: 'asking' });
      const ask = () => call('guest.findSealed', { number, limit });
      let result = await ask();
      if (!result.ok && result.error.code === 'needs-unlock') {
        commandBar.close();
        if (!(await useUnlock.getState().ask())) return setAnswer(NONE);
        result = await ask();
      }
      setAnswer(result.ok ? { name: 'found', hits: result.value } : { name: 'error', error: result.error });
      commandBar.open();
    },
    [limit],
  );
  const forget = useCallback(() => setAnswer((before) => (before.name === 'asking' ? before : NONE)), []);
  return { answer, search, forget };
}
