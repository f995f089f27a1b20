/** Electron's app: readiness, quitting, paths and the one lock. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { removeStaleProfiles } from './chromium.ts';
import { KnownEvents, notImplemented, preventable, refuseUnknown } from './refuse.ts';
import { InstanceLock } from './single-instance.ts';

const EVENTS = [
  'ready',
  'second-instance',
  'window-all-closed',
  'before-quit',
  'will-quit',
  'quit',
  'web-contents-created',
  'browser-window-created',
  'activate',
];

/** What the app needs to close of a window. */
interface Closable {
  close(): void;
  isClosing(): boolean;
}

const windows = new Set<Closable>();
const ready = Promise.withResolvers<void>();
let windowsEnded = Promise.withResolvers<void>();

class CommandLineStandIn {
  private readonly switches = new Map<string, string>();

  constructor(args: string[]) {
    for (const arg of args) {
      const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
      if (name !== undefined) this.switches.set(name, value ?? '');
    }
  }

  appendSwitch(name: string, value = ''): void {
    this.switches.set(name, value);
  }

  hasSwitch(name: string): boolean {
    return this.switches.has(name);
  }

  getSwitchValue(name: string): string {
    return this.switches.get(name) ?? '';
  }

  removeSwitch(name: string): void {
    this.switches.delete(name);
  }
}

class AppStandIn extends KnownEvents {
  readonly isPackaged = false;
  readonly dock = undefined;
  readonly commandLine = refuseUnknown('app.commandLine', new CommandLineStandIn(process.argv.slice(2)));
  name: string;
  private readonly version: string;
  private readonly paths = new Map<string, string>();
  private isReadyNow = false;
  private scheduled = false;
  private quitting = false;
  private lock: InstanceLock | undefined;

  constructor() {
    super('app', EVENTS);
    const { name, productName, version } = readManifest(process.argv[1] ?? '');
    this.name = productName ?? name ?? 'stand-in';
    this.version = version ?? '0.0.0';
  }

  /** As Electron, ready comes after the synchronous part of the main script. */
  whenReady(): Promise<void> {
    if (!this.scheduled) setTimeout(becomeReady, 0);
    this.scheduled = true;
    return ready.promise;
  }

  isReady(): boolean {
    return this.isReadyNow;
  }

  /** Asks everyone who may prevent it, closes the windows, then ends the process. */
  quit(): void {
    if (this.quitting || !this.asked('before-quit')) return;
    this.quitting = true;
    for (const window of windows) window.close();
    void this.quitWhenClosed();
  }

  /** Ends the process without asking. */
  exit(exitCode = 0): void {
    this.emit('quit', preventable({}), exitCode);
    process.exit(exitCode);
  }

  requestSingleInstanceLock(additionalData?: Record<string, unknown>): boolean {
    this.lock ??= new InstanceLock(this.getPath('userData'));
    return this.lock.take(
      { argv: process.argv, cwd: process.cwd(), data: additionalData ?? null },
      ({ argv, cwd, data }) => this.emit('second-instance', preventable({}), argv, cwd, data),
    );
  }

  hasSingleInstanceLock(): boolean {
    return this.lock?.held ?? false;
  }

  releaseSingleInstanceLock(): void {
    this.lock?.release();
  }

  getPath(name: string): string {
    const path = this.paths.get(name) ?? this.defaultPath(name);
    if (name === 'userData' || name === 'logs') mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  }

  setPath(name: string, path: string): void {
    this.paths.set(name, path);
  }

  getAppPath(): string {
    return manifestFolder(process.argv[1] ?? '');
  }

  getName(): string {
    return this.name;
  }

  setName(name: string): void {
    this.name = name;
  }

  getVersion(): string {
    return this.version;
  }

  getLocale(): string {
    return this.commandLine.getSwitchValue('lang') || Intl.DateTimeFormat().resolvedOptions().locale;
  }

  getPreferredSystemLanguages(): string[] {
    return [this.getLocale()];
  }

  // The renderer is always sandboxed as far as Chromium can; there is no GPU, taskbar or dock to speak to.
  enableSandbox(): void {}

  setAppUserModelId(): void {}

  disableHardwareAcceleration(): void {}

  focus(): void {}

  /** For the host only: see becomeReady. */
  markReady(): void {
    if (this.isReadyNow) return;
    this.isReadyNow = true;
    removeStaleProfiles(this.getPath('userData'));
    ready.resolve();
    this.emit('ready', preventable({}), {});
  }

  /** For the host only: the last window is gone. */
  allClosed(): void {
    if (this.quitting) return;
    if (this.listenerCount('window-all-closed') === 0) this.quit();
    else this.emit('window-all-closed');
  }

  private async quitWhenClosed(): Promise<void> {
    // A window that is still open now was kept open by its 'close' listener: that ends the quit, as in Electron.
    await new Promise((later) => setImmediate(later));
    while (windows.size > 0) {
      if (keptOpen()) {
        this.quitting = false;
        return;
      }
      await windowsEnded.promise;
    }
    if (!this.asked('will-quit')) {
      this.quitting = false;
      return;
    }
    this.exit(0);
  }

  private asked(event: string): boolean {
    const asking = preventable({});
    this.emit(event, asking);
    return !asking.defaultPrevented;
  }

  private defaultPath(name: string): string {
    const { XDG_CONFIG_HOME: chosenConfig } = process.env;
    const config = chosenConfig || join(homedir(), '.config');
    if (name === 'appData') return config;
    if (name === 'userData') {
      const chosen = this.commandLine.getSwitchValue('user-data-dir');
      return chosen === '' ? join(config, this.name) : resolve(chosen);
    }
    if (name === 'sessionData') return this.getPath('userData');
    if (name === 'logs') return join(this.getPath('userData'), 'logs');
    if (name === 'crashDumps') return join(this.getPath('userData'), 'Crashpad');
    if (name === 'temp') return tmpdir();
    if (name === 'home') return homedir();
    if (name === 'exe') return process.execPath;
    throw notImplemented(`app.getPath('${name}')`);
  }
}

const target = new AppStandIn();

/** Electron's `app`. */
export const app = refuseUnknown('electron.app', target);

/** For the host: the main script has run, or waits for this. */
export function becomeReady(): void {
  target.markReady();
}

/** For windows: one more is there. */
export function windowIsThere(window: Closable, contents: object): void {
  windows.add(window);
  app.emit('browser-window-created', preventable({}), window);
  app.emit('web-contents-created', preventable({}), contents);
}

/** For windows: one is gone. */
export function windowIsGone(window: Closable): void {
  windows.delete(window);
  windowsEnded.resolve();
  windowsEnded = Promise.withResolvers();
  if (windows.size === 0) target.allClosed();
}

function keptOpen(): boolean {
  return [...windows].some((window) => !window.isClosing());
}

function manifestFolder(main: string): string {
  let folder = dirname(resolve(main));
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

function readManifest(main: string): { name?: string; productName?: string; version?: string } {
  const file = join(manifestFolder(main), 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}
