import { PassThrough } from 'node:stream';
import type { z } from 'zod';
import { LIVE_HEARTBEAT_MS, type LiveEvent, routes } from '../../src-shared/sync/protocol.ts';
import type { App, HttpContext } from './app.ts';
import { PropertyParams } from './gate.ts';

/**
 * The live line of a terminal: server-sent events (WHATWG HTML §9.2) that name the newest seq, and a comment as heartbeat. It ends when
 * the terminal is revoked, when it opens another, and when the server stops.
 */
export function addLiveRoute(app: App, { store, gate, metrics }: HttpContext): void {
  /** By terminal. One each: a line that broke without a word is replaced by the next. */
  const lines = new Map<string, PassThrough>();
  app.addHook('preClose', async () => {
    for (const line of lines.values()) line.end();
  });
  app.get(
    routes.live(':property'),
    { onRequest: gate.admit, schema: { params: PropertyParams } },
    async (request, reply) => {
      const device = gate.deviceOf(request);
      lines.get(device)?.end();
      const line = new PassThrough();
      lines.set(device, line);
      metrics.lineOpened();
      const write = (text: string) => {
        // Who does not read is not waited for: the newest seq is said again with whatever comes next.
        if (!line.writableNeedDrain && !line.writableEnded) line.write(text);
      };
      const say = async (text: string) => {
        if (await gate.stillAdmits(request)) write(text);
        else line.end();
      };
      const unsubscribe = store.subscribe(request.params.property, (seq) => {
        const event: z.input<typeof LiveEvent> = { seq };
        void say(`data: ${JSON.stringify(event)}\n\n`).catch(() => line.end());
      });
      const heartbeat = setInterval(() => void say(':\n\n').catch(() => line.end()), LIVE_HEARTBEAT_MS);
      line.once('close', () => {
        metrics.lineClosed();
        clearInterval(heartbeat);
        unsubscribe();
        if (lines.get(device) === line) lines.delete(device);
      });
      return reply.type('text/event-stream').send(line);
    },
  );
}
