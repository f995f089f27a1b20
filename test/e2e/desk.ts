/** What the stories in the window are told with: a hotel with its server, a terminal of it, and the hands of its staff. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base, expect, type Page } from '@playwright/test';
import { programIn } from '../../scripts/demo/electron-binary.ts';
import { type DemoHotel, generateHotel } from '../../scripts/demo/hotel.ts';
import { type DemoServer, startDemoServer } from '../../scripts/demo/serve.ts';
import type { DemoEmployee } from '../../scripts/demo/staff.ts';
import { codeOf } from '../../scripts/demo/staff-codes.ts';
import { launchTerminal, type TerminalWindow } from '../host/launch-terminal.ts';
import { copyFoundedServer } from '../integration/server/made-once.ts';
import { renewSecondFactors } from '../integration/terminal/second-factors.ts';
import { PLAN } from './plan.ts';

export { expect } from '@playwright/test';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const PICTURES = process.env['KEYRACK_PICTURES'] ?? join(ROOT, 'test-results', 'pictures');

export interface ShellOption {
  readonly shell: 'electron' | 'stand-in';
}

export interface Hotel {
  readonly server: DemoServer;
  /** The truth behind the masks: what was sealed when the hotel was founded. */
  readonly plain: DemoHotel;
}

/** A terminal that a test starts, and may start again on the same folder. */
interface Desk {
  readonly userData: string;
  start(more?: {
    readonly config?: object | null;
    readonly env?: NodeJS.ProcessEnv;
    /** Where the built app is, when it is not this one. */
    readonly root?: string;
    /** The folder of another terminal, where a story has two. */
    readonly folder?: string;
  }): Promise<TerminalWindow>;
}

/** The window of a page that a test was given: its prompt is another. */
const windowOf = new WeakMap<Page, TerminalWindow>();

interface TestParts {
  readonly desk: Desk;
}
interface WorkerParts extends ShellOption {
  readonly hotel: Hotel;
}

export const test = base.extend<TestParts, WorkerParts>({
  shell: ['stand-in', { option: true, scope: 'worker' }],

  hotel: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from the pattern
    async ({}, use) => {
      const dataDir = mkdtempSync(join(tmpdir(), 'keyrack-e2e-server-'));
      await copyFoundedServer(dataDir, PLAN);
      const server = await startDemoServer({ ...PLAN, dataDir });
      await use({ server, plain: generateHotel(PLAN) });
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  desk: async ({ hotel, shell }, use) => {
    const electron = shell === 'electron' ? programIn(join(ROOT, 'node_modules', 'electron')) : null;
    base.skip(shell === 'electron' && electron === null, 'the Electron binary cannot be had here');
    await renewSecondFactors(hotel.server);
    const userData = mkdtempSync(join(tmpdir(), 'keyrack-e2e-terminal-'));
    const windows: TerminalWindow[] = [];
    await use({
      userData,
      start: async ({ config = {}, env = {}, root = ROOT, folder = userData } = {}) => {
        const { url, caFile } = hotel.server;
        const whole = { serverUrl: url, caFile, terminalName: '前台 1', demo: true, ...config };
        if (config !== null) writeFileSync(join(folder, 'terminal.json'), JSON.stringify(whole));
        const window = await launchTerminal({ root, userData: folder, electron, env });
        await window.page.emulateMedia({ reducedMotion: 'reduce' });
        windows.push(window);
        windowOf.set(window.page, window);
        return window;
      },
    });
    for (const window of windows) await window.close();
    rmSync(userData, { recursive: true, force: true });
  },
});

/** A copy of the built app that a test may break. It goes with the folder of the test's terminal. */
export function copyApp(desk: Pick<Desk, 'userData'>): string {
  const root = join(desk.userData, 'app');
  cpSync(join(ROOT, 'out'), join(root, 'out'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(root, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  return root;
}

/** One of the staff. */
export function personOf(hotel: { readonly server: Pick<DemoServer, 'staff'> }, staffNumber: string): DemoEmployee {
  const person = hotel.server.staff.find((one) => one.staffNumber === staffNumber);
  if (person === undefined) throw new Error(`nobody has the staff number ${staffNumber}`);
  return person;
}

/** Waits until the hotel's data has arrived for the first time. */
export async function waitForFirstSync(page: Page): Promise<void> {
  await expect(page.getByRole('option').first()).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('status')).toBeHidden({ timeout: 30_000 });
}

/** Signs somebody in from the list of staff, with the keyboard. */
export async function signIn(page: Page, person: DemoEmployee): Promise<void> {
  await waitForFirstSync(page);
  await page.getByRole('combobox').fill(person.staffNumber);
  // Rows of the staff may come late in the first sync.
  await expect(page.getByRole('option').filter({ hasText: person.staffNumber })).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press('Enter');
  await typePassword(page, person);
}

/** The page of main's own window, in front of this page's. */
export async function promptOf(page: Page): Promise<Page> {
  const prompt = await windowOf.get(page)?.waitForWindow('/prompt.html');
  if (prompt === undefined) throw new Error('the page is not the terminal’s');
  await prompt.emulateMedia({ reducedMotion: 'reduce' });
  return prompt;
}

/** Types the password of whoever is picked. */
export async function typePassword(page: Page, person: DemoEmployee): Promise<void> {
  const prompt = await promptOf(page);
  await expect(prompt.locator('input[type=password]')).toBeFocused();
  await prompt.keyboard.type(person.password);
  await prompt.keyboard.press('Enter');
  await expect(page.getByRole('navigation')).toBeVisible();
}

/** Types the code that the person's phone shows now, or so many milliseconds ahead: the next half minute's counts already. */
export async function typeCode(page: Page, person: DemoEmployee, ahead = 0): Promise<void> {
  const prompt = await promptOf(page);
  await expect(prompt.getByRole('textbox').first()).toBeFocused();
  await prompt.keyboard.type(codeOf(person, Date.now() + ahead));
  await expect(page.getByRole('dialog', { name: /^(第二重验证|Second factor)/ })).toBeHidden();
}

/** Locks with the keyboard, and waits for the page that is loaded anew: what is pressed on the one before goes with it. */
export async function lockTerminal(page: Page): Promise<void> {
  const loaded = page.waitForEvent('load');
  await page.keyboard.press('Control+l');
  await loaded;
}

/** Opens a guest's record by what a person would type into the command bar. */
export async function openGuest(page: Page, typed: string, masked: string): Promise<void> {
  await page.keyboard.press('Control+k');
  const bar = page.getByRole('dialog');
  await expect(bar.getByRole('textbox')).toBeFocused();
  await page.keyboard.type(typed);
  await expect(bar.getByRole('button').first()).toContainText(masked);
  await bar.getByRole('button').first().click();
  await expect(bar).toBeHidden();
}

/** Looks at a sealed field for the purpose of this number in the menu. */
export async function revealFor(page: Page, field: string, purpose: number): Promise<void> {
  await page
    .locator(`[data-field=${field}]`)
    .getByRole('button', { name: /显示|Reveal/ })
    .click();
  await expect(page.getByRole('menuitem').first()).toBeFocused();
  await page.keyboard.press(String(purpose));
}

/** Whether a text is anywhere in the memory of a page's scripts: in the page, in the preload, in what it sent or was sent. */
export async function holdsInMemory(page: Page, text: string): Promise<boolean> {
  const cdp = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  cdp.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await cdp.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await cdp.detach();
  return chunks.join('').includes(text);
}

/** Writes what is shown, to be looked at by a person. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  // The prompt's window is made as large as its step: nothing of it is cut off, in any language.
  if (page.url().endsWith('/prompt.html')) {
    const hidden = page.locator('main').evaluate((main) => main.scrollHeight - main.clientHeight);
    expect.soft(await hidden, `${name}: pixels below the window's edge`).toBe(0);
  }
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

/** Writes what is shown in both languages, and leaves it in the one it was in. */
export async function pictures(page: Page, name: string, shown = page): Promise<void> {
  const isEnglish = (await page.locator('html').getAttribute('lang')) === 'en';
  const order = isEnglish ? (['zh-CN', 'en'] as const) : (['en', 'zh-CN'] as const);
  for (const language of order) {
    await page.evaluate((locale) => Reflect.get(window, 'keyrack')['preferences.set']({ locale }), language);
    await expect(shown.locator('html')).toHaveAttribute('lang', language);
    await picture(shown, `${name}-${language}`);
  }
}
