/** What the server tells IT and the security officer of the hotel's terminals. */
import type { EmployeeId, PropertyId } from '../../src-shared/model/ids.ts';
import {
  EnrolmentCodeResponse,
  PROTOCOL_VERSION,
  routes,
  type TerminalsRequest,
  TerminalsResponse,
} from '../../src-shared/sync/protocol.ts';
import type { Transport } from './transport.ts';

export interface TerminalsLine {
  readonly transport: Pick<Transport, 'post'>;
  readonly propertyId: PropertyId;
}

/** @throws LineError; its `code` is `forbidden` when this is not her work */
export function askTerminals(line: TerminalsLine, employeeId: EmployeeId): Promise<TerminalsResponse> {
  const body: TerminalsRequest = { protocol: PROTOCOL_VERSION, employeeId };
  return line.transport.post(routes.terminals(line.propertyId), body, TerminalsResponse);
}

/** Has the server make a code that enrols one terminal within ten minutes. @throws LineError, as {@link askTerminals} */
export function askEnrolmentCode(line: TerminalsLine, employeeId: EmployeeId): Promise<EnrolmentCodeResponse> {
  const body: TerminalsRequest = { protocol: PROTOCOL_VERSION, employeeId };
  return line.transport.post(routes.enrolmentCodes(line.propertyId), body, EnrolmentCodeResponse);
}
