/**
 * Tends the class keys while a holder is unlocked: completes what was ordered, begins epochs, re-wraps what is sealed in older ones,
 * gives these up when nothing is left in them. What is to be done is read from the cache each time, so a lock, a restart or another
 * terminal that is faster changes nothing but who does the rest.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { SEALED_CLASSES, type SealedClass } from '../../src-shared/model/classes.ts';
import {
  GUESTS_PER_RESEAL,
  type Operation,
  type OperationResult,
  type ResealedGuest,
} from '../../src-shared/sync/protocol.ts';
import { LineError } from '../sync/transport.ts';
import { type Desk, mayDo, type Presence, presence, record } from './desk.ts';
import {
  classToRotate,
  type Granter,
  grantWhatIsPending,
  makeNextEpoch,
  operationOf,
  takeEpoch,
} from './hand-on-keys.ts';
import { signingKeyOf } from './order-grant.ts';
import { rewrap } from './rewrap.ts';

/** Guests between two turns of the event loop: a few milliseconds. */
const SLICE = 10;

/** Grants sent to the server together. */
const GRANTS_AT_ONCE = 50;

/** A class that is being re-wrapped here. */
export interface Rewrapping {
  readonly class: SealedClass;
  readonly epoch: number;
  /** Guests something of whom does not open: they stay in the old epoch, and it is not given up. */
  readonly unreadable: number;
}

interface TenderInput {
  readonly desk: Desk;
  /** Sends operations, and returns when their outcome has come back with the feed. @throws LineError */
  readonly submit: (operations: readonly Operation[]) => Promise<readonly OperationResult[]>;
  /** The store or the log failed. */
  readonly onError: (error: unknown) => void;
}

export class KeyTender {
  readonly #input: TenderInput;
  readonly #rewrapping = new Map<SealedClass, Rewrapping>();
  #closed = false;
  #again = false;
  #running: Promise<void> | null = null;

  constructor(input: TenderInput) {
    this.#input = input;
  }

  /** What this terminal re-wraps now. */
  get rewrapping(): readonly Rewrapping[] {
    return [...this.#rewrapping.values()];
  }

  /** Something has changed: rows came, somebody unlocked, the line is back. Cheap when there is nothing to do. */
  kick(): void {
    this.#again = true;
    if (this.#closed || this.#running !== null) return;
    this.#running = this.#run().finally(() => {
      this.#running = null;
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      while (this.#again && !this.#closed) {
        this.#again = false;
        await turn();
        await this.#tend();
      }
    } catch (error) {
      // Without a line it goes on when the line is back.
      if (!(error instanceof LineError)) this.#input.onError(error);
    } finally {
      this.#rewrapping.clear();
    }
  }

  async #tend(): Promise<void> {
    const { desk } = this.#input;
    const who = this.#holder();
    if (who === null) return;
    const signing = signingKeyOf(desk, who);
    if (signing === null) return;
    const granter = { who, signing };
    try {
      await this.#complete(granter);
      for (let next = classToRotate(desk, who); next !== null && this.#holder() !== null; ) {
        if (!(await this.#beginEpoch(granter, next))) break;
        next = classToRotate(desk, who);
      }
    } finally {
      signing.fill(0);
    }
    for (const dataClass of SEALED_CLASSES) {
      await this.#rewrapClass(dataClass);
      this.#rewrapping.delete(dataClass);
    }
  }

  /** Who is unlocked here and may tend keys; null when nobody is. */
  #holder(): Presence | null {
    const { desk } = this.#input;
    // What has run out is ended by whoever works or by its timer, not by what goes on behind: a sign-in may be under way.
    const left = this.#closed ? null : desk.session.unlockRemaining();
    if (left === null || left.idle === 0 || left.total === 0 || desk.session.unlockedClasses.length === 0) return null;
    const who = presence(desk);
    return who !== null && mayDo(who, 'key.tend').allowed ? who : null;
  }

  async #complete(granter: Granter): Promise<void> {
    const { desk, submit } = this.#input;
    const { locks } = desk.session;
    const operations = await grantWhatIsPending(desk, granter);
    for (let from = 0; from < operations.length && desk.session.locks === locks; from += GRANTS_AT_ONCE) {
      await submit(operations.slice(from, from + GRANTS_AT_ONCE));
    }
  }

  /** @returns whether the epoch has begun, by us */
  async #beginEpoch(granter: Granter, dataClass: SealedClass): Promise<boolean> {
    const { desk, submit } = this.#input;
    const { operation, classKey } = await makeNextEpoch(desk, granter, dataClass);
    let begun = false;
    try {
      const [result] = await submit([operation]);
      begun = result?.status === 'applied' || result?.status === 'duplicate';
    } finally {
      if (begun && this.#holder()?.employee.id === granter.who.employee.id) takeEpoch(desk, granter.who, classKey);
      else classKey.key.fill(0);
    }
    return begun;
  }

  async #rewrapClass(dataClass: SealedClass): Promise<void> {
    const { desk } = this.#input;
    const { classEpochs, conflicts, heldClasses, sealedEpochs } = desk.cache;
    const epoch = classEpochs.current(dataClass);
    // What is not here cannot be re-wrapped here, and nothing is known of how far it is.
    if (!heldClasses.isWhole(dataClass)) return;
    if (classEpochs.oldest(dataClass) === epoch || desk.session.classKey(dataClass, epoch) === null) return;
    // Not counted, which would take tens of milliseconds in a large hotel.
    const isBehind = () => sealedEpochs.epochsBefore(dataClass, epoch).length > 0;
    const count = isBehind() ? await this.#rewrapAll(dataClass, epoch) : 0;
    const who = this.#holder();
    if (who === null || count === null) return;
    if (count > 0) record(desk, who, { type: 'guest.rewrap', outcome: 'allowed', class: dataClass, count });
    // A value that waits in a conflict is kept as it is until somebody settles it: so long its epoch stays.
    if (conflicts.hasSealedBefore(dataClass, epoch)) return;
    if (!isBehind()) await this.#retire(who, dataClass, epoch);
  }

  /** Goes once over what is behind. @returns how many guests were sealed anew; null when the keys are gone, or another epoch has begun */
  async #rewrapAll(dataClass: SealedClass, epoch: number): Promise<number | null> {
    const { desk, submit } = this.#input;
    const to = { class: dataClass, epoch };
    let [done, unreadable] = [0, 0];
    for (const old of desk.cache.sealedEpochs.epochsBefore(dataClass, epoch)) {
      for (let after = 0; ; ) {
        this.#rewrapping.set(dataClass, { ...to, unreadable });
        const batch = await this.#rewrapBatch(to, old, after);
        if (batch === null) return null;
        if (batch.last === null) break;
        after = batch.last;
        const who = this.#holder();
        if (who === null) return null;
        if (batch.guests.length > 0) {
          const operation = { ...operationOf(desk, who), kind: 'guest.reseal', ...to } as const;
          const [result] = await submit([{ ...operation, guests: batch.guests }]);
          if (result?.status === 'refused') return null;
        }
        done += batch.guests.length;
        unreadable += batch.unreadable;
      }
    }
    return done;
  }

  /** Re-wraps up to one operation's guests, a slice at a time. */
  async #rewrapBatch(
    to: Pick<Rewrapping, 'class' | 'epoch'>,
    old: number,
    from: number,
  ): Promise<{ readonly guests: ResealedGuest[]; readonly unreadable: number; readonly last: number | null } | null> {
    const { desk } = this.#input;
    const guests: ResealedGuest[] = [];
    let [unreadable, last]: [number, number | null] = [0, null];
    while (guests.length < GUESTS_PER_RESEAL) {
      const who = this.#holder();
      if (who === null) return null;
      const behind = desk.cache.sealedEpochs.guestsIn(to.class, { epoch: old, after: last ?? from, limit: SLICE });
      const slice = rewrap(desk, who, to, behind);
      if (slice === null) return null;
      guests.push(...slice.guests);
      unreadable += slice.unreadable;
      last = behind.at(-1)?.rowid ?? last;
      if (behind.length < SLICE) break;
      await turn();
    }
    return { guests, unreadable, last };
  }

  async #retire(who: Presence, dataClass: SealedClass, epoch: number): Promise<void> {
    const { desk, submit } = this.#input;
    record(desk, who, { type: 'epoch.retire', outcome: 'allowed', class: dataClass });
    await submit([{ ...operationOf(desk, who), kind: 'classEpoch.retire', class: dataClass, oldest: epoch }]);
  }
}
