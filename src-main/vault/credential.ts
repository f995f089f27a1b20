/**
 * An employee's credential (DESIGN §4). One Argon2id run (RFC 9106) over the password gives two keys by HKDF: the sign-in key,
 * which opens a known box and so verifies the password, and the unlock key, which opens the second factor's secret and the
 * employee's private keys. Class keys are not in here: they are granted to the public halves (class-grant.ts).
 */
import { randomBytes } from 'node:crypto';
import { hashRaw } from '@node-rs/argon2';
import type { Credential } from '../../src-shared/model/entities.ts';
import type { EmployeeId, PropertyId } from '../../src-shared/model/ids.ts';
import { decodePrivateKeys, encodePrivateKeys, type PrivateKeys } from './employee-keys.ts';
import { deriveKey, openBox, sealBox } from './sealed-box.ts';

/** 64 MiB, 3 passes, 4 lanes: RFC 9106 §4, second recommended option. */
export const KDF_FLOOR = { memoryKib: 65_536, passes: 3, lanes: 4 } as const;

/** The library's enums are ambient, which isolated modules cannot read: their values, by name. */
const ARGON2ID = 2;
const ARGON2_VERSION_13 = 1;

export interface CredentialInput {
  readonly propertyId: PropertyId;
  readonly employeeId: EmployeeId;
  /** UTF-8, NFC; zeroed by the caller. */
  readonly password: Buffer;
  /** RFC 6238 secret, 20 bytes or more. */
  readonly totpSecret: Buffer;
  /** Still the caller's to wipe. */
  readonly privateKeys: PrivateKeys;
  readonly kdf?: { readonly memoryKib: number; readonly passes: number; readonly lanes: number };
}

/**
 * Makes a credential from a password, a second factor's secret and the employee's private keys.
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
  const privateKeys = encodePrivateKeys(input.privateKeys);
  const credential: Credential = {
    version: 2,
    kdf,
    signIn: sealBox(signInKey, `${context}/sign-in`, Buffer.from(input.employeeId)),
    secondFactor: sealBox(unlockKey, `${context}/second-factor`, input.totpSecret),
    privateKeys: sealBox(unlockKey, `${context}/private-keys`, privateKeys),
  };
  for (const secret of [signInKey, unlockKey, privateKeys]) secret.fill(0);
  return credential;
}

/**
 * Checks a password.
 * @returns the unlock key (32 bytes, the caller zeroes it), or null when the password is not the one
 */
export async function openCredential(
  credential: Credential,
  who: { readonly propertyId: PropertyId; readonly employeeId: EmployeeId },
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

/** The TOTP secret behind the unlock key; null when the box was altered. The caller zeroes it. */
export function openSecondFactor(
  credential: Credential,
  who: { readonly propertyId: PropertyId; readonly employeeId: EmployeeId },
  unlockKey: Buffer,
): Buffer | null {
  const context = contextOf(who.propertyId, who.employeeId, credential.kdf);
  return openBox(unlockKey, `${context}/second-factor`, credential.secondFactor);
}

/** The employee's private keys behind the unlock key; null when the box was altered or holds something else. The caller wipes them. */
export function openPrivateKeys(
  credential: Credential,
  who: { readonly propertyId: PropertyId; readonly employeeId: EmployeeId },
  unlockKey: Buffer,
): PrivateKeys | null {
  const context = contextOf(who.propertyId, who.employeeId, credential.kdf);
  const box = openBox(unlockKey, `${context}/private-keys`, credential.privateKeys);
  if (box === null) return null;
  try {
    return decodePrivateKeys(box);
  } finally {
    box.fill(0);
  }
}

async function stretch(password: Buffer, kdf: Credential['kdf']): Promise<Buffer> {
  return hashRaw(password, {
    algorithm: ARGON2ID,
    version: ARGON2_VERSION_13,
    memoryCost: kdf.memoryKib,
    timeCost: kdf.passes,
    parallelism: kdf.lanes,
    salt: Buffer.from(kdf.salt, 'base64'),
    outputLen: 32,
  });
}

/** Names the place and the cost: lowered parameters or another employee's box do not open. */
function contextOf(propertyId: PropertyId, employeeId: EmployeeId, kdf: Credential['kdf']): string {
  return JSON.stringify([
    'keyrack/credential/v1',
    propertyId,
    employeeId,
    kdf.algorithm,
    kdf.memoryKib,
    kdf.passes,
    kdf.lanes,
    kdf.salt,
  ]);
}
