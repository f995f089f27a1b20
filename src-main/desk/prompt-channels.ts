/** Which use case answers which channel of the prompt window. */
import type { HandlersOf } from '../../src-shared/ipc/channel.ts';
import type { PROMPT_CHANNELS } from '../../src-shared/ipc/prompt-contract.ts';
import { readRecoveryCode } from '../../src-shared/step-up/recovery-code.ts';
import type { StepUpRequest } from '../../src-shared/sync/protocol.ts';
import type { Terminal } from '../terminal.ts';
import { confirmGlass } from './break-glass.ts';
import { ok, refuse, useDesk } from './desk.ts';
import { useDoor } from './door.ts';
import type { Prompt } from './prompt.ts';
import { signIn } from './sign-in.ts';
import { unlock } from './unlock.ts';
import { recordKeyRefusal, unlockByKey } from './unlock-by-key.ts';

export function createPromptHandlers(terminal: Terminal, prompt: Prompt): HandlersOf<typeof PROMPT_CHANNELS> {
  const cancel = () => {
    prompt.cancel();
    return ok(null);
  };
  const tryCode = (code: StepUpRequest['factor']) =>
    prompt.attempt('code', (_employeeId, gone) => useDesk(terminal, (desk) => unlock(desk, code, gone)));
  return {
    'prompt.view': () => {
      prompt.pageIsThere();
      return ok(prompt.view);
    },
    'prompt.password': ({ password }) =>
      prompt.attempt('password', (employeeId, gone) =>
        useDoor(terminal, (door) => signIn(door, { employeeId, password }, gone)),
      ),
    'prompt.confirm': ({ password }) =>
      prompt.attempt('confirm', (employeeId, gone) =>
        useDesk(terminal, (desk) => confirmGlass(desk, { employeeId, password }, gone)),
      ),
    'prompt.code': ({ code }) => tryCode({ kind: 'totp', code }),
    'prompt.recoveryCode': ({ code: typed }) => {
      const code = readRecoveryCode(typed);
      return code === null ? refuse('recovery-code-mistyped') : tryCode({ kind: 'recovery-code', code });
    },
    'prompt.newPassword': (answer) => prompt.answer('new-password', answer),
    'prompt.newTotp': (answer) => prompt.answer('new-totp', answer),
    'prompt.codesDone': (answer) => prompt.answer('recovery-codes', answer),
    'prompt.shareDone': (answer) => prompt.answer('share', answer),
    'prompt.shareCheck': (answer) => prompt.answer('share-check', answer),
    'prompt.print': () => prompt.print(),
    'prompt.officerPassword': (answer) => prompt.answer('officer-password', answer),
    'prompt.shareWords': (answer) => prompt.answer('share-words', answer),
    'prompt.ownFactor': (answer) => prompt.answer('own-factor', answer),
    'prompt.ownPassword': (answer) => prompt.answer('own-password', answer),
    'prompt.newKey': (answer) => prompt.answer('new-key', answer),
    'prompt.keyCode': (answer) => prompt.answer('key-code', answer),
    'prompt.securityKey': (answer) =>
      prompt.attempt('security-key', () => useDesk(terminal, (desk) => unlockByKey(desk, answer))),
    'prompt.keyRefused': () =>
      prompt.view.question?.asks === 'security-key' ? useDesk(terminal, recordKeyRefusal) : refuse('cancelled'),
    'prompt.switch': ({ to }) => prompt.switchTo(to),
    'prompt.cancel': cancel,
    'prompt.lock': () => {
      terminal.session.lock('by-hand');
      return cancel();
    },
  };
}
