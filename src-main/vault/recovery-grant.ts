/**
 * Class keys for the day when nobody holds them any more (DESIGN §4): each epoch's key sealed to the recovery key (hpke.ts), whose private
 * half two of three keepers have on paper. A recovery key comes by way of the server, so whoever seals to it first makes sure by the
 * proof in its older grants that it is the hotel's own.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { RecoveryGrant, RecoveryKey } from '../../src-shared/model/entities.ts';
import type { EmployeeId, GrantId, PropertyId } from '../../src-shared/model/ids.ts';
import { openDeviceIdentity as openSigningKey, deviceVerifier as signatureVerifier } from './device-identity.ts';
import type { ClassKey } from './field-seal.ts';
import { type HpkeContext, hpkeOpen, hpkeSeal } from './hpke.ts';
import { deriveKey } from './sealed-box.ts';

export interface RecoveryGrantOrder {
  readonly id: GrantId;
  readonly propertyId: PropertyId;
  readonly classKey: ClassKey;
  readonly to: Pick<RecoveryKey, 'id' | 'publicKey'>;
  /** Who seals, with the private signing key (PKCS #8). */
  readonly by: { readonly id: EmployeeId; readonly signing: Buffer };
  /** Epoch milliseconds. */
  readonly at: number;
}

type RecoveryProblem = 'other-recovery-key' | 'unknown-granter' | 'bad-signature' | 'unreadable';

export interface OpenedRecovery {
  /** The caller zeroes them. */
  readonly keys: readonly ClassKey[];
  readonly ignored: readonly { readonly grant: RecoveryGrant; readonly problem: RecoveryProblem }[];
}

/** Seals a class key to the recovery key and signs that. @throws RangeError when it is not a class key of 32 bytes */
export async function makeRecoveryGrant(order: RecoveryGrantOrder): Promise<RecoveryGrant> {
  const { id, propertyId, classKey, to, by, at } = order;
  if (classKey.key.length !== CLASS_KEY) throw new RangeError('a class key is 32 bytes');
  const { class: dataClass, epoch } = classKey;
  const head = { id, recoveryKeyId: to.id, class: dataClass, epoch, grantedBy: by.id, grantedAt: at };
  const box = await hpkeSeal(Buffer.from(to.publicKey, 'base64'), contextOf(propertyId, head), classKey.key);
  const proof = proofOf(propertyId, to, classKey).toString('base64');
  const unsigned = { ...head, ...box, proof };
  return { ...unsigned, signature: openSigningKey(by.signing).sign(canonical(propertyId, unsigned)) };
}

/**
 * Opens what was sealed to a recovery key. A grant that does not hold is passed over: it costs nobody the others.
 * @param privateKey the private X25519 key, still the caller's to zero
 * @param signingKeyOf the public signing key under which a grant counts; null when it was made by nobody who could
 */
export async function openRecoveryGrants(
  where: { readonly propertyId: PropertyId; readonly recoveryKey: Pick<RecoveryKey, 'id' | 'publicKey'> },
  privateKey: Buffer,
  grants: readonly RecoveryGrant[],
  signingKeyOf: (grant: RecoveryGrant) => string | null,
): Promise<OpenedRecovery> {
  const { propertyId, recoveryKey } = where;
  const opened = await Promise.all(
    grants.map(async (grant) => {
      const problem = problemOf(propertyId, recoveryKey, grant, signingKeyOf);
      const key = problem === null ? await hpkeOpen(privateKey, contextOf(propertyId, grant), grant) : null;
      return { grant, problem, key };
    }),
  );
  const keys: ClassKey[] = [];
  const ignored: OpenedRecovery['ignored'][number][] = [];
  for (const { grant, problem, key } of opened) {
    if (key?.length === CLASS_KEY) keys.push({ class: grant.class, epoch: grant.epoch, key });
    else ignored.push({ grant, problem: problem ?? 'unreadable' });
  }
  return { keys, ignored };
}

/**
 * Whether a recovery key is the hotel's own: somebody who held one of these class keys has sealed it to that key before. A server that
 * puts in a recovery key of its own cannot show that. To be asked before a new epoch's key is sealed to it.
 * @param held class keys of this hotel, of any epoch
 */
export function isOwnRecoveryKey(
  propertyId: PropertyId,
  recoveryKey: Pick<RecoveryKey, 'id' | 'publicKey'>,
  grants: readonly RecoveryGrant[],
  held: readonly ClassKey[],
): boolean {
  return grants.some((grant) => {
    const classKey = held.find((key) => key.class === grant.class && key.epoch === grant.epoch);
    if (classKey === undefined || grant.recoveryKeyId !== recoveryKey.id) return false;
    const [shown, expected] = [Buffer.from(grant.proof, 'base64'), proofOf(propertyId, recoveryKey, classKey)];
    return shown.length === expected.length && timingSafeEqual(shown, expected);
  });
}

const CLASS_KEY = 32;

function problemOf(
  propertyId: PropertyId,
  recoveryKey: Pick<RecoveryKey, 'id'>,
  grant: RecoveryGrant,
  signingKeyOf: (grant: RecoveryGrant) => string | null,
): RecoveryProblem | null {
  if (grant.recoveryKeyId !== recoveryKey.id) return 'other-recovery-key';
  const signingKey = signingKeyOf(grant);
  if (signingKey === null) return 'unknown-granter';
  return signatureVerifier(signingKey)(canonical(propertyId, grant), grant.signature) ? null : 'bad-signature';
}

/** HMAC-SHA256 (RFC 2104) under a key derived from the class key. */
function proofOf(
  propertyId: PropertyId,
  { id, publicKey }: Pick<RecoveryKey, 'id' | 'publicKey'>,
  classKey: ClassKey,
): Buffer {
  const key = deriveKey(classKey.key, 'keyrack/recovery-proof/v1');
  const said = JSON.stringify(['keyrack/recovery-proof/v1', propertyId, id, publicKey, classKey.class, classKey.epoch]);
  try {
    return createHmac('sha256', key).update(said).digest();
  } finally {
    key.fill(0);
  }
}

function contextOf(
  propertyId: PropertyId,
  grant: Pick<RecoveryGrant, 'id' | 'class' | 'epoch' | 'recoveryKeyId' | 'grantedBy' | 'grantedAt'>,
): HpkeContext {
  const { id, epoch, recoveryKeyId, grantedBy, grantedAt } = grant;
  return {
    info: JSON.stringify(['keyrack/recovery-grant/v1', propertyId, grant.class, epoch, recoveryKeyId]),
    aad: JSON.stringify([id, grantedBy, grantedAt]),
  };
}

/** What is signed: a JSON array of strings and numbers is unambiguous and the same in every engine. */
function canonical(propertyId: PropertyId, grant: Omit<RecoveryGrant, 'signature'>): Buffer {
  const { id, recoveryKeyId, epoch, enc, sealed, proof, grantedBy, grantedAt } = grant;
  const said = [propertyId, id, recoveryKeyId, grant.class, epoch, enc, sealed, proof, grantedBy, grantedAt];
  return Buffer.from(JSON.stringify(['keyrack/recovery-grant/v1', ...said]), 'utf8');
}
