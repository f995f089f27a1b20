/** What is open while the terminal is not sealed: the cache, the seeds, sync, and the desk that works with them. */
import { existsSync } from 'node:fs';
import type { EmployeeId } from '../src-shared/model/ids.ts';
import type { PutLine, Unsent } from '../src-shared/sync/protocol.ts';
import { LogUnavailable } from './access-log/log.ts';
import type { Clock } from './clock.ts';
import type { TerminalConfig, TerminalFiles } from './config.ts';
import { customsOf } from './decoy/day.ts';
import { Decoy } from './decoy/decoy.ts';
import { decoyKeyOf } from './decoy/keys.ts';
import type { Desk } from './desk/desk.ts';
import { Drafts } from './desk/drafts.ts';
import { KeyTender } from './desk/key-tender.ts';
import { ReadDocuments } from './desk/read-documents.ts';
import { trustOf } from './desk/trust-of.ts';
import { logHandover } from './hand-over-log.ts';
import { openSeeds } from './seed-file.ts';
import { StartFault } from './start-fault.ts';
import { removeEncryptedFile } from './store/encrypted-file.ts';
import { syncStore } from './store/for-sync.ts';
import type { GuestSeeds } from './store/guest-seeds.ts';
import { type Cache, classifyStoreError, openCache } from './store/open.ts';
import { SyncLoop } from './sync/loop.ts';
import { applyBatch } from './sync/portions.ts';
import type { Transport } from './sync/transport.ts';
import type { Right } from './vault/entitlement.ts';
import { KeyStoreError } from './vault/key-store.ts';
import type { Session } from './vault/session.ts';
import type { WhileSealed } from './while-sealed.ts';

interface WhileOpenInput {
  readonly files: Pick<TerminalFiles, 'cache' | 'seeds' | 'decoy'>;
  readonly config: TerminalConfig;
  readonly sealed: WhileSealed;
  readonly session: Session;
  /** Opens the cache; its own from here on, and zeroed at close. */
  readonly cacheKey: Buffer;
  /** Whom entitlements lead back to, where that was seen here. */
  readonly root: string | null;
  readonly clock: Clock;
  readonly note: (event: string, cause?: string) => void;
  readonly events: {
    onSync(): void;
    onRows(rows: number): void;
    onStoreError(error: unknown): void;
  };
}

export class WhileOpen {
  readonly kind = 'cache';
  readonly desk: Desk;
  readonly sync: SyncLoop;
  readonly tender: KeyTender;
  readonly cacheKey: Buffer;
  readonly #input: WhileOpenInput;
  readonly #cache: Cache;
  readonly #seeds: GuestSeeds;
  /** Whether house or staff have changed since the decoy followed them. */
  #staleDecoy = false;
  #decoy: Promise<void> = Promise.resolve();

  private constructor(input: WhileOpenInput, cache: Cache, seeds: GuestSeeds) {
    const { sealed, config, clock, session, events } = input;
    this.#input = input;
    this.#cache = cache;
    this.#seeds = seeds;
    this.cacheKey = input.cacheKey;
    const transport = sealed.line.openTransport();
    this.sync = this.#createSync(transport);
    this.desk = {
      kind: 'own',
      clock,
      attempts: sealed.attempts,
      cache,
      seeds,
      log: sealed.log,
      serverCopy: sealed.serverCopy,
      session,
      terminalName: config.terminalName,
      stepUpLine: {
        ...sealed.enrolment,
        transport,
        serverNow: () => clock.now() + cache.syncState.get().clockOffsetMs,
      },
      leases: sealed.leases,
      slots: sealed.slots,
      glass: sealed.glass,
      reveals: sealed.reveals,
      documents: new ReadDocuments(),
      drafts: new Drafts(),
      kickSync: () => {
        // The queue is longer now, whether the line is there or not.
        events.onSync();
        this.sync.kick();
      },
    };
    this.tender = new KeyTender({
      desk: this.desk,
      submit: (operations) => this.sync.submit(operations),
      onError: (error) => {
        if (error instanceof LogUnavailable) input.note('log-unavailable', error.problem);
        else events.onStoreError(error);
      },
    });
  }

  /** Opens the cache and the seeds, and begins to sync. @throws StartFault, KeyStoreError, LogUnavailable */
  static async open(input: WhileOpenInput): Promise<WhileOpen> {
    const { files, sealed, cacheKey, note } = input;
    const wasThere = existsSync(files.cache);
    const opened = openCache({ file: files.cache, key: cacheKey });
    if (!opened.ok) throw new StartFault(opened.problem, 'cache');
    const cache = opened.value;
    let seeds: GuestSeeds | null = null;
    try {
      const { cacheMark } = sealed.slotFile.content;
      if (cache.syncState.mark < cacheMark) {
        const reason = wasThere ? 'cache' : 'cache-missing';
        sealed.log.append({ type: 'terminal.rolled-back', outcome: 'failed', employeeId: null, role: null, reason });
        // A file that is gone is begun anew; an older one would bring back what was deleted since.
        if (wasThere) throw new StartFault('rolled-back', 'cache');
      }
      await moveMark(cache, sealed, null);
      seeds = await openSeeds({ file: files.seeds, keyStore: sealed.keyStore, cacheKey, note });
      // Seeds that were begun anew, or an older file of them: the feed comes again from there.
      cache.rewind(seeds.cursor);
      if (input.root !== null) cache.entitlements.pinRoot(input.root);
      // What the slot file knows of the cache's rows, and what the server has not heard of.
      for (const change of sealed.slots.renewals) cache.changePasswordLocally(change);
      await sealed.slots.settleRenewals(sealed.slots.renewals);
      for (const { case: raised } of sealed.alarm.waiting) cache.cases.put(raised, 0);
      const open = new WhileOpen(input, cache, seeds);
      await open.#prepareSlots();
      await open.#keepDecoy();
      open.sync.start();
      return open;
    } catch (error) {
      seeds?.close();
      cache.close();
      throw error;
    }
  }

  /** Ends sync, closes both files, and zeroes the key. */
  async close(): Promise<void> {
    await this.sync.close();
    await this.tender.close();
    await this.#decoy;
    await this.#keepDecoy();
    try {
      await moveMark(this.#cache, this.#input.sealed, this.#cache.outbox.unsentByKind());
    } catch {
      // Whatever is wrong with it has its own screen; an older copy of this session is not told from it, that is all.
      this.#input.note('cache-not-anchored');
    }
    this.#cache.close();
    this.#seeds.close();
    this.cacheKey.fill(0);
  }

  #createSync(transport: Transport): SyncLoop {
    const { sealed, clock, note, events } = this.#input;
    const store = syncStore(this.#cache, this.#seeds);
    return new SyncLoop({
      transport,
      store: {
        ...store,
        applyPuts: async (puts, cursor) => {
          await applyBatch(store, puts, cursor);
          if (puts.some(concernsSlots)) await this.#prepareSlots();
          if (puts.some(concernsDecoy)) this.#staleDecoy = true;
        },
        noteSync: (at, clockOffsetMs) => {
          store.noteSync(at, clockOffsetMs);
          void sealed.inContact();
        },
      },
      property: sealed.enrolment.propertyId,
      clock,
      besides: logHandover({ sealed, transport, clock, note, onChange: events.onSync }),
      events: {
        onState: ({ line }) => {
          events.onSync();
          this.tender.kick();
          if (line === 'online' && this.#staleDecoy) this.#decoy = this.#decoy.then(() => this.#keepDecoy());
        },
        onRows: (rows) => {
          events.onRows(rows);
          this.tender.kick();
        },
        onBatchRefused: (field) => {
          note('sync-batch-refused', field);
          sealed.log.append({ type: 'sync.batch-refused', outcome: 'failed', employeeId: null, role: null });
          events.onSync();
        },
        onHungUp: () => void sealed.line.ask(),
        onRestored: () => {
          note('server-restored');
          sealed.log.append({
            type: 'log.server',
            outcome: 'failed',
            employeeId: null,
            role: null,
            reason: 'restored',
          });
          events.onSync();
        },
        onStale: () => note('taken-anew'),
        onStoreError: events.onStoreError,
      },
    });
  }

  async #prepareSlots(): Promise<void> {
    const { property, employees } = this.#cache;
    const rows = { property: property.get(), employees: employees.all() };
    try {
      await this.#input.sealed.slots.prepare(rows, this.cacheKey);
    } catch (error) {
      if (!(error instanceof KeyStoreError)) throw error;
      // The file has been written; only its anchor is behind.
      this.#input.note('slots-not-anchored', error.problem);
    }
  }

  /** The decoy follows the hotel (docs/decisions/0024-duress.md). Should it not, it is behind, and nothing else is the worse for it. */
  async #keepDecoy(): Promise<void> {
    const { files, clock } = this.#input;
    const property = this.#cache.property.get();
    if (property === null) return;
    this.#staleDecoy = false;
    try {
      let opened = Decoy.open(files.decoy, decoyKeyOf(this.cacheKey), clock);
      if (!opened.ok && (opened.problem === 'wrong-key' || opened.problem === 'corrupt')) {
        removeEncryptedFile(files.decoy);
        opened = Decoy.open(files.decoy, decoyKeyOf(this.cacheKey), clock);
      }
      if (!opened.ok) return;
      const decoy = opened.value;
      const { employees, rooms, devices, syncState } = this.#cache;
      const trust = trustOf(this.desk, property.id);
      const house = {
        property,
        rooms: rooms.all(),
        devices: devices.all(),
        employees: employees.all(),
        customs: customsOf(this.#cache),
        rightsOf: (id: EmployeeId) => trust.holdings(id) as readonly Right[],
      };
      await decoy.follow(house, syncState.get().cursor).finally(() => decoy.close());
    } catch (error) {
      if (classifyStoreError(error) === null) throw error;
    }
  }
}

const concernsDecoy = ({ entity }: PutLine) =>
  entity === 'employee' ||
  entity === 'property' ||
  entity === 'room' ||
  entity === 'device' ||
  entity === 'entitlement';

const concernsSlots = ({ entity }: PutLine) => entity === 'employee' || entity === 'property';

/**
 * Counts an opening or closing of the cache, in it first and then beside it: an older copy is behind from now on.
 * @param unsent what waits in a cache that is being closed
 */
async function moveMark(cache: Cache, { slotFile }: WhileSealed, unsent: Unsent | null): Promise<void> {
  const mark = Math.max(cache.syncState.mark, slotFile.content.cacheMark) + 1;
  cache.syncState.setMark(mark);
  await slotFile.change((content) => ({ ...content, cacheMark: mark, unsent }));
}
