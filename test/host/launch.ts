/** Starts the app on the stand-in for a test, and gives the test its pages. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { ControlMessage, HostMessage } from './control.ts';

/** How to start the app. */
export interface LaunchOptions {
  /** The built main script. */
  mainBundle: string;
  /** The app's arguments, such as --user-data-dir=…. */
  args?: readonly string[];
  /** Added to this process's environment. */
  env?: Readonly<Record<string, string>>;
  /** The X display, when not the environment's. */
  display?: string;
  /**
   * Keeps the page focused whatever the display does (the default), so that keys and focus rings are the same on every
   * machine; without, focus and blur are the real window's.
   */
  emulateFocus?: boolean;
  /** How long the first window may take to load, in milliseconds. */
  timeout?: number;
}

/** The running app. */
export interface StandIn {
  process: ChildProcess;
  /** The first window's page, loaded. */
  page: Page;
  browser: Browser;
  /** The pages of all windows that have loaded and are still there, the first window's first. */
  pages(): Page[];
  /** What the app and the host wrote to stdout and stderr so far. */
  output(): string;
  /** Lets powerMonitor say something: suspend, resume, lock-screen, … */
  power(event: Extract<ControlMessage, { type: 'power' }>['event']): void;
  /** Sets how long powerMonitor says nobody has touched the machine. */
  idle(seconds: number): void;
  /** Quits the app as a user would; ends it if it does not quit. */
  close(): Promise<void>;
}

/** Starts the app and waits until its first window has loaded. */
export async function launchStandIn(options: LaunchOptions): Promise<StandIn> {
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./run.ts', import.meta.url)), options.mainBundle, ...(options.args ?? [])],
    {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        ...inherited,
        KEYRACK_HOST_DEBUG_PORT: '0',
        ...(options.display === undefined ? {} : { DISPLAY: options.display }),
        ...options.env,
      },
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const end = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      if (child.connected) child.send({ type: 'quit' } satisfies ControlMessage);
      const left = await Promise.race([exited, delay(10_000, undefined, { ref: false })]);
      if (!left) child.kill('SIGKILL');
      await exited;
    }
  };
  const attached: Attached[] = [];
  const attach = async (endpoint: string) => {
    const made = await attachTo(endpoint, options.emulateFocus ?? true);
    attached.push(made);
    return made;
  };
  child.on('message', (message: HostMessage) => {
    if (message.type !== 'debug' || message.first) return;
    // A window that is closed again before anybody could attach is no failure.
    attach(message.endpoint).catch(() => undefined);
  });
  try {
    const { browser, page } = await attach(await waitForWindow(child, options.timeout ?? 30_000));
    const send = (message: ControlMessage) => {
      child.send(message);
    };
    return {
      process: child,
      page,
      browser,
      pages: () => attached.map((one) => one.page).filter((one) => !one.isClosed()),
      output: () => output,
      power: (event) => send({ type: 'power', event }),
      idle: (seconds) => send({ type: 'idle', seconds }),
      close: async () => {
        await end();
        for (const one of attached) await one.browser.close();
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`the app did not start: ${String(error)}\n${output}`, { cause: error });
  }
}

interface Attached {
  readonly browser: Browser;
  readonly page: Page;
}

/** Attaches to one window. */
async function attachTo(endpoint: string, emulateFocus: boolean): Promise<Attached> {
  // Without Playwright's defaults: the stand-in has decided about downloads, focus and media.
  const browser = await chromium.connectOverCDP(endpoint, { noDefaults: true });
  const page = browser.contexts()[0]?.pages()[0];
  if (!page) throw new Error('the window has no page');
  if (emulateFocus) {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Emulation.setFocusEmulationEnabled', { enabled: true });
  }
  return { browser, page };
}

async function waitForWindow(child: ChildProcess, timeout: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let endpoint: string | undefined;
  let ready = false;
  child.on('message', (message: HostMessage) => {
    if (message.type === 'ready') ready = true;
    else if (message.first) endpoint = message.endpoint;
    if (ready && endpoint !== undefined) resolve(endpoint);
  });
  child.once('exit', (code, signal) => reject(new Error(`it ended (${code ?? signal}) before its window had loaded`)));
  child.once('error', reject);
  const timer = setTimeout(() => reject(new Error(`no window within ${timeout} ms`)), timeout);
  return await promise.finally(() => clearTimeout(timer));
}
