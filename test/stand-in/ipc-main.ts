import { refuseRest } from './refuse.ts';

type Handler = (event: unknown, ...args: unknown[]) => unknown;
const handlers = new Map<string, Handler>();

export const ipcMain = refuseRest('ipcMain', {
  handle: (channel: string, handler: Handler) => {
    if (handlers.has(channel)) throw new Error(`stand-in: ${channel} has a handler already`);
    handlers.set(channel, handler);
  },
});

/** Runs a handler as Electron does: a thrown error travels as its message only. */
export async function invokeHandler(
  channel: string,
  event: unknown,
  args: readonly unknown[],
): Promise<{ value?: unknown } | { error: string }> {
  const handler = handlers.get(channel);
  if (handler === undefined) return { error: `Error invoking remote method '${channel}': no handler registered` };
  try {
    return { value: await handler(event, ...args) };
  } catch (error) {
    return { error: `Error invoking remote method '${channel}': ${String(error)}` };
  }
}
