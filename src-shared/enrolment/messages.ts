/** What a terminal signs with its device key to be known without a certificate. */
import type { StandingRequest } from '../sync/protocol.ts';

/** The text that is signed to ask for one's standing. */
export function standingText(request: Omit<StandingRequest, 'signature' | 'protocol'>): string {
  const { propertyId, deviceId, certificateRequest, version, at, nonce } = request;
  return JSON.stringify(['keyrack/standing/v1', propertyId, deviceId, certificateRequest, version, at, nonce]);
}
