import { PushRequest, PushResponse, routes } from '../../src-shared/sync/protocol.ts';
import type { App, HttpContext } from './app.ts';
import { PropertyParams } from './gate.ts';

/** Applies what a terminal pushes; safe to send again as often as the line breaks. */
export function addOperationsRoute(app: App, { store, gate, metrics }: HttpContext): void {
  app.post(
    routes.operations(':property'),
    {
      onRequest: gate.admit,
      schema: { params: PropertyParams, body: PushRequest, response: { 200: PushResponse } },
    },
    async (request) => {
      const { operations } = request.body;
      const device = gate.deviceOf(request);
      const results = await store.applyOperations(request.params.property, device, operations);
      metrics.operations(results);
      for (const result of results) {
        if (result.status === 'applied') continue;
        // Never what was in it, nor of which kind it was: that a case was reported is for the security officer alone.
        const reason = result.status === 'refused' ? result.reason : 'seen-before';
        request.log.info({ device, operation: result.id, reason }, `operation ${result.status}`);
      }
      return { results };
    },
  );
}
