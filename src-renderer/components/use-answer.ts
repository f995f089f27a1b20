import { useCallback, useEffect, useState } from 'react';
import type { IpcError, IpcResult } from '../../src-shared/ipc/errors.ts';

export interface Answer<T> {
  /** The last good answer: kept while a newer one is on its way, so that nothing flickers. */
  readonly value: T | null;
  readonly error: IpcError | null;
  readonly again: () => void;
}

/**
 * Asks main and keeps the answer. An answer that comes too late is dropped.
 * @param ask asked again when it is another function
 * @param version asked again when it is another number, as when rows changed
 */
export function useAnswer<T>(ask: () => Promise<IpcResult<T>>, version = 0): Answer<T> {
  const [state, setState] = useState<{ value: T | null; error: IpcError | null }>({ value: null, error: null });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let current = true;
    void ask().then((result) => {
      if (!current) return;
      setState((before) =>
        result.ok ? { value: result.value, error: null } : { value: before.value, error: result.error },
      );
    });
    return () => {
      current = false;
    };
  }, [ask, turn, version]);
  const again = useCallback(() => setTurn((before) => before + 1), []);
  return { ...state, again };
}
