import { argon2Sync, randomBytes } from 'node:crypto';
import { hashRaw } from '@node-rs/argon2';
import { describe, expect, it } from 'vitest';
import { makeCredential, openCredential, openSealingKey, openSignInKeys } from '../../../src-main/vault/credential.ts';
import { generateEmployeeKeys } from '../../../src-main/vault/employee-keys.ts';
import { KDF_FLOOR } from '../../../src-main/vault/kdf.ts';
import { EmployeeId, PropertyId } from '../../../src-shared/model/ids.ts';

const who = { propertyId: PropertyId.parse('west-lake'), employeeId: EmployeeId.parse('01HZZZZZZZZZZZZZZZZZZZZZZZ') };
const password = Buffer.from('correct horse battery');
const share = randomBytes(32);
const { privateKeys } = generateEmployeeKeys();
const credential = await makeCredential({ ...who, password, share, privateKeys });

async function keyOf(typed: Buffer): Promise<Buffer> {
  const unlockKey = await openCredential(credential, who, typed);
  if (unlockKey === null) throw new Error('the password is right');
  return unlockKey;
}

describe('Argon2id', () => {
  it('is the function of RFC 9106: the runtime’s own gives the vector of §5.3, and ours is the same function', async () => {
    const message = Buffer.alloc(32, 1);
    const common = {
      nonce: Buffer.alloc(16, 2),
      secret: Buffer.alloc(8, 3),
      parallelism: 4,
      tagLength: 32,
      memory: 32,
      passes: 3,
    };
    const vector = argon2Sync('argon2id', { message, ...common, associatedData: Buffer.alloc(12, 4) });
    expect(vector.toString('hex')).toBe('0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659');
    // Our library takes no associated data: it is held against the runtime's function without it.
    const ours = await hashRaw(message, {
      algorithm: 2,
      version: 1,
      memoryCost: common.memory,
      timeCost: common.passes,
      parallelism: common.parallelism,
      outputLen: common.tagLength,
      salt: common.nonce,
      secret: common.secret,
    });
    expect(ours).toEqual(argon2Sync('argon2id', { message, ...common }));
  });

  it('is never run below 64 MiB and three passes', async () => {
    await expect(
      makeCredential({ ...who, password, share, privateKeys, kdf: { memoryKib: 19_456, passes: 2, lanes: 1 } }),
    ).rejects.toThrow(RangeError);
    expect(credential.kdf).toMatchObject(KDF_FLOOR);
  });
});

describe('an employee’s credential', () => {
  it('opens with the password to what signing in needs', async () => {
    const unlockKey = await keyOf(password);
    const { slot, signing } = privateKeys;
    expect(openSignInKeys(credential, who, unlockKey)).toEqual({ slot, signing });
    const swapped = { ...credential, signInKeys: credential.sealingKey };
    expect(openSignInKeys(swapped, who, unlockKey)).toBeNull();
  });

  it('opens to the key that takes class keys with password and step-up share together, and with neither alone', async () => {
    const unlockKey = await keyOf(password);
    expect(openSealingKey(credential, who, unlockKey, share)).toEqual(privateKeys.sealing);
    expect(openSealingKey(credential, who, unlockKey, randomBytes(32))).toBeNull();
    expect(openSealingKey(credential, who, randomBytes(32), share)).toBeNull();
    expect(() => openSealingKey(credential, who, unlockKey, Buffer.alloc(0))).toThrow(RangeError);
  });

  it('does not open with another password, for another employee or at another property', async () => {
    expect(await openCredential(credential, who, Buffer.from('correct horse batterz'))).toBeNull();
    const other = EmployeeId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ0');
    expect(await openCredential(credential, { ...who, employeeId: other }, password)).toBeNull();
    expect(
      await openCredential(credential, { ...who, propertyId: PropertyId.parse('east-lake') }, password),
    ).toBeNull();
  });

  it('does not open with altered cost parameters', async () => {
    const raised = { ...credential, kdf: { ...credential.kdf, passes: credential.kdf.passes + 1 } };
    expect(await openCredential(raised, who, password)).toBeNull();
  });

  it('holds neither password nor key nor secret in clear', () => {
    const bytes = Object.values({ ...credential, ...credential.kdf })
      .map((part) => (typeof part === 'string' ? Buffer.from(part, 'base64').toString('hex') + part : ''))
      .join();
    for (const secret of [password, share, privateKeys.sealing, privateKeys.signing.subarray(-32)])
      expect(bytes).not.toContain(secret.toString('hex'));
  });
});
