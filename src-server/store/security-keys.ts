/** Adding and removing security keys: everybody her own, and nobody another's. */
import type { Entity } from '../../src-shared/model/entities.ts';
import type { PropertyId } from '../../src-shared/model/ids.ts';
import { securityKeyStatement } from '../../src-shared/model/security-key.ts';
import type { OperationResult, SecurityKeyAddition, SecurityKeyRemoval } from '../../src-shared/sync/protocol.ts';
import { signedBy } from './employee-signature.ts';
import type { Put } from './feed.ts';

import { isStorable } from './storable-text.ts';

type KeyChange = SecurityKeyAddition | SecurityKeyRemoval;

/** What a change refers to, as it stands under the lock. */
export interface KnownKeys {
  readonly propertyId: PropertyId;
  /** Whoever is said to make the change. */
  readonly employee: Entity<'employee'>;
  readonly securityKeys: ReadonlyMap<string, Entity<'securityKey'>>;
}

/** Null when the change may be made; the policy has been asked before. */
export function reasonToRefuseKeyChange(
  operation: KeyChange,
  { propertyId, employee, securityKeys }: KnownKeys,
): (OperationResult & { status: 'refused' })['reason'] | null {
  if (operation.kind === 'securityKey.remove') {
    const key = securityKeys.get(operation.securityKeyId);
    if (key === undefined) return 'unknown-security-key';
    return key.employeeId === employee.id ? null : 'forbidden';
  }
  const key = operation.securityKey;
  // A terminal says who it is; what she signed says that it was she.
  if (key.employeeId !== employee.id) return 'forbidden';
  if (!signedBy(employee.signingKey, securityKeyStatement(propertyId, key), key.signature)) return 'forbidden';
  // An operation adds a key; it never replaces one, and brings none back.
  if (securityKeys.has(key.id) || key.sealedShare === null || !isStorable(key.name)) return 'invalid';
  return null;
}

/** What the change puts into the feed. @param securityKeys as of {@link KnownKeys}, changed with it */
export function putKeyChange(operation: KeyChange, securityKeys: Map<string, Entity<'securityKey'>>): Put[] {
  const row = rowAfter(operation, securityKeys);
  if (row === null) return [];
  securityKeys.set(row.id, row);
  return [{ entity: 'securityKey', row }];
}

function rowAfter(
  operation: KeyChange,
  securityKeys: ReadonlyMap<string, Entity<'securityKey'>>,
): Entity<'securityKey'> | null {
  if (operation.kind === 'securityKey.add') return operation.securityKey;
  const before = securityKeys.get(operation.securityKeyId);
  return before === undefined ? null : { ...before, sealedShare: null };
}
