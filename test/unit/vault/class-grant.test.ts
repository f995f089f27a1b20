import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deriveSearchKey } from '../../../src-main/vault/blind-index.ts';
import { makeClassGrant, openClassGrants } from '../../../src-main/vault/class-grant.ts';
import { openDeviceIdentity } from '../../../src-main/vault/device-identity.ts';
import { generateEmployeeKeys } from '../../../src-main/vault/employee-keys.ts';
import { ClassGrant, type GrantScope } from '../../../src-shared/model/entities.ts';
import { EmployeeId, GrantId, PropertyId } from '../../../src-shared/model/ids.ts';

const propertyId = PropertyId.parse('west-lake');
const classKey = { class: 'payment', epoch: 2, key: randomBytes(32) } as const;
const granter = { id: EmployeeId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ0'), keys: generateEmployeeKeys() };
const finance = { id: EmployeeId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ1'), keys: generateEmployeeKeys() };
const colleague = { id: EmployeeId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ2'), keys: generateEmployeeKeys() };
const everybody = [granter, finance, colleague];

const make = (to: typeof finance, by = granter, scope: GrantScope = 'see') =>
  makeClassGrant({
    id: GrantId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ9'),
    propertyId,
    classKey,
    scope,
    to: { id: to.id, sealingKey: to.keys.publicKeys.sealingKey },
    by: { id: by.id, signing: by.keys.privateKeys.signing },
    at: 1_773_000_000_000,
  });
const open = (who: typeof finance, grants: readonly ClassGrant[], at = propertyId) =>
  openClassGrants(
    { propertyId: at, employeeId: who.id },
    who.keys.privateKeys.sealing,
    grants,
    (id) => everybody.find((person) => person.id === id)?.keys.publicKeys.signingKey ?? null,
  );
const problemsOf = async (...input: Parameters<typeof open>) =>
  (await open(...input)).ignored.map(({ problem }) => problem);

const grant = await make(finance);
const searchKey = deriveSearchKey(classKey, propertyId);

/** The grant with another label on the same box, signed by the granter all the same. */
function resigned(change: Partial<ClassGrant>): ClassGrant {
  const { signature: _, ...label } = { ...grant, ...change };
  const { id, employeeId, epoch, sealingKey, enc, sealed, grantedBy, grantedAt } = label;
  const signed = [id, employeeId, label.class, label.scope, epoch, sealingKey, enc, sealed, grantedBy, grantedAt];
  const { sign } = openDeviceIdentity(granter.keys.privateKeys.signing);
  const message = Buffer.from(JSON.stringify(['keyrack/class-grant/v3', propertyId, ...signed]));
  return { ...label, signature: sign(message) };
}

describe('a grant of a class key', () => {
  it('is a row of its schema, opens to the key for the one employee, and holds nothing of it in clear', async () => {
    expect(ClassGrant.parse(grant)).toEqual(grant);
    expect(await open(finance, [grant])).toEqual({ keys: [classKey], searchKeys: [searchKey], ignored: [] });
    expect(JSON.stringify(grant)).not.toContain(classKey.key.toString('base64').slice(0, 40));
  });

  it('to search opens to the search key and to nothing that opens a value', async () => {
    const opened = await open(finance, [await make(finance, granter, 'search')]);
    expect(opened).toEqual({ keys: [], searchKeys: [searchKey], ignored: [] });
    expect(searchKey.searchKey.equals(classKey.key)).toBe(false);
  });

  it('for another employee is passed over, and so is one whose row says it were mine', async () => {
    expect(await problemsOf(colleague, [grant])).toEqual(['other-employee']);
    expect(await problemsOf(colleague, [{ ...grant, employeeId: colleague.id }])).toEqual(['bad-signature']);
  });

  it.each([
    ['class', { class: 'identity' }],
    ['scope', { scope: 'search' }],
    ['epoch', { epoch: 3 }],
    ['key', { sealingKey: colleague.keys.publicKeys.sealingKey }],
    ['time', { grantedAt: 1_773_000_000_001 }],
    ['granter', { grantedBy: colleague.id }],
    ['id', { id: GrantId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ8') }],
    ['signature', { signature: Buffer.alloc(64).toString('base64') }],
  ] as const)('with another %s is passed over, since its signature does not hold', async (_, change) => {
    expect(await problemsOf(finance, [{ ...grant, ...change }])).toEqual(['bad-signature']);
  });

  it.each([
    ['class', { class: 'identity' }],
    ['scope', { scope: 'search' }],
    ['epoch', { epoch: 3 }],
    ['time', { grantedAt: 1_773_000_000_001 }],
    ['id', { id: GrantId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ8') }],
  ] as const)('relabelled to another %s by somebody who can sign does not open either', async (_, change) => {
    expect((await open(finance, [resigned({})])).keys).toEqual([classKey]);
    expect(await problemsOf(finance, [resigned(change)])).toEqual(['unreadable']);
  });

  it('at another property is passed over', async () => {
    expect(await problemsOf(finance, [grant], PropertyId.parse('east-lake'))).toEqual(['bad-signature']);
  });

  it('of somebody unknown is passed over', async () => {
    const stranger = { id: EmployeeId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ3'), keys: generateEmployeeKeys() };
    expect(await problemsOf(finance, [await make(finance, stranger)])).toEqual(['unknown-granter']);
  });

  it('that was sealed to another key than mine is passed over, whoever signed it', async () => {
    const astray = await make({ id: finance.id, keys: colleague.keys });
    expect(await problemsOf(finance, [astray])).toEqual(['unreadable']);
  });

  it('that does not hold costs nobody the others', async () => {
    const opened = await open(finance, [{ ...grant, epoch: 9 }, grant]);
    expect(opened.keys).toEqual([classKey]);
    expect(opened.ignored).toHaveLength(1);
  });
});
