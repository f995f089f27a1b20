/** Electron's own program: its npm package is without it, and closed networks cannot fetch it. Never a reason to fail. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROBE = 'https://github.com/electron/electron/releases';
const PROBE_MS = 4_000;
const FETCH_MS = 5 * 60_000;

/** @returns the program, fetched if that is possible; null where it cannot be had */
export async function findElectron(root: string, say: (text: string) => void): Promise<string | null> {
  const folder = join(root, 'node_modules', 'electron');
  const there = programIn(folder);
  if (there !== null) return there;
  if (!(await reachable())) {
    say('Electron is not here and cannot be fetched from this network.');
    return null;
  }
  say('Fetching Electron …');
  const { status } = spawnSync(process.execPath, [join(folder, 'install.js')], { timeout: FETCH_MS, stdio: 'ignore' });
  if (status !== 0) say('Electron could not be fetched.');
  return programIn(folder);
}

/** @returns the program that an earlier fetch has left, or null */
export function programIn(folder: string): string | null {
  const path = join(folder, 'path.txt');
  if (!existsSync(path)) return null;
  const program = join(folder, 'dist', readFileSync(path, 'utf8').trim());
  return existsSync(program) ? program : null;
}

async function reachable(): Promise<boolean> {
  try {
    await fetch(PROBE, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(PROBE_MS) });
    return true;
  } catch {
    return false;
  }
}
