/** Electron's Session: who answers requests, and what the app decided about permissions. */
import type {
  CallbackResponse,
  Protocol as ElectronProtocol,
  FromPartitionOptions,
  HeadersReceivedResponse,
  OnBeforeRequestListenerDetails,
  OnHeadersReceivedListenerDetails,
  Session,
  WebRequestFilter,
} from 'electron';
import type { Protocol } from './cdp.ts';
import { withHeaders } from './network.ts';
import { KnownEvents, refuseUnknown } from './refuse.ts';

type Handler = Parameters<ElectronProtocol['handle']>[1];
type Paused = Protocol.Fetch.requestPausedPayload;
type Before = (details: OnBeforeRequestListenerDetails, callback: (response: CallbackResponse) => void) => void;
type Received = (
  details: OnHeadersReceivedListenerDetails,
  callback: (response: HeadersReceivedResponse) => void,
) => void;
interface Hook<L> {
  filter: WebRequestFilter;
  listener: L;
}

const TYPES: Record<string, OnBeforeRequestListenerDetails['resourceType']> = {
  Stylesheet: 'stylesheet',
  Image: 'image',
  Media: 'media',
  Font: 'font',
  Script: 'script',
  XHR: 'xhr',
  Fetch: 'xhr',
  WebSocket: 'webSocket',
  Ping: 'ping',
  CSPViolationReport: 'cspReport',
};
const EVERYTHING: WebRequestFilter = { urls: ['<all_urls>'] };
let lastRequest = 0;

/** One session; windows name it through webPreferences. */
export class SessionStandIn extends KnownEvents {
  private readonly handlers = new Map<string, Handler>();
  private before: Hook<Before> | undefined;
  private received: Hook<Received> | undefined;
  private userAgent = '';
  private spellChecker = false;
  private readonly remembered = new Map<string, unknown>();

  constructor() {
    super('session', ['will-download']);
    // Returned instead of this, so that the app meets only what is implemented.
    // biome-ignore lint/correctness/noConstructorReturn: see above.
    return refuseUnknown('session', this);
  }

  readonly protocol = refuseUnknown('protocol', {
    handle: (scheme: string, handler: Handler) => {
      if (this.handlers.has(scheme)) throw new Error(`The scheme ${scheme} is already handled`);
      this.handlers.set(scheme, handler);
    },
    unhandle: (scheme: string) => {
      if (!this.handlers.delete(scheme)) throw new Error(`The scheme ${scheme} is not handled`);
    },
    isProtocolHandled: (scheme: string) => this.handlers.has(scheme),
    // Only the global `protocol` registers schemes, before any session exists.
    registerSchemesAsPrivileged: () => undefined,
  });

  readonly webRequest = refuseUnknown('webRequest', {
    onBeforeRequest: (first: WebRequestFilter | Before | null, second?: Before | null) => {
      this.before = hookOf(first, second);
    },
    onHeadersReceived: (first: WebRequestFilter | Received | null, second?: Received | null) => {
      this.received = hookOf(first, second);
    },
  });

  // Whatever the handlers would grant, Chromium is told to deny everything: see denyPermissions.
  setPermissionRequestHandler(handler: Parameters<Session['setPermissionRequestHandler']>[0]): void {
    this.remembered.set('request', handler);
  }

  setPermissionCheckHandler(handler: Parameters<Session['setPermissionCheckHandler']>[0]): void {
    this.remembered.set('check', handler);
  }

  setDevicePermissionHandler(handler: Parameters<Session['setDevicePermissionHandler']>[0]): void {
    this.remembered.set('device', handler);
  }

  setDisplayMediaRequestHandler(handler: Parameters<Session['setDisplayMediaRequestHandler']>[0]): void {
    this.remembered.set('displayMedia', handler);
  }

  setCertificateVerifyProc(proc: Parameters<Session['setCertificateVerifyProc']>[0]): void {
    this.remembered.set('certificate', proc);
  }

  setSpellCheckerEnabled(enable: boolean): void {
    this.spellChecker = enable;
  }

  isSpellCheckerEnabled(): boolean {
    return this.spellChecker;
  }

  setUserAgent(userAgent: string): void {
    this.userAgent = userAgent;
  }

  getUserAgent(): string {
    return this.userAgent;
  }

  // Each window's profile is new and thrown away, so there is nothing to clear or to flush, and no network to proxy.
  async clearStorageData(): Promise<void> {}

  async clearCache(): Promise<void> {}

  async setProxy(): Promise<void> {}

  flushStorageData(): void {}

  /** For network.ts: who answers this scheme. */
  handlerOf(scheme: string): Handler | undefined {
    return this.handlers.get(scheme);
  }

  /** For network.ts: what webRequest.onBeforeRequest says. */
  async askBeforeRequest(paused: Paused): Promise<CallbackResponse> {
    const hook = this.before;
    if (!hook || !matches(hook.filter, paused)) return {};
    return await new Promise((resolve) => hook.listener({ ...detailsOf(paused), uploadData: [] }, resolve));
  }

  /** For network.ts: the answer with what webRequest.onHeadersReceived makes of its headers. */
  async askHeadersReceived(paused: Paused, answer: Response): Promise<Response> {
    const hook = this.received;
    if (!hook || !matches(hook.filter, paused)) return answer;
    const details: OnHeadersReceivedListenerDetails = {
      ...detailsOf(paused),
      statusCode: answer.status,
      statusLine: `HTTP/1.1 ${answer.status} ${answer.statusText}`,
      responseHeaders: Object.fromEntries([...answer.headers].map(([name, value]) => [name, [value]])),
    };
    const said = await new Promise<HeadersReceivedResponse>((resolve) => hook.listener(details, resolve));
    if (said.cancel) return Response.error();
    if (!said.responseHeaders) return answer;
    const headers = new Headers();
    for (const [name, value] of Object.entries(said.responseHeaders)) {
      for (const item of [value].flat()) headers.append(name, item);
    }
    return await withHeaders(answer, headers);
  }
}

const partitions = new Map<string, SessionStandIn>();

/** Electron's `session` module. */
export const session = refuseUnknown('electron.session', {
  fromPartition: (partition: string, _options?: FromPartitionOptions): SessionStandIn => {
    const known = partitions.get(partition) ?? new SessionStandIn();
    partitions.set(partition, known);
    return known;
  },
  get defaultSession(): SessionStandIn {
    return session.fromPartition('');
  },
});

/** Electron's `protocol` module: the default session's, which also registers schemes. */
export const protocol = session.defaultSession.protocol;

function hookOf<L extends Before | Received>(
  first: WebRequestFilter | L | null,
  second?: L | null,
): Hook<L> | undefined {
  if (typeof first === 'function') return { filter: EVERYTHING, listener: first };
  return first && second ? { filter: first as WebRequestFilter, listener: second } : undefined;
}

function matches(filter: WebRequestFilter, paused: Paused): boolean {
  const matchesOne = (pattern: string) =>
    pattern === '<all_urls>' ||
    new RegExp(`^${pattern.split('*').map(escapeForPattern).join('.*')}$`).test(paused.request.url);
  const wanted = filter.types === undefined || filter.types.some((type) => type === typeOf(paused));
  return wanted && filter.urls.some(matchesOne) && !(filter.excludeUrls ?? []).some(matchesOne);
}

function escapeForPattern(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}

function typeOf(paused: Paused): OnBeforeRequestListenerDetails['resourceType'] {
  if (paused.resourceType === 'Document') return 'mainFrame';
  return TYPES[paused.resourceType] ?? 'other';
}

function detailsOf(paused: Paused) {
  const { Referer: referrer = '' } = paused.request.headers;
  lastRequest += 1;
  return {
    id: lastRequest,
    url: paused.request.url,
    method: paused.request.method,
    resourceType: typeOf(paused),
    referrer,
    timestamp: Date.now(),
  };
}
