/** When the server takes somebody's step-up secrets, and when it gives her share out. */
import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Entity } from '../../src-shared/model/entities.ts';
import type { DeviceId, EmployeeId, PropertyId } from '../../src-shared/model/ids.ts';
import {
  CODE_ATTEMPTS,
  LEASE_MS,
  SIGNATURE_LIFE_MS,
  stepUpPutText,
  stepUpRequestText,
} from '../../src-shared/step-up/messages.ts';
import { recoveryCodeText } from '../../src-shared/step-up/recovery-code.ts';
import { matchTotp } from '../../src-shared/step-up/totp.ts';
import type { StepUpPut, StepUpPutResponse, StepUpRequest, StepUpResponse } from '../../src-shared/sync/protocol.ts';
import { signedBy } from './employee-signature.ts';
import type { StepUps } from './step-ups.ts';
import type { Tables } from './tables.ts';

export interface Asking {
  readonly propertyId: PropertyId;
  /** The terminal that asks, by its token. */
  readonly deviceId: DeviceId;
  /** The server's clock. */
  readonly now: number;
}

/**
 * Takes the secrets of somebody who is being enrolled. A signature says only that the password was right: what is there already
 * stays, unless the feed has another signing key of hers by now, which is then the one that counts.
 */
export async function takeStepUp(
  db: Kysely<Tables>,
  stepUps: StepUps,
  asking: Asking,
  put: StepUpPut,
): Promise<StepUpPutResponse['outcome']> {
  const { propertyId, now } = asking;
  const employee = await employeeOf(db, propertyId, put.employeeId);
  if (employee !== null && (!employee.active || employee.signingKey !== put.signingKey)) return 'not-hers';
  if (!isOfNow(put.at, now) || !signedBy(put.signingKey, stepUpPutText(asking, put), put.signature)) return 'not-hers';
  const before = stepUps.get(propertyId, put.employeeId);
  if (before !== null && (before.signingKey === put.signingKey || employee === null)) {
    const same = (['signingKey', 'share', 'totpSecret'] as const).every((name) => before[name] === put[name]);
    return same ? 'kept' : 'exists';
  }
  stepUps.put(propertyId, put.employeeId, put);
  return 'kept';
}

/**
 * Gives a step-up share out for a right code. The signature is checked first, so that only who knows the password can use attempts
 * up; the attempt is counted before the code is checked.
 */
export async function releaseStepUp(
  db: Kysely<Tables>,
  stepUps: StepUps,
  asking: Asking,
  request: StepUpRequest,
): Promise<StepUpResponse> {
  const { propertyId, now } = asking;
  const { employeeId } = request;
  const employee = await employeeOf(db, propertyId, employeeId);
  if (employee === null || !employee.active) return { outcome: 'not-hers' };
  if (!signedBy(employee.signingKey, stepUpRequestText(asking, request), request.signature)) {
    return { outcome: 'not-hers' };
  }
  if (!isOfNow(request.at, now)) return { outcome: 'clock-off', serverTime: now };
  const kept = stepUps.get(propertyId, employeeId);
  if (kept === null || kept.signingKey !== employee.signingKey) return { outcome: 'no-step-up' };
  const attempt = stepUps.count(propertyId, employeeId, now);
  if (!attempt.allowed) return { outcome: 'too-many-attempts', retryAt: attempt.retryAt };
  const verdict = checkFactor(stepUps, asking, request, Buffer.from(kept.totpSecret, 'base64'));
  if (verdict !== 'right') return { outcome: verdict, attemptsLeft: attempt.left };
  stepUps.clear(propertyId, employeeId);
  return {
    outcome: 'released',
    share: kept.share,
    totpSecret: kept.totpSecret,
    lease: { issuedAt: now, expiresAt: now + LEASE_MS, attempts: CODE_ATTEMPTS },
    recoveryCodesLeft: stepUps.recoveryCodesLeft(propertyId, employeeId),
  };
}

function checkFactor(
  stepUps: StepUps,
  { propertyId, now }: Asking,
  { employeeId, factor }: StepUpRequest,
  totpSecret: Buffer,
): 'right' | 'wrong-code' | 'code-used' {
  if (factor.kind === 'totp') {
    const step = matchTotp(totpSecret, factor.code, now);
    if (step === null) return 'wrong-code';
    return stepUps.acceptStep(propertyId, employeeId, step) ? 'right' : 'code-used';
  }
  const hash = createHash('sha256')
    .update(recoveryCodeText(propertyId, employeeId, factor.code))
    .digest('hex');
  const burnt = stepUps.burn(propertyId, employeeId, hash, now);
  if (burnt === 'unknown') return 'wrong-code';
  return burnt === 'taken' ? 'right' : 'code-used';
}

/** Whether something was signed for about this time. */
export const isOfNow = (at: number, now: number) => Math.abs(at - now) <= SIGNATURE_LIFE_MS;

/** The employee as the feed has her now. Served by the primary key. */
export async function employeeOf(
  db: Kysely<Tables>,
  propertyId: PropertyId,
  employeeId: EmployeeId,
): Promise<Entity<'employee'> | null> {
  return rowOf(db, propertyId, 'employee', employeeId);
}

/** The hotel as the feed has it now. Served by the primary key. @throws when there is none, which the terminal's token rules out */
export async function propertyOf(db: Kysely<Tables>, propertyId: PropertyId): Promise<Entity<'property'>> {
  const row = await rowOf(db, propertyId, 'property', propertyId);
  if (row === null) throw new Error('a property without its own row');
  return row;
}

async function rowOf<N extends 'employee' | 'property'>(
  db: Kysely<Tables>,
  propertyId: PropertyId,
  entity: N,
  id: string,
): Promise<Entity<N> | null> {
  const found = await db
    .selectFrom('entity_row')
    .select('row')
    .where('property_id', '=', propertyId)
    .where('entity', '=', entity)
    .where('id', '=', id)
    .executeTakeFirst();
  return found === undefined ? null : (found.row as Entity<N>);
}
