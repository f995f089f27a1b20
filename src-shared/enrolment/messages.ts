/** What a terminal signs with its device key to be known without a certificate. */
import type { StandingRequest, WipeProof } from '../sync/protocol.ts';

/** The text that is signed to ask for one's standing. */
export function standingText(request: Omit<StandingRequest, 'signature' | 'protocol'>): string {
  const { propertyId, deviceId, certificateRequest, version, at, nonce } = request;
  return JSON.stringify(['keyrack/standing/v1', propertyId, deviceId, certificateRequest, version, at, nonce]);
}

/** The text that is signed to say that there is nothing left. */
export function wipeProofText(proof: Omit<WipeProof, 'signature' | 'protocol'>): string {
  const { propertyId, deviceId, order, unsent, entries } = proof;
  return JSON.stringify(['keyrack/wiped/v1', propertyId, deviceId, order, unsent, entries]);
}
