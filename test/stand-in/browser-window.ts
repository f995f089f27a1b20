/** BrowserWindow and webContents over one Chromium application window. */
import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type Electron from 'electron';
import { app, hostControl } from './app.ts';
import { type ChromiumWindow, openChromium } from './chromium.ts';
import { invokeHandler } from './ipc-main.ts';
import { refuseRest } from './refuse.ts';
import type { HostSession } from './session.ts';
import { BINDING, DELIVER, isolatedWorldScript, mainWorldScript, PRELOAD_WORLD } from './worlds.ts';

const INSECURE: Readonly<Record<string, unknown>> = {
  sandbox: false,
  contextIsolation: false,
  nodeIntegration: true,
  webSecurity: false,
  webviewTag: true,
};

type Options = Omit<Electron.BrowserWindowConstructorOptions, 'webPreferences'> & {
  readonly webPreferences: { readonly session: HostSession; readonly preload: string };
};

const windows = new Set<HostWindow>();

export class HostWebContents extends EventEmitter {
  readonly #window: HostWindow;
  openHandler: ((details: { url: string }) => { action: 'deny' | 'allow' }) | null = null;
  url = '';
  constructor(window: HostWindow) {
    super();
    this.#window = window;
  }
  send(channel: string, ...args: unknown[]): void {
    this.#window.deliver({ channel, args });
  }
  reload(): void {
    this.#window.reload();
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: 'deny' | 'allow' }): void {
    this.openHandler = handler;
  }
}

export class HostWindow extends EventEmitter {
  readonly webContents: HostWebContents;
  readonly #options: Options;
  readonly #ready: Promise<ChromiumWindow>;
  readonly #token = randomBytes(24).toString('hex');
  #context: number | null = null;
  #destroyed = false;
  #minimized = false;
  #protected = false;

  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super();
    const preferences = (options.webPreferences ?? {}) as Record<string, unknown>;
    for (const [name, insecure] of Object.entries(INSECURE)) {
      if (preferences[name] === insecure) throw new Error(`stand-in: webPreferences.${name} is insecure`);
    }
    this.#options = options as unknown as Options;
    this.webContents = refuseRest('webContents', new HostWebContents(this));
    windows.add(this);
    this.#ready = this.#open();
    this.#ready.catch((error: unknown) => {
      console.error(error);
      app.exit(1);
    });
  }

  loadURL(url: string): Promise<void> {
    return this.#ready.then(async ({ cdp }) => {
      this.webContents.url = url;
      await cdp.send('Page.navigate', { url });
    });
  }
  show(): void {
    this.emit('show');
  }
  focus(): void {
    void this.#ready.then(({ page }) => page.bringToFront());
  }
  restore(): void {
    this.#minimized = false;
  }
  /** For tests: what the window manager would do. */
  minimize(): void {
    this.#minimized = true;
    this.emit('minimize');
  }
  isMinimized(): boolean {
    return this.#minimized;
  }
  isDestroyed(): boolean {
    return this.#destroyed;
  }
  setContentProtection(enable: boolean): void {
    this.#protected = enable;
  }
  get contentProtected(): boolean {
    return this.#protected;
  }
  close(): void {
    void this.#ready.then(({ context }) => context.close());
  }
  reload(): void {
    void this.#ready.then(({ cdp }) => cdp.send('Page.reload')).catch(() => undefined);
  }

  /** Hands a message to the preload of the document that is there now; one that is gone gets nothing. */
  deliver(message: unknown): void {
    const contextId = this.#context;
    if (contextId === null) return;
    void this.#ready
      .then(({ cdp }) =>
        cdp.send('Runtime.evaluate', { contextId, expression: `globalThis.${DELIVER}?.(${JSON.stringify(message)})` }),
      )
      .catch(() => undefined);
  }

  async #open(): Promise<ChromiumWindow> {
    const chromium = await openChromium({
      profile: join(app.getPath('userData'), 'chromium'),
      width: this.#options.width ?? 1280,
      height: this.#options.height ?? 800,
      debugPort: process.env['KEYRACK_HOST_DEBUG_PORT'],
    });
    const { context, page, cdp } = chromium;
    context.on('close', () => this.#onClosed());
    page.on('close', () => void context.close());
    page.on('crash', () => this.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 }));
    // Popups never come to be: window.open gives null in the page.
    context.on('page', (popup) => void popup.close());
    await context.clearPermissions();

    cdp.on('Fetch.requestPaused', (event) => void this.#answer(event));
    cdp.on('Runtime.executionContextCreated', ({ context: created }) => {
      if (created.name === PRELOAD_WORLD) this.#context = created.id;
    });
    cdp.on('Runtime.executionContextsCleared', () => {
      this.#context = null;
    });
    cdp.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name === BINDING) void this.#invoke(payload, executionContextId);
    });
    cdp.on('Page.loadEventFired', () => {
      this.emit('ready-to-show');
      this.webContents.emit('did-finish-load');
      hostControl.loaded();
    });
    await cdp.send('Page.enable');
    await cdp.send('Runtime.enable');
    await cdp.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] });
    await cdp.send('Runtime.addBinding', { name: BINDING, executionContextName: PRELOAD_WORLD });
    const preload = readFileSync(this.#options.webPreferences.preload, 'utf8');
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', {
      source: `window.open = () => null;${mainWorldScript(this.#token)}`,
    });
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', {
      source: isolatedWorldScript(this.#token, preload),
      worldName: PRELOAD_WORLD,
    });
    return chromium;
  }

  async #answer(event: {
    requestId: string;
    resourceType: string;
    request: { url: string; method: string; headers: Record<string, string> };
  }): Promise<void> {
    const { cdp } = await this.#ready;
    const { url, method } = event.request;
    if (event.resourceType === 'Document' && this.webContents.url !== '' && url !== this.webContents.url) {
      let prevented = false;
      this.webContents.emit('will-navigate', { url, preventDefault: () => (prevented = true) });
      if (prevented) {
        // "Aborted" leaves the document as it is; another reason would show an error page.
        await cdp
          .send('Fetch.failRequest', { requestId: event.requestId, errorReason: 'Aborted' })
          .catch(() => undefined);
        return;
      }
    }
    const request = /^https?:/.test(url) ? new Request(url, { method }) : null;
    const response = request === null ? null : await this.#options.webPreferences.session.answer(request);
    if (response === null) {
      await cdp
        .send('Fetch.failRequest', { requestId: event.requestId, errorReason: 'BlockedByClient' })
        .catch(() => undefined);
      return;
    }
    await cdp
      .send('Fetch.fulfillRequest', {
        requestId: event.requestId,
        responseCode: response.status,
        responseHeaders: Array.from(response.headers, ([name, value]) => ({ name, value })),
        body: Buffer.from(await response.arrayBuffer()).toString('base64'),
      })
      .catch(() => undefined);
  }

  async #invoke(payload: string, contextId: number): Promise<void> {
    const { cdp, page } = await this.#ready;
    const { id, channel, args } = JSON.parse(payload) as {
      id: number;
      channel: string;
      args: { u?: 1; v?: unknown }[];
    };
    const frame = { url: page.url(), parent: null, origin: new URL(page.url()).origin };
    const answer = await invokeHandler(
      channel,
      { sender: this.webContents, senderFrame: frame },
      args.map((arg) => arg.v),
    );
    await cdp
      .send('Runtime.evaluate', {
        contextId,
        expression: `globalThis.${DELIVER}?.(${JSON.stringify({ answer: id, ...answer })})`,
      })
      .catch(() => undefined);
  }

  #onClosed(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    windows.delete(this);
    this.emit('closed');
    if (windows.size === 0) app.emit('window-all-closed');
  }

  static getAllWindows(): HostWindow[] {
    return [...windows];
  }
}

/** Holds the stand-in to Electron's own declarations. */
type Used =
  | 'loadURL'
  | 'show'
  | 'focus'
  | 'restore'
  | 'minimize'
  | 'isMinimized'
  | 'isDestroyed'
  | 'setContentProtection'
  | 'close';
void ((host: HostWindow): Pick<Electron.BrowserWindow, Used> => host);
void ((host: HostWebContents): Pick<Electron.WebContents, 'send' | 'reload'> => host);
