/**
 * A new property, founded on one terminal with a code of the server's operator (DESIGN §4). What comes is whole or refused: people,
 * sealed class keys, recovery key and the terminal are written in one transaction.
 */
import type { Kysely } from 'kysely';
import { PropertyId } from '../../src-shared/model/ids.ts';
import type { FoundingPlace, FoundingRequest } from '../../src-shared/sync/protocol.ts';
import type { Database } from './database.ts';
import { addDevice, type EnrolledTerminal, type IssuedCode, makeCode, matchCode, type NewTerminal } from './devices.ts';
import { type Put, putRows } from './feed.ts';
import type { StepUps } from './step-ups.ts';
import type { Tables } from './tables.ts';

/** The ceremony takes two people and three keepers, one after the other. */
const CODE_LIFE_MS = 60 * 60_000;

export type Founding =
  | { readonly kind: 'founded'; readonly enrolled: EnrolledTerminal }
  /** The code is wrong, used or too old: which of them is nobody's business. */
  | { readonly kind: 'unknown-code' }
  /** What was sent does not belong together; `field` is the first place where. */
  | { readonly kind: 'invalid'; readonly field: string };

/** Makes a code with which one terminal founds this property within an hour. Null when the property is there already. */
export async function issueFoundingCode(
  db: Kysely<Tables>,
  propertyId: PropertyId,
  now: number,
): Promise<IssuedCode | null> {
  const made = makeCode();
  const expiresAt = now + CODE_LIFE_MS;
  return db.transaction().execute(async (trx) => {
    const there = await trx
      .selectFrom('property')
      .select('property_id')
      .where('property_id', '=', propertyId)
      .executeTakeFirst();
    if (there !== undefined) return null;
    await trx
      .insertInto('founding_code')
      .values({ property_id: propertyId, code_sha256: made.sha256, expires_at: expiresAt })
      .onConflict((conflict) =>
        conflict.column('property_id').doUpdateSet({ code_sha256: made.sha256, expires_at: expiresAt }),
      )
      .execute();
    return { code: made.code, expiresAt };
  });
}

/** Which property a code founds, and until when. Null when it is wrong, used or too old. */
export async function foundingPlace(db: Kysely<Tables>, code: string, now: number): Promise<FoundingPlace | null> {
  const place = await codeOf(db, code, now);
  return place === null ? null : { propertyId: place.propertyId, expiresAt: place.expiresAt };
}

async function codeOf(
  db: Kysely<Tables>,
  code: string,
  now: number,
): Promise<(FoundingPlace & { readonly sha256: string }) | null> {
  const live = await db.selectFrom('founding_code').selectAll().where('expires_at', '>', now).execute();
  const match = matchCode(live, code);
  if (match === undefined) return null;
  return {
    propertyId: PropertyId.parse(match.property_id),
    expiresAt: match.expires_at,
    sha256: match.code_sha256,
  };
}

/** Founds the property of the request's code and enrols the terminal. */
export async function found(
  { of, everywhere }: Pick<Database, 'of' | 'everywhere'>,
  stepUps: Pick<StepUps, 'put'>,
  request: FoundingRequest & NewTerminal,
  now: number,
): Promise<Founding> {
  const place = await codeOf(everywhere, request.code, now);
  if (place === null) return { kind: 'unknown-code' };
  const field = misfit(request, place.propertyId);
  if (field !== null) return { kind: 'invalid', field };
  return of(place.propertyId)
    .transaction()
    .execute(async (trx): Promise<Founding> => {
      // Of two who come at once, the second waits for the first and then finds no code.
      const used = await trx
        .deleteFrom('founding_code')
        .where('property_id', '=', place.propertyId)
        .where('code_sha256', '=', place.sha256)
        .returning('property_id')
        .executeTakeFirst();
      if (used === undefined) return { kind: 'unknown-code' };
      // Before the people: nobody is there without a second factor, and one without a person is of no use.
      for (const { employeeId, ...secrets } of request.stepUps) stepUps.put(place.propertyId, employeeId, secrets);
      await trx.insertInto('property').values({ property_id: place.propertyId, last_seq: 0 }).execute();
      await putRows(trx, place.propertyId, 0, firstRows(request));
      return { kind: 'founded', enrolled: await addDevice(trx, place.propertyId, request, now) };
    });
}

function firstRows(request: FoundingRequest): Put[] {
  const { property, employees, entitlements, grants, recoveryKey, recoveryGrants } = request;
  return [
    { entity: 'property', row: property },
    ...employees.map((row): Put => ({ entity: 'employee', row })),
    ...entitlements.map((row): Put => ({ entity: 'entitlement', row })),
    ...grants.map((row): Put => ({ entity: 'classGrant', row })),
    { entity: 'recoveryKey', row: recoveryKey },
    ...recoveryGrants.map((row): Put => ({ entity: 'recoveryGrant', row })),
  ];
}

/** The first place where a request does not fit the property or itself; null when it fits. */
function misfit(request: FoundingRequest, propertyId: PropertyId): string | null {
  const { property, employees, stepUps, entitlements, grants, recoveryKey, recoveryGrants } = request;
  const people = new Set<string>(employees.map(({ id }) => id));
  const ids = [...employees, ...entitlements, ...grants, recoveryKey, ...recoveryGrants].map(({ id }) => id);
  const checks: readonly (readonly [field: string, fits: boolean])[] = [
    ['property.id', property.id === propertyId],
    ['employees', employees.every((person) => person.propertyId === propertyId && person.active)],
    ['employees', new Set(employees.map(({ staffNumber }) => staffNumber)).size === employees.length],
    // Somebody who answers for the log, and somebody who holds the keys: nobody is both.
    ['employees', employees.some(({ role }) => role === 'security-officer')],
    [
      'stepUps',
      employees.every(({ id, signingKey }) =>
        stepUps.some((of) => of.employeeId === id && of.signingKey === signingKey),
      ),
    ],
    ['stepUps', stepUps.length === employees.length],
    [
      'entitlements',
      entitlements.every(({ employeeId, orderedBy }) => people.has(employeeId) && people.has(orderedBy)),
    ],
    ['grants', grants.every(({ employeeId, grantedBy }) => people.has(employeeId) && people.has(grantedBy))],
    ['recoveryKey.madeBy', people.has(recoveryKey.madeBy)],
    [
      'recoveryGrants',
      recoveryGrants.every((grant) => grant.recoveryKeyId === recoveryKey.id && people.has(grant.grantedBy)),
    ],
    ['employees', new Set(ids).size === ids.length],
  ];
  return checks.find(([, fits]) => !fits)?.[0] ?? null;
}
