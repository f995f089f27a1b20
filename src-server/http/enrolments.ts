import type { FastifyReply } from 'fastify';
import { EnrolRequest, EnrolResponse, routes } from '../../src-shared/sync/protocol.ts';
import { isStorable } from '../store/storable-text.ts';
import type { App, HttpContext } from './app.ts';
import { createAttemptLimit } from './attempt-limit.ts';
import { sendProblem } from './problem.ts';

/** Ten wrong codes a minute against 50 bits that live ten minutes: a guess has one chance in ten million million. */
const LIMIT = { perSource: 10, overall: 50, windowMs: 60_000 } as const;

const Body = EnrolRequest.extend({
  deviceName: EnrolRequest.shape.deviceName.refine(isStorable, 'send text without control or broken characters'),
});

/** Refuses a request for a certificate that is none, or not for a key of ours. */
export function sendUnfit(reply: FastifyReply): FastifyReply {
  const message = 'certificateRequest: send a PKCS #10 request for a P-256 key, signed by it';
  return sendProblem(reply, 'invalid-request', message);
}

/** Trades a one-time code for a terminal's identity and its first certificate. */
export function addEnrolmentRoute(app: App, { store, clock, certificates }: HttpContext): void {
  const limit = createAttemptLimit(clock, LIMIT);
  app.post(routes.enrol, { schema: { body: Body, response: { 200: EnrolResponse } } }, async (request, reply) => {
    if (!limit.take(request.ip)) {
      const seconds = limit.retryAfterSeconds();
      reply.header('retry-after', String(seconds));
      return sendProblem(reply, 'too-many-requests', `too many wrong codes: try again in ${seconds} s`);
    }
    const { certificateRequest, ...terminal } = request.body;
    const keySha256 = await certificates.keyOf(certificateRequest);
    if (keySha256 === null) return sendUnfit(reply);
    const enrolled = await store.enrol({ ...terminal, keySha256 });
    if (enrolled === null) {
      return sendProblem(reply, 'unknown-code', 'code: it is wrong, used or older than ten minutes: ask for a new one');
    }
    limit.giveBack(request.ip);
    request.log.info({ property: enrolled.propertyId, device: enrolled.deviceId }, 'terminal enrolled');
    const { propertyId, deviceId } = enrolled;
    return { ...enrolled, certificate: await certificates.issue(certificateRequest, propertyId, deviceId) };
  });
}
