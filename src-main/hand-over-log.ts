/** The access log on its way to the server, whatever is open here: the cache, or the decoy, whose log is the one there is. */
import { LogUnavailable } from './access-log/log.ts';
import type { Clock } from './clock.ts';
import type { Besides } from './sync/loop.ts';
import { shipLog } from './sync/ship-log.ts';
import type { Transport } from './sync/transport.ts';
import type { WhileSealed } from './while-sealed.ts';

interface HandOverInput {
  readonly sealed: Pick<WhileSealed, 'log' | 'serverCopy' | 'enrolment'>;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly note: (event: string, cause: string) => void;
  readonly onChange: () => void;
}

/** Hands the access log over. Whatever is wrong with the server's copy is recorded when it is found and when it is over. */
export function logHandover({ sealed, transport, clock, note, onChange }: HandOverInput): Besides {
  const { log, serverCopy: copy, enrolment } = sealed;
  return {
    // A server that does not take it is asked at the turns there are.
    waits: () => copy.problem === null && log.head.seq > copy.upToSeq,
    async send() {
      try {
        const before = copy.problem;
        const { propertyId: property } = enrolment;
        const problem = await shipLog({ log, copy, transport, property, clock });
        if (problem === before) return;
        const outcome = problem === null ? 'allowed' : 'failed';
        log.append({ type: 'log.server', outcome, employeeId: null, role: null, reason: problem ?? 'fits-again' });
        onChange();
      } catch (error) {
        if (error instanceof LogUnavailable) note('log-unavailable', error.problem);
        else throw error;
      }
    },
  };
}
