/**
 * What is open while somebody has signed in under duress (docs/decisions/0024-duress.md), in the place of while-open.ts: the decoy, a line
 * that answers from here, and the desk that works with them. The cache is closed meanwhile and its key gone.
 */
import { SEALED_CLASSES, type SealedClass } from '../src-shared/model/classes.ts';
import type { CaseId, EmployeeId } from '../src-shared/model/ids.ts';
import type { PutLine } from '../src-shared/sync/protocol.ts';
import type { Clock } from './clock.ts';
import type { TerminalConfig, TerminalFiles } from './config.ts';
import { Decoy, type DecoyHouse } from './decoy/decoy.ts';
import { decoyLine } from './decoy/decoy-line.ts';
import { duressLog } from './decoy/duress-log.ts';
import type { Desk } from './desk/desk.ts';
import { Drafts } from './desk/drafts.ts';
import { GLASS_TIMES, Glass } from './desk/glass.ts';
import { ReadDocuments } from './desk/read-documents.ts';
import { logHandover } from './hand-over-log.ts';
import { StartFault } from './start-fault.ts';
import { SyncLoop } from './sync/loop.ts';
import type { Transport } from './sync/transport.ts';
import type { Session } from './vault/session.ts';
import type { OpenedUnderDuress } from './vault/slot.ts';
import type { WhileSealed } from './while-sealed.ts';

interface WhileDecoyInput {
  readonly files: Pick<TerminalFiles, 'decoy'>;
  readonly config: TerminalConfig;
  readonly sealed: WhileSealed;
  readonly session: Session;
  readonly clock: Clock;
  readonly note: (event: string, cause: string) => void;
  readonly events: { onSync(): void; onRows(rows: number): void; onStoreError(error: unknown): void };
}

export class WhileDecoy {
  readonly kind = 'decoy';
  readonly desk: Desk;
  readonly sync: SyncLoop;
  readonly #decoy: Decoy;
  readonly #session: Session;
  /** Of whoever has signed in last. */
  #totpSecret = Buffer.alloc(0);
  #caseId: CaseId | null = null;
  /** What the closed cache may hold: saying less would tell the server that it has been deleted there. */
  #classes: readonly SealedClass[] = SEALED_CLASSES;

  private constructor(input: WhileDecoyInput, decoy: Decoy) {
    const { sealed, config, clock, session, events } = input;
    this.#decoy = decoy;
    this.#session = session;
    const { cache } = decoy;
    const serverNow = () => clock.now() + cache.syncState.get().clockOffsetMs;
    const transport = decoyLine({
      line: sealed.line.openTransport(),
      enrolment: sealed.enrolment,
      cursor: () => cache.syncState.get().cursor,
      classes: () => this.#classes,
      attempts: sealed.attempts,
      serverNow,
      secrets: () => this.#secrets(),
    });
    const log = duressLog(sealed.log, () => this.#caseId);
    this.sync = this.#createSync(input, transport);
    this.desk = {
      kind: 'duress',
      clock,
      attempts: sealed.attempts,
      cache,
      seeds: decoy.seeds,
      log,
      serverCopy: sealed.serverCopy,
      session,
      terminalName: config.terminalName,
      stepUpLine: { ...sealed.enrolment, transport, serverNow },
      leases: {
        // As it is for her, to look at; what it holds is not for this session.
        state: (employee) => sealed.leases.state(employee),
        open: async () => this.#secrets() ?? 'none',
        issue: async () => undefined,
        end: (employee, why) => sealed.leases.end(employee, why),
      },
      slots: sealed.slots,
      glass: new Glass(clock, GLASS_TIMES, ({ employeeId, role, ...about }, reason) => {
        const { caseId, stayId, guestId } = about;
        log.append({ type: 'break-glass.end', outcome: 'allowed', employeeId, role, reason, caseId, stayId, guestId });
        events.onRows(0);
      }),
      reveals: sealed.reveals,
      documents: new ReadDocuments(),
      drafts: new Drafts(),
      kickSync: () => {
        events.onSync();
        this.sync.kick();
      },
    };
  }

  /** Opens the decoy and begins to ask the server. @param key the decoy's, its own from here on. @throws StartFault */
  static open(input: WhileDecoyInput, key: Buffer): WhileDecoy {
    const opened = Decoy.open(input.files.decoy, key, input.clock);
    if (!opened.ok) throw new StartFault(opened.problem, 'cache');
    const open = new WhileDecoy(input, opened.value);
    open.sync.start();
    return open;
  }

  /** Somebody comes in. @param caseId of the alarm. @returns her unlock key here, which the caller zeroes */
  admit(id: EmployeeId, { totpSecret }: OpenedUnderDuress, caseId: CaseId): Buffer {
    this.#caseId = caseId;
    this.#totpSecret.fill(0);
    this.#totpSecret = Buffer.from(totpSecret);
    return this.#decoy.unlockKeyOf(id);
  }

  /** Ends the line and closes the decoy. */
  async close(): Promise<void> {
    await this.sync.close();
    this.#totpSecret.fill(0);
    this.#decoy.close();
  }

  /** Copies, which whoever asked zeroes. */
  #secrets(): { share: Buffer; totpSecret: Buffer } | null {
    const employee = this.#session.employee;
    return employee === null
      ? null
      : { share: this.#decoy.shareOf(employee.id), totpSecret: Buffer.from(this.#totpSecret) };
  }

  #createSync({ sealed, clock, note, events }: WhileDecoyInput, transport: Transport): SyncLoop {
    const { cache } = this.#decoy;
    return new SyncLoop({
      transport,
      store: {
        cursor: () => cache.syncState.get().cursor,
        applyPuts: (puts, cursor) => this.#follow(puts, cursor),
        // What the cache sets aside, it will.
        refuseBatch: ({ cursor }) => cache.syncState.setCursor(cursor),
        queuedOperations: (limit) => cache.outbox.queued(limit),
        settleOperations: (results) => cache.settleOperations(results),
        noteSync: (at, offset) => {
          cache.syncState.note(at, offset);
          void sealed.inContact();
        },
        // Which server it is, the cache finds out.
        generation: () => null,
        noteGeneration: () => undefined,
        beginAnew: () => cache.syncState.setCursor(0),
        since: () => cache.syncState.get().since,
        noteSince: (seq) => cache.syncState.setSince(seq),
        takeAnew: () => cache.syncState.setCursor(0),
        // Nothing of the feed is here that could be gone.
        finishAnew: () => false,
        heldClasses: () => this.#classes,
        purge: async (classes) => {
          this.#classes = this.#classes.filter((one) => !classes.includes(one));
        },
        // Guests pass by here, and so do their values.
        beginFills: () => undefined,
        nextFill: () => null,
        applyFill: () => undefined,
      },
      property: sealed.enrolment.propertyId,
      clock,
      // The alarm above all is to be where it cannot be taken away.
      besides: logHandover({ sealed, transport, clock, note, onChange: events.onSync }),
      events: {
        onState: () => events.onSync(),
        onRows: (rows) => events.onRows(rows),
        onBatchRefused: () => undefined,
        onHungUp: () => void sealed.line.ask(),
        onRestored: () => undefined,
        onStale: () => undefined,
        onStoreError: events.onStoreError,
      },
    });
  }

  /** Of the feed, the house and its staff; guests and keys pass by. */
  async #follow(puts: readonly PutLine[], cursor: number): Promise<void> {
    const { cache } = this.#decoy;
    const rows = { property: cache.property.get(), rooms: [], devices: [], employees: [] } as {
      property: DecoyHouse['property'] | null;
      rooms: DecoyHouse['rooms'][number][];
      devices: DecoyHouse['devices'][number][];
      employees: DecoyHouse['employees'][number][];
    };
    for (const put of puts) {
      if (put.entity === 'property') rows.property = put.row;
      if (put.entity === 'room') rows.rooms.push(put.row);
      if (put.entity === 'device') rows.devices.push(put.row);
      if (put.entity === 'employee') rows.employees.push(put.row);
    }
    if (rows.property !== null) await this.#decoy.follow({ ...rows, property: rows.property }, cursor);
    else cache.syncState.setCursor(cursor);
  }
}
