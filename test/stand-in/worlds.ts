/**
 * The scripts that stand for Electron's contextBridge: one half in the page's own world, one in the preload's isolated world.
 * They meet in synchronous DOM events under a name the page cannot know, sent with functions taken before any page script ran.
 */

/** Name of the isolated world and of the binding in it through which the preload reaches the host. */
export const PRELOAD_WORLD = 'keyrack-preload';
export const BINDING = '__keyrackHost';
/** Function in the isolated world through which the host answers. */
export const DELIVER = '__keyrackDeliver';

/** The page's half: builds frozen functions from what the preload exposes. @param token unguessable, new for each document */
export function mainWorldScript(token: string): string {
  return `(() => {
    const dispatch = EventTarget.prototype.dispatchEvent, Custom = CustomEvent, target = window;
    const parse = JSON.parse, stringify = JSON.stringify, define = Object.defineProperty, freeze = Object.freeze;
    const listen = EventTarget.prototype.addEventListener;
    const pending = new Map(), callbacks = new Map(), mapGet = Map.prototype.get, mapSet = Map.prototype.set, mapDelete = Map.prototype.delete;
    let next = 1;
    const send = (message) => Reflect.apply(dispatch, target, [new Custom('${token}:in', { detail: stringify(message) })]);
    const pack = (value) => {
      if (value === undefined) return { u: 1 };
      if (typeof value === 'function') { const id = next++; Reflect.apply(mapSet, callbacks, [id, value]); return { f: id }; }
      return { v: value };
    };
    const unpack = (packed) => packed.u ? undefined : packed.f ? call({ handle: packed.f }) : packed.v;
    const call = (what) => (...args) => {
      const id = next++;
      let sync;
      Reflect.apply(mapSet, pending, [id, (answer) => { sync = answer; }]);
      send({ id, ...what, args: args.map(pack) });
      if (sync && sync.promise === undefined) {
        Reflect.apply(mapDelete, pending, [id]);
        if (sync.error !== undefined) throw new Error(sync.error);
        return unpack(sync.value);
      }
      return new Promise((resolve, reject) => Reflect.apply(mapSet, pending, [id, (answer) => {
        Reflect.apply(mapDelete, pending, [id]);
        answer.error !== undefined ? reject(new Error(answer.error)) : resolve(unpack(answer.value));
      }]));
    };
    Reflect.apply(listen, target, ['${token}:out', (event) => {
      event.stopImmediatePropagation();
      const message = parse(event.detail);
      if (message.expose) {
        const api = {};
        for (const name of message.functions) define(api, name, { value: freeze(call({ key: message.expose, name })), enumerable: true });
        for (const [name, value] of Object.entries(message.values)) define(api, name, { value, enumerable: true });
        define(window, message.expose, { value: freeze(api), enumerable: true });
      } else if (message.callback) {
        const callback = Reflect.apply(mapGet, callbacks, [message.callback]);
        if (callback) callback(...message.args.map(unpack));
      } else {
        const settle = Reflect.apply(mapGet, pending, [message.id]);
        if (settle) settle(message);
      }
    }, true]);
  })();`;
}

/** The preload's half, with the preload itself inside. @param preload source of a classic script that requires 'electron' */
export function isolatedWorldScript(token: string, preload: string): string {
  return `(() => {
    const exposed = new Map(), handles = new Map(), invocations = new Map(), listeners = new Map();
    let next = 1;
    const out = (message) => window.dispatchEvent(new CustomEvent('${token}:out', { detail: JSON.stringify(message) }));
    const pack = (value) => {
      if (value === undefined) return { u: 1 };
      if (typeof value === 'function') { const id = next++; handles.set(id, value); return { f: id }; }
      return { v: value };
    };
    const unpack = (packed) => packed.u ? undefined : packed.f ? (...args) => out({ callback: packed.f, args: args.map(pack) }) : packed.v;
    window.addEventListener('${token}:in', (event) => {
      event.stopImmediatePropagation();
      const { id, key, name, handle, args } = JSON.parse(event.detail);
      const run = handle === undefined ? exposed.get(key)[name] : handles.get(handle);
      try {
        const result = run(...args.map(unpack));
        if (result instanceof Promise) {
          out({ id, promise: 1 });
          result.then((value) => out({ id, value: pack(value) }), (error) => out({ id, error: String(error && error.message || error) }));
        } else out({ id, value: pack(result) });
      } catch (error) { out({ id, error: String(error && error.message || error) }); }
    }, true);
    const toHost = (message) => ${BINDING}(JSON.stringify(message));
    globalThis.${DELIVER} = (message) => {
      if (message.answer) {
        const { resolve, reject } = invocations.get(message.answer);
        invocations.delete(message.answer);
        message.error === undefined ? resolve(message.value) : reject(new Error(message.error));
      } else for (const listener of [...(listeners.get(message.channel) ?? [])]) listener({}, ...message.args);
    };
    const ipcRenderer = Object.freeze({
      invoke: (channel, ...args) => new Promise((resolve, reject) => {
        const id = next++;
        invocations.set(id, { resolve, reject });
        toHost({ id, channel, args: args.map((value) => value === undefined ? { u: 1 } : { v: value }) });
      }),
      on: (channel, listener) => { listeners.set(channel, [...(listeners.get(channel) ?? []), listener]); },
      removeListener: (channel, listener) => { listeners.set(channel, (listeners.get(channel) ?? []).filter((other) => other !== listener)); },
    });
    const contextBridge = Object.freeze({
      exposeInMainWorld: (key, api) => {
        exposed.set(key, api);
        const entries = Object.entries(api);
        out({
          expose: key,
          functions: entries.filter(([, value]) => typeof value === 'function').map(([name]) => name),
          values: Object.fromEntries(entries.filter(([, value]) => typeof value !== 'function')),
        });
      },
    });
    const require = (name) => {
      if (name === 'electron' || name === 'electron/renderer') return { contextBridge, ipcRenderer };
      throw new Error('a sandboxed preload cannot require ' + name);
    };
    ((require, module, exports) => {${preload}\n})(require, { exports: {} }, {});
  })();`;
}
