import { type EnrolRequest, EnrolResponse, PROTOCOL_VERSION, routes } from '../../src-shared/sync/protocol.ts';
import type { Transport } from './transport.ts';

/**
 * Trades a one-time code for this terminal's identity at the server.
 * @param publicKey raw Ed25519 key, base64
 * @returns ids and the bearer token, which belongs in the keychain and nowhere else
 * @throws LineError; its `code` is `unknown-code` when the code is wrong, used or too old
 */
export async function enrol(
  transport: Transport,
  code: string,
  deviceName: string,
  publicKey: string,
): Promise<EnrolResponse> {
  const body: EnrolRequest = { protocol: PROTOCOL_VERSION, code, deviceName, publicKey };
  return transport.post(routes.enrol, body, EnrolResponse, null);
}
