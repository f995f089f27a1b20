/**
 * What is signed when step-up secrets are handed in or asked for, and the bounds both sides keep. The signing key opens with the
 * password's key (src-main/vault/credential.ts): a signature says that the password was right.
 */
import type { StepUpPut, StepUpRenewal, StepUpRequest, StepUpReset } from '../sync/protocol.ts';

/** Wrong codes before the employee has to wait, at the server and by a lease (DESIGN §4). */
export const CODE_ATTEMPTS = 5;
/** How long an offline lease lasts at most. */
export const LEASE_MS = 72 * 60 * 60_000;
/** A signature may be this much older or younger than the server's clock says. */
export const SIGNATURE_LIFE_MS = 5 * 60_000;

interface Place {
  readonly propertyId: string;
  readonly deviceId: string;
}

/** The text that is signed to hand step-up secrets in. */
export function stepUpPutText(place: Place, put: Omit<StepUpPut, 'signature' | 'protocol'>): string {
  const { propertyId, deviceId } = place;
  const { employeeId, signingKey, share, totpSecret, recoveryCodes, at, nonce } = put;
  const what = [employeeId, signingKey, share, totpSecret, recoveryCodes, at, nonce];
  return JSON.stringify(['keyrack/step-up-put/v1', propertyId, deviceId, ...what]);
}

/** The text that is signed, and proved by the share, to put new secrets in the place of those that are kept. */
export function stepUpRenewalText(
  place: Place,
  renewal: Omit<StepUpRenewal, 'signature' | 'proof' | 'protocol'>,
): string {
  const { propertyId, deviceId } = place;
  const { employeeId, totpSecret, recoveryCodes, at, nonce } = renewal;
  const what = [employeeId, totpSecret, recoveryCodes, at, nonce];
  return JSON.stringify(['keyrack/step-up-renewal/v1', propertyId, deviceId, ...what]);
}

/** HKDF's info for the key of that proof, which is made of the share. */
export const SHARE_PROOF = 'keyrack/share-proof/v1';

/** The text that the person and whoever orders it both sign where she has no factor left. */
export function stepUpResetText(place: Place, reset: Omit<StepUpReset, 'signature' | 'order' | 'protocol'>): string {
  const { propertyId, deviceId } = place;
  const { employeeId, orderedBy, share, totpSecret, recoveryCodes, at, nonce } = reset;
  const what = [employeeId, orderedBy, share, totpSecret, recoveryCodes, at, nonce];
  return JSON.stringify(['keyrack/step-up-reset/v1', propertyId, deviceId, ...what]);
}

/** The text that is signed to ask for a step-up share. */
export function stepUpRequestText(place: Place, request: Omit<StepUpRequest, 'signature' | 'protocol'>): string {
  const { propertyId, deviceId } = place;
  const { employeeId, factor, at, nonce } = request;
  return JSON.stringify(['keyrack/step-up/v1', propertyId, deviceId, employeeId, factor.kind, factor.code, at, nonce]);
}
