/** The server's program as an operator runs it: a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const PROGRAM = fileURLToPath(new URL('../../../src-server/main.ts', import.meta.url));
const Listening = z.strictObject({ listening: z.url(), ca: z.string() });

export interface ServerProcess {
  readonly url: string;
  readonly caPem: string;
  readonly pid: number;
  stderr(): string;
  /** Sends a signal and waits for the end. @returns the exit code, null for one that was killed */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts the server and waits until it listens. @throws with its complaint when it ends instead */
export async function startProcess(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
  const { child, output } = launch(args, env);
  const ended = once(child, 'close');
  const line = await Promise.race([firstLine(child), ended.then(() => null)]);
  if (line === null) throw new Error(`the server ended: ${output.stderr}`);
  const { listening: url, ca } = Listening.parse(JSON.parse(line));
  return {
    url,
    caPem: readFileSync(ca, 'utf8'),
    pid: child.pid ?? 0,
    stderr: () => output.stderr,
    end: async (signal) => {
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
  };
}

/** Runs the program to its end. */
export async function runProgram(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { child, output } = launch(args, env);
  await once(child, 'close');
  return { code: child.exitCode, ...output };
}

/** Whatever a test that failed has left running goes when the tests go. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

function launch(args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'], ...env },
  });
  running.add(child);
  child.on('exit', () => running.delete(child));
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (bytes) => {
    output.stdout += String(bytes);
  });
  child.stderr.on('data', (bytes) => {
    output.stderr += String(bytes);
  });
  return { child, output };
}

function firstLine({ stdout }: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    stdout?.on('data', (bytes) => {
      text += String(bytes);
      const [line, ...rest] = text.split('\n');
      if (line !== undefined && rest.length > 0) resolve(line);
    });
  });
}
