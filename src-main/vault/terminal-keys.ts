/** The terminal's own secrets, made at first run and read at every start (DESIGN §4). The cache key is not among them: it lies in slots. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { DeviceId, PropertyId } from '../../src-shared/model/ids.ts';
import { generateCertificateKey } from './certificate-request.ts';
import { type DeviceIdentity, generateDeviceKey, openDeviceIdentity } from './device-identity.ts';
import { type KeyStore, KeyStoreError, type SecretName } from './key-store.ts';
import { deriveKey } from './sealed-box.ts';

/** What comes of the device secret. Whoever takes a key zeroes it. */
export interface TerminalKeys {
  /** Opens the access log. */
  readonly logKey: Buffer;
  /** Opens the slot file. */
  readonly slotFileKey: Buffer;
  /** Argon2id's secret input for every slot. */
  readonly slotKey: Buffer;
  /** Seals offline leases, with an employee's unlock key; whoever keeps them zeroes it. */
  readonly leaseKey: Buffer;
  readonly identity: DeviceIdentity;
}

/** What enrolment gave this terminal. */
const Enrolment = z.strictObject({
  propertyId: PropertyId,
  deviceId: DeviceId,
  /** The hotel's CA as it was pinned, DER in base64: no file beside the program can put another in its place. */
  ca: z.base64().min(200).max(1_600),
});
export type Enrolment = z.infer<typeof Enrolment>;
/** Of a version that had tokens and no certificates: no server takes it, and the terminal is enrolled anew. */
const TokenEnrolment = z.strictObject({
  propertyId: PropertyId,
  deviceId: DeviceId,
  token: z.string().min(32).max(64),
});

const LogHead = z.strictObject({ seq: z.int().min(0), hash: z.string().length(64) });

/**
 * Reads the keys, or makes them where there are none yet.
 * @param existing whether the log lies on the disk already: a key for it is never made anew, since it would not open it
 * @returns null when the log is there without its key
 * @throws KeyStoreError
 */
export async function readTerminalKeys(
  keyStore: KeyStore,
  existing: { readonly log: boolean },
): Promise<TerminalKeys | null> {
  const deviceSecret = await readOrMake(keyStore, 'device-secret', !existing.log, newKey);
  const signingKey = await readOrMake(keyStore, 'device-signing-key', !existing.log, generateDeviceKey);
  try {
    if (deviceSecret === null || signingKey === null) return null;
    if (deviceSecret.length !== KEY_BYTES) throw new KeyStoreError('unreadable');
    const identity = identityOf(signingKey);
    return {
      logKey: deriveKey(deviceSecret, 'keyrack/access-log/v1'),
      slotFileKey: deriveKey(deviceSecret, 'keyrack/slot-file/v1'),
      slotKey: deriveKey(deviceSecret, 'keyrack/slot-secret/v1'),
      leaseKey: deriveKey(deviceSecret, 'keyrack/leases/v1'),
      identity,
    };
  } finally {
    deviceSecret?.fill(0);
    signingKey?.fill(0);
  }
}

/** Makes the keys of a terminal under a name that has none. @throws KeyStoreError */
export async function makeTerminalKeys(keyStore: KeyStore): Promise<TerminalKeys> {
  const keys = await readTerminalKeys(keyStore, { log: false });
  if (keys === null) throw new KeyStoreError('unreadable');
  return keys;
}

/** Takes back what {@link makeTerminalKeys} made, for a terminal that was not enrolled. @throws KeyStoreError */
export async function removeTerminalKeys(keyStore: KeyStore): Promise<void> {
  const made = [
    'device-secret',
    'device-signing-key',
    'device-identity',
    'certificate-key',
    'device-certificate',
  ] as const;
  for (const name of made) await keyStore.remove(name);
}

/** Zeroes what nobody has taken. */
export function wipeTerminalKeys({ logKey, slotFileKey, slotKey, leaseKey }: TerminalKeys): void {
  for (const key of [logKey, slotFileKey, slotKey, leaseKey]) key.fill(0);
}

/** The keychain's half of the key of the guests' seeds; null when there is none. The caller zeroes it. @throws KeyStoreError */
export async function readSeedKey(keyStore: KeyStore): Promise<Buffer | null> {
  const key = await keyStore.read('seed-key');
  return key?.length === KEY_BYTES ? key : null;
}

/** Keeps that half in place of the one before, which is gone for good then. @throws KeyStoreError */
export async function writeSeedKey(keyStore: KeyStore, key: Buffer): Promise<void> {
  await keyStore.write('seed-key', key);
}

/** @returns null before enrolment; `before` when that was by a version that had no certificates. @throws KeyStoreError */
export async function readEnrolment(keyStore: KeyStore): Promise<Enrolment | 'before' | null> {
  const kept = await readJson(keyStore, 'device-identity', z.union([Enrolment, TokenEnrolment]));
  return kept !== null && 'token' in kept ? 'before' : kept;
}

/** The certificate comes first: who is enrolled has one. @param certificate DER, base64. @throws KeyStoreError */
export async function writeEnrolment(keyStore: KeyStore, enrolment: Enrolment, certificate: string): Promise<void> {
  await writeCertificate(keyStore, certificate);
  await writeJson(keyStore, 'device-identity', enrolment);
}

/** @returns DER, base64; null before the first enrolment. @throws KeyStoreError */
export async function readCertificate(keyStore: KeyStore): Promise<string | null> {
  return (await keyStore.read('device-certificate'))?.toString('base64') ?? null;
}

/** @param certificate DER, base64. @throws KeyStoreError */
export async function writeCertificate(keyStore: KeyStore, certificate: string): Promise<void> {
  await keyStore.write('device-certificate', Buffer.from(certificate, 'base64'));
}

/** The key behind the certificate, made at the first enrolment. @returns PKCS #8; the caller zeroes it. @throws KeyStoreError */
export async function readCertificateKey(keyStore: KeyStore, want: 'may-make' | 'must-be-there'): Promise<Buffer> {
  const key = await readOrMake(keyStore, 'certificate-key', want === 'may-make', generateCertificateKey);
  if (key === null) throw new KeyStoreError('unreadable');
  return key;
}

/** How far the access log had come when it was last anchored; null before the first time. @throws KeyStoreError */
export async function readLogHead(keyStore: KeyStore): Promise<z.infer<typeof LogHead> | null> {
  return readJson(keyStore, 'log-head', LogHead);
}

/** @throws KeyStoreError */
export async function writeLogHead(keyStore: KeyStore, head: z.infer<typeof LogHead>): Promise<void> {
  await writeJson(keyStore, 'log-head', head);
}

/** Something structured in the keychain; null when there is nothing. @throws KeyStoreError */
export async function readJson<T extends z.ZodType>(
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

/** @throws KeyStoreError */
export async function writeJson(keyStore: KeyStore, name: SecretName, value: unknown): Promise<void> {
  await keyStore.write(name, Buffer.from(JSON.stringify(value)));
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
