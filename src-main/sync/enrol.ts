import { type EnrolRequest, EnrolResponse, PROTOCOL_VERSION, routes } from '../../src-shared/sync/protocol.ts';
import type { Transport } from './transport.ts';

/** What a terminal says of itself when it asks for a place among others. */
export type Applicant = Pick<EnrolRequest, 'deviceName' | 'publicKey' | 'certificateRequest'>;

/**
 * Trades the secret of a one-time code for this terminal's place at the server and its first certificate.
 * @throws LineError; its `code` is `unknown-code` when the code is wrong, used or too old
 */
export async function enrol(transport: Transport, secret: string, applicant: Applicant): Promise<EnrolResponse> {
  const body: EnrolRequest = { protocol: PROTOCOL_VERSION, code: secret, ...applicant };
  return transport.post(routes.enrol, body, EnrolResponse);
}
