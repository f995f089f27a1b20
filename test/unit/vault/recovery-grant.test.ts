import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { generateEmployeeKeys, generateSealingPair } from '../../../src-main/vault/employee-keys.ts';
import { isOwnRecoveryKey, makeRecoveryGrant, openRecoveryGrants } from '../../../src-main/vault/recovery-grant.ts';
import { RecoveryGrant } from '../../../src-shared/model/entities.ts';
import { EmployeeId, GrantId, PropertyId, RecoveryKeyId } from '../../../src-shared/model/ids.ts';

const propertyId = PropertyId.parse('west-lake');
const classKey = { class: 'payment', epoch: 2, key: randomBytes(32) } as const;
const holder = { id: EmployeeId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ0'), keys: generateEmployeeKeys() };
const pair = generateSealingPair();
const recoveryKey = { id: RecoveryKeyId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ5'), publicKey: pair.publicKey };

const grant = await makeRecoveryGrant({
  id: GrantId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ9'),
  propertyId,
  classKey,
  to: recoveryKey,
  by: { id: holder.id, signing: holder.keys.privateKeys.signing },
  at: 1_773_000_000_000,
});
const signingKeyOf = ({ grantedBy }: RecoveryGrant) =>
  grantedBy === holder.id ? holder.keys.publicKeys.signingKey : null;
const open = (grants: readonly RecoveryGrant[], key = recoveryKey, at = propertyId) =>
  openRecoveryGrants({ propertyId: at, recoveryKey: key }, pair.privateKey, grants, signingKeyOf);

describe('a class key sealed to the recovery key', () => {
  it('is a row of its schema, opens with the private half, and holds nothing of it in clear', async () => {
    expect(RecoveryGrant.parse(grant)).toEqual(grant);
    expect(await open([grant])).toEqual({ keys: [classKey], ignored: [] });
    expect(JSON.stringify(grant)).not.toContain(classKey.key.toString('base64').slice(0, 40));
  });

  it.each<[string, Partial<RecoveryGrant>]>([
    ['another class', { class: 'identity' }],
    ['another epoch', { epoch: 3 }],
    ['another proof', { proof: randomBytes(32).toString('base64') }],
    ['another box', { sealed: randomBytes(48).toString('base64') }],
    ['another granter', { grantedBy: EmployeeId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ1') }],
    ['another recovery key', { recoveryKeyId: RecoveryKeyId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ6') }],
  ])('opens no more under %s, and costs nobody the others', async (_what, change) => {
    const { keys, ignored } = await open([{ ...grant, ...change }, grant]);
    expect([keys, ignored.length]).toEqual([[classKey], 1]);
  });

  it('does not open in another hotel', async () => {
    expect((await open([grant], recoveryKey, PropertyId.parse('east-lake'))).keys).toEqual([]);
  });

  it('shows who holds the class key that the recovery key is the hotel’s own, and no other passes for it', () => {
    const own = (key: typeof recoveryKey, held = [classKey as { class: 'payment'; epoch: number; key: Buffer }]) =>
      isOwnRecoveryKey(propertyId, key, [grant], held);
    expect(own(recoveryKey)).toBe(true);
    // A server that puts its own public half in the row, or a row of its own beside it.
    expect(own({ ...recoveryKey, publicKey: generateSealingPair().publicKey })).toBe(false);
    expect(own({ ...recoveryKey, id: RecoveryKeyId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ6') })).toBe(false);
    // Nobody can tell who holds no key of that epoch.
    expect(own(recoveryKey, [{ ...classKey, key: randomBytes(32) }])).toBe(false);
    expect(own(recoveryKey, [])).toBe(false);
  });
});
