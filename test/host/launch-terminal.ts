/** The built terminal in a window that a script can drive: one surface, whether Electron or the stand-in shows it. */
import { join } from 'node:path';
import { _electron, type Page } from 'playwright-core';
import type { ControlMessage } from './control.ts';
import { launchStandIn } from './launch.ts';

export interface TerminalWindow {
  readonly page: Page;
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
    return { page: app.page, power: async (event) => app.power(event), close: app.close };
  }
  const app = await _electron.launch({
    executablePath: electron,
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), root, data],
    env: { ...process.env, ...given } as Record<string, string>,
  });
  return {
    page: await app.firstWindow(),
    power: (event) => app.evaluate(({ powerMonitor }, name) => void powerMonitor.emit(name), event),
    close: () => app.close(),
  };
}
