/** Who is entitled to which class key, and who has it already (DESIGN §4). */
import type { SealedClass } from '../../src-shared/model/classes.ts';
import type { ClassGrant, Employee, Entitlement } from '../../src-shared/model/entities.ts';
import type { PropertyId } from '../../src-shared/model/ids.ts';
import type { Cache } from '../store/open.ts';
import type { Trust } from '../vault/trust.ts';
import { trustOf } from './trust-of.ts';

interface HasCache {
  readonly cache: Cache;
}

/** An entitlement to a class, which a grant can complete. */
export type ToGrant = Entitlement & { readonly scope: ClassGrant['scope']; readonly class: SealedClass };

/** A person's entitlements to classes that hold, were made out to the keys she has, and are hers while she works here. */
export function entitledTo(trust: Trust, person: Employee): readonly ToGrant[] {
  if (!person.active) return [];
  return trust.holdings(person.id).filter((row): row is ToGrant => row.scope !== 'order' && fits(row, person));
}

/** Whether an entitlement names the keys that the person's row has now. If not, somebody has changed them on the way. */
export function fits(
  entitlement: Pick<Entitlement, 'sealingKey' | 'signingKey'>,
  person: Pick<Employee, 'sealingKey' | 'signingKey'>,
): boolean {
  return entitlement.sealingKey === person.sealingKey && entitlement.signingKey === person.signingKey;
}

/** Epochs of a class in which an entitled person has no grant yet. */
export function missingEpochs(
  { cache }: HasCache,
  { employeeId, scope, class: dataClass, sealingKey }: Pick<ToGrant, 'employeeId' | 'scope' | 'class' | 'sealingKey'>,
): readonly number[] {
  const granted = new Set(
    cache.classGrants
      .forEmployee(employeeId)
      .filter((grant) => grant.scope === scope && grant.class === dataClass && grant.sealingKey === sealingKey)
      .map(({ epoch }) => epoch),
  );
  const [oldest, current] = [cache.classEpochs.oldest(dataClass), cache.classEpochs.current(dataClass)];
  const epochs = Array.from({ length: current - oldest + 1 }, (_, index) => oldest + index);
  return epochs.filter((epoch) => !granted.has(epoch));
}

/** What somebody waits for who is to see a class and has no key of it: a holder, or the order itself. Null when she has one. */
export function waitsFor(
  { cache }: HasCache,
  propertyId: PropertyId,
  employee: Employee,
  dataClass: SealedClass,
): 'holder' | 'order' | null {
  const ordered = entitledTo(trustOf({ cache }, propertyId), employee).find(
    (row) => row.scope === 'see' && row.class === dataClass,
  );
  if (ordered === undefined) return 'order';
  return missingEpochs({ cache }, ordered).includes(cache.classEpochs.current(dataClass)) ? 'holder' : null;
}
