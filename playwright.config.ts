import { defineConfig } from '@playwright/test';
import type { ShellOption } from './test/e2e/desk.ts';

export default defineConfig<ShellOption>({
  testDir: 'test/e2e',
  globalSetup: './test/e2e/before-all.ts',
  // Playwright resolves modules by tsconfig's `paths`, which are for the type checker alone.
  tsconfig: 'test/e2e/tsconfig.json',
  // Against what hangs, not what is slow: a machine with much else to do takes a while.
  timeout: 300_000,
  expect: { timeout: 20_000 },
  // Each has a hotel, with its server, of its own; a file's stories are told one after the other. They wait for the screen as much as
  // they compute: three where there are two cores.
  workers: 3,
  fullyParallel: false,
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list'], ['json']],
  outputDir: 'test-results',
  // One suite, two windows: where Electron's program is missing, its half is skipped and says so.
  projects: [
    { name: 'stand-in', use: { shell: 'stand-in' } },
    { name: 'electron', use: { shell: 'electron' } },
  ],
});
