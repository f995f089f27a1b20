/** The access log as it is behind a password under duress: what is done is recorded in the one log there is, and marked. */
import type { AccessEvent } from '../../src-shared/audit/event.ts';
import type { CaseId } from '../../src-shared/model/ids.ts';
import type { AccessLog } from '../access-log/log.ts';
import type { Desk } from '../desk/desk.ts';

/** What tells of it: not for whoever stands there. */
const HIDDEN: readonly AccessEvent['type'][] = ['case.open', 'duress.set'];

/**
 * @param log of the terminal
 * @param caseId of the alarm, under which the officer finds what was done
 */
export function duressLog(log: AccessLog, caseId: () => CaseId | null): Desk['log'] {
  return {
    append: (event) => {
      const alarm = caseId();
      return log.append({ ...event, duress: true, ...(alarm === null ? {} : { caseId: alarm }) });
    },
    // Guests of the hotel are unknown here: entries about them are left out.
    list: (filter) =>
      log.list({ ...filter, notTypes: [...(filter.notTypes ?? []), ...HIDDEN], guests: 'of-the-decoy' }),
    count: (of) => log.count({ ...of, notTypes: [...(of?.notTypes ?? []), ...HIDDEN], guests: 'of-the-decoy' }),
    get head() {
      return log.head;
    },
    deviceId: log.deviceId,
    publicKey: log.publicKey,
    database: log.database,
  };
}
