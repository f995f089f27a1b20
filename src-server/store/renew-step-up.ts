/** When the server puts new secrets in the place of somebody's step-up secrets: by a factor of hers, or by an order of who may. */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Kysely } from 'kysely';
import { actorOf, contextAt, decide } from '../../src-shared/policy/index.ts';
import { SHARE_PROOF, stepUpRenewalText, stepUpResetText } from '../../src-shared/step-up/messages.ts';
import type { StepUpRenewal, StepUpRenewalResponse, StepUpReset } from '../../src-shared/sync/protocol.ts';
import { signedBy } from './employee-signature.ts';
import { type Asking, employeeOf, isOfNow, propertyOf } from './release-step-up.ts';
import type { StepUps } from './step-ups.ts';
import type { Tables } from './tables.ts';

type Outcome = StepUpRenewalResponse['outcome'];

/**
 * Takes a new phone, or new recovery codes, for somebody who has a factor still: her signature says that the password was right, the
 * proof that a factor gave the share. The share stays, and with it what was granted to her.
 */
export async function renewStepUp(
  db: Kysely<Tables>,
  stepUps: StepUps,
  asking: Asking,
  renewal: StepUpRenewal,
): Promise<Outcome> {
  const { propertyId, now } = asking;
  const employee = await employeeOf(db, propertyId, renewal.employeeId);
  if (employee === null || !employee.active || !isOfNow(renewal.at, now)) return 'not-hers';
  const text = stepUpRenewalText(asking, renewal);
  if (!signedBy(employee.signingKey, text, renewal.signature)) return 'not-hers';
  const kept = stepUps.get(propertyId, employee.id);
  if (kept === null || kept.signingKey !== employee.signingKey) return 'no-step-up';
  if (!isProvedBy(kept.share, text, renewal.proof)) return 'not-hers';
  stepUps.renew(propertyId, employee.id, renewal);
  return 'renewed';
}

/**
 * Takes new secrets, another share among them, for somebody who has no factor left. Two sign: she, whose password was right, and
 * whoever saw who she is and may order it. Neither is enough, and nobody orders it for herself.
 */
export async function resetStepUp(
  db: Kysely<Tables>,
  stepUps: StepUps,
  asking: Asking,
  reset: StepUpReset,
): Promise<Outcome> {
  const { propertyId, now } = asking;
  const employee = await employeeOf(db, propertyId, reset.employeeId);
  if (employee === null || !employee.active || !isOfNow(reset.at, now)) return 'not-hers';
  const text = stepUpResetText(asking, reset);
  if (!signedBy(employee.signingKey, text, reset.signature)) return 'not-hers';
  const orderer = reset.orderedBy === employee.id ? null : await employeeOf(db, propertyId, reset.orderedBy);
  if (orderer === null || !signedBy(orderer.signingKey, text, reset.order)) return 'forbidden';
  const context = contextAt(await propertyOf(db, propertyId), now);
  if (!decide(actorOf(orderer), 'factor.reset', null, context).allowed) return 'forbidden';
  stepUps.put(propertyId, employee.id, { ...reset, signingKey: employee.signingKey });
  return 'renewed';
}

function isProvedBy(share: string, text: string, proof: string): boolean {
  const key = Buffer.from(hkdfSync('sha256', Buffer.from(share, 'base64'), Buffer.alloc(0), SHARE_PROOF, 32));
  const right = createHmac('sha256', key).update(text).digest();
  key.fill(0);
  const given = Buffer.from(proof, 'base64');
  return given.length === right.length && timingSafeEqual(given, right);
}
