/** A new phone, or new recovery codes, for whoever is at the desk: by a factor that she still has. What she held stays hers. */

import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { CeremonyAnswer } from '../../src-shared/ipc/prompt-ceremony.ts';
import type { KeyToAsk } from '../../src-shared/ipc/security-key.ts';
import type { FactorsView, StaffItem } from '../../src-shared/ipc/views.ts';
import type { Property } from '../../src-shared/model/entities.ts';
import { readRecoveryCode } from '../../src-shared/step-up/recovery-code.ts';
import { renewStepUp } from '../sync/step-up.ts';
import { LineError } from '../sync/transport.ts';
import { openSealingKey } from '../vault/credential.ts';
import {
  type Desk,
  type DeskHolder,
  mayDo,
  ok,
  type Presence,
  presence,
  record,
  refuse,
  refused,
  useDesk,
} from './desk.ts';
import { newTotpSecret, showPhone, showRecoveryCodes } from './new-factor.ts';
import { signingKeyOf } from './order-grant.ts';
import type { Prompt } from './prompt.ts';
import { keysOf, viewFactors } from './security-keys.ts';
import { shareByCode } from './share-by-code.ts';
import { shareByKey } from './share-by-key.ts';
import { staffItem } from './sign-in.ts';
import type { StepUpFactor } from './step-up.ts';

/** A new phone brings new codes with it: those that lay beside the old one are good no more. */
type Renewed = 'phone' | 'codes';

/** Under which entry each is recorded. */
const RECORDED_AS = { phone: 'factor.renew', codes: 'factor.codes' } as const;

/**
 * Renews what she proves herself with. It takes the line: the server checks the factor, and keeps what takes its place.
 * @throws LogUnavailable
 */
export async function renewFactor(
  terminal: DeskHolder,
  prompt: Pick<Prompt, 'converse'>,
  { what }: { readonly what: Renewed },
): Promise<IpcResult<FactorsView>> {
  const begun = await useDesk(terminal, (desk) => begin(desk, what));
  if (!begun.ok) return begun;
  const { person, property, keys, locks, now } = begun.value;
  return prompt.converse(async (talk) => {
    const proved = await talk.ask('own-factor', { person, keys, renews: what }, (answer) =>
      useDesk(terminal, (desk) => prove(desk, { answer, what, locks, gone: talk.gone })),
    );
    const totpSecret = what === 'phone' ? newTotpSecret() : null;
    try {
      if (totpSecret !== null) await showPhone(talk, property, person, totpSecret, now);
      const recoveryCodes = await showRecoveryCodes(talk, property, person);
      return await useDesk(terminal, (desk) => handIn(desk, { ...proved, what, totpSecret, recoveryCodes, locks }));
    } finally {
      proved.share.fill(0);
      totpSecret?.fill(0);
    }
  });
}

interface Begun {
  readonly person: StaffItem;
  readonly property: Property;
  readonly keys: KeyToAsk[];
  readonly locks: number;
  readonly now: () => number;
}

function begin(desk: Desk, what: Renewed): IpcResult<Begun> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'factor.renew');
  if (!decision.allowed) return refused(desk, who, decision, { type: RECORDED_AS[what] });
  return ok({
    person: staffItem(who.employee),
    property: who.property,
    keys: keysOf(desk, who).map(({ credentialId, prfSalt }) => ({ credentialId, prfSalt })),
    locks: desk.session.locks,
    now: desk.stepUpLine.serverNow,
  });
}

interface Proof {
  /** 32 bytes; the caller zeroes it. */
  readonly share: Buffer;
  readonly factor: StepUpFactor;
}

interface Asked {
  readonly answer: CeremonyAnswer<'own-factor'>;
  readonly what: Renewed;
  readonly locks: number;
  /** Aborted when the prompt closes. */
  readonly gone: AbortSignal;
}

/** Her share, for whichever factor she has, if it is the one that opens her keys. */
async function prove(desk: Desk, asked: Asked): Promise<IpcResult<Proof>> {
  const who = presence(desk);
  if (who === null || desk.session.locks !== asked.locks) return refuse('locked');
  const proved = await shareOf(desk, who, asked);
  if (!proved.ok) return proved;
  const { share, factor } = proved.value;
  const { unlockKey } = desk.session;
  const ids = { propertyId: who.property.id, employeeId: who.employee.id };
  const sealing = unlockKey === null ? null : openSealingKey(who.employee.credential, ids, unlockKey, share);
  sealing?.fill(0);
  if (sealing !== null && factor !== 'code-offline' && !asked.gone.aborted) return ok({ share, factor });
  share.fill(0);
  if (asked.gone.aborted) return refuse('cancelled');
  // The lease knew the code: the server, which keeps the new one, does not answer.
  if (sealing !== null) return refuse('server-unreachable');
  record(desk, who, { type: RECORDED_AS[asked.what], outcome: 'failed', reason: 'keys-unreadable' });
  return refuse('unreadable-value');
}

async function shareOf(desk: Desk, who: Presence, { answer, what, locks, gone }: Asked): Promise<IpcResult<Proof>> {
  const asked = RECORDED_AS[what];
  if (answer.kind === 'security-key') {
    const shared = await shareByKey(desk, who, answer, { locks, asked });
    if (shared.ok) await desk.attempts.clear(who.employee.id, 'security-key');
    return shared.ok ? ok({ share: shared.value, factor: 'security-key' }) : shared;
  }
  if (answer.kind === 'totp') return shareByCode(desk, who, { code: answer, locks, asked, gone });
  const code = readRecoveryCode(answer.code);
  if (code === null) return refuse('recovery-code-mistyped');
  return shareByCode(desk, who, { code: { kind: 'recovery-code', code }, locks, asked, gone });
}

interface New extends Proof {
  readonly what: Renewed;
  readonly totpSecret: Buffer | null;
  readonly recoveryCodes: readonly string[];
  readonly locks: number;
}

/** The entry comes first: what is in force at the server is recorded here. */
async function handIn(desk: Desk, renewed: New): Promise<IpcResult<FactorsView>> {
  const { what, share, factor, totpSecret, recoveryCodes, locks } = renewed;
  const who = presence(desk);
  const signing = who === null || desk.session.locks !== locks ? null : signingKeyOf(desk, who);
  if (who === null || signing === null) return refuse('locked');
  const type = RECORDED_AS[what];
  const signer = { employeeId: who.employee.id, signing };
  try {
    record(desk, who, { type, outcome: 'allowed', reason: factor });
    const outcome = await renewStepUp(desk.stepUpLine, signer, share, { totpSecret, recoveryCodes });
    if (outcome !== 'renewed') {
      record(desk, who, { type, outcome: 'failed', reason: 'server-refused' });
      return refuse('server-refused');
    }
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    record(desk, who, { type, outcome: 'failed', reason: 'server-unreachable' });
    return refuse(error.problem === 'unreachable' ? 'server-unreachable' : 'server-refused');
  } finally {
    signing.fill(0);
  }
  // What this terminal lends knows the old phone.
  if (totpSecret !== null) await desk.leases.end(who.employee.id, 'withdrawn');
  return viewFactors(desk);
}
