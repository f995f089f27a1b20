/** The one way a window is made: sandboxed, isolated, pinned to our origin. */
import { BrowserWindow, type BrowserWindowConstructorOptions, type Session } from 'electron';
import { isOwn, ORIGIN } from './origin.ts';

export interface HardenedInput {
  readonly session: Session;
  readonly preload: string;
  readonly title: string;
  /** The page died; a new one has been started. */
  readonly onCrashed: (reason: string) => void;
}

export interface WindowInput extends HardenedInput {
  /** The person cannot see the window any more. */
  readonly onHidden: () => void;
  /** The window lost the keyboard. */
  readonly onBlurred: () => void;
  /** The window is on the screen for the first time. */
  readonly onShown: () => void;
  readonly onClosed: () => void;
}

/** Keys that Chromium or Electron would act on behind the page's back: developer tools, printing, saving, source, zoom, find. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['p', 's', 'u', 'f', 'g', 'j', 'o']);

/** Makes the terminal's window and shows it once its page is there. */
export function createMainWindow(input: WindowInput): BrowserWindow {
  const window = createHardenedWindow(input, {
    width: 1366,
    height: 768,
    minWidth: 1024,
    minHeight: 680,
    backgroundColor: '#f6f7f8',
  });
  window.on('hide', input.onHidden);
  window.on('minimize', input.onHidden);
  window.on('blur', input.onBlurred);
  window.on('closed', input.onClosed);
  window.once('ready-to-show', () => {
    window.show();
    input.onShown();
  });
  void window.loadURL(`${ORIGIN}/`);
  return window;
}

/**
 * Makes a hidden window without a page.
 * @param shape its size and place; nothing in it takes a wall down
 */
export function createHardenedWindow(
  input: HardenedInput,
  shape: Omit<BrowserWindowConstructorOptions, 'webPreferences' | 'show' | 'title'>,
): BrowserWindow {
  const window = new BrowserWindow({
    ...shape,
    show: false,
    title: input.title,
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
  return window;
}
