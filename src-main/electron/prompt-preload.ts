/**
 * The bridge into the prompt's page: one frozen function per channel of its own contract, one for its notice. It decides nothing. Not
 * a line is shared with the other preload: each is one file.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { PROMPT_BRIDGE, PROMPT_CHANNEL_NAMES, PROMPT_NOTICE } from '../../src-shared/ipc/prompt-bridge.ts';

const calls = PROMPT_CHANNEL_NAMES.map((name) => [name, (input: unknown) => ipcRenderer.invoke(name, input)] as const);

function onChange(listener: (view: unknown) => void): () => void {
  const forward = (_event: unknown, view: unknown) => listener(view);
  ipcRenderer.on(PROMPT_NOTICE, forward);
  return () => ipcRenderer.removeListener(PROMPT_NOTICE, forward);
}

contextBridge.exposeInMainWorld(PROMPT_BRIDGE, Object.freeze({ ...Object.fromEntries(calls), onChange }));
