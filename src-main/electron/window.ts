/** The one way a window is made: sandboxed, isolated, pinned to our origin. */
import { BrowserWindow, type Session } from 'electron';
import { ORIGIN } from './origin.ts';
import { isOwn } from './session.ts';

export interface WindowInput {
  readonly session: Session;
  readonly preload: string;
  readonly title: string;
  /** The person cannot see the window any more. */
  readonly onHidden: () => void;
  /** The page died; a new one has been started. */
  readonly onCrashed: (reason: string) => void;
}

/** Keys that Chromium or Electron would act on behind the page's back: developer tools, printing, saving, source, zoom, find. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['p', 's', 'u', 'f', 'g', 'j', 'o']);

export function createMainWindow(input: WindowInput): BrowserWindow {
  const window = new BrowserWindow({
    width: 1366,
    height: 768,
    minWidth: 1024,
    minHeight: 680,
    show: false,
    title: input.title,
    backgroundColor: '#f6f7f8',
    autoHideMenuBar: true,
    webPreferences: {
      session: input.session,
      preload: input.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      devTools: false,
      spellcheck: false,
      enableWebSQL: false,
      safeDialogs: true,
      disableDialogs: true,
      navigateOnDragDrop: false,
    },
  });
  // Screen recorders and remote viewers get a black window where the system offers that.
  window.setContentProtection(true);
  const contents = window.webContents;
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => {
    if (!isOwn(event.url)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.on('before-input-event', (event, key) => {
    const command = key.control || key.meta;
    if ((command && FORBIDDEN_KEYS.has(key.key.toLowerCase())) || key.key === 'F12' || key.key === 'F7')
      event.preventDefault();
  });
  contents.on('render-process-gone', (_event, details) => {
    input.onCrashed(details.reason);
    if (!window.isDestroyed()) contents.reload();
  });
  window.on('hide', input.onHidden);
  window.on('minimize', input.onHidden);
  window.once('ready-to-show', () => window.show());
  void window.loadURL(`${ORIGIN}/`);
  return window;
}
