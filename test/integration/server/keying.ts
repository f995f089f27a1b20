import { randomBytes } from 'node:crypto';
import { ulid } from 'ulid';
import { describe, expect, it } from 'vitest';
import type { DemoEmployee } from '../../../scripts/demo/staff.ts';
import { openCredential, openSignInKeys } from '../../../src-main/vault/credential.ts';
import { makeSecurityKey, newPrfSalt } from '../../../src-main/vault/security-key.ts';
import type { Employee, SecurityKey } from '../../../src-shared/model/entities.ts';
import { OperationId, SecurityKeyId } from '../../../src-shared/model/ids.ts';
import type { SecurityKeyAddition, SecurityKeyRemoval } from '../../../src-shared/sync/protocol.ts';
import { enrolled, type Terminal } from './client.ts';
import type { House } from './house.ts';

/** Security keys at the server. */
export function keying(house: () => House): void {
  const terminal = async () => enrolled(house().client(), await house().code());
  const keysOn = async (device: Terminal) =>
    (await house().client().pull(device, 0)).puts.flatMap((put) => (put.entity === 'securityKey' ? [put.row] : []));

  /** A key of one of the staff, signed with her own key as her terminal does. */
  async function keyOf(device: Terminal, { id, password }: DemoEmployee): Promise<SecurityKey> {
    const { puts } = await house().client().pull(device, 0);
    const row = puts.flatMap((put) => (put.entity === 'employee' && put.row.id === id ? [put.row] : [])).at(-1);
    const who = { propertyId: device.propertyId, employeeId: id };
    const privateKeys = row && (await signInKeys(row, password));
    if (privateKeys == null) throw new Error('the password is right');
    return makeSecurityKey({
      ...who,
      id: SecurityKeyId.parse(ulid()),
      name: '蓝色',
      credentialId: randomBytes(16).toString('base64'),
      prfSalt: newPrfSalt(),
      addedAt: house().now(),
      output: randomBytes(32),
      share: randomBytes(32),
      privateKeys,
    });
  }
  async function signInKeys({ id, propertyId, credential }: Employee, password: string) {
    const who = { propertyId, employeeId: id };
    const unlockKey = await openCredential(credential, who, Buffer.from(password));
    return unlockKey && openSignInKeys(credential, who, unlockKey);
  }
  const operation = (employeeId: Employee['id']) => ({ id: OperationId.parse(ulid()), employeeId, at: house().now() });
  const addition = (securityKey: SecurityKey, by = securityKey.employeeId): SecurityKeyAddition => ({
    ...operation(by),
    kind: 'securityKey.add',
    securityKey,
  });
  const removal = ({ id, employeeId }: SecurityKey, by = employeeId): SecurityKeyRemoval => ({
    ...operation(by),
    kind: 'securityKey.remove',
    securityKeyId: id,
  });
  const push = async (device: Terminal, ...operations: (SecurityKeyAddition | SecurityKeyRemoval)[]) =>
    (await house().client().push(device, operations)).map((result) =>
      result.status === 'refused' ? result.reason : result.status,
    );

  describe('a security key', () => {
    it('is taken from its owner alone: who did not sign it adds none in her name, and removes none of hers', async () => {
      const device = await terminal();
      const [owner, colleague] = [house().employee('receptionist'), house().employee('duty-manager')];
      const key = await keyOf(device, owner);
      const hers = await keyOf(device, colleague);
      expect(await push(device, addition(key, colleague.id))).toEqual(['forbidden']);
      // Her name under a key that a colleague has signed, and a word changed in one of hers.
      expect(await push(device, addition({ ...hers, employeeId: owner.id }))).toEqual(['forbidden']);
      expect(await push(device, addition({ ...key, name: 'blue' }))).toEqual(['forbidden']);
      expect(await push(device, addition(key))).toEqual(['applied']);
      expect(await push(device, removal(key, colleague.id))).toEqual(['forbidden']);
      expect(await keysOn(device)).toContainEqual(key);
    });

    it('is not for a role that has nothing to unlock', async () => {
      const device = await terminal();
      expect(await push(device, addition(await keyOf(device, house().employee('it'))))).toEqual(['forbidden']);
    });

    it('is added once; removed, its share is gone from every page of the feed, and it never comes back', async () => {
      const device = await terminal();
      const key = await keyOf(device, house().employee('receptionist'));
      expect(await push(device, removal(key))).toEqual(['unknown-security-key']);
      expect(await push(device, addition(key), addition(key), removal(key), removal(key))).toEqual([
        'applied',
        'invalid',
        'applied',
        'applied',
      ]);
      expect(await push(device, addition(key))).toEqual(['invalid']);
      expect(await push(device, addition({ ...key, sealedShare: null }))).toEqual(['forbidden']);
      const { puts } = await house().client().pull(device, 0);
      expect(puts.map((put) => put.row)).toContainEqual({ ...key, sealedShare: null });
      expect(JSON.stringify(puts)).not.toContain(key.sealedShare);
    });
  });
}
