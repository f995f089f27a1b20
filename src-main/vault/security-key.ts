/**
 * The step-up share under a security key (DESIGN §4; WebAuthn Level 3 §10.1.4, prf). What the key answers to its salt and the
 * employee's slot key, which the password opens, seal it together: the key is nothing without the password, the password nothing
 * without the key. The slot key and not the unlock key: it outlasts a changed password.
 */
import { randomBytes } from 'node:crypto';
import type { SecurityKey } from '../../src-shared/model/entities.ts';
import type { EmployeeId, PropertyId } from '../../src-shared/model/ids.ts';
import { securityKeyStatement } from '../../src-shared/model/security-key.ts';
import { openDeviceIdentity as openSigningKey, deviceVerifier as signatureVerifier } from './device-identity.ts';
import type { SignInKeys } from './employee-keys.ts';
import { deriveKey, openBox, sealBox } from './sealed-box.ts';

/** Bytes that a key answers to one salt. */
const PRF_BYTES = 32;

/** A new salt, base64: another for each key, so that no two are asked the same. */
export function newPrfSalt(): string {
  return randomBytes(PRF_BYTES).toString('base64');
}

export interface SecurityKeyOrder extends Omit<SecurityKey, 'sealedShare' | 'signature'> {
  readonly propertyId: PropertyId;
  /** What the key answered to `prfSalt`. All three are still the caller's to wipe. */
  readonly output: Uint8Array;
  readonly share: Buffer;
  readonly privateKeys: SignInKeys;
}

/** Seals a share to a key and signs that. @throws RangeError when output or share are not 32 bytes */
export function makeSecurityKey(order: SecurityKeyOrder): SecurityKey {
  const { propertyId, output, share, privateKeys, ...head } = order;
  if (share.length !== SHARE) throw new RangeError('a step-up share is 32 bytes');
  const key = deriveShareKey(privateKeys.slot, output);
  const unsigned = { ...head, sealedShare: sealBox(key, contextOf(propertyId, head), share) };
  key.fill(0);
  const statement = Buffer.from(securityKeyStatement(propertyId, unsigned), 'utf8');
  return { ...unsigned, signature: openSigningKey(privateKeys.signing).sign(statement) };
}

/** Whether the employee with this public signing key has added it, and nothing was changed since. */
export function isSecurityKeyOf(propertyId: PropertyId, key: SecurityKey, signingKey: string): boolean {
  return signatureVerifier(signingKey)(Buffer.from(securityKeyStatement(propertyId, key), 'utf8'), key.signature);
}

/**
 * Opens the share.
 * @param slot the employee's private slot key
 * @param output what the key answered
 * @returns null when output, slot key or row are not the ones that belong together; the caller zeroes the share
 */
export function openKeyShare(
  who: { readonly propertyId: PropertyId; readonly employeeId: EmployeeId },
  securityKey: SecurityKey & { readonly sealedShare: string },
  slot: Buffer,
  output: Uint8Array,
): Buffer | null {
  if (output.length !== PRF_BYTES || securityKey.employeeId !== who.employeeId) return null;
  const key = deriveShareKey(slot, output);
  const share = openBox(key, contextOf(who.propertyId, securityKey), securityKey.sealedShare);
  key.fill(0);
  if (share === null || share.length === SHARE) return share;
  share.fill(0);
  return null;
}

/** Bytes of a step-up share. */
const SHARE = 32;

function deriveShareKey(slot: Buffer, output: Uint8Array): Buffer {
  if (output.length !== PRF_BYTES) throw new RangeError('a security key answers 32 bytes');
  const both = Buffer.concat([slot, output]);
  try {
    return deriveKey(both, 'keyrack/security-key/v1');
  } finally {
    both.fill(0);
  }
}

/** Names the place: a share that was moved to another employee's key, or to another key of hers, does not open. */
function contextOf(
  propertyId: PropertyId,
  { id, employeeId, credentialId, prfSalt }: Pick<SecurityKey, 'id' | 'employeeId' | 'credentialId' | 'prfSalt'>,
): string {
  return JSON.stringify(['keyrack/security-key/v1', propertyId, employeeId, id, credentialId, prfSalt]);
}
