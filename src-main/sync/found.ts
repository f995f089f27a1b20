import {
  EnrolResponse,
  type FoundingCheck,
  FoundingPlace,
  type FoundingRequest,
  PROTOCOL_VERSION,
  routes,
} from '../../src-shared/sync/protocol.ts';
import type { Applicant } from './enrol.ts';
import type { Transport } from './transport.ts';

/** A founding without what the terminal adds of its own. */
export type FoundingContent = Omit<FoundingRequest, 'protocol' | 'code' | keyof Applicant>;

/** Asks which hotel a code founds. @throws LineError; its `code` is `unknown-code` when the code is wrong, used or too old */
export function askFoundingPlace(transport: Transport, secret: string): Promise<FoundingPlace> {
  const body: FoundingCheck = { protocol: PROTOCOL_VERSION, code: secret };
  return transport.post(routes.foundingCheck, body, FoundingPlace);
}

/** Founds a hotel and enrols this terminal in it. @throws LineError, as {@link askFoundingPlace} */
export function foundHotel(transport: Transport, request: Omit<FoundingRequest, 'protocol'>): Promise<EnrolResponse> {
  const body: FoundingRequest = { protocol: PROTOCOL_VERSION, ...request };
  return transport.post(routes.found, body, EnrolResponse);
}
