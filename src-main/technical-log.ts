/** The technical log: what happened and why, for IT, never about whom. Values have no way in: only names and codes are taken. */
import { mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

export function createTechnicalLog(folder: string): Logger {
  return pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write: appender(folder) });
}

/**
 * Writes lines to the end of the file at once. What cannot be written is lost: a full disk, which the access log refuses to work
 * on and the window shows, must not take the program down with it here.
 */
function appender(folder: string): (line: string) => void {
  let file: number | null = null;
  const append = (line: string) => {
    try {
      file ??= openForAppending(folder);
      writeSync(file, line);
    } catch {
      // There is no other place to say it.
    }
  };
  // The file is there from the start, where somebody looks for it.
  append('');
  return append;
}

function openForAppending(folder: string): number {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return openSync(join(folder, 'keyrack.log'), 'a', 0o600);
}

/**
 * Where an error happened, without its message: a message can quote a value, a stack line cannot.
 * @returns class name and code, and the lines of the stack
 */
export function traceOf(error: unknown): { readonly kind: string; readonly at: readonly string[] } {
  if (!(error instanceof Error)) return { kind: typeof error, at: [] };
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  const at = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { kind: error.name + code, at: at.slice(0, 12).map((line) => line.trim()) };
}
