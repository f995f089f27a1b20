/** Electron's BrowserWindow: one Chromium each, closed and counted as Electron does. */
import type { BrowserWindowConstructorOptions, Rectangle } from 'electron';
import { app, windowIsGone, windowIsThere } from './app.ts';
import { Chromium } from './chromium.ts';
import { announceEndpoint, announceReady } from './control.ts';
import { KnownEvents, preventable, refuseUnknown } from './refuse.ts';
import { SessionStandIn, session } from './session.ts';
import { WebContentsStandIn } from './web-contents.ts';

const EVENTS = [
  'ready-to-show',
  'close',
  'closed',
  'blur',
  'focus',
  'hide',
  'show',
  'minimize',
  'restore',
  'page-title-updated',
];
/** Preferences that would take away a wall of the renderer, with the value that does. */
const INSECURE: Record<string, boolean> = {
  sandbox: false,
  contextIsolation: false,
  webSecurity: false,
  nodeIntegration: true,
  nodeIntegrationInWorker: true,
  nodeIntegrationInSubFrames: true,
  allowRunningInsecureContent: true,
  experimentalFeatures: true,
  webviewTag: true,
};
/** Where a window is that is not to be seen: no window manager need be there to hide it. */
const OFF_SCREEN = { x: -16_000, y: -16_000 };
const windows: BrowserWindowStandIn[] = [];
let lastId = 0;

class BrowserWindowStandIn extends KnownEvents {
  readonly id: number;
  readonly webContents: WebContentsStandIn;
  private readonly chromium: Chromium;
  private readonly self: BrowserWindowStandIn;
  private bounds: Rectangle;
  private title: string;
  private state: 'open' | 'closing' | 'gone' = 'open';
  private visible: boolean;
  private minimized = false;
  private focused = false;
  /** What the page says: a window off the screen can have the keyboard, and must not keep it. */
  private pageFocused = false;
  private loadedOnce = false;
  private contentProtected = false;

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super('BrowserWindow', EVENTS);
    if (!app.isReady()) throw new Error('Cannot create BrowserWindow before app is ready');
    refuseInsecure(options.webPreferences ?? {});
    lastId += 1;
    this.id = lastId;
    this.self = refuseUnknown<BrowserWindowStandIn>('BrowserWindow', this);
    this.title = options.title ?? app.getName();
    this.visible = options.show ?? true;
    this.bounds = { x: options.x ?? 0, y: options.y ?? 0, width: options.width ?? 800, height: options.height ?? 600 };
    this.chromium = new Chromium({
      userData: app.getPath('userData'),
      width: this.bounds.width,
      height: this.bounds.height,
      x: this.visible ? options.x : OFF_SCREEN.x,
      y: this.visible ? options.y : OFF_SCREEN.y,
      language: app.commandLine.getSwitchValue('lang') || undefined,
    });
    this.webContents = new WebContentsStandIn(this.chromium, sessionOf(options), options.webPreferences?.preload, {
      onFocus: (focused) => this.setFocused(focused),
      onTitle: (title) => this.titleUpdated(title),
      onLoaded: () => {
        if (this.loadedOnce) return;
        this.loadedOnce = true;
        this.emit('ready-to-show');
        announceReady();
        void this.chromium.debugEndpoint().then((endpoint) => announceEndpoint(this.id === 1, endpoint));
      },
      onClosedFromOutside: () => this.closedByUser(),
    });
    windows.push(this.self);
    windowIsThere(this.self, this.webContents);
    void this.chromium.exited.then(() => this.ended());
    // Returned instead of this, so that the app meets only what is implemented.
    // biome-ignore lint/correctness/noConstructorReturn: see above.
    return this.self;
  }

  static getAllWindows(): BrowserWindowStandIn[] {
    return [...windows];
  }

  static getFocusedWindow(): BrowserWindowStandIn | null {
    return windows.find((window) => window.isFocused()) ?? null;
  }

  static fromWebContents(contents: WebContentsStandIn): BrowserWindowStandIn | null {
    return windows.find((window) => window.webContents === contents) ?? null;
  }

  static fromId(id: number): BrowserWindowStandIn | null {
    return windows.find((window) => window.id === id) ?? null;
  }

  async loadURL(url: string): Promise<void> {
    await this.webContents.loadURL(url);
  }

  show(): void {
    if (this.visible) return;
    this.visible = true;
    this.place();
    this.focus();
    this.emit('show');
    this.settleFocus();
  }

  /** Out of sight, and of the keyboard. */
  hide(): void {
    if (!this.visible) return;
    this.visible = false;
    this.place();
    this.emit('hide');
    this.settleFocus();
  }

  minimize(): void {
    if (this.minimized) return;
    this.minimized = true;
    this.setWindowState('minimized');
    this.emit('minimize');
  }

  restore(): void {
    if (!this.minimized) return;
    this.minimized = false;
    this.setWindowState('normal');
    this.emit('restore');
  }

  focus(): void {
    void this.webContents.withPage((page) => page.focus());
  }

  isVisible(): boolean {
    return this.visible;
  }

  isFocused(): boolean {
    return this.focused;
  }

  isMinimized(): boolean {
    return this.minimized;
  }

  isDestroyed(): boolean {
    return this.state === 'gone';
  }

  setContentProtection(enable: boolean): void {
    this.contentProtected = enable;
  }

  isContentProtected(): boolean {
    return this.contentProtected;
  }

  setMenuBarVisibility(): void {}

  removeMenu(): void {}

  setTitle(title: string): void {
    this.title = title;
  }

  getTitle(): string {
    return this.title;
  }

  getBounds(): Rectangle {
    return { ...this.bounds };
  }

  setBounds(bounds: Partial<Rectangle>): void {
    this.bounds = { ...this.bounds, ...bounds };
    this.place();
  }

  /** Asks whoever listens to 'close', then ends the window. */
  close(): void {
    if (this.state !== 'open') return;
    const event = preventable({});
    this.emit('close', event);
    if (!event.defaultPrevented) this.destroy();
  }

  /** Ends the window without asking; 'closed' follows when Chromium is gone. */
  destroy(): void {
    if (this.state !== 'open') return;
    this.state = 'closing';
    void this.chromium.end();
  }

  /** For the app's quit only: a window that is neither closing nor gone was kept open. */
  isClosing(): boolean {
    return this.state !== 'open';
  }

  private closedByUser(): void {
    if (this.state !== 'open') return;
    const event = preventable({});
    this.emit('close', event);
    if (event.defaultPrevented) process.stderr.write('stand-in: a window closed by the user cannot be kept open\n');
    this.destroy();
  }

  private ended(): void {
    if (this.state === 'open') this.webContents.gone('killed');
    this.state = 'gone';
    this.visible = false;
    this.focused = false;
    windows.splice(windows.indexOf(this.self), 1);
    this.webContents.markDestroyed();
    this.emit('closed');
    windowIsGone(this.self);
  }

  private titleUpdated(title: string): void {
    if (this.state !== 'open' || title === this.title) return;
    this.title = title;
    this.emit('page-title-updated', preventable({}), title, true);
  }

  private setFocused(focused: boolean): void {
    if (this.state !== 'open') return;
    this.pageFocused = focused;
    this.settleFocus();
  }

  /** A window that is not to be seen gives the keyboard, which Chromium hands to every new window, to one that is. */
  private settleFocus(): void {
    if (this.pageFocused && !this.visible) windows.findLast((window) => window.isVisible())?.focus();
    const focused = this.pageFocused && this.visible;
    if (this.focused === focused) return;
    this.focused = focused;
    this.emit(focused ? 'focus' : 'blur');
  }

  private place(): void {
    const { width, height } = this.bounds;
    const { x: left, y: top } = this.visible ? this.bounds : OFF_SCREEN;
    void this.webContents.withPage((page) => page.setBounds({ left, top, width, height }));
  }

  private setWindowState(windowState: 'normal' | 'minimized'): void {
    void this.webContents.withPage((page) => page.setBounds({ windowState }));
  }
}

/** Electron's `BrowserWindow`. */
export const BrowserWindow = refuseUnknown('electron.BrowserWindow', BrowserWindowStandIn);
export type BrowserWindow = BrowserWindowStandIn;

function refuseInsecure(preferences: object): void {
  for (const [name, value] of Object.entries(preferences)) {
    if (INSECURE[name] === value) throw new Error(`stand-in: webPreferences.${name}: ${value} is refused`);
  }
}

function sessionOf({ webPreferences }: BrowserWindowConstructorOptions): SessionStandIn {
  // Typed as Electron's, but only the stand-in's own can come from the stand-in's session module.
  const given: unknown = webPreferences?.session;
  if (given instanceof SessionStandIn) return given;
  return webPreferences?.partition === undefined
    ? session.defaultSession
    : session.fromPartition(webPreferences.partition);
}
