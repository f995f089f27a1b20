import { LogProof, LogProofRequest, LogPush, LogPushResponse, routes } from '../../src-shared/sync/protocol.ts';
import type { App, HttpContext } from './app.ts';
import { createGate, PropertyParams } from './authenticate.ts';

/** Takes the access logs of terminals, and proves that they are kept. */
export function addAccessLogRoutes(app: App, { store }: HttpContext): void {
  const gate = createGate(store);
  app.post(
    routes.accessLog(':property'),
    { onRequest: gate.admit, schema: { params: PropertyParams, body: LogPush, response: { 200: LogPushResponse } } },
    (request) => store.takeLog(request.params.property, gate.deviceOf(request), request.body),
  );
  app.post(
    routes.accessLogProofs(':property'),
    { onRequest: gate.admit, schema: { params: PropertyParams, body: LogProofRequest, response: { 200: LogProof } } },
    (request) => store.proveEntry(request.params.property, gate.deviceOf(request), request.body),
  );
}
