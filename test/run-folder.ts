/**
 * What the tests of one run make once and share: a folder that is there before them and goes after them, whoever runs them. Vitest
 * and Playwright call {@link setup} and {@link teardown} once, in the process that starts the others.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const VARIABLE = 'KEYRACK_TEST_RUN';

/** Makes the folder, and has the processes that tests start keep their compiled code in it. */
export function setup(): void {
  const folder = mkdtempSync(join(tmpdir(), 'keyrack-run-'));
  process.env[VARIABLE] = folder;
  // Dozens of them load the same modules: Node compiles each once (NODE_COMPILE_CACHE).
  process.env['NODE_COMPILE_CACHE'] = join(folder, 'code');
}

/** Removes the folder. */
export function teardown(): void {
  // A program that is about to end may still write its compiled code.
  rmSync(runFolder(), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

/** The folder of this run. @throws when nobody has made one */
export function runFolder(): string {
  const folder = process.env[VARIABLE];
  if (folder === undefined) throw new Error(`${VARIABLE} is not set: tests are run by vitest or playwright`);
  return folder;
}
