import { useState } from 'react';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import { callPrompt } from '../bridge.ts';

/** Has main print the page, as often as somebody wants. */
export function usePrinting() {
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<IpcError | null>(null);
  const print = async () => {
    setWorking(true);
    const result = await callPrompt('prompt.print');
    setWorking(false);
    setError(result.ok ? null : result.error);
  };
  return { working, error, print };
}
