import { LogProof, LogProofRequest, LogPush, LogPushResponse, routes } from '../../src-shared/sync/protocol.ts';
import type { App, HttpContext } from './app.ts';
import { PropertyParams } from './gate.ts';

/** Takes the access logs of terminals, and proves that they are kept. */
export function addAccessLogRoutes(app: App, { store, gate, metrics }: HttpContext): void {
  app.post(
    routes.accessLog(':property'),
    { onRequest: gate.admit, schema: { params: PropertyParams, body: LogPush, response: { 200: LogPushResponse } } },
    async (request) => {
      const device = gate.deviceOf(request);
      const answer = await store.takeLog(request.params.property, device, request.body);
      if (answer.outcome === 'refused') {
        const refused = `${answer.reason}-log`;
        metrics.refused(refused);
        request.log.warn({ device, refused, atSeq: answer.atSeq }, 'access log refused');
      }
      return answer;
    },
  );
  app.post(
    routes.accessLogProofs(':property'),
    { onRequest: gate.admit, schema: { params: PropertyParams, body: LogProofRequest, response: { 200: LogProof } } },
    (request) => store.proveEntry(request.params.property, gate.deviceOf(request), request.body),
  );
}
