/** One Chromium process: one app window, its own throw-away profile, driven over a pipe and ended with the host. */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { CdpConnection } from './cdp.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const FLAGS = [
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-extensions',
  '--disable-sync',
  '--disable-quic',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-breakpad',
  '--disable-domain-reliability',
  '--disable-client-side-phishing-detection',
  '--disable-hang-monitor',
  '--disable-popup-blocking',
  '--disable-session-crashed-bubble',
  '--hide-crash-restore-bubble',
  '--disable-infobars',
  // A hidden or covered Electron window keeps working in a test; so must this one.
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-background-timer-throttling',
  '--disable-features=Translate,OptimizationHints,MediaRouter,AutofillServerCommunication,InterestFeedContentSuggestions',
  '--password-store=basic',
  '--use-mock-keychain',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  // Fetch interception answers every request; what it does not see (sockets) finds no host to go to.
  '--host-resolver-rules=MAP * ~NOTFOUND',
  '--remote-debugging-pipe',
];

const running = new Set<Chromium>();
let count = 0;

/** Where and how large the window starts. */
export interface ChromiumOptions {
  userData: string;
  width: number;
  height: number;
  x: number | undefined;
  y: number | undefined;
  language: string | undefined;
}

/** A running Chromium. */
export class Chromium {
  readonly cdp: CdpConnection;
  /** Settles when the process is gone and its profile removed. */
  readonly exited: Promise<void>;
  private readonly child: ChildProcess;
  private readonly profile: string;
  private readonly debugged: boolean;
  private gone = false;

  constructor(options: ChromiumOptions) {
    count += 1;
    this.profile = join(profilesOf(options.userData), `${process.pid}-${count}`);
    mkdirSync(this.profile, { recursive: true, mode: 0o700 });
    const { KEYRACK_HOST_DEBUG_PORT: port, KEYRACK_HOST_VERBOSE: verbose } = process.env;
    this.debugged = port !== undefined;
    const args = [
      ...FLAGS,
      `--user-data-dir=${this.profile}`,
      `--window-size=${options.width},${options.height}`,
      ...(options.x === undefined || options.y === undefined ? [] : [`--window-position=${options.x},${options.y}`]),
      ...(options.language === undefined ? [] : [`--lang=${options.language}`]),
      // Chromium's own sandbox refuses to run as root, which is what containers are.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      // Each Chromium has a port of its own: one that was asked for by number is the first's.
      ...(port === undefined ? [] : [`--remote-debugging-port=${count === 1 ? port : 0}`]),
      '--app=data:text/html,<title>Starting</title>',
    ];
    const errors = verbose === undefined ? 'ignore' : 'inherit';
    this.child = spawn(findChromium(), args, { stdio: ['ignore', 'ignore', errors, 'pipe', 'pipe'] });
    running.add(this);
    this.exited = new Promise((resolve) => {
      const over = () => {
        this.gone = true;
        running.delete(this);
        removeProfile(this.profile);
        resolve();
      };
      this.child.once('exit', over);
      this.child.once('error', (error) => {
        process.stderr.write(`stand-in: Chromium did not start: ${error.message}\n`);
        over();
      });
    });
    // The two pipes asked for in stdio above: Chromium reads 3 and writes 4.
    this.cdp = new CdpConnection(this.child.stdio[4] as Readable, this.child.stdio[3] as Writable);
  }

  /** Asks Chromium to close, and ends it if it does not. */
  async end(): Promise<void> {
    if (this.gone) return;
    void this.cdp.browser.attempt('Browser.close');
    await Promise.race([this.exited, delay(1500, undefined, { ref: false })]);
    this.kill();
    await this.exited;
  }

  /** Ends Chromium now. */
  kill(): void {
    if (!this.gone) this.child.kill('SIGKILL');
  }

  /** As kill, when no event loop turns any more. */
  killAtExit(): void {
    this.kill();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    removeProfile(this.profile);
  }

  /** The endpoint a second client can attach to, when one was asked for. */
  async debugEndpoint(): Promise<string | undefined> {
    if (!this.debugged) return undefined;
    const file = join(this.profile, 'DevToolsActivePort');
    while (!this.gone) {
      const [port, path] = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
      if (port && path) return `ws://127.0.0.1:${port}${path}`;
      await delay(20);
    }
    return undefined;
  }
}

/** Removes what a killed host left behind in this userData. */
export function removeStaleProfiles(userData: string): void {
  const folder = profilesOf(userData);
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const pid = Number.parseInt(name, 10);
    if (Number.isInteger(pid) && !existsProcess(pid)) removeProfile(join(folder, name));
  }
}

process.on('exit', () => {
  for (const chromium of running) chromium.killAtExit();
});

function profilesOf(userData: string): string {
  return join(userData, 'stand-in-chromium');
}

function removeProfile(profile: string): void {
  try {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  } catch {
    // A child of Chromium may still be writing; removeStaleProfiles takes the rest at the next start.
  }
}

function existsProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function findChromium(): string {
  const { KEYRACK_CHROMIUM: chosen, PATH: path = '' } = process.env;
  if (chosen) return chosen;
  const folders = path.split(delimiter);
  for (const name of NAMES) {
    for (const folder of folders) {
      const file = join(folder, name);
      try {
        accessSync(file, constants.X_OK);
        return file;
      } catch {
        // Not here; look further.
      }
    }
  }
  throw new Error('stand-in: no Chromium found (set KEYRACK_CHROMIUM)');
}
