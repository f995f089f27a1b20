/** Second factors at the server: handing in what it keeps for an employee, and asking it for her step-up share. */
import { createHmac, randomBytes } from 'node:crypto';
import type { DeviceId, EmployeeId, PropertyId } from '../../src-shared/model/ids.ts';
import {
  SHARE_PROOF,
  stepUpPutText,
  stepUpRenewalText,
  stepUpRequestText,
  stepUpResetText,
} from '../../src-shared/step-up/messages.ts';
import {
  PROTOCOL_VERSION,
  routes,
  type StepUpPut,
  StepUpPutResponse,
  StepUpRenewalResponse,
  type StepUpRequest,
  StepUpResponse,
} from '../../src-shared/sync/protocol.ts';
import { openDeviceIdentity as openSigningKey } from '../vault/device-identity.ts';
import { hashRecoveryCode } from '../vault/recovery-codes.ts';
import { deriveKey } from '../vault/sealed-box.ts';
import type { Transport } from './transport.ts';

/** The line of an enrolled terminal. */
export interface StepUpLine {
  readonly transport: Pick<Transport, 'post'>;
  readonly propertyId: PropertyId;
  readonly deviceId: DeviceId;
  readonly token: string;
  /** What the server's clock says now, as far as is known; epoch milliseconds. */
  readonly serverNow: () => number;
}

/** Whose, and the Ed25519 key (PKCS #8) that signs; still the caller's to wipe. */
export interface Signer {
  readonly employeeId: EmployeeId;
  readonly signing: Buffer;
}

/** Still the caller's to wipe. */
export interface StepUpSecrets {
  /** 32 random bytes. */
  readonly share: Buffer;
  /** RFC 6238 secret, 20 bytes. */
  readonly totpSecret: Buffer;
  /** As {@link makeRecoveryCodes} gave them. The server gets their hashes. */
  readonly recoveryCodes: readonly string[];
}

/**
 * Hands in the secrets of somebody who is being enrolled: before her row goes to the server or after. Safe to send again.
 * @returns `kept` when the server has these now; `exists` when it has others; `not-hers` when the feed has another signing key of hers
 * @throws LineError
 */
export async function putStepUp(
  line: StepUpLine,
  signer: Signer,
  secrets: StepUpSecrets,
): Promise<StepUpPutResponse['outcome']> {
  const { propertyId, transport, token } = line;
  const key = openSigningKey(signer.signing);
  const put: Omit<StepUpPut, 'signature'> = {
    protocol: PROTOCOL_VERSION,
    employeeId: signer.employeeId,
    signingKey: key.publicKey,
    ...stepUpContent(propertyId, signer.employeeId, secrets),
    ...freshness(line),
  };
  const signature = key.sign(Buffer.from(stepUpPutText(line, put)));
  const path = routes.stepUpSecrets(propertyId);
  return (await transport.post(path, { ...put, signature }, StepUpPutResponse, token)).outcome;
}

/** What takes the place of phone and codes; still the caller's to wipe. */
export interface RenewedSecrets extends Pick<StepUpSecrets, 'recoveryCodes'> {
  /** Null: the phone stays. */
  readonly totpSecret: Buffer | null;
}

/**
 * Hands in a new phone, or new recovery codes, by a factor that she has.
 * @param share what that factor gave; still the caller's to wipe
 * @throws LineError
 */
export async function renewStepUp(
  line: StepUpLine,
  signer: Signer,
  share: Buffer,
  { totpSecret, recoveryCodes }: RenewedSecrets,
): Promise<StepUpRenewalResponse['outcome']> {
  const { propertyId, transport, token } = line;
  const renewal = {
    protocol: PROTOCOL_VERSION,
    employeeId: signer.employeeId,
    totpSecret: totpSecret?.toString('base64') ?? null,
    recoveryCodes: recoveryCodes.map((code) => hashRecoveryCode(propertyId, signer.employeeId, code)),
    ...freshness(line),
  };
  const text = stepUpRenewalText(line, renewal);
  const key = deriveKey(share, SHARE_PROOF);
  const proof = createHmac('sha256', key).update(text).digest('base64');
  key.fill(0);
  const signature = openSigningKey(signer.signing).sign(Buffer.from(text));
  const path = routes.stepUpRenewals(propertyId);
  return (await transport.post(path, { ...renewal, proof, signature }, StepUpRenewalResponse, token)).outcome;
}

/**
 * Hands in new secrets, another share among them, for somebody who has no factor left.
 * @param orderer who ordered it, having seen who she is; never she herself
 * @throws LineError
 */
export async function resetStepUp(
  line: StepUpLine,
  signer: Signer,
  orderer: Signer,
  secrets: StepUpSecrets,
): Promise<StepUpRenewalResponse['outcome']> {
  const { propertyId, transport, token } = line;
  const reset = {
    protocol: PROTOCOL_VERSION,
    employeeId: signer.employeeId,
    orderedBy: orderer.employeeId,
    ...stepUpContent(propertyId, signer.employeeId, secrets),
    ...freshness(line),
  };
  const text = Buffer.from(stepUpResetText(line, reset));
  const [signature, order] = [signer, orderer].map(({ signing }) => openSigningKey(signing).sign(text));
  const path = routes.stepUpResets(propertyId);
  return (await transport.post(path, { ...reset, signature, order }, StepUpRenewalResponse, token)).outcome;
}

/** Secrets as they are sent: of the recovery codes only their hashes. */
export function stepUpContent(
  propertyId: PropertyId,
  employeeId: EmployeeId,
  { share, totpSecret, recoveryCodes }: StepUpSecrets,
): Pick<StepUpPut, 'share' | 'totpSecret' | 'recoveryCodes'> {
  return {
    share: share.toString('base64'),
    totpSecret: totpSecret.toString('base64'),
    recoveryCodes: recoveryCodes.map((code) => hashRecoveryCode(propertyId, employeeId, code)),
  };
}

/**
 * Asks the server for a step-up share with a code. Where this terminal's clock is off, it is asked again by the server's.
 * @param signal ends the wait; what the server has counted by then stays counted
 * @throws LineError
 */
export async function releaseStepUp(
  line: StepUpLine,
  signer: Signer,
  factor: StepUpRequest['factor'],
  signal: AbortSignal,
): Promise<StepUpResponse> {
  const key = openSigningKey(signer.signing);
  const ask = (serverNow: StepUpLine['serverNow']) => {
    const request: Omit<StepUpRequest, 'signature'> = {
      protocol: PROTOCOL_VERSION,
      employeeId: signer.employeeId,
      factor,
      ...freshness({ serverNow }),
    };
    const signature = key.sign(Buffer.from(stepUpRequestText(line, request)));
    return line.transport.post(
      routes.stepUps(line.propertyId),
      { ...request, signature },
      StepUpResponse,
      line.token,
      signal,
    );
  };
  const answer = await ask(line.serverNow);
  return answer.outcome === 'clock-off' ? ask(() => answer.serverTime) : answer;
}

function freshness({ serverNow }: Pick<StepUpLine, 'serverNow'>): Pick<StepUpRequest, 'at' | 'nonce'> {
  return { at: serverNow(), nonce: randomBytes(16).toString('base64') };
}
