/** Gives every declared channel its handler, and every window the notices. */
import { type BrowserWindow, ipcMain, type WebFrameMain } from 'electron';
import { CHANNEL_NAMES } from '../../src-shared/ipc/bridge.ts';
import { NOTICES, type Notice, type NoticeName } from '../../src-shared/ipc/contract.ts';
import { type Handlers, type IncidentSink, serveChannel } from '../desk/serve-channel.ts';
import { isOwn } from './session.ts';

export function registerChannels(handlers: Handlers, onIncident: IncidentSink): void {
  for (const name of CHANNEL_NAMES) {
    ipcMain.handle(name, (event, input: unknown) =>
      serveChannel(name, handlers, isOwnMainFrame(event.senderFrame), input, onIncident),
    );
  }
}

/** Sends a notice; it goes through its schema, so that no more leaves than was declared. */
export function sendNotice<N extends NoticeName>(window: BrowserWindow | null, name: N, payload: Notice<N>): void {
  if (window === null || window.isDestroyed()) return;
  window.webContents.send(name, NOTICES[name].parse(payload));
}

function isOwnMainFrame(frame: WebFrameMain | null): boolean {
  return frame !== null && frame.parent === null && isOwn(frame.url);
}
