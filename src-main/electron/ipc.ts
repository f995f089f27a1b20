/** Gives every declared channel its handler, each window its own, and every window its notices. */
import { type BrowserWindow, type IpcMainInvokeEvent, ipcMain } from 'electron';
import type { z } from 'zod';
import type { Contract, HandlersOf } from '../../src-shared/ipc/channel.ts';
import { type IncidentSink, serveChannel } from '../desk/serve-channel.ts';
import { isOwn } from './origin.ts';

interface Surface<T extends Contract<T>> {
  readonly contract: T;
  readonly names: readonly (keyof T & string)[];
  readonly handlers: HandlersOf<T>;
  /** The window whose page may call these channels; no other may. */
  readonly window: () => BrowserWindow | null;
}

export function registerChannels<T extends Contract<T>>(surface: Surface<T>, onIncident: IncidentSink): void {
  const { contract, names, handlers, window } = surface;
  for (const name of names) {
    ipcMain.handle(name, (event, input: unknown) =>
      serveChannel(contract, name, handlers, isOwnPage(event, window()), input, onIncident),
    );
  }
}

/** Sends a notice; it goes through its schema, so that no more leaves than was declared. */
export function sendNotice<T extends Readonly<Record<string, z.ZodType>>, N extends keyof T & string>(
  window: BrowserWindow | null,
  notices: T,
  name: N,
  payload: z.output<T[N]>,
): void {
  if (window === null || window.isDestroyed()) return;
  window.webContents.send(name, notices[name]?.parse(payload));
}

/** Whether a call comes from the main frame of this very window, with a page of our origin in it. */
function isOwnPage({ sender, senderFrame }: IpcMainInvokeEvent, window: BrowserWindow | null): boolean {
  if (window === null || window.isDestroyed() || sender !== window.webContents) return false;
  return senderFrame !== null && senderFrame.parent === null && isOwn(senderFrame.url);
}
