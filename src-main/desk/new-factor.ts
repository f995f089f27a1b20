/** What is shown of a new second factor in the prompt window, once: a phone's secret until it is confirmed, and the codes on paper. */
import { randomBytes } from 'node:crypto';
import type { StaffItem } from '../../src-shared/ipc/views.ts';
import type { Property } from '../../src-shared/model/entities.ts';
import { matchTotp, totpSecretText, totpUri } from '../../src-shared/step-up/totp.ts';
import { makeRecoveryCodes } from '../vault/recovery-codes.ts';
import { ok, refuse } from './desk.ts';
import type { Conversation } from './prompt.ts';

/** RFC 4226 §4: a shared secret of 160 bits. */
const TOTP_SECRET = 20;

/** The caller zeroes it. */
export function newTotpSecret(): Buffer {
  return randomBytes(TOTP_SECRET);
}

/**
 * Shows a secret, as a picture and as text, until a code of it was typed.
 * @param now epoch milliseconds, read when a code is checked
 * @throws PromptClosed when she closes the window
 */
export async function showPhone(
  talk: Conversation,
  hotel: Pick<Property, 'name' | 'nameLatin'>,
  person: StaffItem,
  totpSecret: Buffer,
  now: () => number,
): Promise<void> {
  const issuer = `${hotel.nameLatin === '' ? hotel.name : hotel.nameLatin} · Keyrack`;
  const uri = totpUri(totpSecret, person.staffNumber, issuer);
  await talk.ask('new-totp', { person, uri, secret: totpSecretText(totpSecret) }, ({ code }) =>
    matchTotp(totpSecret, code, now()) === null ? refuse('code-does-not-fit') : ok(null),
  );
}

/** Makes recovery codes and shows them until she has them. @throws PromptClosed when she closes the window */
export async function showRecoveryCodes(
  talk: Conversation,
  { name: hotel, nameLatin: hotelLatin }: Pick<Property, 'name' | 'nameLatin'>,
  person: StaffItem,
): Promise<readonly string[]> {
  const codes = makeRecoveryCodes();
  await talk.ask('recovery-codes', { person, hotel, hotelLatin, codes: [...codes] }, () => ok(null));
  return codes;
}
