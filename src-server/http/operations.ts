import { PushRequest, PushResponse, routes } from '../../src-shared/sync/protocol.ts';
import type { App, HttpContext } from './app.ts';
import { PropertyParams } from './gate.ts';

/** Applies what a terminal pushes; safe to send again as often as the line breaks. */
export function addOperationsRoute(app: App, { store, gate }: HttpContext): void {
  app.post(
    routes.operations(':property'),
    {
      onRequest: gate.admit,
      schema: { params: PropertyParams, body: PushRequest, response: { 200: PushResponse } },
    },
    async (request) => ({
      results: await store.applyOperations(request.params.property, gate.deviceOf(request), request.body.operations),
    }),
  );
}
