/** Forgets by the clock what was kept long enough: once a day, told of in the log and counted, with numbers and nothing else. */
import { Cron } from 'croner';
import type { Logger } from '../log.ts';
import type { Metrics } from '../monitoring/metrics.ts';
import type { Forgotten, KeptFor } from '../store/forget.ts';

export interface RetentionPlan {
  /** When, as cron writes it, in the server's own time zone. */
  readonly at: string;
  readonly keptFor: KeptFor;
}

/** What a run needs beside its plan. */
export interface Forgetting {
  forget(keptFor: KeptFor): Promise<Forgotten>;
  readonly log: Pick<Logger, 'info' | 'error'>;
  readonly metrics: Pick<Metrics, 'forgot' | 'forgettingFailed'>;
}

/** One run. Never throws: what could not be forgotten is tried again the next day. */
export async function forgetOnce(keptFor: KeptFor, { forget, log, metrics }: Forgetting): Promise<void> {
  try {
    const forgotten = await forget(keptFor);
    metrics.forgot(forgotten);
    log.info({ ...forgotten }, 'forgot what was kept long enough');
  } catch (error) {
    metrics.forgettingFailed();
    log.error({ err: error }, 'the forgetting failed: what is old stays until the next run');
  }
}

/** @returns what ends it, waiting for a run under way */
export function scheduleForgetting(plan: RetentionPlan, forgetting: Forgetting): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  const cron = new Cron(plan.at, { protect: true }, () => {
    running = forgetOnce(plan.keptFor, forgetting);
    return running;
  });
  return {
    stop: async () => {
      cron.stop();
      await running;
    },
  };
}
