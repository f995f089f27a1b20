import type { Credential, Employee } from './entities.ts';

/** What an employee signs when she changes her password: a JSON array of strings and numbers is unambiguous and the same in every engine. */
export function passwordStatement(
  { propertyId, id }: Pick<Employee, 'propertyId' | 'id'>,
  { credential, replaces }: { readonly credential: Credential; readonly replaces: string },
): string {
  const { version, kdf, signIn, signInKeys, sealingKey } = credential;
  const cost = [kdf.algorithm, kdf.memoryKib, kdf.passes, kdf.lanes, kdf.salt];
  return JSON.stringify([
    'keyrack/password/v1',
    propertyId,
    id,
    version,
    ...cost,
    signIn,
    signInKeys,
    sealingKey,
    replaces,
  ]);
}
