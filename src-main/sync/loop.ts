/** Keeps the terminal and the server together: sends the outbox, pulls what is new, waits until it is told of more, and starts over. */
import type { SealedClass } from '../../src-shared/model/classes.ts';
import {
  type Operation,
  type OperationResult,
  PROTOCOL_VERSION,
  PushResponse,
  type PutLine,
  routes,
} from '../../src-shared/sync/protocol.ts';
import type { Clock } from '../clock.ts';
import { LiveLine } from './live-line.ts';
import { type Pace, systemPace } from './pace.ts';
import { type Fill, type Pulled, pull, pullAll, pullFill } from './pull.ts';
import { LineError, type LineProblem, type Transport } from './transport.ts';

/** What the loop needs of the cache. Everything here is durable when it returns. */
export interface SyncStore {
  cursor(): number;
  /** Applies a batch and moves the cursor with it, portion by portion. */
  applyPuts(puts: readonly PutLine[], cursor: number): void | Promise<void>;
  /** Sets a batch aside as it came and moves the cursor behind it, in one transaction. */
  refuseBatch(batch: Extract<Pulled, { kind: 'refused' }>, receivedAt: number): void;
  queuedOperations(limit: number): readonly Operation[];
  settleOperations(results: readonly OperationResult[]): void;
  noteSync(at: number, clockOffsetMs: number): void;
  /** Classes whose values are here, or being fetched. */
  heldClasses(): readonly SealedClass[];
  /** Deletes every value of these classes, and then says that they are held no more. */
  purge(classes: readonly SealedClass[]): Promise<void>;
  /** Says that these are held from now on: rows up to the cursor lack them and are filled. */
  beginFills(classes: readonly SealedClass[]): void;
  /** What is still to be filled; null when nothing is. */
  nextFill(): Fill | null;
  /** Puts values of a class into rows that are as they were sent, and moves the place from which it goes on, in one transaction. */
  applyFill(fill: Fill, puts: readonly PutLine[], at: { readonly cursor: number; readonly more: boolean }): void;
  /** Of the server, when it was asked last; null before the first time. */
  generation(): number | null;
  noteGeneration(generation: number): void;
  /**
   * The server went back in time: all it took from here is queued again, as far as it knows what it took, and its rows are taken from the
   * first on, in one transaction.
   */
  beginAnew(generation: number, at: number, idsKeptFrom: number): void;
  /** How far the feed had come when the first row was taken. */
  since(): number;
  noteSince(seq: number): void;
  /** The server has forgotten what went since it was asked last: its rows are taken from the first on, in one transaction. */
  takeAnew(): void;
  /** The feed has come to its end: what was to come anew and did not is gone. @returns whether anything was */
  finishAnew(): boolean;
}

export interface SyncState {
  readonly line: 'online' | 'offline' | 'syncing';
  readonly problem: LineProblem | null;
  /** Rows received in a first sync that is still running, else null. */
  readonly firstSyncRows: number | null;
}

export interface SyncEvents {
  onState(state: SyncState): void;
  /** Rows were applied. */
  onRows(rows: number): void;
  onBatchRefused(field: string): void;
  /** The server ended the connection without an answer: it may not want this terminal any more. */
  onHungUp(): void;
  /** The server was restored from a backup, and what it lost of this terminal is sent again. */
  onRestored(): void;
  /** This terminal was away for so long that it takes everything anew. */
  onStale(): void;
  /** The store failed; the loop has stopped. */
  onStoreError(error: unknown): void;
}

/** What else goes over the line once all is sent and pulled, in a turn's own time. */
export interface Besides {
  /** Whether there is any of it; asked again and again while nothing else is to be done. */
  waits(): boolean;
  /** @throws LineError, which counts as one of the turn's */
  send(): Promise<void>;
}

interface Submitted {
  readonly operations: readonly Operation[];
  readonly resolve: (results: readonly OperationResult[]) => void;
  readonly reject: (error: LineError) => void;
}

/** Without a live line. */
const POLL_MS = 5_000;
/** With one, should it have missed something. */
const SAFETY_POLL_MS = 60_000;
const RETRY_MS = [1_000, 2_000, 5_000, 15_000, 30_000] as const;
const PUSH_BATCH = 50;

export class SyncLoop {
  readonly #transport: Transport;
  readonly #store: SyncStore;
  readonly #property: string;
  readonly #clock: Clock;
  readonly #events: SyncEvents;
  readonly #besides: Besides;
  readonly #pace: Pace;
  readonly #stop = new AbortController();
  #wake = new AbortController();
  /** A kick during a turn counts for the next pause. */
  #kicked = false;
  #failures = 0;
  /** How long the server asked not to be asked. */
  #retryAfterMs = 0;
  readonly #live: LiveLine;
  /** The newest seq that the live line told, and what it had told when the last turn that went well began. */
  #told = 0;
  #answered = 0;
  #state: SyncState = { line: 'offline', problem: null, firstSyncRows: null };
  #running: Promise<void> | null = null;
  /** Operations that are not worth keeping, and who waits for their outcome. */
  #submitted: Submitted | null = null;

  constructor(input: {
    readonly transport: Transport;
    readonly store: SyncStore;
    readonly property: string;
    readonly clock: Clock;
    readonly besides: Besides;
    readonly events: SyncEvents;
    /** Left out: as time passes. */
    readonly pace?: Pace;
  }) {
    this.#transport = input.transport;
    this.#store = input.store;
    this.#property = input.property;
    this.#clock = input.clock;
    this.#events = input.events;
    this.#besides = input.besides;
    this.#pace = input.pace ?? systemPace;
    this.#live = new LiveLine({
      ...input,
      pace: this.#pace,
      events: { onSeq: (seq) => this.#hear(seq), onBroken: () => this.#doubt() },
    });
  }

  get state(): SyncState {
    return this.#state;
  }

  start(): void {
    this.#running ??= this.#run();
    this.#live.start();
  }

  /** Sync now rather than at the next turn: something was written, or the person asked. */
  kick(): void {
    this.#kicked = true;
    this.#wake.abort();
  }

  /**
   * Sends operations that can be made again from what the cache holds, and so are not queued: one lot at a time, behind what staff did.
   * @returns their results, once what they changed has come back with the feed
   * @throws LineError when they did not get through, or the loop ends
   */
  submit(operations: readonly Operation[]): Promise<readonly OperationResult[]> {
    if (this.#submitted !== null) throw new Error('one lot of operations at a time');
    const { promise, resolve, reject } = Promise.withResolvers<readonly OperationResult[]>();
    if (this.#stop.signal.aborted) return Promise.reject(new LineError('unreachable', 'the terminal is closing'));
    this.#submitted = { operations, resolve, reject };
    this.kick();
    return promise;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#wake.abort();
    await this.#transport.close();
    await this.#live.close();
    await this.#running;
    this.#giveUp(new LineError('unreachable', 'the terminal is closing'));
  }

  #hear(seq: number): void {
    this.#told = seq;
    // A live line is a sign that the server is back, too.
    if (this.#failures > 0 ? this.#retryAfterMs === 0 : this.#isBehind()) this.#wake.abort();
  }

  /** Asked once for what was told: a seq need not have a row (DESIGN §7). */
  #isBehind(): boolean {
    return this.#told !== this.#answered && this.#told > this.#store.cursor();
  }

  /** Whether it was only the live line that broke is asked within the time of a poll, not by all terminals at once. */
  #doubt(): void {
    const { signal } = this.#stop;
    void this.#pace.wait('doubt', this.#pace.jitter() * POLL_MS, signal).then(() => this.#wake.abort());
  }

  #giveUp(error: LineError): void {
    const submitted = this.#submitted;
    this.#submitted = null;
    submitted?.reject(error);
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        const told = this.#told;
        const refusal = await this.#push();
        const submitted = this.#submitted;
        const results = submitted === null ? [] : await this.#sendSubmitted(submitted.operations);
        await this.#pull();
        await this.#fill();
        if (submitted !== null) {
          this.#submitted = null;
          submitted.resolve(results);
        }
        if (refusal !== null) throw refusal;
        await this.#besides.send();
        this.#failures = 0;
        this.#retryAfterMs = 0;
        this.#answered = told;
        this.#set({ line: 'online', problem: null, firstSyncRows: null });
      } catch (error) {
        this.#giveUp(error instanceof LineError ? error : new LineError('unreachable', 'the store failed'));
        if (!(error instanceof LineError)) {
          this.#set({ line: 'offline', problem: null, firstSyncRows: null });
          this.#events.onStoreError(error);
          return;
        }
        this.#failures += 1;
        if (error.hungUp) this.#events.onHungUp();
        this.#retryAfterMs = error.retryAfterMs;
        this.#set({ ...this.#state, line: 'offline', problem: error.problem });
      }
      await this.#pause();
    }
  }

  /** @returns the server's refusal to take what is queued, which is no reason not to listen to it; null when all is sent */
  async #push(): Promise<LineError | null> {
    let size = PUSH_BATCH;
    for (;;) {
      const operations = this.#store.queuedOperations(size);
      if (operations.length === 0) return null;
      try {
        this.#store.settleOperations(await this.#send(operations));
      } catch (error) {
        if (!(error instanceof LineError) || error.problem !== 'refused') throw error;
        const [first, ...more] = operations;
        if (!isUnfit(error) || first === undefined) return error;
        // One that does not fit would hold up all behind it: sent one by one it is found, and shown as refused.
        if (more.length > 0) size = 1;
        else this.#store.settleOperations([{ id: first.id, status: 'refused', reason: 'invalid' }]);
      }
      this.#events.onRows(0);
    }
  }

  async #send(operations: readonly Operation[]): Promise<readonly OperationResult[]> {
    const answer = await this.#transport.post(
      routes.operations(this.#property),
      { protocol: PROTOCOL_VERSION, operations },
      PushResponse,
    );
    const asked = new Set<string>(operations.map((operation) => operation.id));
    const results = answer.results.filter((result) => asked.has(result.id));
    // An answer that settles nothing would be asked for again without end.
    if (results.length === 0) throw new LineError('refused', 'no operation was answered');
    return results;
  }

  /** Refused as a whole, they are refused each: they come from a program, and no person can mend them. */
  async #sendSubmitted(operations: readonly Operation[]): Promise<readonly OperationResult[]> {
    try {
      return await this.#send(operations);
    } catch (error) {
      if (!(error instanceof LineError) || !isUnfit(error)) throw error;
      return operations.map(({ id }) => ({ id, status: 'refused', reason: 'invalid' }));
    }
  }

  /** What is new: one batch as a rule; where there is more of it, the rest in one answer. */
  async #pull(): Promise<void> {
    const first = this.#store.cursor() === 0;
    let pulled = await pull(this.#source(), this.#store.cursor());
    const known = this.#store.generation();
    const wentBack = (known !== null && known !== pulled.generation) || pulled.lastSeq < this.#store.cursor();
    if (pulled.kind === 'stale') {
      this.#store.takeAnew();
      this.#events.onStale();
    }
    if (wentBack) {
      this.#store.beginAnew(pulled.generation, this.#clock.now(), pulled.idsKeptFrom);
      this.#events.onRestored();
      // What is queued now leaves with the next turn, which need not wait.
      this.kick();
    }
    if (pulled.kind === 'stale' || wentBack) pulled = await pull(this.#source(), this.#store.cursor());
    if (known === null) this.#store.noteGeneration(pulled.generation);
    // Before the first row is here.
    if (this.#store.cursor() === 0) this.#store.noteSince(pulled.lastSeq);
    if (pulled.kind === 'purge' && !this.#stop.signal.aborted) {
      await this.#take(pulled);
      // Asking without them says that they are gone.
      pulled = await pull(this.#source(), this.#store.cursor());
    }
    if (this.#stop.signal.aborted) return;
    const rows = await this.#take(pulled);
    const isWhole = pulled.more ? await this.#pullRest(rows, first) : isOfRows(pulled);
    // Told only after the purge: the next turn, which need not wait, takes everything anew.
    if (pulled.kind === 'stale') this.kick();
    if (this.#stop.signal.aborted || !isOfRows(pulled)) return;
    if (isWhole && this.#store.finishAnew()) this.#events.onRows(0);
    const held = this.#store.heldClasses();
    // Behind the last row that came without them.
    const gained = pulled.mayHold.filter((dataClass) => !held.includes(dataClass));
    if (gained.length > 0) this.#store.beginFills(gained);
  }

  /** @returns whether it came to the end of the feed */
  async #pullRest(before: number, first: boolean): Promise<boolean> {
    let rows = before;
    let last: Pulled | null = null;
    this.#set({ line: 'syncing', problem: null, firstSyncRows: first ? rows : null });
    for await (const lot of pullAll(this.#source(), this.#store.cursor())) {
      if (this.#stop.signal.aborted) return false;
      last = lot;
      rows += await this.#take(lot);
      this.#set({ line: 'syncing', problem: null, firstSyncRows: first ? rows : null });
      // It may take minutes: what somebody writes meanwhile does not wait for the end of it.
      if (this.#kicked) {
        this.#kicked = false;
        await this.#push();
      }
    }
    return last !== null && isOfRows(last) && !last.more;
  }

  #source() {
    const classes = this.#store.heldClasses();
    return { transport: this.#transport, property: this.#property, classes, since: this.#store.since() };
  }

  /** One lot of what may be held here now and was not before: what is new comes between two of them. */
  async #fill(): Promise<void> {
    const fill = this.#store.nextFill();
    if (fill === null || this.#stop.signal.aborted) return;
    const pulled = await pullFill(this.#source(), fill);
    if (this.#stop.signal.aborted) return;
    // What does not fit is set aside, and the rest is filled.
    if (pulled.kind !== 'batch') await this.#take({ ...pulled, cursor: this.#store.cursor() });
    if (pulled.kind !== 'purge') this.#store.applyFill(fill, pulled.kind === 'batch' ? pulled.puts : [], pulled);
    this.#events.onRows(0);
  }

  /** @returns how many rows were applied */
  async #take(pulled: Pulled): Promise<number> {
    const now = this.#clock.now();
    let rows = 0;
    if (pulled.kind === 'purge') {
      await this.#store.purge(pulled.classes);
      this.#events.onRows(0);
    } else if (pulled.kind === 'refused') {
      this.#store.refuseBatch(pulled, now);
      this.#events.onBatchRefused(pulled.field);
    } else if (pulled.kind === 'batch' && pulled.puts.length > 0) {
      await this.#store.applyPuts(pulled.puts, pulled.cursor);
      rows = pulled.puts.length;
      this.#events.onRows(rows);
    }
    this.#store.noteSync(now, pulled.serverTime - now);
    return rows;
  }

  async #pause(): Promise<void> {
    this.#wake = new AbortController();
    const behind = this.#failures === 0 && (this.#isBehind() || this.#store.nextFill() !== null);
    if (!this.#kicked && !behind && !this.#stop.signal.aborted) await this.#idle(this.#pauseMs());
    this.#kicked = false;
  }

  /** The live line tells of the server's rows, not of what is to be sent besides: that waits no longer than without one. */
  async #idle(ms: number): Promise<void> {
    const { signal } = this.#wake;
    for (let left = ms; left > 0 && !signal.aborted; left -= POLL_MS) {
      await this.#pace.wait('turn', Math.min(left, POLL_MS), signal);
      if (this.#failures === 0 && this.#besides.waits()) return;
    }
  }

  /** With jitter, so that the terminals of a hotel do not come back in step. */
  #pauseMs(): number {
    const idle = this.#live.connected ? SAFETY_POLL_MS : POLL_MS;
    const base = this.#failures === 0 ? idle : (RETRY_MS[Math.min(this.#failures, RETRY_MS.length) - 1] ?? idle);
    return this.#retryAfterMs + base * (0.75 + this.#pace.jitter() * 0.5);
  }

  #set(state: SyncState): void {
    const before = this.#state;
    this.#state = state;
    if (
      before.line !== state.line ||
      before.problem !== state.problem ||
      before.firstSyncRows !== state.firstSyncRows
    ) {
      this.#events.onState(state);
    }
  }
}

/** Whether it is of the feed, and no word that comes before it. */
function isOfRows({ kind }: Pulled): boolean {
  return kind === 'batch' || kind === 'refused';
}

/** Whether the server will not take it however often it is sent; what arrived broken (`unreadable`) it will. */
function isUnfit({ code }: LineError): boolean {
  return code === 'invalid-request' || code === 'too-large';
}
