import type { EventType } from '../../src-shared/audit/event.ts';
import type { ErrorCode, IpcError, IpcResult } from '../../src-shared/ipc/errors.ts';
import { matchTotp } from '../../src-shared/step-up/totp.ts';
import type { StepUpRequest, StepUpResponse } from '../../src-shared/sync/protocol.ts';
import { classifyStoreError } from '../store/open.ts';
import { releaseStepUp } from '../sync/step-up.ts';
import { LineError } from '../sync/transport.ts';
import { openSignInKeys } from '../vault/credential.ts';
import { wipeKeys } from '../vault/employee-keys.ts';
import { KeyStoreError } from '../vault/key-store.ts';
import { type Desk, ok, type Presence, record, refuse } from './desk.ts';
import { shareByLease } from './share-by-lease.ts';
import type { StepUpFactor } from './step-up.ts';

/** What a right code is asked for: the entry that a wrong one leaves is of this type. */
type Asked = Extract<EventType, 'session.unlock' | 'security-key.add' | 'factor.renew' | 'factor.codes'>;

export interface CodeAsked {
  readonly code: StepUpRequest['factor'];
  /** `session.locks` from before the code was asked. */
  readonly locks: number;
  readonly asked: Asked;
  /** Aborted when the person is not there any more. */
  readonly gone?: AbortSignal | undefined;
}

export interface ShareByCode {
  /** 32 bytes; the caller zeroes it. */
  readonly share: Buffer;
  readonly factor: StepUpFactor;
  /** After a recovery code: how many are left. */
  readonly recoveryCodesLeft: number | null;
}

/** How long the server may take before the lease is asked: the guest is waiting. */
const SERVER_MS = 2_500;

/**
 * The step-up share for a code: from the server, which checks and counts it for the whole hotel, or, where there is no line, from
 * this terminal's lease. Whoever answers counts the attempt, and nobody else.
 * @throws LogUnavailable
 */
export async function shareByCode(desk: Desk, who: Presence, asked: CodeAsked): Promise<IpcResult<ShareByCode>> {
  const answer = await askServer(desk, who, asked);
  if (asked.gone?.aborted === true) return refuse('cancelled');
  if (answer === 'locked' || desk.session.locks !== asked.locks) return refuse('locked');
  if (answer === 'no-line') return shareByLease(desk, who, asked);
  if (answer === 'shut-out') return shutOut(desk, who, asked, 'server-refused');
  return take(desk, who, asked, answer);
}

/** Signed before anything is waited for: the key is there while she is. */
async function askServer(
  desk: Desk,
  { employee, property }: Presence,
  { code, gone }: CodeAsked,
): Promise<StepUpResponse | 'no-line' | 'shut-out' | 'locked'> {
  const { unlockKey } = desk.session;
  const who = { propertyId: property.id, employeeId: employee.id };
  const keys = unlockKey === null ? null : openSignInKeys(employee.credential, who, unlockKey);
  if (keys === null) return 'locked';
  const late = AbortSignal.timeout(SERVER_MS);
  const signal = gone === undefined ? late : AbortSignal.any([late, gone]);
  try {
    return await releaseStepUp(desk.stepUpLine, { employeeId: employee.id, signing: keys.signing }, code, signal);
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    return error.problem === 'unauthorised' ? 'shut-out' : 'no-line';
  } finally {
    wipeKeys(keys);
  }
}

/** What the server's answers mean here. */
async function take(
  desk: Desk,
  who: Presence,
  asked: CodeAsked,
  answer: StepUpResponse,
): Promise<IpcResult<ShareByCode>> {
  const { kind } = asked.code;
  switch (answer.outcome) {
    case 'released':
      return takeShare(desk, who, asked, answer);
    case 'wrong-code':
    case 'code-used':
      return fail(desk, who, asked, SAYS[kind][answer.outcome], { attemptsLeft: answer.attemptsLeft });
    case 'too-many-attempts': {
      const ahead = desk.stepUpLine.serverNow() - desk.clock.now();
      return fail(desk, who, asked, 'too-many-attempts', { retryAt: Math.round(answer.retryAt - ahead) });
    }
    case 'no-step-up':
      return shutOut(desk, who, asked, 'no-second-factor');
    case 'not-hers':
      return shutOut(desk, who, asked, 'server-refused');
    case 'clock-off':
      return fail(desk, who, asked, 'server-refused', {});
  }
}

async function takeShare(
  desk: Desk,
  who: Presence,
  { code, locks, asked }: CodeAsked,
  answer: Extract<StepUpResponse, { outcome: 'released' }>,
): Promise<IpcResult<ShareByCode>> {
  const { id } = who.employee;
  const share = Buffer.from(answer.share, 'base64');
  const totpSecret = Buffer.from(answer.totpSecret, 'base64');
  try {
    if (code.kind === 'totp') {
      const step = matchTotp(totpSecret, code.code, desk.stepUpLine.serverNow());
      // It was used here while there was no line: once is once.
      if (step !== null && !(await desk.attempts.acceptTotpStep(id, step))) {
        share.fill(0);
        return fail(desk, who, { asked }, 'code-used', {});
      }
    }
    const { unlockKey } = desk.session;
    if (unlockKey === null || desk.session.locks !== locks) {
      share.fill(0);
      return refuse('locked');
    }
    const { expiresAt, issuedAt } = answer.lease;
    await keepLease(desk, who, () => desk.leases.issue(id, unlockKey, { share, totpSecret }, expiresAt - issuedAt));
    await desk.attempts.clear(id, 'code');
  } finally {
    totpSecret.fill(0);
  }
  const isRecovery = code.kind === 'recovery-code';
  return ok({
    share,
    factor: isRecovery ? 'recovery-code' : 'code',
    recoveryCodesLeft: isRecovery ? answer.recoveryCodesLeft : null,
  });
}

/** She is unlocked without a lease too: what keeps it from being written is recorded, and told when she needs it. @throws LogUnavailable */
async function keepLease(desk: Desk, who: Presence, issue: () => Promise<void>): Promise<void> {
  try {
    await issue();
  } catch (error) {
    if (!(error instanceof KeyStoreError) && classifyStoreError(error) === null) throw error;
    record(desk, who, { type: 'session.unlock', outcome: 'failed', reason: 'lease-not-kept' });
  }
}

/** The sentence that belongs to a refusal, by what was typed. */
const SAYS = {
  totp: { 'wrong-code': 'wrong-code', 'code-used': 'code-used' },
  'recovery-code': { 'wrong-code': 'wrong-recovery-code', 'code-used': 'recovery-code-used' },
} as const satisfies Record<StepUpRequest['factor']['kind'], Record<string, ErrorCode>>;

/** The server does not know her, or this terminal, any more: what it lent is given up. @throws LogUnavailable */
async function shutOut(
  desk: Desk,
  who: Presence,
  asked: CodeAsked,
  code: ErrorCode,
): Promise<{ ok: false; error: IpcError }> {
  await desk.leases.end(who.employee.id, 'withdrawn');
  return fail(desk, who, asked, code, {});
}

function fail(
  desk: Desk,
  who: Presence,
  { asked }: Pick<CodeAsked, 'asked'>,
  code: ErrorCode,
  more: Omit<IpcError, 'code'>,
): { ok: false; error: IpcError } {
  record(desk, who, { type: asked, outcome: 'failed', reason: LOGGED_AS[code] ?? code });
  return refuse(code, more);
}

/** What the server has counted is told from what this terminal counts: the log is one of the places where guesses are looked up. */
const LOGGED_AS: { readonly [code in ErrorCode]?: string } = {
  'wrong-code': 'wrong-code-online',
  'code-used': 'code-used-online',
};
