/** Backups by the clock: one after the other, told of in the log, old ones rotated out. */
import { Cron } from 'croner';
import type { Logger } from '../log.ts';
import { type Manifest, type Retention, rotateBackups } from './backup.ts';

export interface BackupPlan {
  /** When, as cron writes it, in the server's own time zone. */
  readonly at: string;
  readonly to: string;
  /** `age1…`, the officers'. */
  readonly recipients: readonly string[];
}

const RETENTION: Retention = { rowsDays: 30, seedsDays: 7 };

/** @param make makes one. @returns what ends it, waiting for one under way */
export function scheduleBackups(
  plan: BackupPlan,
  make: (plan: BackupPlan) => Promise<{ readonly folder: string; readonly manifest: Manifest }>,
  log: Logger,
  now: () => number,
): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();
  const run = async () => {
    try {
      const { folder, manifest } = await make(plan);
      log.info({ folder, rows: manifest.counts, bytes: manifest.rows.bytes }, 'backed up and verified');
    } catch (error) {
      log.error({ err: error }, 'the backup failed: there is none of today');
      return;
    }
    try {
      for (const touched of await rotateBackups(plan.to, RETENTION, now()))
        log.info({ folder: touched }, 'backup rotated');
    } catch (error) {
      log.error({ err: error }, 'old backups could not be deleted: their seeds are still there');
    }
  };
  const cron = new Cron(plan.at, { protect: true }, () => {
    running = run();
    return running;
  });
  return {
    stop: async () => {
      cron.stop();
      await running;
    },
  };
}
