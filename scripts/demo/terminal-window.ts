/** Starts the built terminal in its window: to be used, or to be photographed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { launchTerminal } from '../../test/host/launch-terminal.ts';
import type { DemoEmployee } from './staff.ts';

export interface DemoTerminal {
  readonly root: string;
  readonly userData: string;
  /** Electron's program; null for the stand-in. */
  readonly electron: string | null;
  readonly env: NodeJS.ProcessEnv;
}

/** Runs the terminal until its window is closed or this process is told to end. */
export async function runTerminal({ root, userData, electron, env }: DemoTerminal): Promise<void> {
  const data = `--user-data-dir=${userData}`;
  const [program, args] =
    electron === null
      ? [process.execPath, [join(root, 'test/host/run.ts'), join(root, 'out/main/main.js'), data]]
      : [electron, [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), root, data]];
  const child = spawn(program, args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
  const end = () => child.kill('SIGTERM');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  await once(child, 'exit');
}

/** Signs the first of the staff in and writes a picture of what she sees. */
export async function photographToday(
  terminal: DemoTerminal,
  [person]: readonly DemoEmployee[],
  file: string,
): Promise<void> {
  if (person === undefined) throw new Error('the demo hotel has no staff');
  const { page, waitForWindow, close } = await launchTerminal(terminal);
  try {
    await page.getByRole('option').filter({ hasText: person.staffNumber }).click();
    const prompt = await waitForWindow('/prompt.html');
    await prompt.getByLabel('密码').fill(person.password);
    await prompt.keyboard.press('Enter');
    await page.getByRole('listbox').getByRole('option').first().waitFor();
    await page.screenshot({ path: file });
  } finally {
    await close();
  }
}
