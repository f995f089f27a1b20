/**
 * The two worlds of one page talk through events on an element nobody else holds. Events are synchronous and their
 * detail is cloned between worlds, so a bridged function can return a function at once, as Electron's can.
 */

type Callable = (...args: unknown[]) => unknown;

/** One end of the link. */
export interface Link {
  /** Exposes a value under a name on the other side. */
  expose(name: string, value: unknown): void;
  /** Tells the other side something it answers nothing to. */
  notify(...values: unknown[]): void;
}

/** What this end does with what the other end says. */
export interface LinkEnd {
  onExpose(name: string, value: unknown): void;
  onNotify(values: unknown[]): void;
}

/**
 * Opens one end. Its source text runs in both worlds, so it uses nothing outside itself; in the main world it runs
 * before any script of the page and keeps what it needs, so that the page cannot put its own in their place.
 */
export function openLink(element: EventTarget, incoming: string, outgoing: string, end: LinkEnd): Link {
  const { apply } = Reflect;
  const { freeze } = Object;
  const Custom = CustomEvent;
  const dispatch = EventTarget.prototype.dispatchEvent;
  const detailOf = Object.getOwnPropertyDescriptor(Custom.prototype, 'detail')?.get as () => unknown;
  const functions = new Map<number, Callable>();
  const numbers = new WeakMap<Callable, number>();
  const stubs = new Map<number, Callable>();
  const promises = new Map<number, { resolve: Callable; reject: Callable }>();
  let last = 0;
  let answer: [ok: boolean, value: unknown] | undefined;

  const post = (message: unknown[]) => apply(dispatch, element, [new Custom(outgoing, { detail: message })]);

  const numberOf = (callable: Callable): number => {
    const known = numbers.get(callable);
    if (known !== undefined) return known;
    last += 1;
    numbers.set(callable, last);
    functions.set(last, callable);
    return last;
  };

  const settleLater = (promise: Promise<unknown>): number => {
    last += 1;
    const id = last;
    promise.then(
      (value) => post(['settle', id, true, encode(value, 0)]),
      (error: unknown) => post(['settle', id, false, encode(error, 0)]),
    );
    return id;
  };

  // Every value becomes [tag, …], so that nothing in the data can look like a function or a promise.
  const encode = (value: unknown, depth: number): unknown[] => {
    if (depth > 200) throw new Error('The value is nested too deeply for the bridge.');
    if (typeof value === 'function') return ['f', numberOf(value as Callable)];
    if (typeof value === 'symbol') throw new Error('A symbol cannot cross the bridge.');
    if (typeof value !== 'object' || value === null) return ['v', value];
    if (value instanceof Promise) return ['p', settleLater(value)];
    if (value instanceof Error) return ['e', value.name, value.message];
    if (Array.isArray(value)) return ['a', value.map((item) => encode(item, depth + 1))];
    const prototype: unknown = Object.getPrototypeOf(value);
    // Dates, maps, bytes: the clone of the event's detail knows them.
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return ['v', value];
    return ['o', Object.entries(value).map(([key, item]) => [key, encode(item, depth + 1)])];
  };

  const decode = (coded: unknown, frozen: boolean): unknown => {
    const [tag, body, more] = coded as [string, unknown, unknown];
    if (tag === 'f') return stubOf(body as number);
    if (tag === 'p') {
      return new Promise((resolve, reject) => promises.set(body as number, { resolve, reject: reject as Callable }));
    }
    if (tag === 'e') return Object.assign(new Error(String(more)), { name: String(body) });
    if (tag === 'v') return body;
    const made =
      tag === 'a'
        ? (body as unknown[]).map((item) => decode(item, frozen))
        : Object.fromEntries((body as [string, unknown][]).map(([key, item]) => [key, decode(item, frozen)]));
    return frozen ? freeze(made) : made;
  };

  const stubOf = (id: number): Callable => {
    const known = stubs.get(id);
    if (known) return known;
    const stub = freeze((...args: unknown[]) => {
      const coded = args.map((arg) => encode(arg, 0));
      answer = undefined;
      post(['call', id, coded]);
      const reply = answer as [ok: boolean, value: unknown] | undefined;
      answer = undefined;
      if (!reply) throw new Error('The other side of the bridge is gone.');
      const value = decode(reply[1], false);
      if (!reply[0]) throw value;
      return value;
    });
    stubs.set(id, stub);
    return stub;
  };

  const reply = (id: number, args: unknown[]): unknown[] => {
    try {
      const called = functions.get(id);
      if (!called) throw new Error('No such function on the bridge.');
      return ['reply', true, encode(called(...args.map((arg) => decode(arg, false))), 0)];
    } catch (error) {
      return ['reply', false, encode(error, 0)];
    }
  };

  element.addEventListener(incoming, (event) => {
    const message = apply(detailOf, event, []) as unknown[];
    const [kind, first, second, third] = message;
    if (kind === 'call') post(reply(first as number, second as unknown[]));
    else if (kind === 'reply') answer = [first as boolean, second];
    else if (kind === 'expose') end.onExpose(first as string, decode(second, true));
    else if (kind === 'notify') end.onNotify(first as unknown[]);
    else if (kind === 'settle') {
      const promise = promises.get(first as number);
      promises.delete(first as number);
      const value = decode(third, false);
      if (second) promise?.resolve(value);
      else promise?.reject(value);
    }
  });

  return {
    expose: (name, value) => {
      post(['expose', name, encode(value, 0)]);
    },
    notify: (...values) => {
      post(['notify', values]);
    },
  };
}
