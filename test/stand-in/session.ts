import type Electron from 'electron';
import { refuseRest } from './refuse.ts';

type Handler = (request: Request) => Response | Promise<Response>;
type BeforeRequest = (details: { readonly url: string }, answer: (response: { cancel?: boolean }) => void) => void;

/** The part of a session that main uses. Permissions and downloads are denied by the window whatever is registered. */
export class HostSession {
  handler: Handler | null = null;
  beforeRequest: BeforeRequest | null = null;

  readonly protocol = refuseRest('session.protocol', {
    handle: (scheme: string, handler: Handler) => {
      if (scheme !== 'https') throw new Error('stand-in: only https is handled');
      this.handler = handler;
    },
  });
  readonly webRequest = refuseRest('session.webRequest', {
    onBeforeRequest: (listener: BeforeRequest) => {
      this.beforeRequest = listener;
    },
  });
  setPermissionRequestHandler(handler: unknown): void {
    mustBeFunction(handler);
  }
  setPermissionCheckHandler(handler: unknown): void {
    mustBeFunction(handler);
  }
  setDevicePermissionHandler(handler: unknown): void {
    mustBeFunction(handler);
  }
  on(event: string, listener: unknown): this {
    if (event !== 'will-download') throw new Error(`stand-in: session event ${event} is not implemented`);
    mustBeFunction(listener);
    return this;
  }
  setSpellCheckerEnabled(_enabled: boolean): void {}

  /** Answers one request of the window, or null when it must not be answered. */
  async answer(request: Request): Promise<Response | null> {
    let cancelled = false;
    this.beforeRequest?.({ url: request.url }, (response) => {
      cancelled = response.cancel === true;
    });
    return cancelled || this.handler === null ? null : this.handler(request);
  }
}

function mustBeFunction(handler: unknown): void {
  if (typeof handler !== 'function') throw new Error('stand-in: a handler is expected');
}

const partitions = new Map<string, HostSession>();

export const session = refuseRest('session', {
  fromPartition: (name: string): HostSession => {
    const found = partitions.get(name) ?? refuseRest('Session', new HostSession());
    partitions.set(name, found);
    return found;
  },
});

/** Holds the stand-in to Electron's own declarations: it cannot drift without this failing to compile. */
type Used = 'setSpellCheckerEnabled';
void ((host: HostSession): Pick<Electron.Session, Used> => host);
