/** Drives the one page of a window over CDP and says in plain words what happens to it. */
import { setTimeout as delay } from 'node:timers/promises';
import type { CdpSession, Protocol } from './cdp.ts';
import type { Chromium } from './chromium.ts';
import { onThemeChange, themeFeatures } from './native-theme.ts';
import { type OnMessage, Renderer } from './renderer.ts';
import type { SessionStandIn } from './session.ts';
import { attachPage, denyPermissions } from './targets.ts';

type Paused = Protocol.Fetch.requestPausedPayload;

/** How long, in milliseconds, the report of a renderer's wish may come after its request. */
const GRACE = 150;

/** Who hears about the page. */
export interface PageListener {
  onMessage: OnMessage;
  /** The page itself asked to go somewhere. */
  mayNavigate(url: string, isMainFrame: boolean): boolean;
  onRedirect(url: string): void;
  onNavigationStarted(url: string): void;
  onNavigated(url: string): void;
  onLoaded(): void;
  onConsole(level: string, message: string, source: string, line: number): void;
  onCrashed(): void;
  onDownload(url: string, fileName: string): void;
  /** The page's window was closed from outside. */
  onClosed(): void;
}

/** The page. */
export class Page {
  private readonly chromium: Chromium;
  private readonly cdp: CdpSession;
  private readonly targetId: string;
  private readonly renderer: Renderer;
  private readonly listener: PageListener;
  private readonly loads = new Map<string, () => void>();
  private readonly loaded = new Set<string>();
  /** What the renderer asked for, by frame: see allowNavigation. */
  private readonly requested = new Map<string, string>();
  /** What main asked for. */
  private readonly fromHost = new Set<string>();
  private mainFrame = '';

  private constructor(chromium: Chromium, cdp: CdpSession, targetId: string, listener: PageListener) {
    this.chromium = chromium;
    this.cdp = cdp;
    this.targetId = targetId;
    this.listener = listener;
    this.renderer = new Renderer(cdp, (...message) => listener.onMessage(...message));
  }

  /** Attaches to the Chromium's window and prepares it; nothing of the app is loaded yet. */
  static async open(
    chromium: Chromium,
    session: SessionStandIn,
    preload: string | undefined,
    listener: PageListener,
  ): Promise<Page> {
    const gate = Promise.withResolvers<Page>();
    gate.promise.catch(() => undefined);
    try {
      const { page: cdp, targetId } = await attachPage(chromium, session, async (paused) =>
        (await gate.promise).allowNavigation(paused),
      );
      const page = new Page(chromium, cdp, targetId, listener);
      await page.prepare(preload);
      await denyPermissions(chromium);
      await page.started();
      gate.resolve(page);
      return page;
    } catch (error) {
      gate.reject(error);
      throw error;
    }
  }

  get ipc(): Renderer {
    return this.renderer;
  }

  /** Loads a URL on behalf of main: not a navigation of the page, so it is not asked about. */
  async load(url: string): Promise<void> {
    this.fromHost.add(withoutHash(url));
    const { loaderId, errorText } = await this.cdp.send('Page.navigate', { url });
    if (errorText) throw new Error(`${errorText.replace(/^net::/, '')} loading '${url}'`);
    if (loaderId === undefined || this.loaded.has(loaderId)) return;
    await Promise.race([
      new Promise<void>((resolve) => this.loads.set(loaderId, resolve)),
      this.chromium.exited.then(() => Promise.reject(new Error(`the window closed while loading '${url}'`))),
    ]);
  }

  async reload(): Promise<void> {
    const { frame } = (await this.cdp.send('Page.getFrameTree')).frameTree;
    this.fromHost.add(withoutHash(frame.url));
    await this.cdp.attempt('Page.reload');
  }

  async capture(): Promise<Buffer> {
    const { data } = await this.cdp.send('Page.captureScreenshot', { format: 'png' });
    return Buffer.from(data, 'base64');
  }

  async print(): Promise<void> {
    await this.cdp.send('Page.printToPDF', { printBackground: false });
  }

  async setBounds(bounds: Protocol.Browser.Bounds): Promise<void> {
    const { browser } = this.chromium.cdp;
    const { windowId } = await browser.send('Browser.getWindowForTarget', { targetId: this.targetId });
    await browser.attempt('Browser.setWindowBounds', { windowId, bounds });
  }

  async focus(): Promise<void> {
    await this.cdp.attempt('Page.bringToFront');
  }

  async setZoom(factor: number): Promise<void> {
    await this.cdp.attempt('Emulation.setPageScaleFactor', { pageScaleFactor: factor });
  }

  private async prepare(preload: string | undefined): Promise<void> {
    const { cdp } = this;
    const { browser } = this.chromium.cdp;
    this.listen();
    await cdp.send('Page.enable');
    await cdp.send('Runtime.enable');
    await cdp.send('Inspector.enable');
    await cdp.send('Page.setLifecycleEventsEnabled', { enabled: true });
    this.mainFrame = (await cdp.send('Page.getFrameTree')).frameTree.frame.id;
    await this.renderer.install(preload);
    await this.applyTheme();
    onThemeChange(() => void this.applyTheme());
    browser.on('Target.targetDestroyed', ({ targetId }) => {
      if (targetId === this.targetId) this.listener.onClosed();
    });
    await browser.send('Target.setDiscoverTargets', { discover: true });
    browser.on('Browser.downloadWillBegin', ({ url, suggestedFilename }) =>
      this.listener.onDownload(url, suggestedFilename),
    );
  }

  /** The document Chromium starts with must be there: were it still on its way, it would end the app's own load. */
  private async started(): Promise<void> {
    for (;;) {
      const { frame } = (await this.cdp.send('Page.getFrameTree')).frameTree;
      if (frame.url.startsWith('data:')) return;
      await delay(10);
    }
  }

  private listen(): void {
    const { cdp, listener } = this;
    cdp.on('Page.frameRequestedNavigation', ({ frameId, url }) => this.requested.set(frameId, withoutHash(url)));
    cdp.on('Page.frameNavigated', ({ frame }) => {
      this.requested.delete(frame.id);
      if (frame.parentId === undefined) listener.onNavigated(frame.url + (frame.urlFragment ?? ''));
    });
    cdp.on('Page.navigatedWithinDocument', ({ frameId, url }) => {
      this.requested.delete(frameId);
      if (frameId === this.mainFrame) listener.onNavigated(url);
    });
    cdp.on('Page.lifecycleEvent', ({ frameId, loaderId, name }) => {
      if (frameId !== this.mainFrame || name !== 'load') return;
      this.loaded.add(loaderId);
      listener.onLoaded();
      this.loads.get(loaderId)?.();
      this.loads.delete(loaderId);
    });
    cdp.on('Runtime.consoleAPICalled', ({ type, args, stackTrace }) => {
      const message = args.map((arg) => String(arg.value ?? arg.description ?? arg.type)).join(' ');
      const frame = stackTrace?.callFrames[0];
      listener.onConsole(type, message, frame?.url ?? '', frame?.lineNumber ?? 0);
    });
    cdp.on('Inspector.targetCrashed', () => listener.onCrashed());
  }

  /** Whether a document's request may go on: asks the app when the page itself, and nobody else, wanted it. */
  private async allowNavigation(paused: Paused): Promise<boolean> {
    const url = paused.request.url + (paused.request.urlFragment ?? '');
    const isMainFrame = paused.frameId === this.mainFrame;
    if (paused.redirectedRequestId !== undefined) {
      this.listener.onRedirect(url);
      return true;
    }
    const key = withoutHash(url);
    const fromHost = isMainFrame && this.fromHost.delete(key);
    // The renderer reports its wish before its request can be paused, but on another pipe; asking the renderer would
    // not help, for Chromium holds back what is said to it while it navigates.
    for (let waited = 0; !fromHost && waited < GRACE && this.requested.get(paused.frameId) !== key; waited += 10) {
      await delay(10);
    }
    const wished = !fromHost && this.requested.get(paused.frameId) === key;
    this.requested.delete(paused.frameId);
    if (wished && !this.listener.mayNavigate(url, isMainFrame)) return false;
    if (isMainFrame) this.listener.onNavigationStarted(url);
    return true;
  }

  private async applyTheme(): Promise<void> {
    await this.cdp.attempt('Emulation.setEmulatedMedia', { features: themeFeatures() });
  }
}

function withoutHash(url: string): string {
  return url.split('#', 1)[0] ?? url;
}
