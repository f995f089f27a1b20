import { standingText } from '../../src-shared/enrolment/messages.ts';
import { SIGNATURE_LIFE_MS } from '../../src-shared/step-up/messages.ts';
import {
  CERTIFICATE_LIFE_MS,
  RENEWAL_GRACE_MS,
  routes,
  StandingRequest,
  StandingResponse,
} from '../../src-shared/sync/protocol.ts';
import { signedBy } from '../store/employee-signature.ts';
import type { App, HttpContext } from './app.ts';
import { createAttemptLimit } from './attempt-limit.ts';
import { sendUnfit } from './enrolments.ts';
import { sendProblem } from './problem.ts';

/** Signatures that were not a terminal's: each costs a look into the database. */
const LIMIT = { perSource: 30, overall: 300, windowMs: 60_000 } as const;

/** Tells a terminal that proves itself by its device key how it stands, and gives it its next certificate. Others get nothing. */
export function addStandingRoute(app: App, { store, clock, certificates, gate }: HttpContext): void {
  const limit = createAttemptLimit(clock, LIMIT);
  app.post(
    routes.standing,
    { schema: { body: StandingRequest, response: { 200: StandingResponse } } },
    async (request, reply) => {
      if (!limit.take(request.ip)) return sendProblem(reply, 'too-many-requests', 'too often: try again in a minute');
      const { body } = request;
      const { propertyId, deviceId, certificateRequest, version } = body;
      const device = await store.standingOf({ propertyId, deviceId });
      if (device === null || !signedBy(device.publicKey, standingText(body), body.signature)) {
        return gate.shutOut(request, reply, 'forged-signature');
      }
      limit.giveBack(request.ip);
      if (device.wipe?.done === false) return { standing: 'wipe' as const, order: device.wipe.order };
      if (device.revokedAt !== null) return { standing: 'revoked' as const };
      const now = clock.now();
      // A signature that was overheard and kept tells nobody anything later.
      if (Math.abs(now - body.at) > SIGNATURE_LIFE_MS) return { standing: 'clock-off' as const, serverTime: now };
      if (now >= device.certificateUntil + RENEWAL_GRACE_MS) return { standing: 'lapsed' as const };
      if (certificateRequest === null) {
        await store.noteDevice({ propertyId, deviceId });
        return { standing: 'good' as const, certificate: null };
      }
      // The key stays the one of the enrolment.
      if ((await certificates.keyOf(certificateRequest)) !== device.keySha256) return sendUnfit(reply);
      const certificate = await certificates.issue(certificateRequest, propertyId, deviceId);
      await store.noteDevice({ propertyId, deviceId }, { certificateUntil: now + CERTIFICATE_LIFE_MS, version });
      request.log.info({ property: propertyId, device: deviceId }, 'certificate renewed');
      return { standing: 'good' as const, certificate };
    },
  );
}
