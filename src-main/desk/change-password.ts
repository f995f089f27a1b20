/** A new password, chosen by its owner in the prompt: her credential is made anew, signed, and her slot here with it. */
import { randomBytes } from 'node:crypto';
import { ulid } from 'ulid';
import type { IpcResult } from '../../src-shared/ipc/errors.ts';
import type { Credential } from '../../src-shared/model/entities.ts';
import { OperationId } from '../../src-shared/model/ids.ts';
import { passwordStatement } from '../../src-shared/model/password-change.ts';
import type { PasswordChange } from '../../src-shared/sync/protocol.ts';
import { makeCredential, openCredential, openSealingKey, openSignInKeys, type Who } from '../vault/credential.ts';
import { openDeviceIdentity as openSigningKey } from '../vault/device-identity.ts';
import { generateEmployeeKeys, type PrivateKeys, wipeKeys } from '../vault/employee-keys.ts';
import type { OpenedOwn, OpenedUnderDuress } from '../vault/slot.ts';
import { type Desk, ok, type Presence, record, refuse, useDesk } from './desk.ts';
import { askNewPassword, askOwnPassword, forgetOwn, mayKeepPassword, type PasswordHolder } from './own-password.ts';
import type { Prompt } from './prompt.ts';
import { type ShareByCode, shareByCode } from './share-by-code.ts';
import { staffItem } from './sign-in.ts';

/**
 * Changes it: the old one, the new one twice, and a code, since the key that takes class keys opens with the password and the second
 * factor together and is sealed anew under both. The old one opens nothing here from then on; at other terminals from their next sync on.
 */
export async function changePassword(
  terminal: PasswordHolder,
  prompt: Pick<Prompt, 'converse'>,
): Promise<IpcResult<null>> {
  const may = await useDesk(terminal, (desk) => mayKeepPassword(desk, 'password.change'));
  if (!may.ok) return may;
  const who = may.value;
  return prompt.converse(async (talk) => {
    const own = await askOwnPassword(terminal, talk, who, 'password.change');
    const { opened } = own;
    let chosen: Buffer | null = null;
    try {
      const person = staffItem(who.employee);
      const password = await askNewPassword(talk, who, own, 'change');
      chosen = password;
      return ok(
        await talk.ask('key-code', { person, action: 'password.change' }, ({ code }) =>
          useDesk(terminal, async (desk) => {
            const { locks } = who;
            const asked = { code: { kind: 'totp', code }, locks, asked: 'password.change', gone: talk.gone } as const;
            const shared = await shareByCode(desk, who, asked);
            if (!shared.ok) return shared;
            try {
              return opened.kind === 'own'
                ? await renew(terminal, desk, who, { password, opened, shared: shared.value })
                : await renewUnderDuress(terminal, desk, who, { password, opened, shared: shared.value });
            } finally {
              shared.value.share.fill(0);
              shared.value.totpSecret.fill(0);
            }
          }),
        ),
      );
    } finally {
      chosen?.fill(0);
      forgetOwn(own);
    }
  });
}

interface Renewal<O> {
  readonly password: Buffer;
  readonly opened: O;
  readonly shared: ShareByCode;
}

async function renew(
  terminal: PasswordHolder,
  desk: Desk,
  who: Presence,
  { password, opened, shared }: Renewal<OpenedOwn>,
): Promise<IpcResult<null>> {
  const { employee, property } = who;
  const ids: Who = { propertyId: property.id, employeeId: employee.id };
  const { door } = terminal;
  const privateKeys = openAllKeys(employee.credential, ids, opened.unlockKey, shared.share);
  if (privateKeys === null || door === null) {
    record(desk, who, { type: 'password.change', outcome: 'failed', reason: 'keys-unreadable' });
    return refuse('unreadable-value');
  }
  let unlockKey: Buffer | null = null;
  try {
    const credential = await makeCredential({ ...ids, password, share: shared.share, privateKeys });
    // Opened once before anything is given up for it.
    unlockKey = await openCredential(credential, ids, password);
    if (unlockKey === null) throw new Error('a credential that its password does not open');
    const { locks } = desk.session;
    const change = signChange(desk, employee, credential, privateKeys.signing);
    const until = (await desk.leases.state(employee.id)).until;
    record(desk, who, { type: 'password.change', outcome: 'allowed' });
    // From here on it is the new one, whatever happens: the slot file has both the slot and what is still to be told.
    await door.slots.changePassword(employee.id, password, { ...opened, unlockKey }, change);
    desk.cache.changePasswordLocally(change);
    if (desk.session.locks === locks) desk.session.renew({ ...employee, credential }, Buffer.from(unlockKey));
    await door.slots.settleRenewals([change]);
    if (until !== null) await desk.leases.issue(employee.id, unlockKey, shared, until - desk.attempts.now());
    desk.kickSync();
    return ok(null);
  } finally {
    wipeKeys(privateKeys);
    unlockKey?.fill(0);
  }
}

/** As much work, and to whoever looks on the same: the new password opens the decoy from then on, and hers stays hers. */
async function renewUnderDuress(
  terminal: PasswordHolder,
  desk: Desk,
  who: Presence,
  { password, opened, shared }: Renewal<OpenedUnderDuress>,
): Promise<IpcResult<null>> {
  const ids: Who = { propertyId: who.property.id, employeeId: who.employee.id };
  const { privateKeys } = generateEmployeeKeys();
  const share = randomBytes(shared.share.length);
  try {
    const credential = await makeCredential({ ...ids, password, share, privateKeys });
    (await openCredential(credential, ids, password))?.fill(0);
    record(desk, who, { type: 'password.change', outcome: 'allowed' });
    await terminal.door?.slots.moveDuress(who.employee.id, password, opened);
    desk.kickSync();
    return ok(null);
  } finally {
    wipeKeys(privateKeys);
    share.fill(0);
  }
}

function openAllKeys(credential: Credential, who: Who, unlockKey: Buffer, share: Buffer): PrivateKeys | null {
  const sealing = openSealingKey(credential, who, unlockKey, share);
  const keys = sealing === null ? null : openSignInKeys(credential, who, unlockKey);
  if (sealing !== null && keys !== null) return { ...keys, sealing };
  sealing?.fill(0);
  return null;
}

function signChange(
  desk: Pick<Desk, 'clock'>,
  employee: Presence['employee'],
  credential: Credential,
  signing: Buffer,
): PasswordChange {
  const at = desk.clock.now();
  const change = { credential, replaces: employee.credential.kdf.salt };
  const signature = openSigningKey(signing).sign(Buffer.from(passwordStatement(employee, change), 'utf8'));
  return {
    id: OperationId.parse(ulid(at)),
    kind: 'employee.password',
    employeeId: employee.id,
    at,
    ...change,
    signature,
  };
}
