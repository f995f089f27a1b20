/**
 * Entitlements (DESIGN §4): who is to hold which class key, signed by whoever ordered it. Trust goes down one chain: the founding
 * officer's order to herself, which a terminal pins, then whom she entitles to order, then whom these entitle to see or to find. The
 * server hands the rows on and can neither make one nor put another public key into it.
 */
import type { SealedClass } from '../../src-shared/model/classes.ts';
import type { Employee, Entitlement, GrantScope } from '../../src-shared/model/entities.ts';
import type { EmployeeId, EntitlementId, PropertyId } from '../../src-shared/model/ids.ts';
import { openDeviceIdentity as openSigningKey, deviceVerifier as signatureVerifier } from './device-identity.ts';

/** What an entitlement is for. */
export type Right =
  | { readonly scope: GrantScope; readonly class: SealedClass }
  | { readonly scope: 'order'; readonly class: null };

export interface EntitlementOrder {
  readonly id: EntitlementId;
  readonly propertyId: PropertyId;
  /** Whom it is for, with her public keys as the orderer sees them. */
  readonly to: Pick<Employee, 'id' | 'sealingKey' | 'signingKey'>;
  readonly right: Right;
  /** Who orders, with the private signing key (PKCS #8). The founding officer orders `order` for herself. */
  readonly by: { readonly id: EmployeeId; readonly signing: Buffer };
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Signs an order to grant. @throws when the signing key is none: a bug of the caller */
export function makeEntitlement({ id, propertyId, to, right, by, at }: EntitlementOrder): Entitlement {
  const unsigned = {
    id,
    employeeId: to.id,
    scope: right.scope,
    class: right.class,
    sealingKey: to.sealingKey,
    signingKey: to.signingKey,
    orderedBy: by.id,
    orderedAt: at,
  };
  const signature = openSigningKey(by.signing).sign(canonical(propertyId, unsigned));
  return { ...unsigned, signature, withdrawn: null };
}

/** Whether an entitlement was signed with the private half of this key (raw Ed25519, base64). Never throws. */
export function verifyEntitlement(propertyId: PropertyId, entitlement: Entitlement, signingKey: string): boolean {
  return signatureVerifier(signingKey)(canonical(propertyId, entitlement), entitlement.signature);
}

/** Whether this is the order of a founding officer to herself, whose signing key is the root of all others. */
export function isRoot(entitlement: Entitlement): boolean {
  return entitlement.scope === 'order' && entitlement.orderedBy === entitlement.employeeId;
}

/** A right as one word, as in `see identity`: two entitlements with the same are for the same. */
export function rightOf({ scope, class: dataClass }: Pick<Entitlement, 'scope' | 'class'>): string {
  return dataClass === null ? scope : `${scope} ${dataClass}`;
}

/** What is signed: a JSON array of strings, numbers and null is unambiguous and the same in every engine. */
function canonical(propertyId: PropertyId, order: Omit<Entitlement, 'signature' | 'withdrawn'>): Buffer {
  const { id, employeeId, scope, sealingKey, signingKey, orderedBy, orderedAt } = order;
  return Buffer.from(
    JSON.stringify([
      'keyrack/entitlement/v1',
      propertyId,
      id,
      employeeId,
      scope,
      order.class,
      sealingKey,
      signingKey,
      orderedBy,
      orderedAt,
    ]),
    'utf8',
  );
}
