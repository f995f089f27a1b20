/**
 * The names that cross to the prompt window. Apart from bridge.ts: a sandboxed preload is one file, and the two preloads would
 * else share a third.
 */
import type { IpcResult } from './errors.ts';
import type { PromptChannelInput, PromptChannelName, PromptChannelOutput, PromptView } from './prompt-contract.ts';

/** The one object in the prompt's page, `window.keyrackPrompt`. */
export const PROMPT_BRIDGE = 'keyrackPrompt';

export const PROMPT_CHANNEL_NAMES = [
  'prompt.view',
  'prompt.password',
  'prompt.confirm',
  'prompt.code',
  'prompt.recoveryCode',
  'prompt.newPassword',
  'prompt.newTotp',
  'prompt.codesDone',
  'prompt.shareDone',
  'prompt.shareCheck',
  'prompt.print',
  'prompt.officerPassword',
  'prompt.shareWords',
  'prompt.ownFactor',
  'prompt.ownPassword',
  'prompt.newKey',
  'prompt.keyCode',
  'prompt.securityKey',
  'prompt.keyRefused',
  'prompt.switch',
  'prompt.cancel',
  'prompt.lock',
] as const satisfies readonly PromptChannelName[];

export const PROMPT_NOTICE = 'prompt.changed';

/** One function per channel under its own name, and one for the notice; it returns the function that ends it. */
export type PromptBridge = {
  readonly [C in PromptChannelName]: (input: PromptChannelInput<C>) => Promise<IpcResult<PromptChannelOutput<C>>>;
} & {
  readonly onChange: (listener: (view: PromptView) => void) => () => void;
};
