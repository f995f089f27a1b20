import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';
export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * The one logger: JSON lines on stderr, so that stdout stays for the line that says where the server listens. What it is given
 * names routes, statuses and ids; never bodies, tokens or query strings.
 */
export function createLog(level: LogLevel, destination: DestinationStream = pino.destination(2)): Logger {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: describeError } },
    destination,
  );
}

/** An error's kind and place without its message: a database's or a parser's message may quote a value. */
function describeError(error: unknown): { type: string; code?: string; at: string[] } {
  if (!(error instanceof Error)) return { type: typeof error, at: [] };
  const at = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    ...('code' in error ? { code: String(error.code) } : {}),
    at: at.slice(0, 12).map((line) => line.trim()),
  };
}
