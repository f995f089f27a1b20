import { z } from 'zod';
import { routes } from '../../src-shared/sync/protocol.ts';
import type { App } from './app.ts';

/** Says that the server answers, to anybody: no version, no names. */
export function addHealthRoute(app: App): void {
  app.get(routes.health, { schema: { response: { 200: z.strictObject({ ok: z.literal(true) }) } } }, async () => ({
    ok: true as const,
  }));
}
