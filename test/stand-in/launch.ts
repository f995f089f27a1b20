/** Starts the built app on the stand-in for a test and hands out the very page of its window. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Browser, chromium, type Page } from 'playwright-core';

export interface Launched {
  readonly process: ChildProcess;
  readonly page: Page;
  /** An event of the operating system: suspend, resume, lock-screen, unlock-screen. */
  power(event: 'suspend' | 'resume' | 'lock-screen' | 'unlock-screen'): void;
  /** Quits as a person would; resolves when every process is gone. */
  close(): Promise<void>;
}

const RUN = new URL('./run.ts', import.meta.url).pathname;

export async function launchStandIn(input: {
  readonly mainBundle: string;
  /** Data folder of the app. */
  readonly folder: string;
  readonly env?: NodeJS.ProcessEnv;
}): Promise<Launched> {
  const portFile = join(input.folder, 'chromium', 'DevToolsActivePort');
  rmSync(portFile, { force: true });
  const child = spawn(process.execPath, [RUN, input.mainBundle, `--user-data-dir=${input.folder}`], {
    env: { ...process.env, ...input.env, KEYRACK_HOST_DEBUG_PORT: '0' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  await Promise.race([
    new Promise<void>((loaded) => child.once('message', () => loaded())),
    exited.then(() => {
      throw new Error(`the app ended while starting, code ${child.exitCode}`);
    }),
  ]);
  const browser = await attach(portFile);
  const page = browser.contexts()[0]?.pages()[0];
  if (page === undefined) throw new Error('the window has no page');
  return {
    process: child,
    page,
    power: (event) => child.send({ type: 'power', event }),
    async close() {
      await browser.close().catch(() => undefined);
      if (child.connected) child.send({ type: 'quit' });
      const late = new AbortController();
      await Promise.race([
        exited,
        wait(15_000, undefined, { signal: late.signal }).then(
          () => child.kill('SIGKILL'),
          () => undefined,
        ),
      ]);
      late.abort();
    },
  };
}

async function attach(portFile: string): Promise<Browser> {
  for (let tries = 0; tries < 100 && !existsSync(portFile); tries++) await wait(50);
  const port = readFileSync(portFile, 'utf8').split('\n')[0];
  return chromium.connectOverCDP(`http://127.0.0.1:${port}`);
}
