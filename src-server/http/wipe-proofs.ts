import { wipeProofText } from '../../src-shared/enrolment/messages.ts';
import { routes, WipeProof, WipeProofResponse } from '../../src-shared/sync/protocol.ts';
import { signedBy } from '../store/employee-signature.ts';
import type { App, HttpContext } from './app.ts';

/** Takes a wiped terminal's word that there is nothing left: signed by the key that is gone now, for the order that was given. */
export function addWipeProofRoute(app: App, { store, gate }: HttpContext): void {
  app.post(
    routes.wipeProof,
    { schema: { body: WipeProof, response: { 200: WipeProofResponse } } },
    async (request, reply) => {
      const { body } = request;
      const { propertyId, deviceId, order, unsent, entries } = body;
      const device = await store.standingOf({ propertyId, deviceId });
      if (device === null || device.wipe?.order !== order) return gate.shutOut(request, reply, 'unknown-wipe');
      if (!signedBy(device.publicKey, wipeProofText(body), body.signature)) {
        return gate.shutOut(request, reply, 'forged-signature');
      }
      await store.noteWiped({ propertyId, deviceId }, { unsent, entries });
      request.log.info({ property: propertyId, device: deviceId }, 'terminal wiped');
      return { kept: true as const };
    },
  );
}
