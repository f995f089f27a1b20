/**
 * The three functions of the Reflect metadata proposal that @peculiar/x509's container (tsyringe) needs before it loads.
 * Import this file before that library.
 */
type Target = object;

const store = new WeakMap<Target, Map<unknown, unknown>>();

const getOwnMetadata = (key: unknown, target: Target): unknown => store.get(target)?.get(key);

function getMetadata(key: unknown, target: Target): unknown {
  for (let at: Target | null = target; at !== null; at = Object.getPrototypeOf(at)) {
    if (store.get(at)?.has(key)) return getOwnMetadata(key, at);
  }
  return undefined;
}

function defineMetadata(key: unknown, value: unknown, target: Target): void {
  const own = store.get(target) ?? new Map<unknown, unknown>();
  store.set(target, own.set(key, value));
}

// A full polyfill that is there already is left alone.
if (!('getMetadata' in Reflect)) Object.assign(Reflect, { getMetadata, getOwnMetadata, defineMetadata });
