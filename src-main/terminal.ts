/**
 * The life of a terminal below the window: keys, cache, access log, enrolment, sync, session. It starts, fails with a named fault,
 * is retried, rebuilt, closed. Nothing in here knows Electron; main.ts gives it a window, the tests and tools do without.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IpcResult } from '../src-shared/ipc/contract.ts';
import type { AppStatus, Fault, SyncView } from '../src-shared/ipc/views.ts';
import type { Operation } from '../src-shared/sync/protocol.ts';
import { AccessLog, LogUnavailable } from './access-log/log.ts';
import type { Clock } from './clock.ts';
import { ConfigError, readConfig, type TerminalConfig, type TerminalFiles } from './config.ts';
import { type Desk, ok, refuse } from './desk/desk.ts';
import { type Preferences, readPreferences, writePreferences } from './preferences.ts';
import { openEncryptedFile } from './store/encrypted-file.ts';
import { type Cache, classifyStoreError, openCache, type StoreProblem, setAside } from './store/open.ts';
import { enrol } from './sync/enrol.ts';
import { SyncLoop, type SyncState } from './sync/loop.ts';
import { createTransport, LineError } from './sync/transport.ts';
import { type KeyStore, KeyStoreError } from './vault/key-store.ts';
import { DEFAULT_TIMES, type LockReason, Session, type SessionTimes } from './vault/session.ts';
import {
  type Enrolment,
  readEnrolment,
  readLogHead,
  readTerminalKeys,
  replaceCacheKey,
  type TerminalKeys,
  writeEnrolment,
  writeLogHead,
} from './vault/terminal-keys.ts';

export interface TerminalInput {
  readonly files: TerminalFiles;
  readonly folder: string;
  readonly keyStore: (installation: string) => KeyStore;
  readonly clock: Clock;
  readonly version: string;
  readonly times?: SessionTimes;
  /** One line for the technical log: an event and a cause, never content. */
  readonly note: (event: string, cause?: string) => void;
}

export interface TerminalEvents {
  onApp(): void;
  onSession(lockReason: LockReason | null): void;
  onSync(): void;
  onRows(rows: number): void;
}

/** Everything that is open while the terminal works. */
interface Open {
  readonly desk: Desk;
  readonly sync: SyncLoop;
}

/** A fault that is shown as a screen of its own. */
class StartFault extends Error {
  override readonly name = 'StartFault';
  readonly kind: Fault;
  readonly detail: string;
  constructor(kind: Fault, detail: string) {
    super(kind);
    this.kind = kind;
    this.detail = detail;
  }
}

export class Terminal {
  readonly #input: TerminalInput;
  readonly #keyStore: KeyStore;
  readonly #session: Session;
  #events: TerminalEvents = { onApp() {}, onSession() {}, onSync() {}, onRows() {} };
  #preferences: Preferences;
  #config: TerminalConfig | null = null;
  #phase: AppStatus['phase'] = 'starting';
  #fault: AppStatus['fault'] = null;
  #cache: Cache | null = null;
  #keys: TerminalKeys | null = null;
  #open: Open | null = null;
  /** One start, retry, rebuild or enrolment at a time. */
  #busy: Promise<void> = Promise.resolve();

  constructor(input: TerminalInput) {
    this.#input = input;
    mkdirSync(input.folder, { recursive: true, mode: 0o700 });
    this.#keyStore = input.keyStore(installationId(input.files.installation));
    this.#preferences = readPreferences(input.files.preferences);
    this.#session = new Session(input.clock, input.times ?? DEFAULT_TIMES, (reason) => this.#onSession(reason));
  }

  listen(events: TerminalEvents): void {
    this.#events = events;
  }

  get session(): Session {
    return this.#session;
  }

  /** What the desk's use cases work with; null until the terminal is ready. */
  get desk(): Desk | null {
    return this.#open?.desk ?? null;
  }

  get status(): AppStatus {
    const property = this.#cache?.property.get() ?? null;
    return {
      phase: this.#phase,
      fault: this.#fault,
      version: this.#input.version,
      terminalName: this.#config?.terminalName ?? '',
      propertyName: property?.name ?? null,
      propertyNameLatin: property?.nameLatin ?? null,
      businessDate: property?.businessDate ?? null,
      locale: this.#preferences.locale,
      theme: this.#preferences.theme,
      demo: this.#config?.demo ?? false,
    };
  }

  get syncView(): SyncView {
    const cache = this.#open?.desk.cache;
    const state = cache?.syncState.get();
    const line: SyncState = this.#open?.sync.state ?? { line: 'offline', problem: null, firstSyncRows: null };
    return {
      ...line,
      queued: cache?.outbox.count('queued') ?? 0,
      refusedOperations: cache?.outbox.count('refused') ?? 0,
      refusedBatches: cache?.syncState.refused().length ?? 0,
      lastSyncAt: state?.lastSyncAt ?? null,
      clockOffsetMs: state?.clockOffsetMs ?? 0,
    };
  }

  setPreferences(change: { readonly [K in keyof Preferences]?: Preferences[K] | undefined }): void {
    const { locale = this.#preferences.locale, theme = this.#preferences.theme } = change;
    this.#preferences = { locale, theme };
    writePreferences(this.#input.files.preferences, this.#preferences);
    this.#events.onApp();
  }

  /** Starts, or starts again after a fault. Ends in `ready`, `first-run` or `fault`; never throws. */
  start(): Promise<void> {
    return this.#alone(async () => {
      if (this.#phase === 'ready') return;
      await this.#release();
      this.#become('starting', null);
      await this.#attempt(async () => this.#begin());
    });
  }

  /** Sets a cache that does not open aside and begins a new one from the server. What was unsent is carried over if readable. */
  rebuild(): Promise<void> {
    return this.#alone(async () => {
      await this.#release();
      this.#become('starting', null);
      await this.#attempt(async () => {
        const unsent = await this.#salvage();
        if (existsSync(this.#input.files.cache)) {
          const where = setAside(this.#input.files.cache, this.#input.clock.now());
          this.#input.note('cache-set-aside', where.split('/').at(-1));
        }
        await replaceCacheKey(this.#keyStore);
        await this.#begin();
        for (const operation of unsent) this.#cache?.addNoteLocally(operation.note, operation);
      });
    });
  }

  /** Enrols this terminal with a one-time code typed at first run. */
  async enrol(code: string): Promise<IpcResult<AppStatus>> {
    let answer: IpcResult<AppStatus> = refuse('not-ready');
    await this.#alone(async () => {
      if (this.#phase !== 'first-run' || this.#config === null || this.#keys === null) return;
      try {
        await this.#enrolWith(this.#config, this.#keys, code);
      } catch (error) {
        if (!(error instanceof LineError)) throw error;
        answer = refuse(enrolmentProblem(error));
        return;
      }
      await this.#attempt(async () => this.#begin());
      answer = ok(this.status);
    });
    return answer;
  }

  syncNow(): void {
    this.#open?.sync.kick();
  }

  /** Where the log's head was last anchored outside the file. @throws KeyStoreError */
  logAnchor() {
    return readLogHead(this.#keyStore);
  }

  /** Locks, seals the log, stops sync, closes both files. */
  close(): Promise<void> {
    return this.#alone(() => this.#release());
  }

  async #begin(): Promise<void> {
    await this.#release();
    const { files } = this.#input;
    const config = readConfig(files.config);
    this.#config = config;
    const keys = await readTerminalKeys(this.#keyStore, {
      cache: existsSync(files.cache),
      log: existsSync(files.accessLog),
    });
    if (keys === null) throw new StartFault('wrong-key', 'the key is not in the keychain');
    this.#keys = keys;
    const opened = openCache({ file: files.cache, key: keys.cacheKey });
    keys.cacheKey.fill(0);
    if (!opened.ok) throw new StartFault(opened.problem, 'cache');
    this.#cache = opened.value;
    const enrolment = await readEnrolment(this.#keyStore);
    if (enrolment !== null) return this.#work(config, keys, opened.value, enrolment);
    if (config.enrolmentCode !== undefined) {
      try {
        const made = await this.#enrolWith(config, keys, config.enrolmentCode);
        return this.#work(config, keys, opened.value, made);
      } catch (error) {
        if (!(error instanceof LineError)) throw error;
        this.#input.note('enrolment-failed', error.code ?? error.problem);
      }
    }
    this.#become('first-run', null);
  }

  /** Opens the access log and begins to work. */
  #work(config: TerminalConfig, keys: TerminalKeys, cache: Cache, enrolment: Enrolment): void {
    const { clock, files } = this.#input;
    const logFile = openEncryptedFile(files.accessLog, keys.logKey);
    if (!logFile.ok) throw new StartFault(logFaultOf(logFile.problem), 'access-log');
    keys.logKey.fill(0);
    const log = new AccessLog(logFile.value, enrolment.deviceId, keys.identity, clock);
    log.append({ type: 'terminal.start', outcome: 'allowed', employeeId: null, role: null });
    const sync = new SyncLoop({
      transport: createTransport({ url: config.serverUrl, caPem: config.caPem }),
      store: syncStore(cache),
      property: enrolment.propertyId,
      token: enrolment.token,
      clock,
      events: {
        onState: () => this.#events.onSync(),
        onRows: (rows) => {
          // The name of the hotel and its business date are rows too.
          if (rows > 0) this.#events.onApp();
          this.#events.onRows(rows);
          this.#events.onSync();
        },
        onBatchRefused: (field) => {
          this.#input.note('sync-batch-refused', field);
          log.append({ type: 'sync.batch-refused', outcome: 'failed', employeeId: null, role: null });
          this.#events.onSync();
        },
        onStoreError: (error) => this.#onStoreError(error),
      },
    });
    const desk: Desk = {
      clock,
      cache,
      log,
      session: this.#session,
      terminalName: config.terminalName,
      kickSync: () => sync.kick(),
    };
    this.#open = { desk, sync };
    this.#become('ready', null);
    sync.start();
  }

  async #enrolWith(config: TerminalConfig, keys: TerminalKeys, code: string): Promise<Enrolment> {
    const transport = createTransport({ url: config.serverUrl, caPem: config.caPem });
    try {
      const enrolment = await enrol(transport, code, config.terminalName, keys.identity.publicKey);
      await writeEnrolment(this.#keyStore, enrolment);
      return enrolment;
    } finally {
      await transport.close();
    }
  }

  /** Unsent operations of a cache that is about to be set aside; none when it cannot be read. */
  async #salvage(): Promise<Operation[]> {
    const { files } = this.#input;
    const key = existsSync(files.cache) ? await this.#keyStore.read('cache-key') : null;
    if (key === null) return [];
    const opened = openCache({ file: files.cache, key });
    key.fill(0);
    if (!opened.ok) return [];
    try {
      return opened.value.outbox.queued(10_000);
    } catch {
      this.#input.note('outbox-unreadable');
      return [];
    } finally {
      opened.value.close();
    }
  }

  #onSession(reason: LockReason | null): void {
    const log = this.#open?.desk.log;
    if (reason !== null && log !== undefined) {
      try {
        log.append({
          type: 'session.lock',
          outcome: 'allowed',
          employeeId: this.#session.lastEmployeeId,
          role: null,
          reason,
        });
        this.#anchor(log);
      } catch (error) {
        // Locking never fails: the keys are gone already. The next use of the log tells the person.
        this.#input.note('log-unavailable', error instanceof LogUnavailable ? error.problem : undefined);
      }
    }
    this.#events.onSession(reason);
  }

  /** Seals the log and remembers its head in the keychain, so that a log cut short is noticed. */
  #anchor(log: AccessLog): void {
    void writeLogHead(this.#keyStore, log.seal()).catch((error: unknown) => {
      this.#input.note('log-anchor-failed', error instanceof KeyStoreError ? error.problem : undefined);
    });
  }

  #onStoreError(error: unknown): void {
    const problem = classifyStoreError(error);
    this.#input.note('store-error', problem ?? 'unknown');
    this.#session.lock('by-hand');
    this.#become('fault', { kind: problem ?? 'corrupt', detail: 'cache' });
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const fault = faultOf(error);
      if (fault === null) throw error;
      this.#input.note('fault', fault.kind);
      await this.#release();
      this.#become('fault', fault);
    }
  }

  #become(phase: AppStatus['phase'], fault: AppStatus['fault']): void {
    this.#phase = phase;
    this.#fault = fault;
    this.#events.onApp();
  }

  async #release(): Promise<void> {
    this.#session.lock('by-hand');
    const open = this.#open;
    this.#open = null;
    if (open !== null) {
      await open.sync.close();
      try {
        open.desk.log.append({ type: 'terminal.stop', outcome: 'allowed', employeeId: null, role: null });
        await writeLogHead(this.#keyStore, open.desk.log.seal());
        open.desk.log.close();
      } catch (error) {
        if (!(error instanceof LogUnavailable || error instanceof KeyStoreError)) throw error;
        this.#input.note('log-not-sealed', error.problem);
      }
    }
    this.#cache?.close();
    this.#cache = null;
  }

  #alone(work: () => Promise<void>): Promise<void> {
    const next = this.#busy.then(work);
    this.#busy = next.catch(() => undefined);
    return next;
  }
}

function syncStore(cache: Cache) {
  return {
    cursor: () => cache.syncState.get().cursor,
    applyPuts: cache.applyPuts.bind(cache),
    refuseBatch: (
      batch: {
        readonly lines: readonly string[];
        readonly fromSeq: number;
        readonly cursor: number;
        readonly field: string;
        readonly reason: string;
      },
      receivedAt: number,
    ) =>
      cache.refuseBatch(
        { receivedAt, fromSeq: batch.fromSeq, toSeq: batch.cursor, field: batch.field, reason: batch.reason },
        batch.lines.join('\n'),
      ),
    queuedOperations: (limit: number) => cache.outbox.queued(limit),
    settleOperations: cache.settleOperations.bind(cache),
    noteSync: (at: number, offset: number) => cache.syncState.note(at, offset),
  };
}

function faultOf(error: unknown): AppStatus['fault'] {
  if (error instanceof StartFault) return { kind: error.kind, detail: error.detail };
  if (error instanceof ConfigError) return { kind: 'config-invalid', detail: error.field };
  if (error instanceof KeyStoreError) return { kind: `keychain-${error.problem}`, detail: '' };
  if (error instanceof LogUnavailable)
    return { kind: error.problem === 'disk-full' ? 'disk-full' : 'log-broken', detail: 'access-log' };
  const problem = classifyStoreError(error);
  return problem === null ? null : { kind: problem, detail: 'cache' };
}

function logFaultOf(problem: StoreProblem): Fault {
  return problem === 'disk-full' || problem === 'not-writable' ? problem : 'log-broken';
}

function enrolmentProblem(error: LineError): 'wrong-enrolment-code' | 'server-unreachable' | 'server-refused' {
  if (error.code === 'unknown-code') return 'wrong-enrolment-code';
  return error.problem === 'unreachable' ? 'server-unreachable' : 'server-refused';
}

/** A random name for this installation's entries in the keychain: no secret, so a plain file. */
function installationId(file: string): string {
  if (existsSync(file)) {
    const id = readFileSync(file, 'utf8').trim();
    if (/^[0-9a-f-]{36}$/.test(id)) return id;
  }
  const id = randomUUID();
  writeFileSync(file, id, { mode: 0o600 });
  return id;
}
