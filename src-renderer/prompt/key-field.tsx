import type { IpcError, IpcResult } from '../../src-shared/ipc/errors.ts';
import type { KeyAnswer, KeyToAsk } from '../../src-shared/ipc/security-key.ts';
import { KeyWait } from './key-wait.tsx';
import { askKey } from './security-key.ts';
import { useKey } from './use-key.ts';

interface KeyFieldProps {
  readonly keys: readonly KeyToAsk[];
  /** What main said to the last try; null while it has not answered, and when it was right. */
  readonly onAnswer: (error: IpcError | null) => void;
  readonly send: (answer: KeyAnswer) => Promise<IpcResult<null>>;
  /** A key of somebody else was touched, perhaps. */
  readonly onRefused?: () => void;
}

/** One touch, and she is in. */
export function KeyField({ keys, onAnswer, send, onRefused }: KeyFieldProps) {
  const { state, again } = useKey({
    ask: (_onOnceMore, gone) => askKey(keys, gone),
    take: async (answer) => {
      const result = await send(answer);
      onAnswer(result.ok ? null : result.error);
      return result.ok ? 'taken' : 'not-taken';
    },
    onProblem: (problem) => {
      if (problem === 'refused') onRefused?.();
    },
  });
  const retry = () => {
    onAnswer(null);
    again();
  };
  return <KeyWait state={state} onAgain={retry} />;
}
