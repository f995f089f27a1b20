/** What the stand-in does not have, it refuses loudly, so that no test passes on something that is not there. */
import { EventEmitter } from 'node:events';

// Asked for by await, JSON.stringify and inspectors of any object; not a use of Electron.
const HARMLESS = new Set(['then', 'toJSON', 'asymmetricMatch', 'nodeType', '$$typeof', 'domain']);

/** The object itself, except that unknown properties throw when read or set. */
export function refuseUnknown<T extends object>(name: string, target: T): T {
  return new Proxy(target, {
    get(object, key, receiver) {
      if (typeof key === 'symbol' || key in object || HARMLESS.has(key)) return Reflect.get(object, key, receiver);
      throw notImplemented(`${name}.${key}`);
    },
    set(object, key, value, receiver) {
      if (typeof key === 'symbol' || key in object) return Reflect.set(object, key, value, receiver);
      throw notImplemented(`${name}.${key}`);
    },
  });
}

/** A module of Electron of which nothing is implemented: it can be imported, not used. */
export function refuseAll<T extends object>(name: string): T {
  return refuseUnknown(name, {} as T);
}

/** The error for everything that is missing. */
export function notImplemented(what: string): Error {
  return new Error(`stand-in: ${what} is not implemented`);
}

// Each Electron event has arguments of its own; what a listener takes is checked where the app is typed.
type Listener = (...args: never[]) => void;

/** An emitter that refuses events the stand-in never emits. */
export class KnownEvents extends EventEmitter {
  private readonly knownName: string;
  private readonly known: ReadonlySet<string>;

  constructor(name: string, known: readonly string[]) {
    super();
    this.knownName = name;
    this.known = new Set(known);
  }

  override on(event: string | symbol, listener: Listener): this {
    this.check(event);
    return super.on(event, listener as () => void);
  }

  override addListener(event: string | symbol, listener: Listener): this {
    return this.on(event, listener);
  }

  override once(event: string | symbol, listener: Listener): this {
    this.check(event);
    return super.once(event, listener as () => void);
  }

  private check(event: string | symbol): void {
    if (!this.known.has(String(event))) throw notImplemented(`${this.knownName} event '${String(event)}'`);
  }
}

/** The event object Electron passes to listeners that may prevent something. */
export interface Preventable {
  readonly defaultPrevented: boolean;
  preventDefault(): void;
}

/** Makes such an event object, with more fields where the event has them. */
export function preventable<T extends object>(fields: T): T & Preventable {
  let prevented = false;
  return Object.defineProperties({ ...fields } as T & Preventable, {
    defaultPrevented: { get: () => prevented, enumerable: true },
    preventDefault: {
      value: () => {
        prevented = true;
      },
    },
  });
}
