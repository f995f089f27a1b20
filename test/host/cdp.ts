/** A small client of the Chrome DevTools Protocol on a pipe: NUL-separated JSON, one emitter per session. */
import { EventEmitter } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Protocol } from '../../node_modules/playwright-core/types/protocol.d.ts';

export type { Protocol };

type Commands = Protocol.CommandParameters;
type Results = Protocol.CommandReturnValues;
type Events = Protocol.Events;

interface Incoming {
  id?: number;
  method?: string;
  params?: unknown;
  sessionId?: string;
  result?: unknown;
  error?: { message: string };
}

/** One protocol session: the browser itself, or one of its targets. */
export class CdpSession {
  readonly id: string | undefined;
  private readonly connection: CdpConnection;
  private readonly events = new EventEmitter();

  constructor(connection: CdpConnection, id?: string) {
    this.connection = connection;
    this.id = id;
  }

  /** Sends one command; rejects when Chromium refuses it or the pipe is closed. */
  async send<M extends keyof Commands & keyof Results>(method: M, params?: Commands[M]): Promise<Results[M]> {
    return (await this.connection.request(method, params ?? {}, this.id)) as Results[M];
  }

  /** As send, for commands whose failure does not matter (the target may be gone). */
  async attempt<M extends keyof Commands & keyof Results>(method: M, params?: Commands[M]): Promise<boolean> {
    return await this.send(method, params).then(
      () => true,
      () => false,
    );
  }

  on<E extends keyof Events>(event: E, listener: (payload: Events[E]) => void): void {
    this.events.on(event, listener);
  }

  /** For the connection only: hands over an event that arrived. */
  deliver(method: string, params: unknown): void {
    this.events.emit(method, params);
  }
}

/** The pipe to one Chromium. */
export class CdpConnection {
  readonly browser = new CdpSession(this);
  private readonly output: Writable;
  private readonly sessions = new Map<string, CdpSession>();
  private readonly waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  private lastId = 0;
  private closed = false;

  constructor(input: Readable, output: Writable) {
    this.output = output;
    const parts: Buffer[] = [];
    input.on('data', (chunk: Buffer) => {
      let rest = chunk;
      for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
        parts.push(rest.subarray(0, end));
        rest = rest.subarray(end + 1);
        const text = Buffer.concat(parts).toString('utf8');
        parts.length = 0;
        this.receive(JSON.parse(text) as Incoming);
      }
      if (rest.length > 0) parts.push(rest);
    });
    input.on('close', () => this.close());
    // A pipe that Chromium has already closed must not end the host: close() rejects whatever was waiting.
    input.on('error', () => this.close());
    output.on('error', () => this.close());
  }

  /** The session of an attached target. */
  session(id: string): CdpSession {
    const known = this.sessions.get(id);
    if (known) return known;
    const made = new CdpSession(this, id);
    this.sessions.set(id, made);
    return made;
  }

  request(method: string, params: object, sessionId: string | undefined): Promise<unknown> {
    if (this.closed) return Promise.reject(new Error(`${method}: the window is closed`));
    this.lastId += 1;
    const id = this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.output.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  private receive(message: Incoming): void {
    if (message.id !== undefined) {
      const waiter = this.waiting.get(message.id);
      this.waiting.delete(message.id);
      if (message.error) waiter?.reject(new Error(message.error.message));
      else waiter?.resolve(message.result);
    } else if (message.method !== undefined) {
      const session = message.sessionId === undefined ? this.browser : this.session(message.sessionId);
      session.deliver(message.method, message.params);
    }
  }

  private close(): void {
    this.closed = true;
    for (const { reject } of this.waiting.values()) reject(new Error('the window is closed'));
    this.waiting.clear();
  }
}
