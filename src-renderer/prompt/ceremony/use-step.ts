import { useState } from 'react';
import type { IpcError, IpcResult } from '../../../src-shared/ipc/errors.ts';

/** How the answer to a step stands: on its way, or refused. A step that was taken is followed by another page. */
export function useStep() {
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<IpcError | null>(null);
  const send = async (answer: () => Promise<IpcResult<null>>): Promise<boolean> => {
    if (working) return false;
    setWorking(true);
    setError(null);
    const result = await answer();
    // What follows takes a moment to come: until then nothing is pressed twice.
    if (!result.ok) {
      setWorking(false);
      setError(result.error);
    }
    return result.ok;
  };
  return { working, error, send };
}
