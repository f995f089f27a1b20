import { useState } from 'react';
import type { IpcError, IpcResult } from '../../../src-shared/ipc/errors.ts';
import type { FoundingView } from '../../../src-shared/ipc/views.ts';

/** Takes main's answer to a step. @returns what was wrong with it */
export type Take = (result: IpcResult<FoundingView>) => IpcError | null;

/** One call at a time; closing the prompt is no error that has to be told. */
export function useTaking(take: Take) {
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<IpcError | null>(null);
  const send = async (ask: () => Promise<IpcResult<FoundingView>>) => {
    setWorking(true);
    setError(null);
    const problem = take(await ask());
    setWorking(false);
    setError(problem?.code === 'cancelled' ? null : problem);
  };
  return { working, error, send };
}
