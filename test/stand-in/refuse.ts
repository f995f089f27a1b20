/** Makes a module surface refuse everything that the stand-in does not have. */
export function refuseRest<T extends object>(path: string, surface: T): T {
  return new Proxy(surface, {
    get(target, key) {
      if (typeof key === 'symbol' || key in target || key === 'then' || key === 'toJSON') {
        const value: unknown = Reflect.get(target, key);
        // Bound to the object itself: private fields are not reached through a proxy.
        return typeof value === 'function' ? value.bind(target) : value;
      }
      throw new Error(`stand-in: electron.${path}.${key} is not implemented`);
    },
  });
}
