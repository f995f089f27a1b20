import {
  routes,
  StepUpPut,
  StepUpPutResponse,
  StepUpRenewal,
  StepUpRenewalResponse,
  StepUpRequest,
  StepUpReset,
  StepUpResponse,
} from '../../src-shared/sync/protocol.ts';
import type { App, HttpContext } from './app.ts';
import { PropertyParams } from './gate.ts';

/** Takes the secrets of second factors, new ones in their place, and gives shares out for codes. How it ended is logged, with no code and no secret. */
export function addStepUpRoutes(app: App, { store, gate, metrics }: HttpContext): void {
  app.post(
    routes.stepUpSecrets(':property'),
    {
      onRequest: gate.admit,
      schema: { params: PropertyParams, body: StepUpPut, response: { 200: StepUpPutResponse } },
    },
    async (request) => {
      const device = gate.deviceOf(request);
      const outcome = await store.takeStepUp(request.params.property, device, request.body);
      request.log.info({ device, employee: request.body.employeeId, outcome }, 'step-up secrets');
      if (outcome !== 'kept') metrics.refused(outcome);
      return { outcome };
    },
  );
  app.post(
    routes.stepUpRenewals(':property'),
    {
      onRequest: gate.admit,
      schema: { params: PropertyParams, body: StepUpRenewal, response: { 200: StepUpRenewalResponse } },
    },
    async (request) => {
      const device = gate.deviceOf(request);
      const outcome = await store.renewStepUp(request.params.property, device, request.body);
      const { employeeId: employee, totpSecret } = request.body;
      request.log.info({ device, employee, phone: totpSecret !== null, outcome }, 'step-up renewal');
      if (outcome !== 'renewed') metrics.refused(outcome);
      return { outcome };
    },
  );
  app.post(
    routes.stepUpResets(':property'),
    {
      onRequest: gate.admit,
      schema: { params: PropertyParams, body: StepUpReset, response: { 200: StepUpRenewalResponse } },
    },
    async (request) => {
      const device = gate.deviceOf(request);
      const outcome = await store.resetStepUp(request.params.property, device, request.body);
      const { employeeId: employee, orderedBy } = request.body;
      request.log.info({ device, employee, orderedBy, outcome }, 'step-up reset');
      if (outcome !== 'renewed') metrics.refused(outcome);
      return { outcome };
    },
  );
  app.post(
    routes.stepUps(':property'),
    {
      onRequest: gate.admit,
      schema: { params: PropertyParams, body: StepUpRequest, response: { 200: StepUpResponse } },
    },
    async (request) => {
      const device = gate.deviceOf(request);
      const answer = await store.releaseStepUp(request.params.property, device, request.body);
      const { employeeId: employee, factor } = request.body;
      request.log.info({ device, employee, factor: factor.kind, outcome: answer.outcome }, 'step-up');
      if (answer.outcome !== 'released') metrics.refused(answer.outcome);
      return answer;
    },
  );
}
