/** The bridge into the page: one frozen function per declared channel, one for notices. It decides nothing. */
import { contextBridge, ipcRenderer } from 'electron';
import { BRIDGE, CHANNEL_NAMES, NOTICE_NAMES } from '../../src-shared/ipc/bridge.ts';

const calls = CHANNEL_NAMES.map((name) => [name, (input: unknown) => ipcRenderer.invoke(name, input)] as const);

function on(notice: string, listener: (payload: unknown) => void): () => void {
  if (!NOTICE_NAMES.some((name) => name === notice)) throw new Error('unknown notice');
  const forward = (_event: unknown, payload: unknown) => listener(payload);
  ipcRenderer.on(notice, forward);
  return () => ipcRenderer.removeListener(notice, forward);
}

contextBridge.exposeInMainWorld(BRIDGE, Object.freeze({ ...Object.fromEntries(calls), on }));
