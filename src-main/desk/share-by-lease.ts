import type { ErrorCode, IpcError, IpcResult } from '../../src-shared/ipc/errors.ts';
import { CODE_ATTEMPTS, LEASE_MS } from '../../src-shared/step-up/messages.ts';
import { matchTotp } from '../../src-shared/step-up/totp.ts';
import type { LeaseProblem } from '../vault/leases.ts';
import { type Desk, ok, type Presence, record, refuse } from './desk.ts';
import type { CodeAsked, ShareByCode } from './share-by-code.ts';

/** A clock that is so far behind what it was before was set back: which code is of now cannot be told by it. */
const SET_BACK_MS = 5 * 60_000;
/** Until a lease has ended there is no other try: the count starts anew with the next unlock by the server. */
const RULE = { limit: CODE_ATTEMPTS, lockoutMs: LEASE_MS } as const;

/**
 * The step-up share for a code (RFC 6238) without the server. The attempt is counted before anything is checked; five wrong ones end
 * the lease. A code opens once only, here or on another day's restart.
 * @throws LogUnavailable; KeyStoreError, and what the file system says: then nothing was checked
 */
export async function shareByLease(
  desk: Desk,
  who: Presence,
  { code, locks, asked, gone }: CodeAsked,
): Promise<IpcResult<ShareByCode>> {
  const { id } = who.employee;
  const fail = (problem: ErrorCode, more: Omit<IpcError, 'code'> = {}) => {
    record(desk, who, { type: asked, outcome: 'failed', reason: problem });
    return refuse(problem, more);
  };
  // The server burns it: a terminal alone could not know that another has not taken it.
  if (code.kind === 'recovery-code') return fail('recovery-needs-line');
  if (desk.attempts.now() - desk.clock.now() > SET_BACK_MS) return fail('clock-set-back');
  const { problem } = await desk.leases.state(id);
  if (problem !== null) return fail(SAYS[problem]);
  const attempt = await desk.attempts.count(id, 'code', RULE);
  if (!attempt.allowed) {
    await desk.leases.end(id, 'used-up');
    return fail('lease-used-up');
  }
  const { unlockKey } = desk.session;
  if (unlockKey === null || desk.session.locks !== locks) return refuse('locked');
  const leased = await desk.leases.open(id, unlockKey);
  if (typeof leased === 'string') return fail(SAYS[leased]);
  const step = matchTotp(leased.totpSecret, code.code, desk.clock.now());
  const isNew = step !== null && (await desk.attempts.acceptTotpStep(id, step));
  if (isNew && gone?.aborted !== true) {
    await desk.attempts.clear(id, 'code');
    return ok({ share: leased.share, totpSecret: leased.totpSecret, factor: 'code-offline', recoveryCodesLeft: null });
  }
  leased.share.fill(0);
  leased.totpSecret.fill(0);
  if (isNew) return refuse('cancelled');
  if (attempt.left === 0) await desk.leases.end(id, 'used-up');
  return fail(step === null ? 'wrong-code' : 'code-used', { attemptsLeft: attempt.left });
}

/** What is said when there is no lease to unlock by. */
const SAYS = {
  none: 'lease-none',
  expired: 'lease-expired',
  'used-up': 'lease-used-up',
} as const satisfies Record<LeaseProblem, ErrorCode>;
