/**
 * An employee's credential, first form (DESIGN §4). One Argon2id run (RFC 9106) over the password gives two keys by HKDF: the
 * sign-in key, which opens a known box and so verifies the password, and the unlock key, which opens the second factor's secret
 * and the class keys. The full hierarchy replaces this file by slots bound to the device secret and by HPKE grants; what calls
 * it (session.ts) stays.
 */
import { randomBytes } from 'node:crypto';
import { hashRaw } from '@node-rs/argon2';
import { SEALED_CLASSES } from '../../src-shared/model/classes.ts';
import type { Credential } from '../../src-shared/model/entities.ts';
import type { EmployeeId, PropertyId } from '../../src-shared/model/ids.ts';
import type { ClassKey } from './field-seal.ts';
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
  readonly classKeys: readonly ClassKey[];
  readonly kdf?: { readonly memoryKib: number; readonly passes: number; readonly lanes: number };
}

/**
 * Makes a credential from a password, a second factor's secret and the class keys the employee is entitled to.
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
  const grants = encodeGrants(input.classKeys);
  const credential: Credential = {
    version: 1,
    kdf,
    signIn: sealBox(signInKey, `${context}/sign-in`, Buffer.from(input.employeeId)),
    secondFactor: sealBox(unlockKey, `${context}/second-factor`, input.totpSecret),
    grants: sealBox(unlockKey, `${context}/grants`, grants),
  };
  for (const secret of [signInKey, unlockKey, grants]) secret.fill(0);
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

/** The class keys behind the unlock key; null when the box was altered or holds something else. The caller zeroes them. */
export function openGrants(
  credential: Credential,
  who: { readonly propertyId: PropertyId; readonly employeeId: EmployeeId },
  unlockKey: Buffer,
): ClassKey[] | null {
  const context = contextOf(who.propertyId, who.employeeId, credential.kdf);
  const box = openBox(unlockKey, `${context}/grants`, credential.grants);
  if (box === null) return null;
  try {
    return decodeGrants(box);
  } finally {
    box.fill(0);
  }
}

const GRANT_HEADER = 5;
const GRANT = GRANT_HEADER + 32;

/** class 1 | epoch 4 (big endian) | key 32, for each: bytes and not JSON, since a string with a key in it could not be wiped. */
function encodeGrants(classKeys: readonly ClassKey[]): Buffer {
  const bytes = Buffer.alloc(classKeys.length * GRANT);
  for (const [index, { class: dataClass, epoch, key }] of classKeys.entries()) {
    if (key.length !== GRANT - GRANT_HEADER) throw new RangeError('a class key is 32 bytes');
    bytes.writeUInt8(SEALED_CLASSES.indexOf(dataClass) + 1, index * GRANT);
    bytes.writeUInt32BE(epoch, index * GRANT + 1);
    key.copy(bytes, index * GRANT + GRANT_HEADER);
  }
  return bytes;
}

function decodeGrants(bytes: Buffer): ClassKey[] | null {
  if (bytes.length % GRANT !== 0) return null;
  const keys: ClassKey[] = [];
  for (let at = 0; at < bytes.length; at += GRANT) {
    const dataClass = SEALED_CLASSES[bytes.readUInt8(at) - 1];
    if (dataClass === undefined) return null;
    const key = Buffer.from(bytes.subarray(at + GRANT_HEADER, at + GRANT));
    keys.push({ class: dataClass, epoch: bytes.readUInt32BE(at + 1), key });
  }
  return keys;
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
