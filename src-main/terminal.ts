/**
 * The life of a terminal below the window: keys, cache, access log, enrolment, sync, session. It starts, fails with a named fault,
 * is retried, rebuilt, closed. Nothing in here knows Electron; main.ts gives it a window, the tests and tools do without.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { basename } from 'node:path';
import type { Database } from 'better-sqlite3';
import type { ErrorCode, IpcResult } from '../src-shared/ipc/contract.ts';
import type { AppStatus, SyncView } from '../src-shared/ipc/views.ts';
import type { FoundingPlace } from '../src-shared/sync/protocol.ts';
import { AccessLog, type LogHead, LogUnavailable } from './access-log/log.ts';
import type { Clock } from './clock.ts';
import { coalesce } from './coalesce.ts';
import { readConfig, type TerminalConfig, type TerminalFiles } from './config.ts';
import { entryOf } from './desk/break-glass.ts';
import { type Desk, ok, refuse } from './desk/desk.ts';
import { GLASS_TIMES, Glass, type GlassAsked, type GlassEnd } from './desk/glass.ts';
import { KeyTender, type Rewrapping } from './desk/key-tender.ts';
import { RevealCounts } from './desk/reveal-counts.ts';
import { readInstallation } from './installation.ts';
import { type Preferences, readPreferences, writePreferences } from './preferences.ts';
import { enrolmentProblem, faultOf, foundingProblem, logFaultOf, REBUILDABLE, StartFault } from './start-fault.ts';
import { attemptsIn } from './store/auth-state.ts';
import { openEncryptedFile } from './store/encrypted-file.ts';
import { syncStore } from './store/for-sync.ts';
import {
  draftGuestSeeds,
  type GuestSeeds,
  openGuestSeeds,
  putDraftInPlace,
  removeGuestSeeds,
} from './store/guest-seeds.ts';
import { type Cache, classifyStoreError, openCache } from './store/open.ts';
import { finishRebuild, rebuildCache } from './store/rebuild.ts';
import { enrol } from './sync/enrol.ts';
import { askFoundingPlace, type FoundingContent, foundHotel } from './sync/found.ts';
import { SyncLoop, type SyncState } from './sync/loop.ts';
import { createTransport, LineError, type Transport } from './sync/transport.ts';
import { collectGarbageSoon } from './vault/collect-garbage.ts';
import { isRoot } from './vault/entitlement.ts';
import { type KeyStore, KeyStoreError } from './vault/key-store.ts';
import { Leases } from './vault/leases.ts';
import { DEFAULT_TIMES, type LockReason, Session, type SessionTimes } from './vault/session.ts';
import {
  type Enrolment,
  readCacheKey,
  readEnrolment,
  readLogHead,
  readSeedKey,
  readTerminalKeys,
  type TerminalKeys,
  writeEnrolment,
  writeLogHead,
  writeSeedKey,
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

/** Asks the server for a place among its terminals. @throws LineError */
type JoinRequest = (transport: Transport, deviceName: string, publicKey: string) => Promise<Enrolment>;

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
  readonly tender: KeyTender;
  readonly keyStore: KeyStore;
}

export class Terminal {
  readonly #input: TerminalInput;
  readonly #session: Session;
  #keyStore: KeyStore | null = null;
  #events: TerminalEvents = { onApp() {}, onSession() {}, onSync() {}, onRows() {} };
  #preferences: Preferences;
  #config: TerminalConfig | null = null;
  #phase: AppStatus['phase'] = 'starting';
  #fault: AppStatus['fault'] = null;
  #cache: Cache | null = null;
  #seeds: GuestSeeds | null = null;
  #keys: TerminalKeys | null = null;
  #open: Open | null = null;
  /** One start, retry, rebuild or enrolment at a time. */
  #busy: Promise<void> = Promise.resolve();
  /** One anchor after the other, lest an older head overtake a newer one. */
  #anchoring: Promise<void> = Promise.resolve();
  /** A stream of rows is told of once a second: screens that ask again for every page of it would do nothing else. */
  readonly #rows = coalesce(1_000, (rows) => {
    // The name of the hotel and its business date are rows too.
    if (rows > 0) this.#events.onApp();
    this.#events.onRows(rows);
    this.#events.onSync();
  });

  constructor(input: TerminalInput) {
    this.#input = input;
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
    return this.#phase === 'ready' ? (this.#open?.desk ?? null) : null;
  }

  /** Whether setting the cache aside would help now. */
  get canRebuild(): boolean {
    return this.#fault !== null && REBUILDABLE.has(this.#fault.kind);
  }

  get status(): AppStatus {
    const property = this.desk === null ? null : this.#ask(({ property }) => property.get());
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
    const line: SyncState = this.#open?.sync.state ?? { line: 'offline', problem: null, firstSyncRows: null };
    const counts = this.#ask(({ outbox, syncState }) => ({
      queued: outbox.count('queued'),
      refusedOperations: outbox.count('refused'),
      refusedBatches: syncState.refused().length,
      lastSyncAt: syncState.get().lastSyncAt,
      clockOffsetMs: syncState.get().clockOffsetMs,
    }));
    return { ...line, ...(counts ?? NOTHING_TO_SYNC) };
  }

  setPreferences(change: { readonly [K in keyof Preferences]?: Preferences[K] | undefined }): void {
    const { locale = this.#preferences.locale, theme = this.#preferences.theme } = change;
    this.#preferences = { locale, theme };
    try {
      writePreferences(this.#input.files.preferences, this.#preferences);
    } catch (error) {
      // The language changes all the same; only the next start will not know of it.
      this.#input.note('preferences-not-kept', classifyStoreError(error) ?? undefined);
    }
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

  /**
   * Sets a cache that does not open aside and begins a new one from the server. What was unsent is carried over if readable. Does
   * nothing where that is no remedy.
   */
  rebuild(): Promise<void> {
    return this.#alone(async () => {
      if (!this.canRebuild) return;
      await this.#release();
      this.#become('starting', null);
      await this.#attempt(async () => {
        await this.#replaceCache();
        await this.#begin();
      });
    });
  }

  /** Enrols this terminal with a one-time code typed at first run. */
  enrol(code: string): Promise<IpcResult<AppStatus>> {
    return this.#join(enrolmentProblem, (transport, name, publicKey) => enrol(transport, code, name, publicKey));
  }

  /** Becomes a terminal of a hotel by asking its server, and begins to work. */
  async #join(problemOf: (error: LineError) => ErrorCode, ask: JoinRequest): Promise<IpcResult<AppStatus>> {
    let answer: IpcResult<AppStatus> = refuse('not-ready');
    await this.#alone(async () => {
      const [config, keys] = [this.#config, this.#keys];
      if (this.#phase !== 'first-run' || config === null || keys === null) return;
      let refusal: LineError | null = null;
      await this.#attempt(async () => {
        try {
          await this.#enrolWith(config, keys, this.#openKeyStore(), ask);
        } catch (error) {
          if (!(error instanceof LineError)) throw error;
          refusal = error;
          return;
        }
        await this.#begin();
      });
      answer = refusal === null ? ok(this.status) : refuse(problemOf(refusal));
    });
    return answer;
  }

  /** Which hotel a founding code founds, as the server says. */
  async foundingPlace(code: string): Promise<IpcResult<FoundingPlace>> {
    const config = this.#config;
    if (this.#phase !== 'first-run' || config === null) return refuse('not-ready');
    const transport = createTransport({ url: config.serverUrl, caPem: config.caPem });
    try {
      return ok(await askFoundingPlace(transport, code));
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      return refuse(foundingProblem(error));
    } finally {
      await transport.close();
    }
  }

  /** Founds a hotel and enrols this terminal in it. */
  found(request: FoundingContent): Promise<IpcResult<AppStatus>> {
    return this.#join(foundingProblem, async (transport, deviceName, publicKey) => {
      const enrolment = await foundHotel(transport, { ...request, deviceName, publicKey });
      // The officer's key was seen here: nobody else's is taken for it.
      const root = request.entitlements.find(isRoot);
      if (root !== undefined) this.#cache?.entitlements.pinRoot(root.signingKey);
      return enrolment;
    });
  }

  /**
   * Told of an error that a use case met.
   * @returns whether it was the cache that is damaged, which from now on is the terminal's fault screen
   */
  failed(error: unknown): boolean {
    if (error instanceof LogUnavailable || classifyStoreError(error) !== 'corrupt') return false;
    this.#onStoreError(error);
    return true;
  }

  /** Ends what has run out; called by a timer. */
  expire(): void {
    this.#session.expire();
    this.#open?.desk.glass.expire();
  }

  /** Classes that are being re-wrapped here. */
  get rewrapping(): readonly Rewrapping[] {
    return this.#open?.tender.rewrapping ?? [];
  }

  syncNow(): void {
    this.#open?.sync.kick();
  }

  /** Where the log's head was last anchored outside the file. @throws KeyStoreError */
  logAnchor() {
    return readLogHead(this.#openKeyStore());
  }

  /** Locks, seals the log, stops sync, closes both files. */
  close(): Promise<void> {
    return this.#alone(() => this.#release());
  }

  async #begin(): Promise<void> {
    await this.#release();
    const { files, folder } = this.#input;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const config = readConfig(files.config);
    this.#config = config;
    const keyStore = this.#openKeyStore();
    finishRebuild(files.cache);
    const keys = await readTerminalKeys(keyStore, { cache: existsSync(files.cache), log: existsSync(files.accessLog) });
    if ('keyless' in keys) throw new StartFault(keys.keyless === 'cache' ? 'wrong-key' : 'log-broken', 'no key');
    this.#keys = keys;
    const opened = openCache({ file: files.cache, key: keys.cacheKey });
    keys.cacheKey.fill(0);
    if (!opened.ok) throw new StartFault(opened.problem, 'cache');
    this.#cache = opened.value;
    this.#seeds = await this.#openSeeds(keyStore);
    // Seeds that were begun anew, or an older file of them: the feed comes again from there.
    this.#cache.rewind(this.#seeds.cursor);
    const enrolment = await readEnrolment(keyStore);
    if (enrolment !== null) return this.#work(config, keys, keyStore, enrolment);
    if (config.enrolmentCode !== undefined) {
      try {
        const { enrolmentCode } = config;
        const made = await this.#enrolWith(config, keys, keyStore, (transport, name, publicKey) =>
          enrol(transport, enrolmentCode, name, publicKey),
        );
        return this.#work(config, keys, keyStore, made);
      } catch (error) {
        if (!(error instanceof LineError)) throw error;
        this.#input.note('enrolment-failed', error.code ?? error.problem);
      }
    }
    this.#become('first-run', null);
  }

  /** Opens the access log and begins to work. */
  #work(config: TerminalConfig, keys: TerminalKeys, keyStore: KeyStore, enrolment: Enrolment): void {
    const { clock, files } = this.#input;
    const [cache, seeds] = [this.#cache, this.#seeds];
    if (cache === null || seeds === null) throw new Error('work begins with an open cache');
    const logFile = openEncryptedFile(files.accessLog, keys.logKey);
    if (!logFile.ok) throw new StartFault(logFaultOf(logFile.problem), 'access-log');
    keys.logKey.fill(0);
    const log = openLog(logFile.value, enrolment, keys, clock);
    const transport = createTransport({ url: config.serverUrl, caPem: config.caPem });
    const sync = new SyncLoop({
      transport,
      store: syncStore(cache, seeds),
      property: enrolment.propertyId,
      token: enrolment.token,
      clock,
      events: {
        onState: () => {
          this.#events.onSync();
          this.#open?.tender.kick();
        },
        onRows: (rows) => {
          this.#rows.add(rows);
          this.#open?.tender.kick();
        },
        onBatchRefused: (field) => {
          this.#input.note('sync-batch-refused', field);
          log.append({ type: 'sync.batch-refused', outcome: 'failed', employeeId: null, role: null });
          this.#events.onSync();
        },
        onStoreError: (error) => this.#onStoreError(error),
      },
    });
    const attempts = attemptsIn(cache.authState, clock);
    const desk: Desk = {
      clock,
      attempts,
      cache,
      seeds,
      log,
      session: this.#session,
      glass: new Glass(clock, GLASS_TIMES, (asked, end) => this.#onGlassEnd(log, asked, end)),
      reveals: new RevealCounts(log, clock),
      terminalName: config.terminalName,
      stepUpLine: {
        ...enrolment,
        transport,
        serverNow: () => clock.now() + cache.syncState.get().clockOffsetMs,
      },
      leases: new Leases({
        file: files.leases,
        propertyId: enrolment.propertyId,
        deviceKey: keys.leaseKey,
        attempts,
      }),
      kickSync: () => {
        // The queue is longer now, whether the line is there or not.
        this.#events.onSync();
        sync.kick();
      },
    };
    const tender = new KeyTender({
      desk,
      submit: (operations) => sync.submit(operations),
      onError: (error) => {
        if (error instanceof LogUnavailable) this.#input.note('log-unavailable', error.problem);
        else this.#onStoreError(error);
      },
    });
    this.#open = { desk, sync, tender, keyStore };
    this.#become('ready', null);
    sync.start();
  }

  async #enrolWith(
    config: TerminalConfig,
    keys: TerminalKeys,
    keyStore: KeyStore,
    ask: JoinRequest,
  ): Promise<Enrolment> {
    const transport = createTransport({ url: config.serverUrl, caPem: config.caPem });
    try {
      const enrolment = await ask(transport, config.terminalName, keys.identity.publicKey);
      await writeEnrolment(keyStore, enrolment);
      return enrolment;
    } finally {
      await transport.close();
    }
  }

  /** The key stays the same: should anybody mend the file that was set aside, it opens. */
  async #replaceCache(): Promise<void> {
    const { clock, files } = this.#input;
    const key = await readCacheKey(this.#openKeyStore(), { make: true });
    if (key === null) throw new KeyStoreError('unreadable');
    const rebuilt = rebuildCache({ file: files.cache, key, now: clock.now() });
    key.fill(0);
    if (!rebuilt.ok) throw new StartFault(rebuilt.problem, 'cache');
    const { setAside, outbox } = rebuilt.value;
    removeGuestSeeds(files.seeds);
    this.#input.note('cache-rebuilt', setAside === null ? undefined : basename(setAside));
    if (outbox === 'unreadable') this.#input.note('outbox-unreadable');
  }

  /** Opens the seeds, or begins them anew where they do not open: the server has them all. @throws KeyStoreError, StartFault */
  async #openSeeds(keyStore: KeyStore): Promise<GuestSeeds> {
    const file = this.#input.files.seeds;
    const key = existsSync(file) ? await readSeedKey(keyStore) : null;
    if (key !== null) {
      const opened = openGuestSeeds({ file, key });
      key.fill(0);
      if (opened.ok) return opened.value.hasDeleted ? this.#renewSeeds(keyStore, opened.value) : opened.value;
      if (!REBUILDABLE.has(opened.problem)) throw new StartFault(opened.problem, 'seeds');
    }
    if (existsSync(file)) this.#input.note('seeds-begun-anew');
    removeGuestSeeds(file);
    const made = randomBytes(32);
    await writeSeedKey(keyStore, made);
    return openSeedsWith(file, made);
  }

  /** A seed was deleted: the others go over to a file with another key, and copies of the old one open no more. */
  async #renewSeeds(keyStore: KeyStore, seeds: GuestSeeds): Promise<GuestSeeds> {
    const file = this.#input.files.seeds;
    const made = randomBytes(32);
    const drafted = draftGuestSeeds(seeds, { file, key: made });
    if (!drafted.ok) throw new StartFault(drafted.problem, 'seeds');
    // Cut off behind this line, the old file does not open at the next start and is begun anew.
    await writeSeedKey(keyStore, made);
    putDraftInPlace(file);
    this.#input.note('seeds-renewed');
    return openSeedsWith(file, made);
  }

  /** @throws ConfigError, or what the file system says */
  #openKeyStore(): KeyStore {
    this.#keyStore ??= this.#input.keyStore(readInstallation(this.#input.files));
    return this.#keyStore;
  }

  /** Asks the cache something for a status line, which must not fail when the cache does. */
  #ask<T>(question: (cache: Cache) => T): T | null {
    const cache = this.#open?.desk.cache;
    if (cache === undefined) return null;
    try {
      return question(cache);
    } catch (error) {
      if (classifyStoreError(error) === null) throw error;
      return null;
    }
  }

  #onSession(reason: LockReason | null): void {
    const open = this.#open;
    if (reason !== null && open !== null) {
      const { log, glass } = open.desk;
      glass.lock();
      try {
        log.append({
          type: 'session.lock',
          outcome: 'allowed',
          employeeId: this.#session.lastEmployeeId,
          role: null,
          reason,
        });
        void this.#anchor(open.keyStore, log.seal());
      } catch (error) {
        // Locking never fails: the keys are gone already. The next use of the log tells the person.
        this.#input.note('log-unavailable', error instanceof LogUnavailable ? error.problem : undefined);
      }
    }
    this.#events.onSession(reason);
    open?.tender.kick();
    if (reason !== null) collectGarbageSoon();
  }

  #onGlassEnd(log: AccessLog, asked: GlassAsked, end: GlassEnd): void {
    try {
      const { employeeId, role } = asked;
      log.append({ type: 'break-glass.end', outcome: 'allowed', employeeId, role, reason: end, ...entryOf(asked) });
    } catch (error) {
      // It is whole again all the same.
      this.#input.note('log-unavailable', error instanceof LogUnavailable ? error.problem : undefined);
    }
    this.#events.onRows(0);
  }

  /** Remembers the head of the sealed log in the keychain, so that a log cut short is noticed. */
  #anchor(keyStore: KeyStore, head: LogHead): Promise<void> {
    this.#anchoring = this.#anchoring
      .then(() => writeLogHead(keyStore, head))
      .catch((error: unknown) => {
        this.#input.note('log-anchor-failed', error instanceof KeyStoreError ? error.problem : undefined);
      });
    return this.#anchoring;
  }

  /** From the sync loop, which has ended by itself, or from a use case: the files are closed once that is through. */
  #onStoreError(error: unknown): void {
    const fault = faultOf(error) ?? { kind: 'corrupt', detail: 'cache' };
    this.#input.note('store-error', fault.kind);
    this.#session.lock('by-hand');
    this.#become('fault', fault);
    void this.#alone(() => this.#release());
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
      open.desk.leases.close();
      await open.sync.close();
      await open.tender.close();
      this.#rows.stop();
      await this.#closeLog(open.desk.log, open.keyStore);
    }
    this.#cache?.close();
    this.#cache = null;
    this.#seeds?.close();
    this.#seeds = null;
  }

  async #closeLog(log: AccessLog, keyStore: KeyStore): Promise<void> {
    try {
      log.append({ type: 'terminal.stop', outcome: 'allowed', employeeId: null, role: null });
      const head = log.seal();
      log.close();
      await this.#anchor(keyStore, head);
    } catch (error) {
      if (!(error instanceof LogUnavailable)) throw error;
      this.#input.note('log-not-sealed', error.problem);
      log.abandon();
    }
  }

  #alone(work: () => Promise<void>): Promise<void> {
    const next = this.#busy.then(work);
    this.#busy = next.catch(() => undefined);
    return next;
  }
}

const NOTHING_TO_SYNC = { queued: 0, refusedOperations: 0, refusedBatches: 0, lastSyncAt: null, clockOffsetMs: 0 };

/** Opens a file of seeds that must open, and zeroes its key. @throws StartFault */
function openSeedsWith(file: string, key: Buffer): GuestSeeds {
  const opened = openGuestSeeds({ file, key });
  key.fill(0);
  if (!opened.ok) throw new StartFault(opened.problem, 'seeds');
  return opened.value;
}

/** The log of this terminal; its first entry is the enrolment. @throws LogUnavailable */
function openLog(file: Database, enrolment: Enrolment, keys: TerminalKeys, clock: Clock): AccessLog {
  try {
    const log = new AccessLog(file, enrolment.deviceId, keys.identity, clock);
    const nobody = { outcome: 'allowed', employeeId: null, role: null } as const;
    if (log.head.seq === 0) log.append({ type: 'terminal.enrolled', ...nobody });
    log.append({ type: 'terminal.start', ...nobody });
    return log;
  } catch (error) {
    file.close();
    throw error;
  }
}
