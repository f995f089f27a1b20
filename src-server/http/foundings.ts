import {
  EnrolResponse,
  FoundingCheck,
  FoundingPlace,
  FoundingRequest,
  routes,
} from '../../src-shared/sync/protocol.ts';
import { isStorable } from '../store/storable-text.ts';
import type { App, HttpContext } from './app.ts';
import { createAttemptLimit } from './attempt-limit.ts';
import { sendUnfit } from './enrolments.ts';
import { sendProblem } from './problem.ts';

/** As for the codes that enrol a terminal; these live an hour, and it stays one chance in a million million. */
const LIMIT = { perSource: 10, overall: 50, windowMs: 60_000 } as const;

const UNKNOWN = 'code: it is wrong, used or older than an hour: have a new one printed by --issue-founding-code';

/** Founds a property with a one-time code of the server's operator, and says beforehand whether a code is good. */
export function addFoundingRoutes(app: App, { store, clock, certificates }: HttpContext): void {
  const limit = createAttemptLimit(clock, LIMIT);
  const tooMany = () => `too many wrong codes: try again in ${limit.retryAfterSeconds()} s`;

  app.post(
    routes.foundingCheck,
    { schema: { body: FoundingCheck, response: { 200: FoundingPlace } } },
    async (request, reply) => {
      if (!limit.take(request.ip)) return sendProblem(reply, 'too-many-requests', tooMany());
      const place = await store.foundingPlace(request.body.code);
      if (place === null) return sendProblem(reply, 'unknown-code', UNKNOWN);
      limit.giveBack(request.ip);
      return place;
    },
  );

  app.post(
    routes.found,
    { schema: { body: FoundingRequest, response: { 200: EnrolResponse } } },
    async (request, reply) => {
      if (!limit.take(request.ip)) return sendProblem(reply, 'too-many-requests', tooMany());
      if (!textsOf(request.body).every(isStorable)) {
        return sendProblem(reply, 'invalid-request', 'a name has control or broken characters: type it anew');
      }
      const { certificateRequest } = request.body;
      const keySha256 = await certificates.keyOf(certificateRequest);
      if (keySha256 === null) return sendUnfit(reply);
      const founding = await store.found({ ...request.body, keySha256 });
      if (founding.kind === 'unknown-code') return sendProblem(reply, 'unknown-code', UNKNOWN);
      limit.giveBack(request.ip);
      if (founding.kind === 'invalid') {
        return sendProblem(reply, 'invalid-request', `${founding.field}: does not belong to the rest: begin anew`);
      }
      const { propertyId, deviceId } = founding.enrolled;
      request.log.info({ property: propertyId, device: deviceId }, 'property founded');
      return { propertyId, deviceId, certificate: await certificates.issue(certificateRequest, propertyId, deviceId) };
    },
  );
}

/** What people typed. */
function textsOf({ property, employees, deviceName }: FoundingRequest): string[] {
  const names = employees.flatMap(({ name, nameLatin }) => [name, nameLatin ?? '']);
  return [property.name, property.nameLatin, property.timeZone, deviceName, ...names];
}
