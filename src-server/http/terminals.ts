import { EnrolmentCodeResponse, routes, TerminalsRequest, TerminalsResponse } from '../../src-shared/sync/protocol.ts';
import type { App, HttpContext } from './app.ts';
import { PropertyParams } from './gate.ts';
import { sendProblem } from './problem.ts';

const FORBIDDEN = 'this is the work of IT and of the security officer: let one of them do it';

/** What IT and the security officer see of the terminals, and the codes with which they enrol new ones. */
export function addTerminalRoutes(app: App, { store, gate, codes }: HttpContext): void {
  app.post(
    routes.terminals(':property'),
    {
      onRequest: gate.admit,
      schema: { params: PropertyParams, body: TerminalsRequest, response: { 200: TerminalsResponse } },
    },
    async (request, reply) => {
      const terminals = await store.listTerminals(request.params.property, request.body.employeeId);
      return terminals === null ? sendProblem(reply, 'forbidden', FORBIDDEN) : { terminals };
    },
  );
  app.post(
    routes.enrolmentCodes(':property'),
    {
      onRequest: gate.admit,
      schema: { params: PropertyParams, body: TerminalsRequest, response: { 200: EnrolmentCodeResponse } },
    },
    async (request, reply) => {
      const { property } = request.params;
      const { employeeId: employee } = request.body;
      if (!(await store.mayDo(property, employee, 'terminal.enrol'))) return sendProblem(reply, 'forbidden', FORBIDDEN);
      const issued = await codes.enrolmentCode(property);
      if (issued === null) throw new Error('a terminal of a property that is not there');
      request.log.info({ property, employee, device: gate.deviceOf(request) }, 'enrolment code issued');
      return issued;
    },
  );
}
