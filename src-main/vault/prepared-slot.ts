/**
 * The slot of an employee who has not signed in at this terminal yet: what her portable credential needs to be opened by the
 * password, and the cache key sealed by HPKE (RFC 9180) to her slot key. Made whenever rows of employees arrive while the cache is
 * open; the first sign-in turns it into a slot of the terminal's own (slot.ts).
 */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { type Credential, type Employee, KdfHeader } from '../../src-shared/model/entities.ts';
import { openCredential, openSignInKeys, type Who } from './credential.ts';
import { wipeKeys } from './employee-keys.ts';
import { hpkeOpen, hpkeSeal } from './hpke.ts';
import { noDuress, type OpenedOwn } from './slot.ts';

const Box = z.base64().max(1024);

export const PreparedSlot = z.strictObject({
  credential: z.strictObject({ kdf: KdfHeader, signIn: Box, signInKeys: Box }),
  cacheKey: z.strictObject({ enc: Box, sealed: Box }),
});
export type PreparedSlot = z.infer<typeof PreparedSlot>;

/** Seals the cache key to an employee. @throws when her slot key is no X25519 key */
export async function prepareSlot(employee: Employee, cacheKey: Buffer): Promise<PreparedSlot> {
  const { kdf, signIn, signInKeys } = employee.credential;
  const who = { propertyId: employee.propertyId, employeeId: employee.id };
  return {
    credential: { kdf, signIn, signInKeys },
    cacheKey: await hpkeSeal(Buffer.from(employee.slotKey, 'base64'), contextOf(who), cacheKey),
  };
}

/** Tries a password. One Argon2id run. @returns null when it is not the one */
export async function openPreparedSlot(
  { credential, cacheKey: box }: PreparedSlot,
  who: Who,
  password: Buffer,
): Promise<OpenedOwn | null> {
  const unlockKey = await openCredential(credential, who, password);
  if (unlockKey === null) return null;
  const keys = openSignInKeys(credential, who, unlockKey);
  const cacheKey = keys === null ? null : await hpkeOpen(keys.slot, contextOf(who), box);
  if (keys !== null) wipeKeys(keys);
  // A password under duress is set terminal by terminal: a slot that was only prepared has none.
  if (cacheKey !== null) return { kind: 'own', cacheKey, unlockKey, duress: noDuress() };
  unlockKey.fill(0);
  return null;
}

/** Tells one credential from the next: a slot goes when the password it was made with does. */
export function digestOf({ kdf, signIn, signInKeys }: Pick<Credential, 'kdf' | 'signIn' | 'signInKeys'>): string {
  return hash('sha256', JSON.stringify([kdf.salt, signIn, signInKeys]), 'base64');
}

/** Whether somebody's slot, when it was tried, was made from the credential that she has. */
export function isOfCredential(person: { readonly credential: string }, credential: Credential): boolean {
  return person.credential === digestOf(credential);
}

const contextOf = ({ propertyId, employeeId }: Who) => ({
  info: 'keyrack/prepared-slot/v1',
  aad: JSON.stringify([propertyId, employeeId]),
});
