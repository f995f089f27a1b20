import { describe, expect, it } from 'vitest';
import { generateEmployeeKeys } from '../../../src-main/vault/employee-keys.ts';
import { makeEntitlement, type Right, verifyEntitlement } from '../../../src-main/vault/entitlement.ts';
import { trustIn } from '../../../src-main/vault/trust.ts';
import { Entitlement } from '../../../src-shared/model/entities.ts';
import { EmployeeId, EntitlementId, PropertyId } from '../../../src-shared/model/ids.ts';

const propertyId = PropertyId.parse('west-lake');
const NOW = 1_773_000_000_000;
let count = 0;
const next = (head: string) => `01HZZZZZZZZZZZZZZZZZZZ${head}${String(count++).padStart(3, '0')}`;

function person() {
  const { publicKeys, privateKeys } = generateEmployeeKeys();
  return { id: EmployeeId.parse(next('E')), ...publicKeys, signing: privateKeys.signing };
}
type Person = ReturnType<typeof person>;

const ORDER: Right = { scope: 'order', class: null };
const PAYMENT: Right = { scope: 'see', class: 'payment' };
const entitle = (to: Person, right: Right, by: Person, at = NOW) =>
  makeEntitlement({ id: EntitlementId.parse(next('N')), propertyId, to, right, by, at });
const withdrawnAt = (row: Entitlement, at: number): Entitlement => ({ ...row, withdrawn: { by: row.orderedBy, at } });

const [officer, manager, finance, stranger] = [person(), person(), person(), person()];
const root = entitle(officer, ORDER, officer);
const trust = (...rows: Entitlement[]) => trustIn(propertyId, root.signingKey, [root, ...rows]);

describe('an entitlement', () => {
  const row = entitle(finance, PAYMENT, officer);

  it('is a row of its schema and verifies under the orderer’s key alone', () => {
    expect(Entitlement.parse(row)).toEqual(row);
    expect(verifyEntitlement(propertyId, row, officer.signingKey)).toBe(true);
    expect(verifyEntitlement(propertyId, row, manager.signingKey)).toBe(false);
    expect(verifyEntitlement(PropertyId.parse('east-lake'), row, officer.signingKey)).toBe(false);
  });

  it.each([
    ['person', { employeeId: stranger.id }],
    ['class', { class: 'identity' }],
    ['scope', { scope: 'search' }],
    ['sealing key', { sealingKey: stranger.sealingKey }],
    ['signing key', { signingKey: stranger.signingKey }],
    ['orderer', { orderedBy: stranger.id }],
    ['time', { orderedAt: NOW + 1 }],
    ['id', { id: EntitlementId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ9') }],
  ] as const)('with another %s does not verify', (_, change) => {
    expect(verifyEntitlement(propertyId, { ...row, ...change }, officer.signingKey)).toBe(false);
  });

  it('has a class for what is seen or found, and none for ordering', () => {
    expect(Entitlement.safeParse({ ...row, class: null }).success).toBe(false);
    expect(Entitlement.safeParse({ ...root, class: 'payment' }).success).toBe(false);
  });
});

describe('trust', () => {
  it('goes from the root to whom she entitles to order, and from there to whom these entitle', () => {
    const order = entitle(manager, ORDER, officer);
    const row = entitle(finance, PAYMENT, manager);
    const { standing, holdings } = trust(order, row);
    expect([root, order, row].map(standing)).toEqual(['holds', 'holds', 'holds']);
    // A row that was read once more is the same.
    expect([root, order, row].map((one) => standing({ ...one }))).toEqual(['holds', 'holds', 'holds']);
    expect(holdings(finance.id)).toEqual([row]);
  });

  it('is not given by somebody who may not order, nor by a holder of a class', () => {
    const see = entitle(finance, PAYMENT, officer);
    const byHolder = entitle(stranger, PAYMENT, finance);
    expect(trust(see, byHolder).standing(byHolder)).toBe('void');
    expect(trust().standing(entitle(finance, PAYMENT, stranger))).toBe('void');
  });

  it('is not given by another root, which a server can make for itself', () => {
    const other = entitle(stranger, ORDER, stranger);
    const row = entitle(finance, PAYMENT, stranger);
    const { standing } = trust(other, row);
    expect([other, row].map(standing)).toEqual(['void', 'void']);
    expect(trustIn(propertyId, null, [root]).standing(root)).toBe('void');
  });

  it('is not given by two who vouch for one another only', () => {
    const [one, two] = [entitle(manager, ORDER, stranger), entitle(stranger, ORDER, manager)];
    const { standing } = trust(one, two);
    expect([one, two].map(standing)).toEqual(['void', 'void']);
    // Vouched for by the root as well, both hold, in whatever order they are asked about.
    const vouched = entitle(manager, ORDER, officer);
    expect([two, one].map(trust(one, two, vouched).standing)).toEqual(['holds', 'holds']);
  });

  it('stays for what was ordered before the orderer lost the right, and is not given for what came after', () => {
    const order = withdrawnAt(entitle(manager, ORDER, officer), NOW + 100);
    const before = entitle(finance, PAYMENT, manager, NOW + 99);
    const after = entitle(finance, PAYMENT, manager, NOW + 101);
    expect([order, before, after].map(trust(order, before, after).standing)).toEqual(['withdrawn', 'holds', 'void']);
  });

  it('names a granter’s key only while she is entitled to the class herself, or to order', () => {
    const see = withdrawnAt(entitle(finance, PAYMENT, officer), NOW + 100);
    const { granterKey } = trust(see);
    expect(granterKey(finance.id, 'payment', NOW + 50)).toBe(finance.signingKey);
    expect(granterKey(finance.id, 'payment', NOW + 150)).toBeNull();
    expect(granterKey(finance.id, 'identity', NOW + 50)).toBeNull();
    expect(granterKey(officer.id, 'identity', NOW + 50)).toBe(officer.signingKey);
    expect(granterKey(stranger.id, 'payment', NOW + 50)).toBeNull();
  });

  it('knows what stands behind a grant: an entitlement that holds, one that was withdrawn, or none', () => {
    const [see, other] = [entitle(finance, PAYMENT, officer), withdrawnAt(entitle(manager, PAYMENT, officer), NOW)];
    const { behind } = trust(see, other);
    const grant = (to: Person) => ({ employeeId: to.id, class: 'payment', scope: 'see' }) as const;
    expect([finance, manager, stranger].map((to) => behind(grant(to)))).toEqual(['holds', 'withdrawn', 'void']);
    expect(behind({ ...grant(finance), scope: 'search' })).toBe('void');
  });
});
