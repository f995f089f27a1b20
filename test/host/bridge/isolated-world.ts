import type { openLink } from './link.ts';
import type { makeWire, Packed } from './wire.ts';

/** What the host tells the preload's world about itself. */
export interface WorldConfig {
  token: string;
  /** The name of the function that posts to the host. */
  binding: string;
  /** The name under which the host reaches this world. */
  receiver: string;
  platform: string;
}

type Listener = (event: object, ...args: unknown[]) => void;
type Waiter = { resolve: (value: unknown) => void; reject: (error: Error) => void };
/** The part of the Navigation API used here. */
type NavigateEvent = { destination: { url: string }; downloadRequest: string | null };
type PreloadBody = (require: (name: string) => unknown, module: object, exports: object, process: object) => void;

/**
 * The preload's world: gives the preload `contextBridge` and `ipcRenderer` and runs it. Its source text runs in the
 * page, so it uses nothing outside itself.
 */
export function isolatedWorld(
  config: WorldConfig,
  open: typeof openLink,
  wireOf: typeof makeWire,
  preload: PreloadBody,
): void {
  // As in Electron without nodeIntegrationInSubFrames: frames inside the page get no preload.
  if (window.top !== window) return;
  const wire = wireOf();
  const world = globalThis as unknown as Record<string, unknown>;
  const post = world[config.binding] as (text: string) => void;
  const say = (...message: unknown[]) => post(JSON.stringify(wire.pack(message)));
  const listeners = new Map<string, Listener[]>();
  const waiting = new Map<number, Waiter>();
  let last = 0;

  const add = (channel: string, listener: Listener) => {
    listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
    return ipcRenderer;
  };
  const remove = (channel: string, listener: Listener) => {
    const kept = [...(listeners.get(channel) ?? [])];
    const at = kept.lastIndexOf(listener);
    if (at >= 0) kept.splice(at, 1);
    listeners.set(channel, kept);
    return ipcRenderer;
  };
  const ipcRenderer = Object.freeze({
    invoke: (channel: string, ...args: unknown[]) =>
      new Promise((resolve, reject) => {
        last += 1;
        const id = last;
        say('invoke', id, channel, args);
        waiting.set(id, { resolve, reject });
      }),
    send: (channel: string, ...args: unknown[]) => say('send', channel, args),
    on: add,
    addListener: add,
    off: remove,
    removeListener: remove,
    once: (channel: string, listener: Listener) => {
      const once: Listener = (event, ...args) => {
        remove(channel, once);
        listener(event, ...args);
      };
      return add(channel, once);
    },
  });

  const receive = (packed: Packed) => {
    const [kind, first, second, third] = wire.unpack(packed) as [string, unknown, unknown, unknown];
    if (kind === 'reply') {
      const waiter = waiting.get(first as number);
      waiting.delete(first as number);
      if (second) waiter?.resolve(third);
      else waiter?.reject(new Error(String(third)));
    } else if (kind === 'event') {
      for (const listener of listeners.get(first as string) ?? []) {
        listener({ sender: ipcRenderer, ports: [] }, ...(second as unknown[]));
      }
    }
  };
  Object.defineProperty(world, config.receiver, { value: receive });

  const element = document.createElement('i');
  document.dispatchEvent(new MouseEvent(config.token, { relatedTarget: element }));
  const link = open(element, 'to-preload', 'to-page', {
    onExpose: () => undefined,
    onNotify: (values) => say(...values),
  });
  const contextBridge = Object.freeze({
    exposeInMainWorld: (name: string, value: unknown) => {
      if (name in window) throw new Error(`Cannot bind an API on top of an existing property on the window object`);
      link.expose(name, value);
    },
  });

  window.addEventListener('focus', () => say('focus', true));
  window.addEventListener('blur', () => say('focus', false));
  // Chromium does not tell its client when a script changes the title.
  let title = '';
  const reportTitle = () => {
    if (document.title !== title) say('title', document.title);
    title = document.title;
  };
  document.addEventListener('DOMContentLoaded', () => {
    reportTitle();
    new MutationObserver(reportTitle).observe(document.head, { childList: true, characterData: true, subtree: true });
  });
  // Electron shows no context menu of its own; Chromium would.
  window.addEventListener('contextmenu', (event) => {
    event.preventDefault();
    say('context-menu', event.clientX, event.clientY);
  });
  // Documents that need no request (blob:, data:, about:) pass by the interception, so they are stopped here.
  const { navigation } = window as unknown as { navigation: EventTarget };
  navigation.addEventListener('navigate', (event) => {
    const { destination, downloadRequest } = event as unknown as NavigateEvent;
    if (downloadRequest !== null || /^https?:/.test(destination.url)) return;
    event.preventDefault();
    say('non-network-navigation', destination.url);
  });

  say('hello', location.href, document.hasFocus());
  const module = { exports: {} };
  const required = (name: string): unknown => {
    if (name === 'electron' || name === 'electron/renderer') return Object.freeze({ contextBridge, ipcRenderer });
    throw new Error(`stand-in: the preload may not require '${name}'`);
  };
  const process = Object.freeze({
    type: 'renderer',
    platform: config.platform,
    sandboxed: true,
    contextIsolated: true,
    isMainFrame: true,
  });
  try {
    preload(required, module, module.exports, process);
  } catch (error) {
    say('preload-error', error instanceof Error ? error : new Error(String(error)));
  }
}
