/**
 * Grants (DESIGN §4): a class key of one epoch, or the search key derived from it (blind-index.ts), sealed to one employee's public key (hpke.ts) and signed by who granted it. Property,
 * class, epoch and employee enter HPKE's key schedule, so a grant that was moved does not open; the signature names who stands for it.
 */
import type { ClassGrant, Employee, GrantScope } from '../../src-shared/model/entities.ts';
import type { EmployeeId, GrantId, PropertyId } from '../../src-shared/model/ids.ts';
import { deriveSearchKey, type SearchKey } from './blind-index.ts';
import { openDeviceIdentity as openSigningKey, deviceVerifier as signatureVerifier } from './device-identity.ts';
import type { ClassKey } from './field-seal.ts';
import { type HpkeContext, hpkeOpen, hpkeSeal } from './hpke.ts';

export interface GrantOrder {
  readonly id: GrantId;
  readonly propertyId: PropertyId;
  readonly classKey: ClassKey;
  /** `see` seals the class key, `search` only the search key that is derived from it. */
  readonly scope: GrantScope;
  readonly to: Pick<Employee, 'id' | 'sealingKey'>;
  /** Who grants, with the private signing key (PKCS #8). */
  readonly by: { readonly id: EmployeeId; readonly signing: Buffer };
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Why a grant was passed over. */
type GrantProblem = 'other-employee' | 'unknown-granter' | 'bad-signature' | 'unreadable';

export interface OpenedGrants {
  /** Class keys, of grants that let see. The caller zeroes them. */
  readonly keys: readonly ClassKey[];
  /** Search keys, of all grants: whoever may see may search. The caller zeroes them. */
  readonly searchKeys: readonly SearchKey[];
  readonly ignored: readonly { readonly grant: ClassGrant; readonly problem: GrantProblem }[];
}

/** Seals a class key, or its search key, to an employee and signs that. @throws RangeError when it is not a class key of 32 bytes */
export async function makeClassGrant(order: GrantOrder): Promise<ClassGrant> {
  const { id, propertyId, classKey, scope, to, by, at } = order;
  if (classKey.key.length !== CLASS_KEY) throw new RangeError('a class key is 32 bytes');
  const { class: dataClass, epoch } = classKey;
  const { id: employeeId, sealingKey: publicKey } = to;
  const head = {
    id,
    employeeId,
    class: dataClass,
    scope,
    epoch,
    sealingKey: publicKey,
    grantedBy: by.id,
    grantedAt: at,
  };
  // A search key is nobody else's: the grant holds it, and this copy goes.
  const searchKey = scope === 'search' ? deriveSearchKey(classKey, propertyId).searchKey : null;
  const box = await hpkeSeal(
    Buffer.from(publicKey, 'base64'),
    contextOf(propertyId, head),
    searchKey ?? classKey.key,
  ).finally(() => searchKey?.fill(0));
  const unsigned = { ...head, ...box };
  return { ...unsigned, signature: openSigningKey(by.signing).sign(canonical(propertyId, unsigned)) };
}

/**
 * Opens what was granted to one employee. A grant that does not hold is passed over: it costs nobody the others.
 * @param sealing the employee's private X25519 key, still the caller's to zero
 * @param signingKeyOf the public signing key of whoever is named as granter; null when she was not entitled to grant it
 */
export async function openClassGrants(
  who: { readonly propertyId: PropertyId; readonly employeeId: EmployeeId },
  sealing: Buffer,
  grants: readonly ClassGrant[],
  signingKeyOf: (id: EmployeeId, grant: ClassGrant) => string | null,
): Promise<OpenedGrants> {
  const keys: ClassKey[] = [];
  const searchKeys: SearchKey[] = [];
  const ignored: OpenedGrants['ignored'][number][] = [];
  const opened = await Promise.all(
    grants.map(async (grant) => {
      const problem = problemOf(who, grant, signingKeyOf);
      const key = problem === null ? await hpkeOpen(sealing, contextOf(who.propertyId, grant), grant) : null;
      return { grant, problem, key };
    }),
  );
  for (const { grant, problem, key } of opened) {
    if (key === null || key.length !== CLASS_KEY) {
      ignored.push({ grant, problem: problem ?? 'unreadable' });
      continue;
    }
    const { class: dataClass, epoch } = grant;
    if (grant.scope === 'search') {
      searchKeys.push({ class: dataClass, epoch, searchKey: key });
      continue;
    }
    const classKey = { class: dataClass, epoch, key };
    keys.push(classKey);
    searchKeys.push(deriveSearchKey(classKey, who.propertyId));
  }
  return { keys, searchKeys, ignored };
}

const CLASS_KEY = 32;

function problemOf(
  who: { readonly propertyId: PropertyId; readonly employeeId: EmployeeId },
  grant: ClassGrant,
  signingKeyOf: (id: EmployeeId, grant: ClassGrant) => string | null,
): GrantProblem | null {
  if (grant.employeeId !== who.employeeId) return 'other-employee';
  const signingKey = signingKeyOf(grant.grantedBy, grant);
  if (signingKey === null) return 'unknown-granter';
  const holds = signatureVerifier(signingKey)(canonical(who.propertyId, grant), grant.signature);
  return holds ? null : 'bad-signature';
}

function contextOf(
  propertyId: PropertyId,
  grant: Pick<ClassGrant, 'id' | 'class' | 'scope' | 'epoch' | 'employeeId' | 'grantedBy' | 'grantedAt'>,
): HpkeContext {
  return {
    info: JSON.stringify([
      'keyrack/class-grant/v2',
      propertyId,
      grant.class,
      grant.scope,
      grant.epoch,
      grant.employeeId,
    ]),
    aad: JSON.stringify([grant.id, grant.grantedBy, grant.grantedAt]),
  };
}

/** What is signed: a JSON array of strings and numbers is unambiguous and the same in every engine. */
function canonical(propertyId: PropertyId, grant: Omit<ClassGrant, 'signature'>): Buffer {
  const { id, employeeId, epoch, sealingKey, enc, sealed, grantedBy, grantedAt } = grant;
  return Buffer.from(
    JSON.stringify([
      'keyrack/class-grant/v3',
      propertyId,
      id,
      employeeId,
      grant.class,
      grant.scope,
      epoch,
      sealingKey,
      enc,
      sealed,
      grantedBy,
      grantedAt,
    ]),
    'utf8',
  );
}
