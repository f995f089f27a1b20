/** Wires store, certificates and listener together; main.ts and the demo start the server through this. */
import type { PropertyId } from '../src-shared/model/ids.ts';
import { type BackupPlan, scheduleBackups } from './backup/schedule.ts';
import type { Clock } from './clock.ts';
import { createHttpServer } from './http/server.ts';
import type { Logger } from './log.ts';
import { createMonitoringListener, type Monitored } from './monitoring/listener.ts';
import { createMetrics } from './monitoring/metrics.ts';
import { codePrinter, type PrintedCode } from './print-code.ts';
import { type RetentionPlan, scheduleForgetting } from './retention/schedule.ts';
import type { DatabaseConfig } from './store/database.ts';
import { openStore, type Store } from './store/store.ts';
import { openServerTls } from './tls/certificates.ts';

export interface RunningServer {
  /** `https://127.0.0.1:PORT`. */
  readonly url: string;
  /** `http://127.0.0.1:PORT` for who runs it; null where that is not asked for. */
  readonly operationsUrl: string | null;
  readonly caPem: string;
  readonly caFile: string;
  readonly store: Store;
  /** As people type it; null when there is no such property. Good for ten minutes, once. */
  enrolmentCode(propertyId: PropertyId): Promise<PrintedCode | null>;
  /** As people type it; null when there is such a property already. Good for an hour, once. */
  foundingCode(propertyId: PropertyId): Promise<PrintedCode | null>;
  /** Finishes the requests under way, then closes the database. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** Holds the certificates, the guests' seeds, the step-up shares, and the embedded database where there is no other. */
  readonly dataDir: string;
  readonly port: number;
  /** The address it listens on; left out: loopback. */
  readonly host?: string | undefined;
  /** Names and addresses by which terminals reach it, for its certificate. */
  readonly names?: readonly string[] | undefined;
  /** Of the listener for who runs it (monitoring/listener.ts); left out: there is none. */
  readonly operationsPort?: number | undefined;
  /** `postgres://…`; left out for the embedded database. */
  readonly database?: string | undefined;
  /** Where the passphrase of the CA's key is kept; left out: in the data directory. */
  readonly caSecretFile?: string | undefined;
  readonly backups?: BackupPlan | undefined;
  /** When what is forgotten; left out: nothing ever is. */
  readonly retention?: RetentionPlan | undefined;
}

/** Starts the server. @throws DirectoryInUse, or what the database or the port refuses */
export async function startServer(options: ServerOptions, log: Logger, clock: Clock): Promise<RunningServer> {
  const store = await openStore(databaseOf(options), clock, (error) =>
    log.warn({ err: error }, 'the database failed in between'),
  );
  try {
    const tls = await openServerTls(options.dataDir, clock.now(), {
      secretFile: options.caSecretFile,
      names: namesOf(options),
    });
    const metrics = createMetrics();
    const http = createHttpServer({ store, clock, metrics }, tls, log);
    const url = await http.listen(options.host ?? LOOPBACK, options.port);
    const { backups, retention } = options;
    const schedule = backups === undefined ? null : scheduleBackups(backups, store.backUp, log, clock.now);
    const { forget } = store;
    const forgetting = retention === undefined ? null : scheduleForgetting(retention, { forget, log, metrics });
    let stopping = false;
    const notReady = async () =>
      stopping ? 'stopping' : (await store.isReady()) ? null : 'the database does not answer as it should';
    const monitoring = await monitor(options.operationsPort, { metrics, notReady, openapi: await http.openapi() }, log);
    const stop = async () => {
      stopping = true;
      // Requests, and a backup or a forgetting under way, come to their end, and only then the store.
      await Promise.all([schedule?.stop(), forgetting?.stop(), http.close()]);
      await monitoring?.close();
      await store.close();
    };
    const { caPem, caFile } = tls;
    return { url, operationsUrl: monitoring?.url ?? null, caPem, caFile, store, ...codePrinter(store, caPem), stop };
  } catch (error) {
    await store.close();
    throw error;
  }
}

const LOOPBACK = '127.0.0.1';
const WILDCARDS = ['0.0.0.0', '::'];

/** An address that stands for all says nothing of how the server is reached. */
function namesOf({ host = LOOPBACK, names = [] }: Pick<ServerOptions, 'host' | 'names'>): readonly string[] {
  return WILDCARDS.includes(host) ? names : [host, ...names];
}

async function monitor(port: number | undefined, monitored: Monitored, log: Logger) {
  if (port === undefined) return null;
  monitored.metrics.watchProcess();
  const listener = await createMonitoringListener(monitored, log);
  return { url: await listener.listen(port), close: listener.close };
}

/** Which database the options name. */
export function databaseOf(options: Pick<ServerOptions, 'dataDir' | 'database'>): DatabaseConfig {
  if (options.database !== undefined) return { kind: 'postgres', url: options.database, dataDir: options.dataDir };
  return { kind: 'embedded', dataDir: options.dataDir };
}
