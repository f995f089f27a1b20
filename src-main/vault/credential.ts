/**
 * An employee's credential (DESIGN §4). One Argon2id run (RFC 9106) over the password gives two keys by HKDF: the sign-in key,
 * which opens a known box and so verifies the password, and the unlock key, which opens what signing in needs. The key that takes
 * class keys opens only with the unlock key and the step-up share together. Class keys are not in here: they are granted to the
 * public halves (class-grant.ts).
 */
import { randomBytes } from 'node:crypto';
import type { Credential } from '../../src-shared/model/entities.ts';
import type { EmployeeId, PropertyId } from '../../src-shared/model/ids.ts';
import { decodeSignInKeys, encodeSignInKeys, type PrivateKeys, type SignInKeys } from './employee-keys.ts';
import { KDF_FLOOR, stretch } from './kdf.ts';
import { deriveKey, openBox, sealBox } from './sealed-box.ts';

export interface Who {
  readonly propertyId: PropertyId;
  readonly employeeId: EmployeeId;
}

export interface CredentialInput {
  readonly propertyId: PropertyId;
  readonly employeeId: EmployeeId;
  /** UTF-8, NFC; zeroed by the caller. */
  readonly password: Buffer;
  /**
   * The step-up share: 32 random bytes, without which no class key opens. It is not in the credential: the server keeps it, with the
   * TOTP secret (src-main/sync/step-up.ts). Still the caller's to wipe.
   */
  readonly share: Buffer;
  /** Still the caller's to wipe. */
  readonly privateKeys: PrivateKeys;
  readonly kdf?: { readonly memoryKib: number; readonly passes: number; readonly lanes: number };
}

/**
 * Makes a credential from a password, a step-up share and the employee's private keys.
 * @throws RangeError when the KDF parameters are below {@link KDF_FLOOR}
 */
export async function makeCredential(input: CredentialInput): Promise<Credential> {
  const cost = input.kdf ?? KDF_FLOOR;
  if (cost.memoryKib < KDF_FLOOR.memoryKib || cost.passes < KDF_FLOOR.passes) {
    throw new RangeError('Argon2id parameters below 64 MiB and 3 passes');
  }
  const kdf: Credential['kdf'] = { algorithm: 'argon2id', ...cost, salt: randomBytes(16).toString('base64') };
  const context = contextOf(input.propertyId, input.employeeId, kdf);
  const master = await stretch(input.password, kdf);
  const signInKey = deriveKey(master, 'keyrack/sign-in/v1');
  const unlockKey = deriveKey(master, 'keyrack/unlock/v1');
  master.fill(0);
  const stepUpKey = deriveStepUpKey(unlockKey, input.share);
  const signInKeys = encodeSignInKeys(input.privateKeys);
  const credential: Credential = {
    version: 3,
    kdf,
    signIn: sealBox(signInKey, `${context}/sign-in`, Buffer.from(input.employeeId)),
    signInKeys: sealBox(unlockKey, `${context}/sign-in-keys`, signInKeys),
    sealingKey: sealBox(stepUpKey, `${context}/sealing-key`, input.privateKeys.sealing),
  };
  for (const secret of [signInKey, unlockKey, stepUpKey, signInKeys]) secret.fill(0);
  return credential;
}

/**
 * Checks a password.
 * @returns the unlock key (32 bytes, the caller zeroes it), or null when the password is not the one
 */
export async function openCredential(
  credential: Pick<Credential, 'kdf' | 'signIn'>,
  who: Who,
  password: Buffer,
): Promise<Buffer | null> {
  const context = contextOf(who.propertyId, who.employeeId, credential.kdf);
  const master = await stretch(password, credential.kdf);
  const signInKey = deriveKey(master, 'keyrack/sign-in/v1');
  const known = openBox(signInKey, `${context}/sign-in`, credential.signIn);
  signInKey.fill(0);
  const unlockKey = deriveKey(master, 'keyrack/unlock/v1');
  master.fill(0);
  if (known?.toString() === who.employeeId) return unlockKey;
  unlockKey.fill(0);
  return null;
}

/** What signing in gives: null when the box was altered or holds something else. The caller wipes it. */
export function openSignInKeys(
  credential: Pick<Credential, 'kdf' | 'signInKeys'>,
  who: Who,
  unlockKey: Buffer,
): SignInKeys | null {
  const context = contextOf(who.propertyId, who.employeeId, credential.kdf);
  const box = openBox(unlockKey, `${context}/sign-in-keys`, credential.signInKeys);
  if (box === null) return null;
  try {
    return decodeSignInKeys(box);
  } finally {
    box.fill(0);
  }
}

/** The private key that opens grants (X25519, 32 bytes); null when key, share or box are not the ones. The caller zeroes it. */
export function openSealingKey(credential: Credential, who: Who, unlockKey: Buffer, share: Buffer): Buffer | null {
  const context = contextOf(who.propertyId, who.employeeId, credential.kdf);
  const stepUpKey = deriveStepUpKey(unlockKey, share);
  try {
    return openBox(stepUpKey, `${context}/sealing-key`, credential.sealingKey);
  } finally {
    stepUpKey.fill(0);
  }
}

/**
 * The box of a new private key, under a new step-up share and the password that is hers already: the rest of the credential stays.
 * @param sealing X25519, 32 bytes; share and key are still the caller's to wipe
 */
export function sealSealingKey(
  { kdf }: Pick<Credential, 'kdf'>,
  who: Who,
  unlockKey: Buffer,
  { share, sealing }: { readonly share: Buffer; readonly sealing: Buffer },
): Credential['sealingKey'] {
  const context = contextOf(who.propertyId, who.employeeId, kdf);
  const stepUpKey = deriveStepUpKey(unlockKey, share);
  try {
    return sealBox(stepUpKey, `${context}/sealing-key`, sealing);
  } finally {
    stepUpKey.fill(0);
  }
}

/** Bytes of a step-up share. */
const SHARE = 32;

/** Both are needed: the password's key and the second factor's share. @throws RangeError when the share is not 32 bytes */
function deriveStepUpKey(unlockKey: Buffer, share: Buffer): Buffer {
  if (share.length !== SHARE) throw new RangeError('a step-up share is 32 bytes');
  const both = Buffer.concat([unlockKey, share]);
  try {
    return deriveKey(both, 'keyrack/step-up/v1');
  } finally {
    both.fill(0);
  }
}

/** Names the place and the cost: lowered parameters or another employee's box do not open. */
function contextOf(propertyId: PropertyId, employeeId: EmployeeId, kdf: Credential['kdf']): string {
  return JSON.stringify([
    'keyrack/credential/v3',
    propertyId,
    employeeId,
    kdf.algorithm,
    kdf.memoryKib,
    kdf.passes,
    kdf.lanes,
    kdf.salt,
  ]);
}
