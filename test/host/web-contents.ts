/** Electron's WebContents: the page of one window, as the app's main code sees it. */
import type { IpcMainInvokeEvent, WebContents, WebContentsPrintOptions, WindowOpenHandlerResponse } from 'electron';
import type { Chromium } from './chromium.ts';
import { answerInvoke, hearSend } from './ipc.ts';
import { Page, type PageListener } from './page.ts';
import { KnownEvents, preventable, refuseUnknown } from './refuse.ts';
import type { SessionStandIn } from './session.ts';

const EVENTS = [
  'did-finish-load',
  'will-navigate',
  'will-frame-navigate',
  'will-redirect',
  'will-attach-webview',
  'render-process-gone',
  'before-input-event',
  'context-menu',
  'did-start-navigation',
  'destroyed',
  'preload-error',
  'console-message',
  // Kept so that an app may register them; nothing here makes them fire.
  'did-create-window',
  'devtools-opened',
  'unresponsive',
  'responsive',
];
const LEVELS: Record<string, string> = { warning: 'warning', error: 'error', assert: 'error', debug: 'debug' };
let lastId = 0;

/** What the window around the page wants to know. */
export interface WindowSide {
  onFocus(focused: boolean): void;
  onTitle(title: string): void;
  onLoaded(): void;
  onClosedFromOutside(): void;
}

/** The contents of one window. */
export class WebContentsStandIn extends KnownEvents {
  readonly id: number;
  readonly session: SessionStandIn;
  private readonly side: WindowSide;
  private readonly page: Promise<Page>;
  private url = '';
  private destroyed = false;
  private openHandler: Parameters<WebContents['setWindowOpenHandler']>[0] | undefined;

  constructor(chromium: Chromium, session: SessionStandIn, preload: string | undefined, side: WindowSide) {
    super('webContents', EVENTS);
    lastId += 1;
    this.id = lastId;
    this.session = session;
    this.side = side;
    const self = refuseUnknown<WebContentsStandIn>('webContents', this);
    this.page = Page.open(chromium, session, preload, self.listen());
    // Reported by loadURL, which every use of the page awaits.
    this.page.catch(() => undefined);
    // Returned instead of this, so that the app meets only what is implemented.
    // biome-ignore lint/correctness/noConstructorReturn: see above.
    return self;
  }

  get mainFrame() {
    return refuseUnknown('webContents.mainFrame', {
      url: this.url,
      origin: originOf(this.url),
      parent: null,
      detached: false,
      processId: this.id,
      routingId: 1,
      frameTreeNodeId: this.id,
      isDestroyed: () => this.destroyed,
    });
  }

  async loadURL(url: string): Promise<void> {
    await (await this.page).load(url);
  }

  getURL(): string {
    return this.url;
  }

  reload(): void {
    void this.withPage((page) => page.reload());
  }

  send(channel: string, ...args: unknown[]): void {
    void this.withPage((page) => page.ipc.sendEvent(channel, args));
  }

  setWindowOpenHandler(handler: Parameters<WebContents['setWindowOpenHandler']>[0]): void {
    this.openHandler = handler;
  }

  isDestroyed(): boolean {
    return this.destroyed;
  }

  isDevToolsOpened(): boolean {
    return false;
  }

  closeDevTools(): void {}

  setIgnoreMenuShortcuts(): void {}

  async setVisualZoomLevelLimits(): Promise<void> {}

  setZoomFactor(factor: number): void {
    void this.withPage((page) => page.setZoom(factor));
  }

  async capturePage(): Promise<{ toPNG(): Buffer }> {
    const png = await (await this.page).capture();
    return refuseUnknown('nativeImage', { toPNG: () => png });
  }

  /** Printed as far as it goes without a printer: the pages are made and dropped. */
  print(_options: WebContentsPrintOptions, done?: (success: boolean, failureReason: string) => void): void {
    this.page
      .then((page) => page.print())
      .then(
        () => done?.(true, ''),
        () => done?.(false, 'cannot be printed'),
      );
  }

  /** For the window only: acts on the page once it is there; a page that is gone is no error. */
  async withPage(act: (page: Page) => unknown): Promise<void> {
    await this.page.then(act).catch(() => undefined);
  }

  /** For the window only: the window is gone. */
  markDestroyed(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.emit('destroyed');
  }

  private listen(): PageListener {
    return {
      onMessage: (kind, ...rest) => this.hear(kind, rest),
      mayNavigate: (url, isMainFrame) => this.askToNavigate(url, isMainFrame),
      onRedirect: (url) => {
        this.emit('will-redirect', preventable({ url, isMainFrame: true }), url);
      },
      onNavigationStarted: (url) => {
        this.emit('did-start-navigation', preventable({ url, isMainFrame: true, isSameDocument: false }), url);
      },
      onNavigated: (url) => {
        this.url = url;
      },
      onLoaded: () => {
        // The blank document Chromium starts with is not the app's.
        if (this.url.startsWith('data:') || this.url === '') return;
        this.side.onLoaded();
        this.emit('did-finish-load');
      },
      onConsole: (type, message, sourceId, lineNumber) => {
        const level = LEVELS[type] ?? 'info';
        this.emit('console-message', { level, message, lineNumber, sourceId, frame: this.mainFrame });
      },
      onCrashed: () => this.gone('crashed'),
      onDownload: (url, fileName) => {
        const item = refuseUnknown('downloadItem', {
          getURL: () => url,
          getFilename: () => fileName,
          cancel: () => undefined,
        });
        this.session.emit('will-download', preventable({}), item, this);
      },
      onClosed: () => this.side.onClosedFromOutside(),
    };
  }

  /** For the window only: the renderer, or the whole of Chromium, is gone. */
  gone(reason: 'crashed' | 'killed'): void {
    this.emit('render-process-gone', preventable({}), { reason, exitCode: reason === 'crashed' ? 1 : 9 });
  }

  private hear(kind: string, rest: unknown[]): void {
    if (kind === 'invoke') void this.answer(rest as [number, string, unknown[]]);
    else if (kind === 'send') hearSend(this.ipcEvent('frame'), String(rest[0]), rest[1] as unknown[]);
    else if (kind === 'hello') {
      this.url = String(rest[0]);
      this.side.onFocus(rest[1] === true);
    } else if (kind === 'focus') this.side.onFocus(rest[0] === true);
    else if (kind === 'title') this.side.onTitle(String(rest[0]));
    else if (kind === 'context-menu') this.emit('context-menu', preventable({}), { x: rest[0], y: rest[1] });
    else if (kind === 'window-open') this.refusePopup(rest as [string, string, string]);
    else if (kind === 'non-network-navigation') this.askToNavigate(String(rest[0]), true);
    else if (kind === 'preload-error') {
      const error = rest[0] instanceof Error ? rest[0] : new Error(String(rest[0]));
      process.stderr.write(`stand-in: the preload failed: ${error.message}\n`);
      this.emit('preload-error', preventable({}), 'preload', error);
    }
  }

  private async answer([id, channel, args]: [number, string, unknown[]]): Promise<void> {
    const { ok, value } = await answerInvoke(this.ipcEvent('frame') as IpcMainInvokeEvent, channel, args);
    await this.page.then(
      (page) => {
        try {
          page.ipc.reply(id, ok, value);
        } catch (error) {
          // What cannot be cloned is the caller's error, as in Electron.
          page.ipc.reply(id, false, `Error invoking remote method '${channel}': ${String(error)}`);
        }
      },
      () => undefined,
    );
  }

  private ipcEvent(type: 'frame'): object {
    const { mainFrame } = this;
    return preventable({ type, sender: this, senderFrame: mainFrame, frameId: 1, processId: this.id });
  }

  private askToNavigate(url: string, isMainFrame: boolean): boolean {
    const event = preventable({ url, isMainFrame, isSameDocument: false, frame: isMainFrame ? this.mainFrame : null });
    this.emit('will-frame-navigate', event);
    if (isMainFrame && !event.defaultPrevented) this.emit('will-navigate', event, url, false, isMainFrame);
    return !event.defaultPrevented;
  }

  private refusePopup([url, frameName, features]: [string, string, string]): void {
    const said: WindowOpenHandlerResponse | undefined = this.openHandler?.({
      url,
      frameName,
      features,
      disposition: 'new-window',
      referrer: { url: this.url, policy: 'strict-origin-when-cross-origin' },
    });
    if (said?.action === 'allow') process.stderr.write('stand-in: popups are never opened, whatever the app allows\n');
  }
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : '';
}
