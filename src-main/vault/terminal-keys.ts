/** The terminal's own secrets, made at first run and read at every start (DESIGN §4, first form: the cache key in the keychain). */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { DeviceId, PropertyId } from '../../src-shared/model/ids.ts';
import { type DeviceIdentity, generateDeviceKey, openDeviceIdentity } from './device-identity.ts';
import { type KeyStore, KeyStoreError, type SecretName } from './key-store.ts';
import { deriveKey } from './sealed-box.ts';

export interface TerminalKeys {
  /** Opens the cache; the caller zeroes it after use. */
  readonly cacheKey: Buffer;
  /** Opens the access log; the caller zeroes it after use. */
  readonly logKey: Buffer;
  /** Seals offline leases, with an employee's unlock key; whoever keeps them zeroes it. */
  readonly leaseKey: Buffer;
  readonly identity: DeviceIdentity;
}

/** What enrolment gave this terminal. */
const Enrolment = z.strictObject({ propertyId: PropertyId, deviceId: DeviceId, token: z.string().min(32).max(64) });
export type Enrolment = z.infer<typeof Enrolment>;

const LogHead = z.strictObject({ seq: z.int().min(0), hash: z.string().length(64) });

/**
 * Reads the keys, or makes them where there are none yet.
 * @param existing which files lie on the disk already: a key for one of those is never made anew, since it would not open it
 * @returns which file is there without its key, in place of the keys
 * @throws KeyStoreError
 */
export async function readTerminalKeys(
  keyStore: KeyStore,
  existing: { readonly cache: boolean; readonly log: boolean },
): Promise<TerminalKeys | { readonly keyless: 'cache' | 'log' }> {
  const cacheKey = await readCacheKey(keyStore, { make: !existing.cache });
  if (cacheKey === null) return { keyless: 'cache' };
  const deviceSecret = await readOrMake(keyStore, 'device-secret', !existing.log, newKey);
  const signingKey = await readOrMake(keyStore, 'device-signing-key', !existing.log, generateDeviceKey);
  try {
    if (deviceSecret === null || signingKey === null) return { keyless: 'log' };
    if (deviceSecret.length !== KEY_BYTES) throw new KeyStoreError('unreadable');
    return {
      cacheKey,
      logKey: deriveKey(deviceSecret, 'keyrack/access-log/v1'),
      leaseKey: deriveKey(deviceSecret, 'keyrack/leases/v1'),
      identity: identityOf(signingKey),
    };
  } finally {
    deviceSecret?.fill(0);
    signingKey?.fill(0);
  }
}

/**
 * The key of the cache.
 * @param how whether to make one where there is none: only for a cache that does not exist yet
 * @returns null when there is none; the caller zeroes it
 * @throws KeyStoreError
 */
export async function readCacheKey(keyStore: KeyStore, how: { readonly make: boolean }): Promise<Buffer | null> {
  const key = await readOrMake(keyStore, 'cache-key', how.make, newKey);
  if (key !== null && key.length !== KEY_BYTES) throw new KeyStoreError('unreadable');
  return key;
}

/** The key of the guests' seeds; null when there is none. The caller zeroes it. @throws KeyStoreError */
export async function readSeedKey(keyStore: KeyStore): Promise<Buffer | null> {
  const key = await keyStore.read('seed-key');
  return key?.length === KEY_BYTES ? key : null;
}

/** Keeps the key of the guests' seeds in place of the one before, which is gone for good then. @throws KeyStoreError */
export async function writeSeedKey(keyStore: KeyStore, key: Buffer): Promise<void> {
  await keyStore.write('seed-key', key);
}

/** @returns null before enrolment. @throws KeyStoreError */
export async function readEnrolment(keyStore: KeyStore): Promise<Enrolment | null> {
  return readJson(keyStore, 'device-identity', Enrolment);
}

/** @throws KeyStoreError */
export async function writeEnrolment(keyStore: KeyStore, enrolment: Enrolment): Promise<void> {
  await keyStore.write('device-identity', Buffer.from(JSON.stringify(enrolment)));
}

/** How far the access log had come when it was last anchored; null before the first time. @throws KeyStoreError */
export async function readLogHead(keyStore: KeyStore): Promise<z.infer<typeof LogHead> | null> {
  return readJson(keyStore, 'log-head', LogHead);
}

/** @throws KeyStoreError */
export async function writeLogHead(keyStore: KeyStore, head: z.infer<typeof LogHead>): Promise<void> {
  await keyStore.write('log-head', Buffer.from(JSON.stringify(head)));
}

const KEY_BYTES = 32;
const newKey = () => randomBytes(KEY_BYTES);

/** The parser's own error stays here: it might describe the key. */
function identityOf(signingKey: Buffer): DeviceIdentity {
  try {
    return openDeviceIdentity(signingKey);
  } catch {
    throw new KeyStoreError('unreadable');
  }
}

async function readOrMake(
  keyStore: KeyStore,
  name: SecretName,
  mayMake: boolean,
  make: () => Buffer,
): Promise<Buffer | null> {
  const found = await keyStore.read(name);
  if (found !== null || !mayMake) return found;
  const made = make();
  await keyStore.write(name, made);
  return made;
}

async function readJson<T extends z.ZodType>(
  keyStore: KeyStore,
  name: SecretName,
  schema: T,
): Promise<z.output<T> | null> {
  const stored = await keyStore.read(name);
  if (stored === null) return null;
  try {
    return schema.parse(JSON.parse(stored.toString('utf8')));
  } catch {
    // Without the parser's own words: they could quote the token.
    throw new KeyStoreError('unreadable');
  }
}
