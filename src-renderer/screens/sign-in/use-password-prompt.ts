import { useCallback, useRef, useState } from 'react';
import type { IpcError } from '../../../src-shared/ipc/errors.ts';
import type { EmployeeId } from '../../../src-shared/model/ids.ts';
import { call } from '../../bridge.ts';
import { useTerminal } from '../../state/stores.ts';

/** Whether main asks for a password now; if not, what kept it from asking. */
export type PromptState = { readonly name: 'asking' } | { readonly name: 'closed'; readonly error: IpcError | null };

interface PasswordPrompt {
  readonly state: PromptState;
  ask(employeeId: EmployeeId): Promise<void>;
  cancel(): void;
}

/** Main's prompt, as the sign-in screen sees it: opened for somebody, and closed again. The password is never here. */
export function usePasswordPrompt(): PasswordPrompt {
  const [state, setState] = useState<PromptState>({ name: 'closed', error: null });
  // Main takes an older question back when there is a newer one: only the newest says what is shown.
  const turn = useRef(0);
  const ask = useCallback(async (employeeId: EmployeeId) => {
    turn.current += 1;
    const mine = turn.current;
    setState({ name: 'asking' });
    const result = await call('session.signIn', { employeeId });
    if (result.ok) useTerminal.setState({ session: result.value });
    else if (mine === turn.current) {
      setState({ name: 'closed', error: result.error.code === 'cancelled' ? null : result.error });
    }
  }, []);
  const cancel = useCallback(() => void call('session.cancel'), []);
  return { state, ask, cancel };
}
