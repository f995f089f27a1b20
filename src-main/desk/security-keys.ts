/** The security keys of whoever is at the desk: hers to see, to add and to remove (DESIGN §4). */
import { ulid } from 'ulid';
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { FactorsView, StaffItem } from '../../src-shared/ipc/views.ts';
import type { SecurityKey } from '../../src-shared/model/entities.ts';
import { OperationId, SecurityKeyId } from '../../src-shared/model/ids.ts';
import type { Decision } from '../../src-shared/policy/index.ts';
import type { UsableKey } from '../store/security-keys.ts';
import { openSealingKey, openSignInKeys, type Who } from '../vault/credential.ts';
import { wipeKeys } from '../vault/employee-keys.ts';
import { isSecurityKeyOf, makeSecurityKey, newPrfSalt, type SecurityKeyOrder } from '../vault/security-key.ts';
import {
  type Desk,
  type DeskHolder,
  mayDo,
  ok,
  type Presence,
  presence,
  record,
  refusal,
  refuse,
  refused,
  useDesk,
} from './desk.ts';
import type { Prompt } from './prompt.ts';
import { shareByCode } from './share-by-code.ts';
import { staffItem } from './sign-in.ts';

/** Keys that may be asked: of those in the cache, the ones that she has signed. */
export function keysOf(desk: Desk, { employee, property }: Pick<Presence, 'employee' | 'property'>): UsableKey[] {
  return desk.cache.securityKeys
    .of(employee.id)
    .filter((key) => isSecurityKeyOf(property.id, key, employee.signingKey));
}

export function viewFactors(desk: Desk): IpcResult<FactorsView> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  return ok({
    securityKeys: keysOf(desk, who).map(({ id, name, addedAt }) => ({ id, name, addedAt })),
    addKey: access(mayDo(who, 'security-key.add')),
    renew: access(mayDo(who, 'factor.renew')),
  });
}

const access = (decision: Decision): FactorsView['renew'] =>
  decision.allowed ? { allowed: true } : { allowed: false, ...refusal(decision) };

/**
 * Adds a security key: it is touched, then a code gives the share that is sealed to it. Both come by the prompt; between the two main
 * holds what the key has answered, and zeroes it when the prompt closes.
 */
export async function addSecurityKey(
  terminal: DeskHolder,
  prompt: Pick<Prompt, 'converse'>,
  { name }: { readonly name: string },
): Promise<IpcResult<FactorsView>> {
  const begun = await useDesk(terminal, (desk) => begin(desk));
  if (!begun.ok) return begun;
  const { person, prfSalt, known, locks } = begun.value;
  return prompt.converse(async (talk) => {
    const { credentialId, output } = await talk.ask('new-key', { person, prfSalt, known }, (answer) => ok(answer));
    try {
      return ok(
        await talk.ask('key-code', { person }, ({ code }) =>
          useDesk(terminal, (desk) =>
            keep(desk, { name, credentialId, output, prfSalt, code, locks, gone: talk.gone }),
          ),
        ),
      );
    } finally {
      output.fill(0);
    }
  });
}

/** Forgets a key of hers, here at once and everywhere with the next sync. */
export function removeSecurityKey(desk: Desk, { id }: { readonly id: SecurityKeyId }): IpcResult<FactorsView> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'security-key.remove');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'security-key.remove' });
  if (!desk.cache.securityKeys.of(who.employee.id).some((key) => key.id === id)) return refuse('not-found');
  record(desk, who, { type: 'security-key.remove', outcome: 'allowed' });
  const now = desk.clock.now();
  desk.cache.changeSecurityKeyLocally({
    id: OperationId.parse(ulid(now)),
    kind: 'securityKey.remove',
    employeeId: who.employee.id,
    at: now,
    securityKeyId: id,
  });
  desk.kickSync();
  return viewFactors(desk);
}

interface Begun {
  readonly person: StaffItem;
  readonly prfSalt: string;
  /** Credentials of keys she has: one key is not added twice. */
  readonly known: string[];
  readonly locks: number;
}

function begin(desk: Desk): IpcResult<Begun> {
  const who = presence(desk);
  if (who === null) return refuse('locked');
  const decision = mayDo(who, 'security-key.add');
  if (!decision.allowed) return refused(desk, who, decision, { type: 'security-key.add' });
  return ok({
    person: staffItem(who.employee),
    prfSalt: newPrfSalt(),
    known: keysOf(desk, who).map(({ credentialId }) => credentialId),
    locks: desk.session.locks,
  });
}

interface Touched extends Pick<UsableKey, 'name' | 'credentialId' | 'prfSalt'> {
  readonly output: Uint8Array;
  readonly code: string;
  readonly locks: number;
  /** Aborted when the prompt closes. */
  readonly gone: AbortSignal;
}

/** Checks the code and seals the share it gives to the key, all in one go: the share is in memory for that long. */
async function keep(desk: Desk, { code, locks, gone, ...touched }: Touched): Promise<IpcResult<FactorsView>> {
  const who = presence(desk);
  if (who === null || desk.session.locks !== locks) return refuse('locked');
  const asked = { code: { kind: 'totp', code }, locks, asked: 'security-key.add', gone } as const;
  const shared = await shareByCode(desk, who, asked);
  if (!shared.ok) return shared;
  const { share } = shared.value;
  try {
    const { unlockKey } = desk.session;
    if (unlockKey === null || desk.session.locks !== locks) return refuse('locked');
    const now = desk.clock.now();
    const securityKey = sealTo(who, unlockKey, share, { ...touched, addedAt: now });
    if (securityKey === null) {
      record(desk, who, { type: 'security-key.add', outcome: 'failed', reason: 'keys-unreadable' });
      return refuse('unreadable-value');
    }
    record(desk, who, { type: 'security-key.add', outcome: 'allowed' });
    desk.cache.changeSecurityKeyLocally({
      id: OperationId.parse(ulid(now)),
      kind: 'securityKey.add',
      employeeId: who.employee.id,
      at: now,
      securityKey,
    });
  } finally {
    share.fill(0);
  }
  desk.kickSync();
  return viewFactors(desk);
}

/** Null when the share is not the one that opens her keys: a key that it is sealed to would open nothing, one day. */
function sealTo(
  { employee, property }: Presence,
  unlockKey: Buffer,
  share: Buffer,
  touched: Pick<SecurityKeyOrder, 'name' | 'credentialId' | 'prfSalt' | 'output' | 'addedAt'>,
): SecurityKey | null {
  const ids: Who = { propertyId: property.id, employeeId: employee.id };
  const sealing = openSealingKey(employee.credential, ids, unlockKey, share);
  sealing?.fill(0);
  const privateKeys = sealing === null ? null : openSignInKeys(employee.credential, ids, unlockKey);
  if (privateKeys === null) return null;
  try {
    const id = SecurityKeyId.parse(ulid(touched.addedAt));
    return makeSecurityKey({ ...ids, ...touched, id, share, privateKeys });
  } finally {
    wipeKeys(privateKeys);
  }
}
