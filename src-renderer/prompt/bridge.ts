/** The only way out of the prompt's page. */
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { PromptBridge } from '../../src-shared/ipc/prompt-bridge.ts';
import type {
  PromptChannelInput,
  PromptChannelName,
  PromptChannelOutput,
  PromptView,
} from '../../src-shared/ipc/prompt-contract.ts';

declare global {
  interface Window {
    readonly keyrackPrompt: PromptBridge;
  }
}

/** Calls a channel of the prompt. Never rejects: a broken bridge is an internal error like any other. */
export async function callPrompt<C extends PromptChannelName>(
  name: C,
  ...[input]: undefined extends PromptChannelInput<C> ? [] : [PromptChannelInput<C>]
): Promise<IpcResult<PromptChannelOutput<C>>> {
  try {
    const send = window.keyrackPrompt[name] as (input: unknown) => Promise<IpcResult<PromptChannelOutput<C>>>;
    return await send(input);
  } catch {
    return { ok: false, error: { code: 'internal' } };
  }
}

/** @returns the function that ends the subscription */
export function onPromptChange(listener: (view: PromptView) => void): () => void {
  return window.keyrackPrompt.onChange(listener);
}
