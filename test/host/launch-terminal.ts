/** The built terminal in a window that a script can drive: one surface, whether Electron or the stand-in shows it. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { _electron, type Page } from 'playwright-core';
import type { ControlMessage } from './control.ts';
import { launchStandIn } from './launch.ts';

export interface TerminalWindow {
  readonly page: Page;
  /** The page of the window that shows this path of the app's origin, once it is there: the app has more windows than the first. */
  waitForWindow(path: string): Promise<Page>;
  /** What the operating system says of the machine: `suspend`, `lock-screen` … */
  power(event: Extract<ControlMessage, { type: 'power' }>['event']): Promise<void>;
  /** Quits as a person would. */
  close(): Promise<void>;
}

export interface TerminalLaunch {
  readonly root: string;
  readonly userData: string;
  /** Electron's program; null for the stand-in. */
  readonly electron: string | null;
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts the terminal and waits for its window's page. */
export async function launchTerminal({ root, userData, electron, env = {} }: TerminalLaunch): Promise<TerminalWindow> {
  const data = `--user-data-dir=${userData}`;
  const given = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  if (electron === null) {
    const app = await launchStandIn({ mainBundle: join(root, 'out/main/main.js'), args: [data], env: given });
    return {
      page: app.page,
      waitForWindow: (path) => windowWith(path, app.pages),
      power: async (event) => app.power(event),
      close: app.close,
    };
  }
  const app = await _electron.launch({
    executablePath: electron,
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), root, data],
    env: { ...process.env, ...given } as Record<string, string>,
  });
  return {
    page: await app.firstWindow(),
    waitForWindow: (path) => windowWith(path, () => app.windows()),
    power: (event) => app.evaluate(({ powerMonitor }, name) => void powerMonitor.emit(name), event),
    close: () => app.close(),
  };
}

const WINDOW_MS = 15_000;

async function windowWith(path: string, pages: () => readonly Page[]): Promise<Page> {
  const deadline = performance.now() + WINDOW_MS;
  for (;;) {
    const found = pages().find((page) => URL.canParse(page.url()) && new URL(page.url()).pathname === path);
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`no window shows ${path}`);
    await delay(20);
  }
}
