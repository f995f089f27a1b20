/** The system's Chromium as one application window, driven over a pipe. */
import { existsSync } from 'node:fs';
import { type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core';

export interface ChromiumWindow {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly cdp: CDPSession;
}

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Path of an installed Chromium, or null. */
export function findChromium(): string | null {
  return [process.env['KEYRACK_CHROMIUM'] ?? '', ...CANDIDATES].find((path) => path !== '' && existsSync(path)) ?? null;
}

export async function openChromium(input: {
  readonly profile: string;
  readonly width: number;
  readonly height: number;
  readonly debugPort: string | undefined;
}): Promise<ChromiumWindow> {
  const executablePath = findChromium();
  if (executablePath === null)
    throw new Error('stand-in: no Chromium; install the package chromium or set KEYRACK_CHROMIUM');
  const context = await chromium.launchPersistentContext(input.profile, {
    executablePath,
    headless: false,
    viewport: null,
    // Chromium refuses its own sandbox to root; everyone else keeps it.
    chromiumSandbox: process.getuid?.() !== 0,
    ignoreDefaultArgs: ['--enable-automation'],
    args: [
      '--app=data:text/html,<title>Keyrack</title>',
      `--window-size=${input.width},${input.height}`,
      '--window-position=0,0',
      '--test-type',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-domain-reliability',
      // No name is ever resolved: what the origin handler does not answer does not leave.
      '--host-resolver-rules=MAP * ~NOTFOUND',
      ...(input.debugPort === undefined ? [] : [`--remote-debugging-port=${input.debugPort}`]),
    ],
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  const page = context.pages()[0] ?? (await context.waitForEvent('page'));
  return { context, page, cdp: await context.newCDPSession(page) };
}
