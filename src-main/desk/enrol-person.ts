/**
 * Enrolling a person in the prompt window: she chooses her password, adds the second factor to her phone, and has key pairs made
 * (DESIGN §4). It gives no class key: that is for whoever holds one (class-grant.ts).
 */
import { randomBytes } from 'node:crypto';
import { ulid } from 'ulid';
import type { Employee, Property, Role } from '../../src-shared/model/entities.ts';
import { EmployeeId } from '../../src-shared/model/ids.ts';
import { isGoodEnough, judgePassword } from '../../src-shared/policy/password.ts';
import type { StepUpSecrets } from '../sync/step-up.ts';
import { makeCredential } from '../vault/credential.ts';
import { generateEmployeeKeys, wipeKeys } from '../vault/employee-keys.ts';
import { ok, refuse } from './desk.ts';
import { newTotpSecret, showPhone, showRecoveryCodes } from './new-factor.ts';
import type { Conversation } from './prompt.ts';

export interface NewPerson {
  readonly name: string;
  readonly nameLatin: string | null;
  readonly staffNumber: string;
  readonly role: Role;
}

export interface EnrolledPerson {
  readonly row: Employee;
  /** Her private signing key (PKCS #8). The other private halves are in her credential only. */
  readonly signing: Buffer;
  /** What the server keeps of her second factor. */
  readonly stepUp: StepUpSecrets;
}

/** Zeroes what is secret of somebody who was enrolled. */
export function forgetPerson({ signing, stepUp }: EnrolledPerson): void {
  for (const bytes of [signing, stepUp.share, stepUp.totpSecret]) bytes.fill(0);
}

const SHARE = 32;
/** Until her first course is written down, which the training programme does. */
const FIRST_TRAINING_DAYS = 90;
const DAY_MS = 86_400_000;

/**
 * Leads a person through it.
 * @param hotel where she will work
 * @param now epoch milliseconds, read when a code is checked
 * @returns her row and her secrets, which the caller wipes with {@link forgetPerson}
 * @throws PromptClosed when she closes the window
 */
export async function enrolPerson(
  talk: Conversation,
  hotel: Property,
  person: NewPerson,
  now: () => number,
): Promise<EnrolledPerson> {
  const id = EmployeeId.parse(ulid(now()));
  const known = knownOf(hotel, person);
  const shown = { id, ...person };
  const totpSecret = newTotpSecret();
  const share = randomBytes(SHARE);
  const keys = generateEmployeeKeys();
  let password: Buffer | null = null;
  let enrolled: EnrolledPerson | null = null;
  try {
    password = await talk.ask(
      'new-password',
      { person: shown, known, of: 'enrolment' },
      ({ password: typed, again }) => {
        if (!isGoodEnough(judgePassword(typed, known))) return refuse('password-weak');
        if (typed.normalize('NFC') !== again.normalize('NFC')) return refuse('passwords-differ');
        return ok(Buffer.from(typed.normalize('NFC'), 'utf8'));
      },
    );
    await showPhone(talk, hotel, shown, totpSecret, now);
    const recoveryCodes = await showRecoveryCodes(talk, hotel, shown);
    const credential = await makeCredential({
      propertyId: hotel.id,
      employeeId: id,
      password,
      share,
      privateKeys: keys.privateKeys,
    });
    const row: Employee = {
      id,
      propertyId: hotel.id,
      ...person,
      active: true,
      shifts: [{ begins: '00:00', ends: '00:00' }],
      trainedUntil: new Date(now() + FIRST_TRAINING_DAYS * DAY_MS).toISOString().slice(0, 10),
      policyAcknowledged: hotel.policyVersion,
      ...keys.publicKeys,
      credential,
    };
    enrolled = { row, signing: Buffer.from(keys.privateKeys.signing), stepUp: { share, totpSecret, recoveryCodes } };
    return enrolled;
  } finally {
    wipeKeys(keys.privateKeys);
    password?.fill(0);
    if (enrolled === null) for (const bytes of [totpSecret, share]) bytes.fill(0);
  }
}

/** What a colleague would try first. */
export function knownOf(
  hotel: Property,
  { name, nameLatin, staffNumber }: Pick<NewPerson, 'name' | 'nameLatin' | 'staffNumber'>,
): string[] {
  const latin = (nameLatin ?? '').split(' ');
  return [name, staffNumber, hotel.name, hotel.id, ...hotel.nameLatin.split(' '), ...latin].filter(
    (word) => word !== '',
  );
}
