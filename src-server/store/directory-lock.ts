import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Another running server has this data directory open. */
export class DirectoryInUse extends Error {
  override readonly name = 'DirectoryInUse';
  constructor(file: string, pid: number) {
    super(
      `data directory is in use by process ${pid}: stop that server first, or delete ${file} if it is none of ours`,
    );
  }
}

/** Directories this process holds: its own pid in a file it does not hold is left over from an earlier process. */
const held = new Set<string>();

/**
 * Holds a directory for this process by a file with its pid. A file left by a process that died is taken over.
 * @throws DirectoryInUse
 */
export async function lockDirectory(directory: string): Promise<{ release(): Promise<void> }> {
  const file = join(directory, 'server.pid');
  if (held.has(file)) throw new DirectoryInUse(file, process.pid);
  held.add(file);
  try {
    await take(file);
  } catch (error) {
    held.delete(file);
    throw error;
  }
  return {
    release: async () => {
      await rm(file, { force: true });
      held.delete(file);
    },
  };
}

async function take(file: string): Promise<void> {
  for (;;) {
    try {
      await writeFile(file, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
      return;
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
    const pid = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10);
    if (pid !== process.pid && isAlive(pid)) throw new DirectoryInUse(file, pid);
    await rm(file, { force: true });
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return isCode(error, 'EPERM');
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
