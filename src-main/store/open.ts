/** The encrypted cache: one file, its repositories, and the few writes that touch more than one of them. */
import type { Database } from 'better-sqlite3';
import type { SealedClass } from '../../src-shared/model/classes.ts';
import type { DayClose } from '../../src-shared/model/day-close.ts';
import type { GuestNote } from '../../src-shared/model/entities.ts';
import type { GuestId, OperationId } from '../../src-shared/model/ids.ts';
import type { Posting } from '../../src-shared/model/posting.ts';
import { type Change, isChange, patchesOf, takesThePlaceOf } from '../../src-shared/sync/changes.ts';
import type { DateRoll, PostingAddition } from '../../src-shared/sync/folio.ts';
import type {
  CaseClosing,
  CaseOpening,
  NoteAddition,
  Operation,
  OperationResult,
  PasswordChange,
  PutLine,
  SecurityKeyAddition,
  SecurityKeyRemoval,
} from '../../src-shared/sync/protocol.ts';
import { Cases } from './cases.ts';
import { ClassEpochs } from './class-epochs.ts';
import { ClassGrants } from './class-grants.ts';
import { Conflicts } from './conflicts.ts';
import { CurrentGuests } from './current-guests.ts';
import { DayCloses } from './day-closes.ts';
import { classifyStoreError, type Opened, openEncryptedFile } from './encrypted-file.ts';
import { Entitlements } from './entitlements.ts';
import { GuestErasures } from './guest-erasures.ts';
import { Guests } from './guests.ts';
import { type Filling, HeldClasses } from './held-classes.ts';
import { Devices, Employees, Properties, Rooms } from './house.ts';
import { migrate } from './migrations.ts';
import { Notes } from './notes.ts';
import { Outbox, type Unsettled } from './outbox.ts';
import { type PendingChange, PendingChanges } from './pending-changes.ts';
import { Postings } from './postings.ts';
import { RecoveryKeys } from './recovery-keys.ts';
import { SealedEpochs } from './sealed-epochs.ts';
import { SealedMarks } from './sealed-marks.ts';
import { type GuestHit, GuestSearch } from './search.ts';
import { SecurityKeys } from './security-keys.ts';
import { Stays } from './stays.ts';
import { type RefusedBatch, SyncStates } from './sync-state.ts';

export { classifyStoreError, type Opened, type StoreProblem, setAside } from './encrypted-file.ts';

/** Opens or creates the cache and brings its schema up to date. @param key 32 bytes, the caller zeroes them */
export function openCache(input: { readonly file: string; readonly key: Buffer }): Opened<Cache> {
  const opened = openEncryptedFile(input.file, input.key);
  if (!opened.ok) return opened;
  const db = opened.value;
  try {
    if (migrate(db)) return { ok: true, value: new Cache(db) };
    db.close();
    return { ok: false, problem: 'newer-schema' };
  } catch (error) {
    db.close();
    const problem = classifyStoreError(error);
    if (problem === null) throw error;
    return { ok: false, problem };
  }
}

/** Guests changed between two turns of the event loop: a few milliseconds. */
const PURGE_SLICE = 100;

/** What only this terminal knows, and so must outlast a rebuilt cache. */
export interface Kept {
  readonly outbox: readonly Unsettled[];
  /** What of it lies over rows, which come again with the feed. */
  readonly pending: readonly PendingChange[];
  /** Whom entitlements lead back to: it was seen first, and the server is not asked again. */
  readonly trustRoot: string | null;
}

export class Cache {
  readonly property;
  readonly rooms;
  readonly guests;
  readonly stays;
  readonly employees;
  readonly classGrants;
  readonly entitlements;
  readonly classEpochs;
  readonly sealedEpochs;
  readonly heldClasses;
  readonly recoveryKeys;
  readonly devices;
  readonly notes;
  readonly postings;
  readonly dayCloses;
  readonly cases;
  readonly securityKeys;
  readonly outbox;
  readonly syncState;
  readonly sealedMarks;
  readonly conflicts;
  readonly pending;
  readonly #db: Database;
  readonly #current;
  readonly #erasures;
  readonly #search;
  /** Guests whose place among the current ones may have changed in the transaction that runs. */
  readonly #touched = new Set<GuestId>();

  constructor(db: Database) {
    this.#db = db;
    this.property = new Properties(db);
    this.rooms = new Rooms(db);
    this.guests = new Guests(db);
    this.stays = new Stays(db);
    this.employees = new Employees(db);
    this.classGrants = new ClassGrants(db);
    this.entitlements = new Entitlements(db);
    this.classEpochs = new ClassEpochs(db, this.classGrants);
    this.sealedEpochs = new SealedEpochs(db);
    this.heldClasses = new HeldClasses(db);
    this.recoveryKeys = new RecoveryKeys(db);
    this.devices = new Devices(db);
    this.notes = new Notes(db);
    this.postings = new Postings(db);
    this.dayCloses = new DayCloses(db);
    this.cases = new Cases(db);
    this.securityKeys = new SecurityKeys(db);
    this.outbox = new Outbox(db);
    this.syncState = new SyncStates(db);
    this.sealedMarks = new SealedMarks(db);
    this.conflicts = new Conflicts(db);
    this.pending = new PendingChanges(db, { guest: this.guests, stay: this.stays, room: this.rooms }, (guest) =>
      this.#touched.add(guest),
    );
    this.#current = new CurrentGuests(db);
    this.#erasures = new GuestErasures(db, this.guests, this.cases);
    this.#search = new GuestSearch(db);
  }

  searchGuests(input: { readonly query: string; readonly limit: number }): GuestHit[] {
    return this.#search.find(input);
  }

  /** Guests who were found otherwise, as a search shows them. */
  showGuests(ids: readonly GuestId[], matched: GuestHit['matched'], limit: number): GuestHit[] {
    return this.#search.show(ids, matched, limit);
  }

  /**
   * Applies a batch of the feed and moves the cursor, in one transaction. A row older than the one held changes nothing, nor does
   * one of a guest who was erased.
   */
  applyPuts(puts: readonly PutLine[], cursor: number): void {
    this.#db
      .transaction(() => {
        for (const put of puts) this.#apply(put);
        this.pending.arrived(cursor);
        this.postings.arrived(cursor);
        this.#refreshTouched();
        this.syncState.setCursor(cursor);
      })
      .immediate();
    // What is deleted leaves the journal too.
    if (puts.some(({ entity }) => entity === 'guestErasure')) this.#db.pragma('wal_checkpoint(TRUNCATE)');
  }

  /** Puts values of a class that may be held now into guests that came without them, and moves the place, in one transaction. */
  applyFill(
    { class: dataClass, until }: Filling,
    puts: readonly PutLine[],
    at: { cursor: number; more: boolean },
  ): void {
    this.#db
      .transaction(() => {
        for (const put of puts) {
          if (put.entity === 'guest') this.pending.fill(put.row, put.seq, dataClass);
          if (put.entity === 'conflict') this.conflicts.fill(put.row, put.seq, dataClass);
        }
        this.#refreshTouched();
        this.heldClasses.moveTo(dataClass, at.more ? at.cursor : until);
      })
      .immediate();
  }

  /** These are held from now on: every row that is here came without them. */
  beginFills(classes: readonly SealedClass[]): void {
    const { cursor } = this.syncState.get();
    this.#db
      .transaction(() => {
        for (const one of classes) this.heldClasses.begin(one, cursor);
      })
      .immediate();
  }

  /**
   * Deletes every value of a class, a few guests at a time. It counts as held until the last is gone, also after a crash. What it leaves in
   * pages and journal is overwritten.
   * @param pause between two slices
   */
  async purge(dataClass: SealedClass, pause: () => Promise<unknown>): Promise<void> {
    this.#db.pragma('secure_delete = ON');
    try {
      // A batch that was set aside may hold some.
      this.syncState.forgetBodies();
      this.#db
        .transaction(() => {
          this.conflicts.purge(dataClass);
          this.pending.purge(dataClass);
          this.#refreshTouched();
        })
        .immediate();
      while (this.guests.purge(dataClass, PURGE_SLICE) > 0) await pause();
      this.heldClasses.drop(dataClass);
    } finally {
      this.#db.pragma('secure_delete = FAST');
    }
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
  }

  /** Has the feed come again from an earlier place. What was gone before it was here, the server is asked anew. */
  rewind(cursor: number): void {
    if (cursor >= this.syncState.get().cursor) return;
    this.#db
      .transaction(() => {
        this.syncState.setCursor(cursor);
        this.syncState.setSince(0);
      })
      .immediate();
  }

  /**
   * The server went back in time: what it took of this terminal is queued again, and every row it sends counts as newer than the one
   * held, so that both have the same in the end. Conflicts it does not know are gone with the end of the feed: what has led to them is sent
   * again, and leads to them again. In one transaction.
   * @param idsKeptFrom of what was made before the server knows no ids
   */
  beginAnew(generation: number, at: number, idsKeptFrom: number): void {
    this.#db
      .transaction(() => {
        this.#ageRows();
        // It waits for the server once more.
        this.#db.exec('UPDATE pending_change SET seq = NULL');
        this.outbox.sendAgain(idsKeptFrom);
        this.syncState.setCursor(0);
        this.syncState.setAnew(this.syncState.get().anew ?? 'conflicts');
        this.syncState.noteGeneration(generation, at);
      })
      .immediate();
  }

  /** The server has forgotten what went while this terminal was away: every row comes anew, and who does not is gone. In one transaction. */
  takeAnew(): void {
    this.#db
      .transaction(() => {
        this.#ageRows();
        this.syncState.setCursor(0);
        this.syncState.setAnew('everything');
      })
      .immediate();
  }

  /** The first row is about to come, of a feed that has come as far as `seq`. What is here already comes anew. In one transaction. */
  noteSince(seq: number): void {
    this.#db
      .transaction(() => {
        if (this.syncState.get().anew === null && this.guests.any()) {
          this.#ageRows();
          this.syncState.setAnew('everything');
        }
        this.syncState.setSince(seq);
      })
      .immediate();
  }

  /**
   * The feed has come to its end: what was to come anew and did not is gone, a guest with all that was written about her, as by an erasure.
   * In one transaction.
   * @returns whether anything was
   */
  finishAnew(): boolean {
    const { anew } = this.syncState.get();
    if (anew === null) return false;
    const gone = this.#db
      .transaction(() => {
        const guests = anew === 'everything' ? this.#erasures.removeUnseen() : 0;
        const conflicts = this.conflicts.removeUnseen();
        this.#refreshTouched();
        this.syncState.setAnew(null);
        return guests + conflicts;
      })
      .immediate();
    // What is deleted leaves the journal too.
    if (gone > 0) this.#db.pragma('wal_checkpoint(TRUNCATE)');
    return gone > 0;
  }

  /** Every row counts as older than any that the server sends. */
  #ageRows(): void {
    const numbered = this.#db
      .prepare<[], string>(
        `SELECT m.name FROM sqlite_schema m WHERE m.type = 'table' AND m.name <> 'pending_change'
           AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) AS col WHERE col.name = 'seq')`,
      )
      .pluck()
      .all();
    for (const table of numbered) this.#db.exec(`UPDATE "${table}" SET seq = 0`);
  }

  /** Sets a batch aside as it came and moves the cursor behind it, in one transaction. */
  refuseBatch(batch: Omit<RefusedBatch, 'id'>, body: string): void {
    this.#db
      .transaction(() => {
        this.syncState.refuse(batch, body);
        this.syncState.setCursor(batch.toSeq);
      })
      .immediate();
  }

  /** A note written here: shown at once, and queued for the server, in one transaction. */
  addNoteLocally(note: GuestNote, operation: NoteAddition): void {
    this.#db
      .transaction(() => {
        this.notes.put(note, 0, 'waiting');
        this.outbox.add(operation);
      })
      .immediate();
  }

  /** Lines of a folio added here: they count at once, and are queued for the server, in one transaction. */
  postLocally(operation: PostingAddition): void {
    this.#db
      .transaction(() => {
        this.postings.putLocally(operation.postings, operation.id);
        this.outbox.add(operation);
      })
      .immediate();
  }

  /**
   * A day closed here: its lines count and the next day is open at once, and it is queued for the server, in one transaction. Whatever cuts it
   * off, the day was closed or it was not.
   */
  rollLocally(operation: DateRoll, postings: readonly Posting[], close: DayClose): void {
    this.#db
      .transaction(() => {
        this.postings.putLocally(postings, operation.id);
        this.dayCloses.put(close, 0);
        this.syncState.setRolledTo(operation.to);
        this.outbox.add(operation);
      })
      .immediate();
  }

  /** Somebody has dealt with lines that the server refused, in one transaction. */
  dropPostings(id: OperationId): void {
    this.#db
      .transaction(() => {
        this.postings.forget(id);
        this.outbox.drop(id);
      })
      .immediate();
  }

  /** A change made here: shown at once, and queued for the server, in one transaction. */
  changeLocally(change: Change): void {
    this.#db
      .transaction(() => {
        const stay = 'stayId' in change ? this.stays.get(change.stayId) : null;
        this.pending.add(
          change.id,
          patchesOf(change, stay, (id) => this.rooms.get(id)),
        );
        this.#refreshTouched();
        if (change.kind === 'conflict.settle') this.conflicts.settling(change.conflictId);
        for (const { operation } of this.outbox.refusedChanges()) {
          if (takesThePlaceOf(change, operation)) this.outbox.drop(operation.id);
        }
        this.outbox.add(change);
      })
      .immediate();
  }

  /** A case opened here: before the officer at once, and queued for the server, in one transaction. */
  openCaseLocally(operation: CaseOpening): void {
    this.#db
      .transaction(() => {
        this.cases.put(operation.case, 0);
        this.outbox.add(operation);
      })
      .immediate();
  }

  /** A case closed here, in one transaction as above. */
  closeCaseLocally(operation: CaseClosing): void {
    this.#db
      .transaction(() => {
        this.#close(operation);
        this.outbox.add(operation);
      })
      .immediate();
  }

  /** A password changed here: so at once, and queued for the server, in one transaction. What was taken over already changes nothing. */
  changePasswordLocally(operation: PasswordChange): void {
    this.#db
      .transaction(() => {
        if (this.outbox.has(operation.id)) return;
        this.employees.setCredential(operation.employeeId, operation.credential);
        this.outbox.add(operation);
      })
      .immediate();
  }

  /** A security key added or removed here: so at once, and queued for the server, in one transaction. */
  changeSecurityKeyLocally(operation: SecurityKeyAddition | SecurityKeyRemoval): void {
    this.#db
      .transaction(() => {
        this.#applyKeyChange(operation);
        this.outbox.add(operation);
      })
      .immediate();
  }

  /** Takes the server's answers to a push, in one transaction. */
  settleOperations(results: readonly OperationResult[]): void {
    this.#db
      .transaction(() => {
        for (const result of results) {
          const operation = this.outbox.settle(result);
          if (operation?.kind === 'guestNote.add')
            this.notes.setState(operation.note.id, result.status === 'refused' ? 'refused' : 'synced');
          if (operation?.kind === 'posting.add')
            this.postings.setState(operation.id, result.status === 'refused' ? 'refused' : 'synced');
          if (operation?.kind === 'businessDate.roll') this.#settleRoll(operation, result);
          if (operation?.kind === 'case.close' && result.status === 'refused')
            this.cases.setClosing(operation.caseId, null);
          // A key that the server does not have must not open here either.
          if (operation?.kind === 'securityKey.add' && result.status === 'refused')
            this.securityKeys.remove(operation.securityKey.id);
          if (operation !== null && isChange(operation)) this.#settleChange(operation, result);
        }
        this.pending.arrived(this.syncState.get().cursor);
        this.postings.arrived(this.syncState.get().cursor);
        this.#refreshTouched();
      })
      .immediate();
  }

  /**
   * The server has closed the day as it had the house: its lines come with the feed, and what was posted here beside them goes then. A day
   * that somebody else had closed is closed by what she did.
   */
  #settleRoll(roll: DateRoll, result: OperationResult): void {
    if (result.status !== 'refused') {
      this.postings.answered(roll.id, result.seq);
      return;
    }
    this.postings.forget(roll.id);
    this.dayCloses.forget(roll.from);
    this.#showRolls();
    // The day is closed, or open here once more: the audit shows which, and nothing is sent again by itself.
    this.outbox.drop(roll.id);
  }

  /** The day that is open here by what was closed here and waits for the server. */
  #showRolls(): void {
    const last = this.outbox
      .unsettled()
      .findLast(({ operation, state }) => operation.kind === 'businessDate.roll' && state === 'queued')?.operation;
    this.syncState.setRolledTo(last?.kind === 'businessDate.roll' ? last.to : null);
  }

  /** Until the feed has come as far as the answer a change stays over its rows; one that is refused goes off them, and waits for a person. */
  #settleChange(change: Change, result: OperationResult): void {
    if (result.status !== 'refused') {
      this.pending.answered(change.id, result.seq);
      return;
    }
    this.pending.drop(change.id);
    if (change.kind !== 'conflict.settle') return;
    // It is there again with what stands now, to be settled anew.
    this.conflicts.reopen(change.conflictId);
    this.outbox.drop(change.id);
  }

  kept(): Kept {
    const pending = this.pending.all().filter(({ seq }) => seq === null);
    return { outbox: this.outbox.unsettled(), pending, trustRoot: this.entitlements.root() };
  }

  /** Takes over what an earlier cache kept, in one transaction. */
  takeOver(kept: Kept): void {
    this.#db
      .transaction(() => {
        for (const unsettled of kept.outbox) {
          const { operation, state } = unsettled;
          if (operation.kind === 'guestNote.add')
            this.notes.put(operation.note, 0, state === 'queued' ? 'waiting' : 'refused');
          if (operation.kind === 'posting.add')
            this.postings.putLocally(operation.postings, operation.id, state === 'queued' ? 'waiting' : 'refused');
          if (operation.kind === 'case.open') this.cases.put(operation.case, 0);
          if (operation.kind === 'case.close' && state === 'queued') this.#close(operation);
          if (state === 'queued') this.#applyKeyChange(operation);
          if (state === 'queued' && operation.kind === 'employee.password')
            this.employees.setCredential(operation.employeeId, operation.credential);
          this.outbox.restore(unsettled);
        }
        for (const change of kept.pending) this.pending.restore(change);
        this.#showRolls();
        this.#refreshTouched();
        if (kept.trustRoot !== null) this.entitlements.pinRoot(kept.trustRoot);
      })
      .immediate();
  }

  /** What an operation does to the security keys before the server has it. */
  #applyKeyChange(operation: Operation): void {
    if (operation.kind === 'securityKey.add') this.securityKeys.put(operation.securityKey, 0);
    if (operation.kind === 'securityKey.remove') this.securityKeys.remove(operation.securityKeyId);
  }

  close(): void {
    if (this.#db.open) this.#db.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #close({ caseId, employeeId, at, verdict, finding }: CaseClosing): void {
    this.cases.setClosing(caseId, { closedBy: employeeId, closedAt: at, verdict, finding });
  }

  #refreshTouched(): void {
    for (const guest of this.#touched) this.#current.refresh(guest);
    this.#touched.clear();
  }

  #apply(put: PutLine): void {
    switch (put.entity) {
      case 'property':
        this.property.put(put.row, put.seq);
        break;
      case 'room':
        this.pending.put('room', put.row, put.seq, put.versions);
        break;
      case 'guest':
        if (!this.#erasures.has(put.row.id)) this.pending.put('guest', put.row, put.seq, put.versions);
        break;
      case 'stay':
        this.pending.put('stay', put.row, put.seq, put.versions);
        break;
      case 'conflict':
        if (put.row.guestId === null || !this.#erasures.has(put.row.guestId)) this.conflicts.put(put.row, put.seq);
        break;
      case 'employee':
        this.employees.put(put.row, put.seq);
        break;
      case 'classGrant':
        this.classGrants.put(put.row, put.seq);
        break;
      case 'entitlement':
        this.entitlements.put(put.row, put.seq);
        break;
      case 'classEpoch':
        this.classEpochs.put(put.row, put.seq);
        break;
      case 'recoveryKey':
        this.recoveryKeys.put(put.row, put.seq);
        break;
      case 'recoveryGrant':
        this.recoveryKeys.putGrant(put.row, put.seq);
        break;
      case 'device':
        this.devices.put(put.row, put.seq);
        break;
      case 'guestNote':
        if (!this.#erasures.has(put.row.guestId)) this.notes.put(put.row, put.seq, 'synced');
        break;
      case 'case':
        this.cases.put(put.row, put.seq);
        break;
      case 'securityKey':
        this.securityKeys.put(put.row, put.seq);
        break;
      case 'posting':
        this.postings.put(this.#erasures.has(put.row.guestId) ? { ...put.row, text: null } : put.row, put.seq);
        break;
      case 'dayClose':
        this.dayCloses.put(put.row, put.seq);
        break;
      case 'guestErasure':
        this.#erasures.put(put.row, put.seq);
        break;
      case 'guestSeed':
        // Kept apart (guest-seeds.ts).
        break;
    }
  }
}
