/**
 * Cases that the server must hear of at once, whatever is on the screen and whether the cache is open or not: kept in the slot file
 * until the server has them, and sent in the terminal's own name.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { type CaseOpening, PROTOCOL_VERSION, PushResponse, routes } from '../../src-shared/sync/protocol.ts';
import type { SlotFile } from '../vault/slot-file.ts';
import type { Enrolment } from '../vault/terminal-keys.ts';
import { LineError, type Transport } from './transport.ts';

const RETRY_MS = [1_000, 2_000, 5_000, 15_000, 30_000] as const;

interface AlarmInput {
  readonly slotFile: Pick<SlotFile, 'content' | 'change'>;
  readonly enrolment: Enrolment;
  /** Made when the first alarm is sent. */
  readonly connect: () => Transport;
}

export class SilentAlarm {
  readonly #input: AlarmInput;
  readonly #stop = new AbortController();
  #transport: Transport | null = null;
  #sending: Promise<void> | null = null;

  constructor(input: AlarmInput) {
    this.#input = input;
    // What was left from before.
    if (this.waiting.length > 0) this.#send();
  }

  /** What the server has not heard of yet. */
  get waiting(): readonly CaseOpening[] {
    return this.#input.slotFile.content.alarms;
  }

  /** Keeps a case, on the disk when it returns, and sends it in the background. @throws KeyStoreError, and what the file system says */
  async raise(opening: CaseOpening): Promise<void> {
    await this.#input.slotFile.change((content) => ({ ...content, alarms: [...content.alarms, opening] }));
    this.#send();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#transport?.close();
    await this.#sending;
  }

  #send(): void {
    this.#sending ??= this.#run().finally(() => {
      this.#sending = null;
    });
  }

  async #run(): Promise<void> {
    for (let failures = 0; this.waiting.length > 0 && !this.#stop.signal.aborted; ) {
      try {
        await this.#sendOnce();
        failures = 0;
      } catch {
        // Nothing is said anywhere: whoever reads this terminal's log may be who it is about.
        const pause = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)];
        failures += 1;
        await wait(pause, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
  }

  /** @throws LineError, KeyStoreError, and what the file system says */
  async #sendOnce(): Promise<void> {
    const { enrolment, connect, slotFile } = this.#input;
    this.#transport ??= connect();
    const operations = this.waiting;
    const { results } = await this.#transport.post(
      routes.operations(enrolment.propertyId),
      { protocol: PROTOCOL_VERSION, operations },
      PushResponse,
      enrolment.token,
    );
    const answered = new Set(results.map(({ id }) => id));
    if (answered.size === 0) throw new LineError('refused', 'no operation was answered');
    await slotFile.change((content) => ({ ...content, alarms: content.alarms.filter(({ id }) => !answered.has(id)) }));
  }
}
