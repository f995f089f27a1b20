/**
 * The line to the server as it is behind a password under duress: it is asked whether it is there, and answers from here. What is sent in
 * earnest goes nowhere, and no code and no signature leaves the terminal. The access log alone goes to the server, which tells of the alarm, and the
 * question which terminals the hotel has.
 */
import type { SealedClass } from '../../src-shared/model/classes.ts';
import { CODE_ATTEMPTS, LEASE_MS } from '../../src-shared/step-up/messages.ts';
import { matchTotp } from '../../src-shared/step-up/totp.ts';
import {
  PushRequest,
  PushResponse,
  routes,
  StepUpRequest,
  type StepUpResponse,
  TerminalsResponse,
} from '../../src-shared/sync/protocol.ts';
import { pull } from '../sync/pull.ts';
import { LineError, type Transport } from '../sync/transport.ts';
import type { Attempts } from '../vault/attempts.ts';
import type { Enrolment } from '../vault/terminal-keys.ts';
import { DecoyTerminals } from './decoy-terminals.ts';

interface DecoyLineInput {
  readonly line: Transport;
  readonly enrolment: Enrolment;
  /** How far the decoy has come with the feed. */
  readonly cursor: () => number;
  /** What it says that it holds. */
  readonly classes: () => readonly SealedClass[];
  readonly attempts: Pick<Attempts, 'count'>;
  readonly serverNow: () => number;
  /** Of whoever has signed in; still the caller's to zero. Null when nobody has. */
  readonly secrets: () => { readonly share: Buffer; readonly totpSecret: Buffer } | null;
}

/** As the server does (src-server/store/step-ups.ts), for the first wait. */
const RULE = { limit: CODE_ATTEMPTS, lockoutMs: 30 * 60_000 } as const;

export function decoyLine(input: DecoyLineInput): Transport {
  const { line, enrolment, cursor, classes } = input;
  const { propertyId } = enrolment;
  const terminals = new DecoyTerminals(input.serverNow);
  const answers: { readonly [path: string]: (body: unknown) => unknown } = {
    [routes.operations(propertyId)]: (body) => {
      const push = PushRequest.parse(body);
      terminals.take(push.operations);
      return applied(push);
    },
    [routes.stepUps(propertyId)]: (body) => release(input, StepUpRequest.parse(body)),
    [routes.enrolmentCodes(propertyId)]: () => terminals.makeCode(enrolment.ca),
  };
  const earnest = [routes.accessLog(propertyId), routes.accessLogProofs(propertyId)];
  return {
    post: async (path, body, answer) => {
      if (earnest.includes(path)) return line.post(path, body, answer);
      if (path === routes.terminals(propertyId))
        return answer.parse(terminals.shown(await line.post(path, body, TerminalsResponse)));
      const respond = answers[path];
      if (respond === undefined) throw new LineError('refused', 'nothing else is asked here');
      await pull({ transport: line, property: propertyId, classes: classes() }, cursor());
      return answer.parse(await respond(body));
    },
    lines: line.lines,
    show: line.show,
    close: line.close,
  };
}

/** What was changed lies over the rows until the feed has come to where the server has it (store/pending-changes.ts): here it stays. */
const NEVER_BROUGHT = Number.MAX_SAFE_INTEGER;

function applied({ operations }: PushRequest): PushResponse {
  return PushResponse.parse({ results: operations.map(({ id }) => ({ id, status: 'applied', seq: NEVER_BROUGHT })) });
}

async function release(
  { attempts, serverNow, secrets }: DecoyLineInput,
  { employeeId, factor }: StepUpRequest,
): Promise<StepUpResponse> {
  const hers = secrets();
  if (hers === null) return { outcome: 'no-step-up' };
  const attempt = await attempts.count(employeeId, 'code', RULE);
  if (!attempt.allowed) return { outcome: 'too-many-attempts', retryAt: attempt.retryAt };
  const now = serverNow();
  if (factor.kind !== 'totp' || matchTotp(hers.totpSecret, factor.code, now) === null)
    return { outcome: 'wrong-code', attemptsLeft: attempt.left };
  return {
    outcome: 'released',
    share: hers.share.toString('base64'),
    totpSecret: hers.totpSecret.toString('base64'),
    lease: { issuedAt: now, expiresAt: now + LEASE_MS, attempts: CODE_ATTEMPTS },
    recoveryCodesLeft: 0,
  };
}
