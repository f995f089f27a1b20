/**
 * The wrapper around every channel (DESIGN §6): sender, input, run, output, errors. It knows nothing of Electron, so that the
 * hostile-input tests run it as it is.
 */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { Channel, Contract, HandlersOf } from '../../src-shared/ipc/channel.ts';
import type { ErrorCode, IpcResult } from '../../src-shared/ipc/errors.ts';
import { LogUnavailable } from '../access-log/log.ts';
import { classifyStoreError } from '../store/open.ts';
import { refuse } from './desk.ts';

/** Where unexpected errors go: an id and a stack whose message is not printed, since it could quote a value. */
export type IncidentSink = (incident: {
  readonly id: string;
  readonly channel: string;
  readonly error: unknown;
}) => void;

/**
 * Answers one call. Never throws: whatever goes wrong is a typed error, and what was not expected is an opaque one with an id.
 * @param contract the channels of the window that calls
 * @param fromOwnPage whether the sender is the main frame of that window, with a page of our own origin
 */
export async function serveChannel<T extends Contract<T>, C extends keyof T & string>(
  contract: T,
  name: C,
  handlers: HandlersOf<T>,
  fromOwnPage: boolean,
  rawInput: unknown,
  onIncident: IncidentSink,
): Promise<IpcResult<z.output<T[C]['output']>>> {
  if (!fromOwnPage) return refuse('foreign-sender');
  const { input, output, errors }: Channel = contract[name];
  try {
    const parsed = input.safeParse(rawInput);
    if (!parsed.success) return refuse('invalid-input', { field: fieldOf(parsed.error.issues[0]?.path) });
    const result = await handlers[name](parsed.data as z.output<T[C]['input']>);
    if (!result.ok) {
      if (errors.includes(result.error.code)) return result;
      throw new Error(`channel ${name} does not declare the error ${result.error.code}`);
    }
    // Strict schemas drop nothing silently: a field that is not declared does not leave, it fails.
    return { ok: true, value: output.parse(result.value) as z.output<T[C]['output']> };
  } catch (error) {
    return known(error, errors) ?? opaque(error, name, onIncident);
  }
}

function known(error: unknown, errors: readonly ErrorCode[]): { ok: false; error: { code: ErrorCode } } | null {
  const code = codeOf(error);
  return code !== null && errors.includes(code) ? refuse(code) : null;
}

function codeOf(error: unknown): ErrorCode | null {
  if (error instanceof LogUnavailable) return error.problem === 'disk-full' ? 'disk-full' : 'log-unavailable';
  return classifyStoreError(error) === 'disk-full' ? 'disk-full' : null;
}

function opaque(
  error: unknown,
  channel: string,
  onIncident: IncidentSink,
): { ok: false; error: { code: 'internal'; incident: string } } {
  const id = randomUUID();
  onIncident({ id, channel, error });
  return { ok: false, error: { code: 'internal', incident: id } };
}

function fieldOf(path: readonly PropertyKey[] | undefined): string {
  return path === undefined || path.length === 0 ? 'input' : path.map(String).join('.');
}
