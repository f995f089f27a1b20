import { useEffect, useState } from 'react';
import type { KeyAnswer } from '../../src-shared/ipc/security-key.ts';
import type { KeyState } from './key-wait.tsx';
import type { KeyProblem, KeyResult } from './security-key.ts';

interface Ceremony {
  /** Waits for a key. */
  readonly ask: (onOnceMore: () => void, gone: AbortSignal) => Promise<KeyResult>;
  /** Takes what it answered; what is not taken stops the ceremony. */
  readonly take: (answer: KeyAnswer) => Promise<'taken' | 'not-taken'>;
  readonly onProblem?: (problem: KeyProblem) => void;
}

/** Begins at once: whoever is asked has the key in her hand. Ends with the component. */
export function useKey({ ask, take, onProblem }: Ceremony): { readonly state: KeyState; readonly again: () => void } {
  const [state, setState] = useState<KeyState>({ at: 'waiting' });
  const [turn, setTurn] = useState(0);
  // A ceremony begins when the question comes up and when it is begun anew, not with each drawing.
  useEffect(() => {
    const gone = new AbortController();
    const run = async () => {
      setState({ at: 'waiting' });
      const result = await ask(() => setState({ at: 'once-more' }), gone.signal);
      if (gone.signal.aborted || result.kind === 'gone') return;
      if (result.kind === 'problem') {
        setState({ at: 'stopped', problem: result.problem });
        onProblem?.(result.problem);
        return;
      }
      setState({ at: 'checking' });
      try {
        if ((await take(result.answer)) === 'not-taken') setState({ at: 'stopped', problem: null });
      } finally {
        result.answer.output.fill(0);
      }
    };
    void run();
    return () => gone.abort();
  }, [turn]);
  return { state, again: () => setTurn((before) => before + 1) };
}
