/** The live line: the server says when there is something new, so that a terminal need not ask. It connects again by itself. */
import { LiveEvent, routes } from '../../src-shared/sync/protocol.ts';
import type { Pace } from './pace.ts';
import { LineError, type Transport } from './transport.ts';

export interface LiveLineEvents {
  /** There is something up to this seq. The first comes as soon as the line is there. */
  onSeq(seq: number): void;
  /** The line was there and is broken. */
  onBroken(): void;
}

/** Its lines are short. */
const LINE_LIMIT_BYTES = 1_024;
/** A pause is any time up to this: the terminals of a chain that lost their server together do not come back together (full jitter). */
const AGAIN_MS = [2_000, 5_000, 15_000, 30_000] as const;

export class LiveLine {
  readonly #transport: Pick<Transport, 'lines'>;
  readonly #path: string;
  readonly #events: LiveLineEvents;
  readonly #pace: Pace;
  readonly #stop = new AbortController();
  #connected = false;
  #failures = 0;
  #running: Promise<void> | null = null;

  constructor(input: {
    readonly transport: Pick<Transport, 'lines'>;
    readonly property: string;
    readonly events: LiveLineEvents;
    readonly pace: Pace;
  }) {
    this.#transport = input.transport;
    this.#path = routes.live(input.property);
    this.#events = input.events;
    this.#pace = input.pace;
  }

  /** While it is, there is no need to ask. */
  get connected(): boolean {
    return this.#connected;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends it, once the transport is closed. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      let pause = 0;
      try {
        for await (const line of this.#transport.lines(this.#path, LINE_LIMIT_BYTES)) this.#hear(line);
      } catch (error) {
        if (!(error instanceof LineError)) throw error;
        pause = error.retryAfterMs;
      }
      if (this.#connected) {
        this.#connected = false;
        if (!signal.aborted) this.#events.onBroken();
      }
      this.#failures += 1;
      pause += this.#pace.jitter() * (AGAIN_MS[Math.min(this.#failures, AGAIN_MS.length) - 1] ?? 0);
      await this.#pace.wait('line', pause, signal);
    }
  }

  /** Comments and empty lines say that the line is there, and nothing else. @throws LineError for what is no event of ours */
  #hear(line: string): void {
    if (!line.startsWith('data:')) return;
    const event = LiveEvent.safeParse(parse(line.slice('data:'.length)));
    if (!event.success) throw new LineError('refused', 'the live line does not fit');
    this.#connected = true;
    this.#failures = 0;
    this.#events.onSeq(event.data.seq);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
