import type { PropertyId } from '../../src-shared/model/ids.ts';
import type { Cache } from '../store/open.ts';
import { type Trust, trustIn } from '../vault/trust.ts';

/** Signatures that were checked are not checked again until a row of them has changed. */
const judged = new WeakMap<
  Cache,
  { readonly changes: number; readonly propertyId: PropertyId; readonly trust: Trust }
>();

/** Which entitlements count at this terminal, as its cache has them now. */
export function trustOf({ cache }: { readonly cache: Cache }, propertyId: PropertyId): Trust {
  const { changes } = cache.entitlements;
  const before = judged.get(cache);
  if (before?.changes === changes && before.propertyId === propertyId) return before.trust;
  const trust = trustIn(propertyId, cache.entitlements.root(), cache.entitlements.all());
  judged.set(cache, { changes, propertyId, trust });
  return trust;
}
