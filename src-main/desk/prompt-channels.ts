/** Which use case answers which channel of the prompt window. */
import type { HandlersOf } from '../../src-shared/ipc/contract.ts';
import type { PROMPT_CHANNELS } from '../../src-shared/ipc/prompt-contract.ts';
import type { Terminal } from '../terminal.ts';
import { ok, useDesk } from './desk.ts';
import { useDoor } from './door.ts';
import type { Prompt } from './prompt.ts';
import { signIn } from './sign-in.ts';
import { unlock } from './unlock.ts';

export function createPromptHandlers(terminal: Terminal, prompt: Prompt): HandlersOf<typeof PROMPT_CHANNELS> {
  const cancel = () => {
    prompt.cancel();
    return ok(null);
  };
  return {
    'prompt.view': () => {
      prompt.pageIsThere();
      return ok(prompt.view);
    },
    'prompt.password': ({ password }) =>
      prompt.attempt('password', (employeeId, gone) =>
        useDoor(terminal, (door) => signIn(door, { employeeId, password }, gone)),
      ),
    'prompt.code': ({ code }) => prompt.attempt('code', () => useDesk(terminal, (desk) => unlock(desk, { code }))),
    'prompt.cancel': cancel,
    'prompt.lock': () => {
      terminal.session.lock('by-hand');
      return cancel();
    },
  };
}
