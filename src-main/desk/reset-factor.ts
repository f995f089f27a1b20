/**
 * A new second factor for somebody who lost phone and codes, as an officer orders it who saw who she is (DESIGN §4). What opened her
 * keys is gone, so she is given another key for class keys and another share: a holder hands on to her what she held. The officer sees
 * neither the secret nor the password; both are typed and shown in main's own window, to her.
 */
import { randomBytes } from 'node:crypto';
import { ulid } from 'ulid';
import { findsSensitiveNumber } from '../../src-shared/documents/sensitive-number.ts';
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { Employee } from '../../src-shared/model/entities.ts';
import { type EmployeeId, EntitlementId } from '../../src-shared/model/ids.ts';
import { mayHold } from '../../src-shared/policy/index.ts';
import { resetStepUp } from '../sync/step-up.ts';
import { LineError } from '../sync/transport.ts';
import { openSignInKeys, sealSealingKey } from '../vault/credential.ts';
import { generateSealingPair, type SignInKeys, wipeKeys } from '../vault/employee-keys.ts';
import { makeEntitlement, type Right, rightOf } from '../vault/entitlement.ts';
import { checkPassword } from './check-password.ts';
import { type Desk, ok, type Presence, record, refuse } from './desk.ts';
import { operationOf } from './hand-on-keys.ts';
import { newTotpSecret, showPhone, showRecoveryCodes } from './new-factor.ts';
import { newCaseId, openCase } from './open-case.ts';
import { allowedTo, signingKeyOf } from './order-grant.ts';
import type { Conversation, Prompt } from './prompt.ts';
import { staffItem } from './sign-in.ts';
import { trustOf } from './trust-of.ts';

const SHARE = 32;

/**
 * Leads her through it, at the officer's terminal. It takes the line, the officer's second factor and her right to order; it is
 * recorded, and a case that another officer may look into.
 * @param input whom it is for, and how the officer knows who she is
 * @throws LogUnavailable
 */
export async function resetFactor(
  desk: Desk,
  prompt: Pick<Prompt, 'converse'>,
  input: { readonly employeeId: EmployeeId; readonly reason: string },
): Promise<IpcResult<null>> {
  const event = { type: 'factor.reset', aboutId: input.employeeId } as const;
  const who = allowedTo(desk, 'factor.reset', event);
  if (!('employee' in who)) return who;
  const person = desk.cache.employees.get(input.employeeId);
  if (person === null || !person.active) return refuse('not-found');
  if (findsSensitiveNumber(input.reason)) return refuse('sensitive-number', { field: 'reason' });
  const isOwn = person.id === who.employee.id;
  const mayOrder = trustOf(desk, who.property.id)
    .holdings(who.employee.id)
    .some(({ scope }) => scope === 'order');
  if (isOwn || !mayOrder) {
    record(desk, who, { ...event, outcome: 'refused', reason: isOwn ? 'own-factor' : 'not-entitled' });
    return refuse('forbidden');
  }
  const { locks } = desk.session;
  return prompt.converse(async (talk) => {
    const hers = await askPassword(desk, talk, who, person);
    const secrets = { share: randomBytes(SHARE), totpSecret: newTotpSecret() };
    try {
      await showPhone(talk, who.property, staffItem(person), secrets.totpSecret, desk.stepUpLine.serverNow);
      const recoveryCodes = await showRecoveryCodes(talk, who.property, staffItem(person));
      if (desk.session.locks !== locks) return refuse('locked');
      if (talk.gone.aborted) return refuse('cancelled');
      return await carryOut(desk, who, person, { ...hers, ...secrets, recoveryCodes, reason: input.reason });
    } finally {
      for (const secret of [hers.unlockKey, secrets.share, secrets.totpSecret]) secret.fill(0);
      wipeKeys(hers.keys);
    }
  });
}

interface Hers {
  /** Both are the caller's to wipe. */
  readonly unlockKey: Buffer;
  readonly keys: SignInKeys;
}

/** Her password says that it is she who sits there; it counts as an attempt of hers like a sign-in. */
function askPassword(desk: Desk, talk: Conversation, who: Presence, person: Employee): Promise<Hers> {
  return talk.ask('own-password', { person: staffItem(person) }, async ({ password }): Promise<IpcResult<Hers>> => {
    const checked = await checkPassword(desk, person, password);
    const event = { type: 'factor.confirm', aboutId: who.employee.id } as const;
    if (!checked.ok) {
      record(desk, { employee: person }, { ...event, outcome: 'failed', reason: checked.error.code });
      return checked;
    }
    const unlockKey = checked.value;
    const ids = { propertyId: who.property.id, employeeId: person.id };
    const keys = openSignInKeys(person.credential, ids, unlockKey);
    if (keys !== null && !talk.gone.aborted) {
      record(desk, { employee: person }, { ...event, outcome: 'allowed' });
      return ok({ unlockKey, keys });
    }
    unlockKey.fill(0);
    if (keys === null) return refuse('unreadable-value');
    wipeKeys(keys);
    return refuse('cancelled');
  });
}

interface Order extends Hers {
  readonly share: Buffer;
  readonly totpSecret: Buffer;
  readonly recoveryCodes: readonly string[];
  readonly reason: string;
}

/** Entry, server, case, and the order to grant anew: where it stops, she has no second factor, and the officer begins again. */
async function carryOut(desk: Desk, who: Presence, person: Employee, order: Order): Promise<IpcResult<null>> {
  const { unlockKey, keys, share, totpSecret, recoveryCodes, reason } = order;
  const event = { type: 'factor.reset', aboutId: person.id } as const;
  const signing = signingKeyOf(desk, who);
  if (signing === null) return refuse('locked');
  const pair = generateSealingPair();
  try {
    const caseId = newCaseId(desk.clock.now());
    const { seq: entry } = record(desk, who, { ...event, caseId, outcome: 'allowed' });
    const [her, officer] = [
      { employeeId: person.id, signing: keys.signing },
      { employeeId: who.employee.id, signing },
    ];
    const outcome = await resetStepUp(desk.stepUpLine, her, officer, { share, totpSecret, recoveryCodes });
    if (outcome !== 'renewed') {
      record(desk, who, { ...event, outcome: 'failed', reason: 'server-refused' });
      return refuse('server-refused');
    }
    openCase(desk, who, { id: caseId, kind: 'factor-reset', confirmedBy: person.id, reasonText: reason, entry });
    const ids = { propertyId: who.property.id, employeeId: person.id };
    desk.cache.outbox.add({
      ...operationOf(desk, who),
      kind: 'employee.rekey',
      rekeyedId: person.id,
      sealingKey: pair.publicKey,
      sealedKey: sealSealingKey(person.credential, ids, unlockKey, { share, sealing: pair.privateKey }),
      entitlements: orderAnew(desk, who, { ...person, sealingKey: pair.publicKey }, signing),
    });
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    record(desk, who, { ...event, outcome: 'failed', reason: 'server-unreachable' });
    return refuse(error.problem === 'unreachable' ? 'server-unreachable' : 'server-refused');
  } finally {
    signing.fill(0);
    pair.privateKey.fill(0);
  }
  await desk.leases.end(person.id, 'withdrawn');
  desk.kickSync();
  return ok(null);
}

/** What she is entitled to and may hold, made out to the new key. */
function orderAnew(desk: Desk, who: Presence, person: Employee, signing: Buffer) {
  const at = desk.clock.now();
  const held = trustOf(desk, who.property.id)
    .holdings(person.id)
    .filter((row) => mayHold(person.role, row));
  const rights = new Map(held.map((row) => [rightOf(row), { scope: row.scope, class: row.class } as Right]));
  return [...rights.values()].map((right) =>
    makeEntitlement({
      id: EntitlementId.parse(ulid(at)),
      propertyId: who.property.id,
      to: person,
      right,
      by: { id: who.employee.id, signing },
      at,
    }),
  );
}
