/** The only way out of the page. */
import type { Bridge } from '../src-shared/ipc/bridge.ts';
import type { ChannelInput, ChannelName, ChannelOutput, Notice, NoticeName } from '../src-shared/ipc/contract.ts';
import type { IpcResult } from '../src-shared/ipc/errors.ts';

declare global {
  interface Window {
    readonly keyrack: Bridge;
  }
}

/** Calls a channel. Never rejects: a broken bridge is an internal error like any other. */
export async function call<C extends ChannelName>(
  name: C,
  ...[input]: undefined extends ChannelInput<C> ? [] : [ChannelInput<C>]
): Promise<IpcResult<ChannelOutput<C>>> {
  try {
    const send = window.keyrack[name] as (input: unknown) => Promise<IpcResult<ChannelOutput<C>>>;
    return await send(input);
  } catch {
    return { ok: false, error: { code: 'internal' } };
  }
}

/** @returns the function that ends the subscription */
export function onNotice<N extends NoticeName>(name: N, listener: (payload: Notice<N>) => void): () => void {
  return window.keyrack.on(name, listener);
}
