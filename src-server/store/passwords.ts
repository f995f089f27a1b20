/** Changing a password: everybody her own, by her own signature. */
import type { Entity } from '../../src-shared/model/entities.ts';
import { passwordStatement } from '../../src-shared/model/password-change.ts';
import type { OperationResult, PasswordChange } from '../../src-shared/sync/protocol.ts';
import { signedBy } from './employee-signature.ts';

/** Null when the change may be made; the policy has been asked before. */
export function reasonNotToChangePassword(
  change: PasswordChange,
  employee: Entity<'employee'>,
): (OperationResult & { status: 'refused' })['reason'] | null {
  // A terminal says who it is; what she signed says that it was she.
  if (!signedBy(employee.signingKey, passwordStatement(employee, change), change.signature)) return 'forbidden';
  // Compare and set: of two changes at once the second is made from a credential that is none any more.
  return employee.credential.kdf.salt === change.replaces ? null : 'stale';
}

/** @returns her row with the new credential. @throws when there is nobody of that id, which the policy tells before */
export function withPassword(
  { employeeId, credential }: PasswordChange,
  employees: ReadonlyMap<string, Entity<'employee'>>,
): Entity<'employee'> {
  const employee = employees.get(employeeId);
  if (employee === undefined) throw new Error('the password of nobody is changed');
  return { ...employee, credential };
}
