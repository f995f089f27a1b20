/** Wires store, certificates and listener together; main.ts and the demo start the server through this. */
import { type BackupPlan, scheduleBackups } from './backup/schedule.ts';
import type { Clock } from './clock.ts';
import { createHttpServer } from './http/server.ts';
import type { Logger } from './log.ts';
import type { DatabaseConfig } from './store/database.ts';
import { openStore, type Store } from './store/store.ts';
import { openServerTls } from './tls/certificates.ts';

export interface RunningServer {
  /** `https://127.0.0.1:PORT`. */
  readonly url: string;
  readonly caPem: string;
  readonly caFile: string;
  readonly store: Store;
  /** Finishes the requests under way, then closes the database. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** Holds the certificates, the guests' seeds, the step-up shares, and the embedded database where there is no other. */
  readonly dataDir: string;
  readonly port: number;
  /** `postgres://…`; left out for the embedded database. */
  readonly database?: string | undefined;
  readonly backups?: BackupPlan | undefined;
}

/** Starts the server. @throws DirectoryInUse, or what the database or the port refuses */
export async function startServer(options: ServerOptions, log: Logger, clock: Clock): Promise<RunningServer> {
  const store = await openStore(databaseOf(options), clock, (error) =>
    log.warn({ err: error }, 'the database failed in between'),
  );
  try {
    const tls = await openServerTls(options.dataDir, clock.now());
    const http = createHttpServer({ store, clock }, tls, log);
    const url = await http.listen(options.port);
    const { backups } = options;
    const schedule = backups === undefined ? null : scheduleBackups(backups, store.backUp, log, clock.now);
    const stop = async () => {
      await schedule?.stop();
      await http.close();
      await store.close();
    };
    return { url, caPem: tls.caPem, caFile: tls.caFile, store, stop };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Which database the options name. */
export function databaseOf(options: Pick<ServerOptions, 'dataDir' | 'database'>): DatabaseConfig {
  if (options.database !== undefined) return { kind: 'postgres', url: options.database, dataDir: options.dataDir };
  return { kind: 'embedded', dataDir: options.dataDir };
}
