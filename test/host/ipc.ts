/** Electron's ipcMain: who answers which channel. */

import { EventEmitter } from 'node:events';
import type { IpcMain, IpcMainInvokeEvent } from 'electron';
import { refuseUnknown } from './refuse.ts';

type Handler = Parameters<IpcMain['handle']>[1];

const handlers = new Map<string, Handler>();
const listeners = new EventEmitter();

/** Electron's `ipcMain`. */
export const ipcMain = refuseUnknown('electron.ipcMain', {
  handle: (channel: string, handler: Handler) => {
    if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    handlers.set(channel, handler);
  },
  handleOnce: (channel: string, handler: Handler) => {
    ipcMain.handle(channel, (event, ...args) => {
      handlers.delete(channel);
      return handler(event, ...args);
    });
  },
  removeHandler: (channel: string) => {
    handlers.delete(channel);
  },
  on: (channel: string, listener: Parameters<IpcMain['on']>[1]) => {
    listeners.on(channel, listener);
  },
  removeListener: (channel: string, listener: Parameters<IpcMain['removeListener']>[1]) => {
    listeners.off(channel, listener);
  },
  removeAllListeners: (channel?: string) => {
    listeners.removeAllListeners(channel);
  },
});

/** Answers one invoke. An error's text is what Electron would show the renderer: it carries no stack. */
export async function answerInvoke(
  event: IpcMainInvokeEvent,
  channel: string,
  args: unknown[],
): Promise<{ ok: boolean; value: unknown }> {
  try {
    const handler = handlers.get(channel);
    if (!handler) throw new Error(`No handler registered for '${channel}'`);
    return { ok: true, value: await handler(event, ...args) };
  } catch (error) {
    return { ok: false, value: `Error invoking remote method '${channel}': ${String(error)}` };
  }
}

/** Hands on one ipcRenderer.send. */
export function hearSend(event: object, channel: string, args: unknown[]): void {
  listeners.emit(channel, event, ...args);
}
