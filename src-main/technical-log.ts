/** The technical log: what happened and why, for IT, never about whom. Values have no way in: only names and codes are taken. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { destination, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

export function createTechnicalLog(folder: string): Logger {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = destination({ dest: join(folder, 'keyrack.log'), mkdir: true, sync: true, mode: 0o600 });
  return pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, file);
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
