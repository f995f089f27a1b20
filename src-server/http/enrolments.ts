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

/** Trades a one-time code for a terminal's identity. */
export function addEnrolmentRoute(app: App, { store, clock }: HttpContext): void {
  const limit = createAttemptLimit(clock, LIMIT);
  app.post(routes.enrol, { schema: { body: Body, response: { 200: EnrolResponse } } }, async (request, reply) => {
    if (!limit.take(request.ip)) {
      const seconds = limit.retryAfterSeconds();
      reply.header('retry-after', String(seconds));
      return sendProblem(reply, 'too-many-requests', `too many wrong codes: try again in ${seconds} s`);
    }
    const enrolled = await store.enrol(request.body);
    if (enrolled === null) {
      return sendProblem(reply, 'unknown-code', 'code: it is wrong, used or older than ten minutes: ask for a new one');
    }
    limit.giveBack(request.ip);
    request.log.info({ property: enrolled.propertyId, device: enrolled.deviceId }, 'terminal enrolled');
    return enrolled;
  });
}
