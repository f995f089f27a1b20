/** Guesses as the access log tells of them: the third place where they are counted, after slot file and keychain (guess-ledger.ts). */

import { decodeEntry } from '../../src-shared/audit/entry.ts';
import type { AccessEvent, EventType } from '../../src-shared/audit/event.ts';
import type { EmployeeId } from '../../src-shared/model/ids.ts';
import type { AccessLog } from '../access-log/log.ts';
import type { Factor } from '../vault/attempts.ts';
import type { LoggedGuess } from '../vault/guess-ledger.ts';
import type { StepUpFactor } from './step-up.ts';

/** Which failure of the log was a guess at what. */
const GUESSED: { readonly [reason: string]: Factor } = {
  'wrong-password': 'password',
  'wrong-code': 'code',
  'code-used': 'code',
  'wrong-key': 'security-key',
};
/** What an unlock is recorded as, by what was right. */
const UNLOCKED_BY: { readonly [reason: string]: Factor } = {
  code: 'code',
  'code-offline': 'code',
  'recovery-code': 'code',
  'security-key': 'security-key',
} satisfies { readonly [F in StepUpFactor]: Factor };
/** Where guesses are made; null where the entry says by what. */
const GUESSED_IN: { readonly [T in EventType]?: Factor | null } = {
  'session.sign-in': 'password',
  'break-glass.confirm': 'password',
  'keys.recover': 'password',
  'factor.confirm': 'password',
  'security-key.add': 'code',
  'password.change': 'password',
  'duress.set': 'password',
  'session.unlock': null,
  'factor.renew': null,
  'factor.codes': null,
};
const TYPES = Object.keys(GUESSED_IN) as EventType[];
const LOOK_BACK = 200;

/** What the log tells of somebody's guesses, oldest first. @throws LogUnavailable */
export function loggedGuesses(log: Pick<AccessLog, 'list'>, employeeId: EmployeeId): LoggedGuess[] {
  return log
    .list({ types: TYPES, employeeId, limit: LOOK_BACK })
    .toReversed()
    .flatMap(({ encoded }) => {
      const entry = decodeEntry(encoded);
      const factor = entry === null ? undefined : factorOf(entry.event);
      if (entry === null || factor === undefined) return [];
      return [{ factor, at: entry.at, outcome: entry.event.outcome === 'allowed' ? 'right' : 'wrong' }];
    });
}

function factorOf({ type, outcome, reason }: AccessEvent): Factor | undefined {
  if (outcome === 'failed') return GUESSED[reason ?? ''];
  if (outcome !== 'allowed') return undefined;
  return GUESSED_IN[type] ?? UNLOCKED_BY[reason ?? ''];
}
