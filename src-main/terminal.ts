/**
 * The life of a terminal below the window: it starts, is enrolled, opens and seals its cache, fails with a named fault, is retried,
 * rebuilt, closed. What is open meanwhile is in while-sealed.ts and while-open.ts. Nothing in here knows Electron; main.ts gives it a
 * window, the tests and tools do without.
 */
import { randomBytes, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readEnrolmentCode } from '../src-shared/enrolment/code.ts';
import type { ErrorCode, IpcResult } from '../src-shared/ipc/errors.ts';
import type { AppStatus, SyncView } from '../src-shared/ipc/views.ts';
import type { Employee } from '../src-shared/model/entities.ts';
import type { EnrolResponse, FoundingPlace } from '../src-shared/sync/protocol.ts';
import { LogUnavailable } from './access-log/log.ts';
import type { Clock } from './clock.ts';
import { coalesce } from './coalesce.ts';
import { readConfig, type TerminalConfig, type TerminalFiles } from './config.ts';
import { type Desk, ok, refuse } from './desk/desk.ts';
import type { Door, Entered } from './desk/door.ts';
import { raiseAlarm } from './desk/duress-alarm.ts';
import type { Rewrapping } from './desk/key-tender.ts';
import { newInstallation, readInstallation, setTerminalAside, writeInstallation } from './installation.ts';
import { type Preferences, readPreferences, writePreferences } from './preferences.ts';
import {
  type BegunAnew,
  ENROLS_ANEW,
  enrolmentProblem,
  faultOf,
  foundingProblem,
  REBUILDABLE,
  StartFault,
} from './start-fault.ts';
import { removeEncryptedFile } from './store/encrypted-file.ts';
import { type Cache, classifyStoreError, setAside } from './store/open.ts';
import { finishRebuild, rebuildCache } from './store/rebuild.ts';
import { type Applicant, enrol } from './sync/enrol.ts';
import { findServer, isPinned } from './sync/find-server.ts';
import { askFoundingPlace, type FoundingContent, foundHotel } from './sync/found.ts';
import { beginWipe, endWipe, proveWipe, readWipe } from './sync/prove-wipe.ts';
import { createTransport, LineError, type Transport } from './sync/transport.ts';
import type { ShutOut } from './vault/admission.ts';
import { requestCertificate } from './vault/certificate-request.ts';
import { collectGarbageSoon } from './vault/collect-garbage.ts';
import { isRoot } from './vault/entitlement.ts';
import { type Cost, calibrate, KDF_FLOOR } from './vault/kdf.ts';
import { type KeyStore, KeyStoreError } from './vault/key-store.ts';
import { DEFAULT_TIMES, type LockReason, Session, type SessionTimes } from './vault/session.ts';
import type { Opened, OpenedUnderDuress } from './vault/slot.ts';
import {
  type Enrolment,
  makeTerminalKeys,
  readCertificateKey,
  readEnrolment,
  readLogHead,
  readTerminalKeys,
  removeTerminalKeys,
  type TerminalKeys,
  wipeTerminalKeys,
  writeEnrolment,
} from './vault/terminal-keys.ts';
import { WhileDecoy } from './while-decoy.ts';
import { WhileOpen } from './while-open.ts';
import { WhileSealed } from './while-sealed.ts';
import { destroyFiles, destroyKeys } from './wipe.ts';

export interface TerminalInput {
  readonly files: TerminalFiles;
  readonly folder: string;
  readonly keyStore: (installation: string) => KeyStore;
  readonly clock: Clock;
  readonly version: string;
  readonly times?: SessionTimes;
  /** What a run of Argon2id should cost; measured on this machine where it is left out. */
  readonly cost?: Cost;
  /** What clears the memory after a lock, where this process has more to do than be a terminal. */
  readonly collect?: () => void;
  /** One line for the technical log: an event and a cause, never content. */
  readonly note: (event: string, cause?: string) => void;
}

/** Asks the server for a place among its terminals, with the secret of a code. @throws LineError */
type JoinRequest = (transport: Transport, secret: string, applicant: Applicant) => Promise<EnrolResponse>;

export interface TerminalEvents {
  onApp(): void;
  onSession(lockReason: LockReason | null): void;
  onSync(): void;
  onRows(rows: number): void;
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
  /** At first run, between the start and the enrolment. */
  #keys: TerminalKeys | null = null;
  #sealed: WhileSealed | null = null;
  #door: Door | null = null;
  #open: WhileOpen | WhileDecoy | null = null;
  /** The key of a cache that turned out damaged once it was open, until that is rebuilt: what is unsent in it goes over. */
  #rescue: { readonly key: Buffer; readonly mark: number } | null = null;
  /** The officer's key of a hotel that was founded here: nobody else's is taken for it. */
  #root: string | null = null;
  /** For the first entry of a log that is begun in the place of another. */
  #begunAnew: BegunAnew = 'keys-lost';
  #lastSync = NOTHING_TO_SYNC;
  readonly #closing = new AbortController();
  /** One start, retry, rebuild, enrolment, opening or closing at a time. */
  #busy: Promise<void> = Promise.resolve();

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

  /** What the desk's use cases work with; null until the terminal is ready and its cache open. */
  get desk(): Desk | null {
    return this.#phase === 'ready' ? (this.#open?.desk ?? null) : null;
  }

  /** What signing in works with; null until the terminal is ready. */
  get door(): Door | null {
    return this.#phase === 'ready' ? this.#door : null;
  }

  /** Ready for somebody to sign in, with the cache closed. */
  get sealed(): boolean {
    return this.door !== null && this.desk === null;
  }

  /** Whether setting the cache aside would help now. */
  get canRebuild(): boolean {
    return this.#fault !== null && REBUILDABLE.has(this.#fault.kind);
  }

  get status(): AppStatus {
    const property = this.#ask(({ property }) => property.get()) ?? this.door?.slots.property ?? null;
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
      shutOut: this.shutOut,
    };
  }

  get syncView(): SyncView {
    const counts = this.#ask(({ outbox, syncState, conflicts }) => ({
      queued: outbox.count('queued'),
      refusedOperations: outbox.count('refused'),
      conflicts: conflicts.open().length,
      refusedBatches: syncState.refused().length,
      lastSyncAt: syncState.get().lastSyncAt,
      clockOffsetMs: syncState.get().clockOffsetMs,
      restoredAt: this.#lately(syncState.get().restoredAt),
    }));
    this.#lastSync = counts ?? this.#lastSync;
    const line = this.#open?.sync.state ?? {
      line: this.sealed ? ('resting' as const) : ('offline' as const),
      problem: null,
      firstSyncRows: null,
    };
    return { ...line, ...this.#lastSync, log: this.#askLog() };
  }

  #lately(at: number | null): number | null {
    return at !== null && Math.abs(this.#input.clock.now() - at) < RESTORED_SHOWN_MS ? at : null;
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
      this.#forgetRescue();
      this.#become('starting', null);
      await this.#attempt(() => this.#begin());
    });
  }

  /**
   * Sets what does not open aside and begins anew from the server. What was unsent is carried over where the cache was open before it
   * turned out damaged. Does nothing where that is no remedy.
   */
  rebuild(): Promise<void> {
    return this.#alone(async () => {
      const { fault } = this.status;
      if (fault === null || !this.canRebuild) return;
      await this.#release();
      this.#become('starting', null);
      await this.#attempt(async () => {
        if (this.#rescue !== null) {
          const key = Buffer.from(this.#rescue.key);
          this.#replaceCache(key, this.#rescue.mark);
          this.#forgetRescue();
          await this.#begin(key);
        } else {
          // With slots that are good, the cache's key comes with whoever signs in next.
          if (fault.detail === 'slots') this.#abandonSlots();
          await this.#begin();
        }
      });
    });
  }

  /** Enrols this terminal with a one-time code typed at first run. */
  enrol(code: string): Promise<IpcResult<AppStatus>> {
    return this.#join(code, enrolmentProblem, enrol);
  }

  /**
   * Enrols a terminal anew whose keys the keychain has lost, or that a version without certificates enrolled. First the server takes the
   * code, then what lies here is set aside: with a wrong code everything is as it was, and the keys may still be put back.
   */
  async enrolAnew(code: string): Promise<IpcResult<AppStatus>> {
    let answer: IpcResult<AppStatus> = refuse('not-ready');
    await this.#alone(async () => {
      const [config, fault] = [this.#config, this.#fault];
      if (fault === null || !ENROLS_ANEW.has(fault.kind) || config === null) return;
      let refusal: LineError | null = null;
      await this.#attempt(async () => {
        const { files, note } = this.#input;
        const name = newInstallation();
        const keyStore = this.#input.keyStore(name);
        const keys = await makeTerminalKeys(keyStore);
        try {
          await this.#enrolWith(config, keys, keyStore, code, enrol);
        } catch (error) {
          await removeTerminalKeys(keyStore);
          if (!(error instanceof LineError)) throw error;
          refusal = error;
          return;
        } finally {
          wipeTerminalKeys(keys);
        }
        for (const aside of setTerminalAside(files, this.#input.clock.now())) note('set-aside', aside);
        note('outbox-unreadable');
        writeInstallation(files, name);
        this.#keyStore = null;
        this.#begunAnew = fault.kind === 'enrolled-before' ? fault.kind : 'keys-lost';
        await this.#begin();
      });
      answer = refusal === null ? ok(this.status) : refuse(enrolmentProblem(refusal));
    });
    return answer;
  }

  /** Becomes a terminal of a hotel by asking its server, and begins to work. */
  async #join(
    code: string,
    problemOf: (error: LineError) => ErrorCode,
    ask: JoinRequest,
  ): Promise<IpcResult<AppStatus>> {
    let answer: IpcResult<AppStatus> = refuse('not-ready');
    await this.#alone(async () => {
      const [config, keys] = [this.#config, this.#keys];
      if (this.#phase !== 'first-run' || config === null || keys === null) return;
      let refusal: LineError | null = null;
      await this.#attempt(async () => {
        try {
          await this.#enrolWith(config, keys, this.#openKeyStore(), code, ask);
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
    let transport: Transport | null = null;
    try {
      const { secret, caPem } = await serverOfCode(config, code);
      transport = createTransport({ url: config.serverUrl, caPem });
      return ok(await askFoundingPlace(transport, secret));
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      return refuse(foundingProblem(error));
    } finally {
      await transport?.close();
    }
  }

  /** Founds a hotel and enrols this terminal in it. */
  found(code: string, request: FoundingContent): Promise<IpcResult<AppStatus>> {
    return this.#join(code, foundingProblem, async (transport, secret, applicant) => {
      const enrolment = await foundHotel(transport, { ...request, code: secret, ...applicant });
      this.#root = request.entitlements.find(isRoot)?.signingKey ?? null;
      return enrolment;
    });
  }

  /**
   * Told of an error that a use case met.
   * @returns whether it was the cache that is damaged, or the keychain, which from now on is the terminal's fault screen
   */
  failed(error: unknown): boolean {
    const own = error instanceof StartFault || error instanceof KeyStoreError;
    if (!own && (error instanceof LogUnavailable || classifyStoreError(error) !== 'corrupt')) return false;
    this.#onStoreError(error);
    return true;
  }

  /** Why nobody may work here; null when they may, or it is not known yet. */
  get shutOut(): ShutOut | null {
    return this.#phase === 'ready' ? (this.#sealed?.admission.shutOut ?? null) : null;
  }

  /** Ends what has run out; called by a timer. */
  expire(): void {
    this.#session.expire();
    this.#sealed?.admission.check();
    this.#sealed?.glass.expire();
  }

  /** Classes that are being re-wrapped here. */
  get rewrapping(): readonly Rewrapping[] {
    return this.#tender?.rewrapping ?? [];
  }

  /** Hands keys on while the cache is open. */
  get #tender(): WhileOpen['tender'] | null {
    return this.#open?.kind === 'cache' ? this.#open.tender : null;
  }

  syncNow(): void {
    this.#open?.sync.kick();
  }

  /** Where the log's head was last anchored outside the file. @throws KeyStoreError */
  logAnchor() {
    return readLogHead(this.#openKeyStore());
  }

  /** Locks, seals, closes everything. */
  close(): Promise<void> {
    this.#closing.abort();
    return this.#alone(async () => {
      await this.#release();
      this.#forgetRescue();
    });
  }

  /** @param cacheKey of a cache that was just rebuilt; its own from here on */
  async #begin(cacheKey?: Buffer): Promise<void> {
    const { files, folder } = this.#input;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // A wipe that was cut off goes on, before anything is opened.
    if (readWipe(files.wipe) !== null) return this.#destroy();
    const config = readConfig(files.config);
    this.#config = config;
    const keyStore = this.#openKeyStore();
    finishRebuild(files.cache);
    const keys = await readTerminalKeys(keyStore, { log: existsSync(files.accessLog) });
    if (keys === null) throw new StartFault('keys-lost', 'keychain');
    this.#keys = keys;
    const enrolment = await readEnrolment(keyStore);
    if (enrolment === 'before') throw new StartFault('enrolled-before', 'keychain');
    if (enrolment !== null) return this.#work(config, keys, enrolment, cacheKey);
    if (config.enrolmentCode !== undefined) {
      try {
        const { enrolmentCode } = config;
        const made = await this.#enrolWith(config, keys, keyStore, enrolmentCode, enrol);
        return await this.#work(config, keys, made);
      } catch (error) {
        if (!(error instanceof LineError)) throw error;
        this.#input.note('enrolment-failed', error.code ?? error.problem);
      }
    }
    this.#become('first-run', null);
  }

  /** Opens the access log and the slots; the cache too where there is nobody yet who could. */
  async #work(config: TerminalConfig, keys: TerminalKeys, enrolment: Enrolment, cacheKey?: Buffer): Promise<void> {
    const { clock, files, note } = this.#input;
    const sealed = await WhileSealed.open({
      files,
      keyStore: this.#openKeyStore(),
      keys,
      enrolment,
      serverUrl: config.serverUrl,
      version: this.#input.version,
      begunAnew: this.#begunAnew,
      isQuiet: () => this.#open === null,
      onAdmission: () => this.#onAdmission(),
      onWipe: (order) => this.#onWipe(order),
      clock,
      note,
      onGlassEnd: () => this.#events.onRows(0),
    });
    this.#keys = null;
    this.#sealed = sealed;
    this.#door = {
      clock,
      attempts: sealed.attempts,
      log: sealed.log,
      session: this.#session,
      slots: sealed.slots,
      note,
      enter: (person, opened) => this.#enter(config, person, opened),
    };
    if (cacheKey !== undefined) {
      await this.#openCache(config, sealed, cacheKey);
    } else if (sealed.slots.people.length === 0) {
      // Nobody could ever open what is there, so nobody has written anything into it.
      if (existsSync(files.cache)) note('cache-begun-anew');
      removeEncryptedFile(files.cache);
      removeEncryptedFile(files.seeds);
      await sealed.slotFile.change((content) => ({ ...content, cacheMark: 0 }));
      await this.#openCache(config, sealed, randomBytes(32));
    }
    this.#become('ready', null);
    void this.#calibrate(sealed);
  }

  /** @param cacheKey its own from here on */
  async #openCache(config: TerminalConfig, sealed: WhileSealed, cacheKey: Buffer): Promise<Desk> {
    const { clock, files, note } = this.#input;
    try {
      this.#open = await WhileOpen.open({
        files,
        config,
        sealed,
        session: this.#session,
        cacheKey,
        root: this.#root,
        clock,
        note,
        events: {
          onSync: () => this.#events.onSync(),
          onRows: (rows) => this.#rows.add(rows),
          onStoreError: (error) => this.#onStoreError(error),
        },
      });
    } catch (error) {
      const fault = faultOf(error);
      if (fault !== null && REBUILDABLE.has(fault.kind)) this.#keepForRescue(cacheKey);
      cacheKey.fill(0);
      throw error;
    }
    this.#session.open();
    return this.#open.desk;
  }

  /** Whoever signs in comes through here: the cache is opened, or is open already. @throws StartFault, KeyStoreError */
  async #enter(config: TerminalConfig, person: Pick<Employee, 'id' | 'role'>, opened: Opened): Promise<Entered | null> {
    let entered: Entered | null = null;
    // Copies: whoever asked may be gone before it is her turn.
    const own = opened.kind === 'own' ? { ...opened, cacheKey: Buffer.from(opened.cacheKey) } : null;
    const unlockKey = own === null ? null : Buffer.from(own.unlockKey);
    const forced = opened.kind === 'duress' ? { ...opened, decoyKey: Buffer.from(opened.decoyKey) } : null;
    await this.#alone(async () => {
      const sealed = this.#sealed;
      if (sealed === null) return;
      // The server may have said so while a password was typed. The alarm goes out all the same.
      if (this.shutOut !== null) {
        if (forced !== null) await raiseAlarm(sealed, person, this.#input.clock.now());
        return;
      }
      if (own !== null && unlockKey !== null) {
        const desk =
          this.#open?.kind === 'cache' ? this.#open.desk : await this.#openInstead(config, sealed, own.cacheKey);
        entered = { desk, unlockKey };
      } else if (forced !== null) {
        entered = await this.#openDecoy(config, sealed, person, forced);
      }
    }).finally(() => {
      own?.cacheKey.fill(0);
      forced?.decoyKey.fill(0);
      if (entered === null) unlockKey?.fill(0);
    });
    return entered;
  }

  async #openInstead(config: TerminalConfig, sealed: WhileSealed, cacheKey: Buffer): Promise<Desk> {
    await this.#open?.close();
    this.#open = null;
    const desk = await this.#openCache(config, sealed, Buffer.from(cacheKey));
    this.#events.onApp();
    this.#events.onSync();
    return desk;
  }

  /** The alarm first, whatever becomes of the rest. The cache is closed: its key is nowhere while she is made to work here. */
  async #openDecoy(
    config: TerminalConfig,
    sealed: WhileSealed,
    person: Pick<Employee, 'id' | 'role'>,
    opened: OpenedUnderDuress,
  ): Promise<Entered> {
    const caseId = await raiseAlarm(sealed, person, this.#input.clock.now());
    if (this.#open?.kind !== 'decoy') {
      await this.#open?.close();
      this.#open = null;
      const { clock, files, note } = this.#input;
      const events = {
        onSync: () => this.#events.onSync(),
        onRows: (rows: number) => this.#rows.add(rows),
        onStoreError: (error: unknown) => this.#onStoreError(error),
      };
      const input = { files, config, sealed, session: this.#session, clock, note, events };
      this.#open = WhileDecoy.open(input, Buffer.from(opened.decoyKey));
      this.#session.open();
      this.#events.onApp();
      this.#events.onSync();
    }
    return { desk: this.#open.desk, unlockKey: this.#open.admit(person.id, opened, caseId) };
  }

  /**
   * Measures once what this machine can bear; slots are raised to it as their owners sign in. A demonstration, whose passwords anybody
   * may read, is not kept waiting for them.
   */
  async #calibrate(sealed: WhileSealed): Promise<void> {
    if (sealed.slotFile.content.cost !== null) return;
    try {
      const cost = this.#input.cost ?? (this.#config?.demo ? KDF_FLOOR : await calibrate());
      if (this.#sealed === sealed) await sealed.slotFile.change((content) => ({ ...content, cost }));
    } catch (error) {
      // The floor holds until the next start.
      this.#input.note('not-calibrated', error instanceof KeyStoreError ? error.problem : undefined);
    }
  }

  /** @throws LineError, KeyStoreError */
  async #enrolWith(
    config: TerminalConfig,
    keys: TerminalKeys,
    keyStore: KeyStore,
    code: string,
    ask: JoinRequest,
  ): Promise<Enrolment> {
    const { secret, caPem } = await serverOfCode(config, code);
    const transport = createTransport({ url: config.serverUrl, caPem });
    const key = await readCertificateKey(keyStore, 'may-make');
    try {
      const certificateRequest = await requestCertificate(key);
      const { publicKey } = keys.identity;
      const joined = await ask(transport, secret, { deviceName: config.terminalName, publicKey, certificateRequest });
      const { propertyId, deviceId, certificate } = joined;
      const ca = new X509Certificate(caPem).raw.toString('base64');
      const enrolment = { propertyId, deviceId, ca };
      await writeEnrolment(keyStore, enrolment, certificate);
      return enrolment;
    } finally {
      key.fill(0);
      await transport.close();
    }
  }

  /** The key stays the same, and so do the slots: should anybody mend the file that was set aside, it opens. @throws StartFault */
  #replaceCache(key: Buffer, mark: number): void {
    const { clock, files, note } = this.#input;
    const rebuilt = rebuildCache({ file: files.cache, key, now: clock.now(), mark });
    if (!rebuilt.ok) throw new StartFault(rebuilt.problem, 'cache');
    // The seeds stay: the feed brings none of those whose guests wait in the outbox. Where they do not open they are begun anew.
    const { setAside: aside, outbox } = rebuilt.value;
    note('cache-rebuilt', aside === null ? undefined : basename(aside));
    if (outbox === 'unreadable') note('outbox-unreadable');
  }

  /** With the slots the cache's key is gone: both are set aside, and what was unsent with them. */
  #abandonSlots(): void {
    const { clock, files, note } = this.#input;
    for (const file of [files.cache, files.slots]) {
      if (existsSync(file)) note('set-aside', basename(setAside(file, clock.now())));
    }
    note('outbox-unreadable');
  }

  /** @throws ConfigError, or what the file system says */
  #openKeyStore(): KeyStore {
    this.#keyStore ??= this.#input.keyStore(readInstallation(this.#input.files));
    return this.#keyStore;
  }

  /** Asks the cache something for a status line, which must not fail when the cache does. */
  #ask<T>(question: (cache: Cache) => T): T | null {
    const cache = this.desk?.cache;
    if (cache === undefined) return null;
    try {
      return question(cache);
    } catch (error) {
      if (classifyStoreError(error) === null) throw error;
      return null;
    }
  }

  /** How far the access log has been handed over, for a status line, which must not fail when the log does. */
  #askLog(): SyncView['log'] {
    const sealed = this.#sealed;
    if (sealed === null) return null;
    try {
      const { upToSeq, problem } = sealed.serverCopy;
      return { waiting: Math.max(0, sealed.log.head.seq - upToSeq), problem };
    } catch (error) {
      if (!(error instanceof LogUnavailable)) throw error;
      return null;
    }
  }

  #onSession(reason: LockReason | null): void {
    const sealed = this.#sealed;
    if (reason !== null && sealed !== null) {
      sealed.glass.lock();
      this.#open?.desk.glass.lock();
      try {
        sealed.log.append({
          type: 'session.lock',
          outcome: 'allowed',
          employeeId: this.#session.lastEmployeeId,
          role: null,
          reason,
        });
        void sealed.anchorLog();
      } catch (error) {
        // Locking never fails: the keys are gone already. The next use of the log tells the person.
        this.#input.note('log-unavailable', error instanceof LogUnavailable ? error.problem : undefined);
      }
    }
    if (this.#session.state === 'sealed') this.#seal();
    this.#events.onSession(reason);
    this.#tender?.kick();
    if (reason !== null) (this.#input.collect ?? collectGarbageSoon)();
  }

  /** Closes the cache; from this moment nothing works with it. With nobody there who could open it again, it is begun anew. */
  #seal(): void {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    const lost = this.#sealed?.slots.people.length === 0;
    void this.#alone(async () => {
      await open.close();
      if (lost && this.#phase === 'ready') {
        await this.#release();
        await this.#attempt(() => this.#begin());
      }
    });
    this.#events.onApp();
    this.#events.onSync();
  }

  /** From the sync loop, which has ended by itself, or from a use case: the files are closed once that is through. */
  #onStoreError(error: unknown): void {
    const fault = faultOf(error) ?? { kind: 'corrupt', detail: 'cache' };
    this.#input.note('store-error', fault.kind);
    if (this.#open?.kind === 'cache' && REBUILDABLE.has(fault.kind)) this.#keepForRescue(this.#open.cacheKey);
    this.#session.lock('by-hand');
    this.#become('fault', fault);
    void this.#alone(() => this.#release());
  }

  /** Whoever is signed in is not any more; what is unsent stays in the cache, and goes as soon as the server takes it. */
  #onAdmission(): void {
    if (this.shutOut !== null) this.#session.lock('shut-out');
    this.#events.onApp();
    this.#events.onSync();
    this.#open?.sync.kick();
  }

  /** Ordered by the server: from the moment that it is written down, nothing keeps it from being carried out. */
  #onWipe(order: string): void {
    void this.#alone(async () => {
      const [sealed, open] = [this.#sealed, this.#open];
      if (sealed === null) return;
      await this.#attempt(async () => {
        // What somebody did under duress is nobody's work.
        const cache = open?.kind === 'cache' ? open.desk.cache : null;
        const unsent = cache === null ? sealed.slotFile.content.unsent : cache.outbox.unsentByKind();
        beginWipe(this.#input.files.wipe, sealed.line.proveWipe(order, unsent, sealed.log.head.seq));
        this.#input.note('wipe-begun');
        await this.#release();
        this.#forgetRescue();
        await this.#destroy();
      });
    });
  }

  /** Keys first, then files, then the proof. @throws KeyStoreError when the keychain keeps a key: the files are gone all the same */
  async #destroy(): Promise<void> {
    const { files, folder, note } = this.#input;
    try {
      await destroyKeys(this.#openKeyStore());
    } catch (error) {
      await destroyFiles(folder, files, 'keep-installation');
      throw error;
    }
    await destroyFiles(folder, files);
    this.#keyStore = null;
    note('wiped');
    this.#become('wiped', null);
    void this.#prove();
  }

  /** Tells the server until it has heard it; over a restart too, since the order stays until then. */
  async #prove(): Promise<void> {
    const { files, note } = this.#input;
    const { signal } = this.#closing;
    const wipe = readWipe(files.wipe);
    if (wipe === null || wipe === 'unreadable') return endWipe(files.wipe);
    while (!signal.aborted) {
      const transport = createTransport({ url: wipe.serverUrl, caPem: wipe.caPem });
      try {
        await proveWipe(transport, wipe.proof);
        endWipe(files.wipe);
        note('wipe-proved');
        return;
      } catch (error) {
        if (!(error instanceof LineError)) throw error;
      } finally {
        await transport.close();
      }
      await wait(PROVE_AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
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
    const [open, sealed] = [this.#open, this.#sealed];
    this.#open = null;
    this.#session.seal('by-hand');
    this.#sealed = null;
    this.#door = null;
    if (this.#keys !== null) wipeTerminalKeys(this.#keys);
    this.#keys = null;
    await open?.close();
    this.#rows.stop();
    await sealed?.close();
  }

  #keepForRescue(cacheKey: Buffer): void {
    this.#forgetRescue();
    // It is still to be closed, which counts once more.
    this.#rescue = { key: Buffer.from(cacheKey), mark: (this.#sealed?.slotFile.content.cacheMark ?? 0) + 1 };
  }

  #forgetRescue(): void {
    this.#rescue?.key.fill(0);
    this.#rescue = null;
  }

  #alone(work: () => Promise<void>): Promise<void> {
    const next = this.#busy.then(work);
    this.#busy = next.catch(() => undefined);
    return next;
  }
}

/**
 * Reads a code and finds the server that it names. Nothing is said to anybody else.
 * @throws LineError; `certificate` when another CA answers than the code's; `unknown-code` for one that was mistyped
 */
async function serverOfCode(config: TerminalConfig, typed: string): Promise<{ secret: string; caPem: string }> {
  const code = readEnrolmentCode(typed);
  if (code === null) throw new LineError('refused', 'mistyped', 'unknown-code');
  const { secret, pin } = code;
  if (config.caPem === null) return { secret, caPem: await findServer(config.serverUrl, pin) };
  if (isPinned(config.caPem, pin)) return { secret, caPem: config.caPem };
  throw new LineError('certificate', 'the CA file is not that of the code');
}

/** A wiped terminal that cannot reach its server tries again after so long. */
const PROVE_AGAIN_MS = 5_000;

const NOTHING_TO_SYNC: Omit<SyncView, 'line' | 'problem' | 'firstSyncRows' | 'log'> = {
  queued: 0,
  refusedOperations: 0,
  conflicts: 0,
  refusedBatches: 0,
  lastSyncAt: null,
  clockOffsetMs: 0,
  restoredAt: null,
};

/** A server that was restored is told of for so long. */
const RESTORED_SHOWN_MS = 7 * 86_400_000;
