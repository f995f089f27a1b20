/**
 * The keys of the decoy (docs/decisions/0024-duress.md): all of them come of one, which comes of the cache key and leads to nothing of
 * it. With them the decoy has grants, seals and unlocks of its own, and the desk works with it as with the hotel.
 */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { SEALED_CLASSES } from '../../src-shared/model/classes.ts';
import type { Employee } from '../../src-shared/model/entities.ts';
import type { EmployeeId, GuestId } from '../../src-shared/model/ids.ts';
import type { EmployeeKeys } from '../vault/employee-keys.ts';
import type { ClassKey } from '../vault/field-seal.ts';
import { deriveKey } from '../vault/sealed-box.ts';

/** The key of the decoy beside a cache; the caller zeroes it, as everything here. */
export function decoyKeyOf(cacheKey: Buffer): Buffer {
  return deriveKey(cacheKey, 'keyrack/decoy/v1');
}

/** Opens the decoy's file. */
export function decoyFileKey(decoyKey: Buffer): Buffer {
  return deriveKey(decoyKey, 'keyrack/decoy/file/v1');
}

export function decoySeed(decoyKey: Buffer, guest: GuestId): Buffer {
  return deriveKey(decoyKey, `keyrack/decoy/seed/v1/${guest}`);
}

export function decoyClassKeys(decoyKey: Buffer): ClassKey[] {
  return SEALED_CLASSES.map((dataClass) => ({
    class: dataClass,
    epoch: 1,
    key: deriveKey(decoyKey, `keyrack/decoy/class/v1/${dataClass}`),
  }));
}

/** The unlock key of somebody in the decoy. */
export function decoyUnlockKey(decoyKey: Buffer, employee: EmployeeId): Buffer {
  return deriveKey(decoyKey, `keyrack/decoy/unlock/v1/${employee}`);
}

/** Her step-up share there. */
export function decoyShare(decoyKey: Buffer, employee: EmployeeId): Buffer {
  return deriveKey(decoyKey, `keyrack/decoy/share/v1/${employee}`);
}

/** Her key pairs there: the same at every call. */
export function decoyEmployeeKeys(decoyKey: Buffer, employee: EmployeeId): EmployeeKeys {
  const of = (name: string) => deriveKey(decoyKey, `keyrack/decoy/${name}/v1/${employee}`);
  const [slot, sealing, seed] = [of('slot-key'), of('sealing-key'), of('signing-key')];
  const signing = Buffer.concat([ED25519_PKCS8_PREFIX, seed]);
  seed.fill(0);
  return {
    publicKeys: {
      slotKey: publicHalf(Buffer.concat([X25519_PKCS8_PREFIX, slot])),
      sealingKey: publicHalf(Buffer.concat([X25519_PKCS8_PREFIX, sealing])),
      signingKey: publicHalf(Buffer.from(signing)),
    },
    privateKeys: { slot, sealing, signing },
  };
}

/** Her public keys there. */
export function decoyPublicKeys(
  decoyKey: Buffer,
  employee: EmployeeId,
): Pick<Employee, 'slotKey' | 'sealingKey' | 'signingKey'> {
  const { publicKeys, privateKeys } = decoyEmployeeKeys(decoyKey, employee);
  for (const key of Object.values(privateKeys)) key.fill(0);
  return publicKeys;
}

/** PrivateKeyInfo up to the 32 bytes of the key (RFC 8410 §7). */
const X25519_PKCS8_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');
const ED25519_PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** @param pkcs8 zeroed in here */
function publicHalf(pkcs8: Buffer): string {
  const key: KeyObject = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }));
  pkcs8.fill(0);
  return key.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
}
