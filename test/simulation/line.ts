/**
 * The line of one terminal with its faults: the real transport over real TLS through a cable of its own, and between the two of them what
 * can go wrong with a message. A message goes as a whole or not; of an answer in lines, some may have come.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { z } from 'zod';
import { createTransport, LineError, type ShownIdentity, type Transport } from '../../src-main/sync/transport.ts';
import { type Cable, openCable } from '../integration/sync/cable.ts';
import type { SimulatedServer } from './server.ts';

export const FAULTS = [
  /** It is cut before the request leaves. */
  'lost-request',
  /** The server does what it is asked, and the answer does not come. */
  'lost-answer',
  /** It is cut in the middle of the answer. */
  'truncated',
  /** The answer ends in the middle as if that were its end. */
  'ended-early',
  /** The server is asked twice, and the second answer counts. */
  'twice',
  /** The request waits on the way, while others overtake it. */
  'slow-request',
  /** The answer waits on the way. */
  'slow-answer',
  /** An earlier answer to a question of this kind comes in the place of the answer. */
  'stale-answer',
] as const;
type FaultKind = (typeof FAULTS)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** Which request of the turn it strikes. */
  readonly request: number;
  /** How many lines have come of an answer that is cut. */
  readonly lines: number;
}

export interface LineEvents {
  /** Something has come to rest, or has begun to move. */
  onChange(): void;
  /** What the server has said, whether or not it reaches the terminal. */
  onAnswer(answer: unknown): void;
}

interface Posted {
  readonly path: string;
  readonly body: unknown;
  readonly answer: z.ZodType;
}

/** What a live line has said, and what lets the terminal hear the last of it. */
interface LiveHeard {
  readonly heard: string[];
  broken: boolean;
  hear: (() => void) | null;
}

export class SimulatedLine implements Transport {
  readonly cable: Cable;
  /** All that was said, in either direction. */
  readonly wire: string[];
  readonly #transport: Transport;
  readonly #events: LineEvents;
  readonly #posted: Posted[] = [];
  readonly #answers = new Map<string, readonly string[]>();
  #fault: Fault | null = null;
  #requests = 0;
  #held: (() => void) | null = null;
  #over = false;
  /** What the live line has said and nobody has heard; null while there is none. */
  #live: LiveHeard | null = null;

  private constructor(cable: Cable, transport: Transport, wire: string[], events: LineEvents) {
    this.cable = cable;
    this.wire = wire;
    this.#transport = transport;
    this.#events = events;
  }

  static async open(
    server: Pick<SimulatedServer, 'url' | 'caPem'>,
    identity: ShownIdentity,
    wire: string[],
    events: LineEvents,
  ): Promise<SimulatedLine> {
    const cable = await openCable(server.url);
    return new SimulatedLine(cable, createTransport({ url: cable.url, caPem: server.caPem }, identity), wire, events);
  }

  /** What strikes from now on, counted from the next request. */
  arm(fault: Fault | null): void {
    this.#fault = fault;
    this.#requests = 0;
  }

  get isHeld(): boolean {
    return this.#held !== null;
  }

  /** Lets go on what was held on the way. */
  letGo(): void {
    const held = this.#held;
    this.#held = null;
    held?.();
  }

  /** Whether a live line is open, with something to hear on it or not yet. */
  get live(): 'none' | 'opening' | 'open' {
    if (this.#live === null) return 'none';
    return this.#live.hear === null ? 'opening' : 'open';
  }

  /** The newest number that the live line has told. */
  get told(): number {
    const last = this.#live?.heard.at(-1) ?? '';
    return Number(/"seq":(\d+)/.exec(last)?.[1] ?? 0);
  }

  /** Lets the terminal hear the last that the live line has said. */
  hear(): void {
    this.#live?.hear?.();
  }

  /** Breaks every connection, and waits until this terminal knows. */
  async cut(to?: string): Promise<void> {
    await this.cable.cut(to);
    // The end of a connection comes out of the poll after the one in which it was made.
    for (let round = 0; round < 4; round++) await turn();
  }

  show(): void {
    throw new Error('no run takes long enough for a certificate to be renewed');
  }

  async post<T extends z.ZodType>(path: string, body: unknown, answer: T): Promise<z.output<T>> {
    const ask = async () => {
      this.wire.push(JSON.stringify(body));
      const said = await this.#transport.post(path, body, answer);
      this.wire.push(JSON.stringify(said));
      this.#events.onAnswer(said);
      return said;
    };
    const fault = await this.#begin();
    this.#posted.push({ path, body, answer });
    if (fault?.kind === 'twice') await ask();
    const said = await ask();
    if (fault !== null && CUTS_ANSWER.has(fault.kind)) await this.#lose();
    if (fault?.kind === 'slow-answer') await this.#hold();
    return said;
  }

  /** Sends again what this terminal has sent before, as somebody in between might who has kept it. What is answered goes nowhere. */
  async replay(nth: number): Promise<void> {
    const posted = this.#posted.at(nth % Math.max(1, this.#posted.length));
    if (posted === undefined) return;
    try {
      this.#events.onAnswer(await this.#transport.post(posted.path, posted.body, posted.answer));
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
    }
  }

  async *lines(path: string, lineLimit: number): AsyncGenerator<string, void, void> {
    if (path.endsWith('/live')) return yield* this.#hearLive(path, lineLimit);
    const fault = await this.#begin();
    const [kind = ''] = path.split('?');
    const stale = this.#answers.get(kind);
    if (fault?.kind === 'stale-answer' && stale !== undefined) return yield* stale;
    const ask = async () => {
      const all: string[] = [];
      for await (const line of this.#transport.lines(path, lineLimit)) all.push(line);
      return all;
    };
    if (fault?.kind === 'twice') await ask();
    const lines = await ask();
    this.wire.push(...lines);
    this.#answers.set(kind, lines);
    if (fault?.kind === 'slow-answer') await this.#hold();
    const isCut = fault !== null && CUTS_ANSWER.has(fault.kind);
    yield* isCut ? lines.slice(0, fault.kind === 'lost-answer' ? 0 : Math.min(fault.lines, lines.length - 1)) : lines;
    if (isCut && fault.kind !== 'ended-early') await this.#lose();
  }

  /** As a process that is gone closes: at once. */
  async close(): Promise<void> {
    this.#over = true;
    this.letGo();
    if (this.#live !== null) this.#live.broken = true;
    this.hear();
    await this.#transport.close();
    await this.cable.close();
  }

  /** @returns the fault that strikes this request, which is on its way when this returns */
  async #begin(): Promise<Fault | null> {
    const fault = this.#fault?.request === this.#requests ? this.#fault : null;
    this.#requests += 1;
    if (fault === null) return null;
    this.#fault = null;
    if (fault.kind === 'lost-request') await this.#lose();
    if (fault.kind === 'slow-request') await this.#hold();
    return fault;
  }

  async #hold(): Promise<void> {
    if (this.#over) return;
    await new Promise<void>((resolve) => {
      this.#held = resolve;
      this.#events.onChange();
    });
    if (this.#over) throw new LineError('unreachable', 'the terminal is gone');
  }

  /** Cuts the line, which can be used again at once. @throws LineError as the transport does when a connection ends */
  async #lose(): Promise<never> {
    await this.cut();
    if (!this.#over) this.cable.mend();
    throw new LineError('unreachable', 'UND_ERR_SOCKET', null, { hungUp: true });
  }

  /** The live line is heard when the simulator says so: then the newest that it has told, whatever came before. */
  async *#hearLive(path: string, lineLimit: number): AsyncGenerator<string, void, void> {
    const live: LiveHeard = { heard: [], broken: false, hear: null };
    this.#live = live;
    let problem: unknown = null;
    const first = Promise.withResolvers<void>();
    const reading = (async () => {
      try {
        for await (const line of this.#transport.lines(path, lineLimit)) {
          if (!line.startsWith('data:')) continue;
          live.heard.push(line);
          first.resolve();
          this.#events.onChange();
        }
      } catch (error) {
        problem = error;
      }
      live.broken = true;
      first.resolve();
      live.hear?.();
    })();
    try {
      await first.promise;
      while (!live.broken) {
        await new Promise<void>((resolve) => {
          live.hear = () => {
            live.hear = null;
            resolve();
          };
          this.#events.onChange();
        });
        const last = live.heard.at(-1);
        if (!live.broken && last !== undefined) yield last;
      }
      await reading;
      if (problem !== null) throw problem;
    } finally {
      this.#live = null;
    }
  }
}

const CUTS_ANSWER: ReadonlySet<FaultKind> = new Set(['lost-answer', 'truncated', 'ended-early']);
