import type { SecurityKey } from './entities.ts';
import type { PropertyId } from './ids.ts';

/** What an employee signs when she adds a key: a JSON array of strings and numbers is unambiguous and the same in every engine. */
export function securityKeyStatement(propertyId: PropertyId, key: Omit<SecurityKey, 'signature'>): string {
  const { id, employeeId, name, credentialId, prfSalt, sealedShare, addedAt } = key;
  return JSON.stringify([
    'keyrack/security-key/v1',
    propertyId,
    id,
    employeeId,
    name,
    credentialId,
    prfSalt,
    sealedShare,
    addedAt,
  ]);
}
