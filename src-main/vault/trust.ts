/** Which entitlements count: those whose signatures lead back to the founding officer's key that this terminal has pinned. */
import type { SealedClass } from '../../src-shared/model/classes.ts';
import type { ClassGrant, Entitlement } from '../../src-shared/model/entities.ts';
import type { EmployeeId, EntitlementId, PropertyId } from '../../src-shared/model/ids.ts';
import { isRoot, verifyEntitlement } from './entitlement.ts';

/** How an entitlement stands, whatever was granted on it so far; the strongest first. */
const STANDINGS = ['holds', 'withdrawn', 'void'] as const;
export type Standing = (typeof STANDINGS)[number];

export interface Trust {
  /** `void` when no chain of signatures leads from it to the root: nobody who may order has ordered it. */
  standing(entitlement: Entitlement): Standing;
  /** Entitlements of one employee that hold now. */
  holdings(employeeId: EmployeeId): readonly Entitlement[];
  /** Whether somebody's signature under a grant counts, and under which key; null when she was entitled neither to the class nor to order. */
  granterKey(granter: EmployeeId, dataClass: SealedClass, at: number): string | null;
  /** How the entitlement behind a grant stands: `void` when there is none. */
  behind(grant: Pick<ClassGrant, 'employeeId' | 'class' | 'scope'>): Standing;
}

/**
 * Judges the entitlements of a property. Each signature is checked once, and only when it is asked about.
 * @param root the pinned signing key of the founding officer; null where none is pinned yet, and nothing holds
 */
export function trustIn(propertyId: PropertyId, root: string | null, rows: readonly Entitlement[]): Trust {
  const byEmployee = Map.groupBy(rows, (row) => row.employeeId);
  const orderers = ordererChain(propertyId, root, rows);
  const known = new Map<EntitlementId, boolean>();
  const isGenuine = (row: Entitlement): boolean => {
    if (row.scope === 'order') return orderers.some(({ id }) => id === row.id);
    const genuine = known.get(row.id) ?? isOrderedBy(propertyId, orderers, row);
    known.set(row.id, genuine);
    return genuine;
  };

  const standing = (row: Entitlement): Standing => {
    if (!isGenuine(row)) return 'void';
    return row.withdrawn === null ? 'holds' : 'withdrawn';
  };
  const holdings = (employeeId: EmployeeId) =>
    (byEmployee.get(employeeId) ?? []).filter((row) => standing(row) === 'holds');

  return {
    standing,
    holdings,
    granterKey: (granter, dataClass, at) => {
      const stands = (row: Entitlement) =>
        (row.scope === 'order' || (row.scope === 'see' && row.class === dataClass)) && held(row, at) && isGenuine(row);
      return (byEmployee.get(granter) ?? []).find(stands)?.signingKey ?? null;
    },
    behind: ({ employeeId, class: dataClass, scope }) => {
      const rows = (byEmployee.get(employeeId) ?? []).filter((row) => row.scope === scope && row.class === dataClass);
      const standings = rows.map(standing);
      return STANDINGS.find((one) => standings.includes(one)) ?? 'void';
    },
  };
}

/** Those who may order: the root, whom she entitled to, whom these did, until nobody is added. Two who vouch for one another only are not. */
function ordererChain(
  propertyId: PropertyId,
  root: string | null,
  rows: readonly Entitlement[],
): readonly Entitlement[] {
  const orders = rows.filter(({ scope }) => scope === 'order');
  const chain = orders.filter(
    (row) => isRoot(row) && row.signingKey === root && verifyEntitlement(propertyId, row, row.signingKey),
  );
  for (let before = -1; before < chain.length; ) {
    before = chain.length;
    chain.push(...orders.filter((row) => !isRoot(row) && !chain.includes(row) && isOrderedBy(propertyId, chain, row)));
  }
  return chain;
}

function isOrderedBy(propertyId: PropertyId, orderers: readonly Entitlement[], row: Entitlement): boolean {
  return orderers.some(
    (by) =>
      by.employeeId === row.orderedBy && held(by, row.orderedAt) && verifyEntitlement(propertyId, row, by.signingKey),
  );
}

/** Whether an entitlement was not withdrawn yet at an instant: what was done under it before still counts. */
function held({ withdrawn }: Entitlement, at: number): boolean {
  return withdrawn === null || at <= withdrawn.at;
}
