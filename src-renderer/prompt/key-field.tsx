import type { IpcError } from '../../src-shared/ipc/errors.ts';
import type { KeyToAsk } from '../../src-shared/ipc/security-key.ts';
import { callPrompt } from './bridge.ts';
import { KeyWait } from './key-wait.tsx';
import { askKey } from './security-key.ts';
import { useKey } from './use-key.ts';

interface KeyFieldProps {
  readonly keys: readonly KeyToAsk[];
  /** What main said to the last try; null while it has not answered, and when it was right. */
  readonly onAnswer: (error: IpcError | null) => void;
}

/** One touch, and she is in. */
export function KeyField({ keys, onAnswer }: KeyFieldProps) {
  const { state, again } = useKey({
    ask: (_onOnceMore, gone) => askKey(keys, gone),
    take: async (answer) => {
      const result = await callPrompt('prompt.securityKey', answer);
      onAnswer(result.ok ? null : result.error);
      return result.ok ? 'taken' : 'not-taken';
    },
    // A key of somebody else was touched, perhaps: main writes it down.
    onProblem: (problem) => {
      if (problem === 'refused') void callPrompt('prompt.keyRefused');
    },
  });
  const retry = () => {
    onAnswer(null);
    again();
  };
  return <KeyWait state={state} onAgain={retry} />;
}
