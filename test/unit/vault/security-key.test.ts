import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generateEmployeeKeys } from '../../../src-main/vault/employee-keys.ts';
import { deriveKey, openBox } from '../../../src-main/vault/sealed-box.ts';
import { isSecurityKeyOf, makeSecurityKey, newPrfSalt, openKeyShare } from '../../../src-main/vault/security-key.ts';
import { SecurityKey } from '../../../src-shared/model/entities.ts';
import { EmployeeId, PropertyId, SecurityKeyId } from '../../../src-shared/model/ids.ts';

const propertyId = PropertyId.parse('west-lake');
const employeeId = EmployeeId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ1');
const { privateKeys, publicKeys } = generateEmployeeKeys();
const who = { propertyId, employeeId };
const share = randomBytes(32);
const output = randomBytes(32);
const made = makeSecurityKey({
  ...who,
  id: SecurityKeyId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ9'),
  name: 'blue',
  credentialId: randomBytes(48).toString('base64'),
  prfSalt: newPrfSalt(),
  addedAt: 1_773_000_000_000,
  output,
  share,
  privateKeys,
});
type Usable = SecurityKey & { readonly sealedShare: string };
const usable = (change: Partial<Usable> = {}): Usable => ({ ...made, sealedShare: made.sealedShare ?? '', ...change });

describe('a share under a security key', () => {
  it('is a row of its schema, opens with what the key answers and her slot key, and is not in it in clear', () => {
    expect(SecurityKey.parse(made)).toEqual(made);
    expect(openKeyShare(who, usable(), privateKeys.slot, output)).toEqual(share);
    const row = Buffer.from(JSON.stringify(made));
    for (const secret of [share, output]) expect(row.includes(secret.toString('base64').slice(0, 40))).toBe(false);
  });

  it('opens with neither alone: not by the key without the password, not by the password without the key', () => {
    const context = JSON.stringify([
      'keyrack/security-key/v1',
      propertyId,
      employeeId,
      made.id,
      made.credentialId,
      made.prfSalt,
    ]);
    const open = (...secrets: Buffer[]) =>
      openBox(deriveKey(Buffer.concat(secrets), 'keyrack/security-key/v1'), context, usable().sealedShare);
    expect(open(privateKeys.slot, output)).toEqual(share);
    expect(open(output)).toBeNull();
    expect(open(privateKeys.slot)).toBeNull();
    expect(open(output, privateKeys.slot)).toBeNull();
  });

  it('does not open for any other answer, slot key, person, hotel or row', () => {
    const another = generateEmployeeKeys().privateKeys;
    const stranger = EmployeeId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ2');
    expect(openKeyShare(who, usable(), another.slot, output)).toBeNull();
    expect(openKeyShare({ ...who, employeeId: stranger }, usable(), privateKeys.slot, output)).toBeNull();
    expect(
      openKeyShare({ ...who, employeeId: stranger }, usable({ employeeId: stranger }), privateKeys.slot, output),
    ).toBeNull();
    expect(
      openKeyShare({ ...who, propertyId: PropertyId.parse('east-lake') }, usable(), privateKeys.slot, output),
    ).toBeNull();
    for (const change of [
      { id: SecurityKeyId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ8') },
      { credentialId: 'AAAA' },
      { prfSalt: newPrfSalt() },
    ])
      expect(openKeyShare(who, usable(change), privateKeys.slot, output)).toBeNull();
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 64 }), (guess) => {
        expect(openKeyShare(who, usable(), privateKeys.slot, guess)).toBeNull();
      }),
    );
    fc.assert(
      fc.property(fc.nat({ max: 59 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bytes = Buffer.from(usable().sealedShare, 'base64');
        bytes.writeUInt8(bytes.readUInt8(at) ^ flip, at);
        expect(
          openKeyShare(who, usable({ sealedShare: bytes.toString('base64') }), privateKeys.slot, output),
        ).toBeNull();
      }),
    );
  });

  it('is hers by her signature over every field', () => {
    expect(isSecurityKeyOf(propertyId, made, publicKeys.signingKey)).toBe(true);
    expect(isSecurityKeyOf(PropertyId.parse('east-lake'), made, publicKeys.signingKey)).toBe(false);
    expect(isSecurityKeyOf(propertyId, made, generateEmployeeKeys().publicKeys.signingKey)).toBe(false);
    const others: { readonly [F in keyof SecurityKey]: SecurityKey[F] } = {
      id: SecurityKeyId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ8'),
      employeeId: EmployeeId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ2'),
      name: 'red',
      credentialId: 'AAAA',
      prfSalt: newPrfSalt(),
      sealedShare: null,
      addedAt: 0,
      signature: Buffer.alloc(64).toString('base64'),
    };
    for (const [field, value] of Object.entries(others))
      expect(isSecurityKeyOf(propertyId, { ...made, [field]: value }, publicKeys.signingKey)).toBe(false);
  });
});
