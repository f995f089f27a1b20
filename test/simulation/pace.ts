/** Time under the simulator's control: what waits in sync goes on when the simulator says so, and not before. */
import type { Random } from '../../scripts/demo/random.ts';
import type { Pace, Pausing } from '../../src-main/sync/pace.ts';

export class SimulatedPace implements Pace {
  readonly #random: Random;
  readonly #onChange: () => void;
  readonly #pending = new Map<Pausing, { readonly resolve: () => void; readonly signal: AbortSignal }>();
  #over = false;

  /** @param onChange something has begun to wait */
  constructor(random: Random, onChange: () => void) {
    this.#random = random;
    this.#onChange = onChange;
  }

  jitter(): number {
    return this.#random.next();
  }

  wait(who: Pausing, _ms: number, signal: AbortSignal): Promise<void> {
    // How it ended matters to nobody here: whether it was only the line is found out at the next turn.
    if (who === 'doubt') return new Promise(() => undefined);
    return new Promise((resolve) => {
      // One that was cut short is over when it is granted, too: what wakes a terminal comes when it comes. At the end it is over at once.
      const cutShort = () => this.#over && this.grant(who);
      this.#pending.set(who, { resolve, signal });
      if (signal.aborted) cutShort();
      else signal.addEventListener('abort', cutShort, { once: true });
      this.#onChange();
    });
  }

  waits(who: Pausing): boolean {
    return this.#pending.has(who);
  }

  /** Ends a pause, if there is one. */
  grant(who: Pausing): void {
    const pending = this.#pending.get(who);
    this.#pending.delete(who);
    pending?.resolve();
  }

  /** The terminal closes: whatever was cut short, or is from now on, is over. */
  end(): void {
    this.#over = true;
    for (const [who, { signal }] of this.#pending) if (signal.aborted) this.grant(who);
  }
}
