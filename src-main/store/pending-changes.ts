/**
 * What was changed here and has not come back with the feed, laid over the rows that the server has: nobody sees her own work flicker
 * away, and what the server refuses is gone from the rows with one stroke.
 */
import type { Database } from 'better-sqlite3';
import type { SealedClass } from '../../src-shared/model/classes.ts';
import { type Entity, MERGED_FIELDS, type MergedName } from '../../src-shared/model/entities.ts';
import type { GuestId, OperationId } from '../../src-shared/model/ids.ts';
import { GUEST_SEALED_FIELDS, sealedClassOf } from '../../src-shared/model/registry.ts';
import { WITHHELD } from '../../src-shared/model/sealed-field.ts';
import type { Patch, Versions } from '../../src-shared/sync/changes.ts';
import type { Guests } from './guests.ts';
import type { Rooms } from './house.ts';
import type { Stays } from './stays.ts';

/** A row as the server has it. */
export interface HeldRow<T> {
  readonly row: T;
  readonly seq: number;
  readonly versions: Versions;
}

/** One row's part of a change. */
export interface PendingChange {
  readonly operationId: OperationId;
  readonly entity: MergedName;
  readonly rowId: string;
  /** The fields and their values, as JSON. */
  readonly changes: string;
  /** In which seq the server has it; null until it has answered. */
  readonly seq: number | null;
}

interface Tables {
  readonly guest: Pick<Guests, 'held' | 'put' | 'fill' | 'remove'>;
  readonly stay: Pick<Stays, 'held' | 'put' | 'remove'>;
  readonly room: Pick<Rooms, 'held' | 'put'>;
}

/** Everything in here runs inside the caller's transaction, and collects the guests whose place among the current ones may have changed. */
export class PendingChanges {
  readonly #tables: Tables;
  readonly #touch;
  readonly #all;
  readonly #ofRow;
  readonly #ofOperation;
  readonly #insert;
  readonly #answer;
  readonly #arrived;
  readonly #remove;
  readonly #getHeld;
  readonly #putHeld;
  readonly #dropHeld;
  readonly #allHeld;
  readonly #setHeld;
  readonly #setChanges;
  /** Rows that come with the feed by the million are not asked about while nothing is pending. */
  #some: boolean;

  constructor(db: Database, tables: Tables, touch: (guestId: GuestId) => void) {
    this.#tables = tables;
    this.#touch = touch;
    const columns = 'operation_id AS operationId, entity, row_id AS rowId, changes, seq';
    this.#all = db.prepare<[], PendingChange>(`SELECT ${columns} FROM pending_change ORDER BY place`);
    // pending_change's unique key.
    this.#ofRow = db.prepare<[string, string], PendingChange>(
      `SELECT ${columns} FROM pending_change WHERE entity = ? AND row_id = ? ORDER BY place`,
    );
    // pending_change_operation, all three.
    this.#ofOperation = db.prepare<[string], PendingChange>(
      `SELECT ${columns} FROM pending_change WHERE operation_id = ?`,
    );
    this.#answer = db.prepare<[number, string]>('UPDATE pending_change SET seq = ? WHERE operation_id = ?');
    this.#remove = db.prepare<[string]>('DELETE FROM pending_change WHERE operation_id = ?');
    this.#insert = db.prepare<[PendingChange]>(
      `INSERT INTO pending_change (operation_id, entity, row_id, changes, seq) VALUES (:operationId, :entity, :rowId, :changes, :seq)`,
    );
    this.#arrived = db
      .prepare<[number], OperationId>('SELECT DISTINCT operation_id FROM pending_change WHERE seq <= ?')
      .pluck();
    this.#getHeld = db.prepare<[string, string], { row: string; seq: number; versions: string }>(
      'SELECT row, seq, versions FROM held_row WHERE entity = ? AND id = ?',
    );
    this.#putHeld = db.prepare<[string, string, number, string, string]>(
      `INSERT INTO held_row (entity, id, seq, row, versions) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (entity, id) DO UPDATE SET seq = excluded.seq, row = excluded.row, versions = excluded.versions
       WHERE excluded.seq >= held_row.seq`,
    );
    this.#dropHeld = db.prepare<[string, string]>('DELETE FROM held_row WHERE entity = ? AND id = ?');
    this.#allHeld = db.prepare<[], { id: string; row: string }>("SELECT id, row FROM held_row WHERE entity = 'guest'");
    this.#setHeld = db.prepare<[string, string]>("UPDATE held_row SET row = ? WHERE entity = 'guest' AND id = ?");
    this.#setChanges = db.prepare<[string, string, string]>(
      "UPDATE pending_change SET changes = ? WHERE entity = 'guest' AND operation_id = ? AND row_id = ?",
    );
    this.#some = this.all().length > 0;
  }

  all(): PendingChange[] {
    return this.#all.all();
  }

  /** Fields of a row that wait for the server. */
  fieldsOf(entity: MergedName, id: string): string[] {
    const waiting = this.#ofRow.all(entity, id).filter(({ seq }) => seq === null);
    return waiting.flatMap(({ changes }) => Object.keys(JSON.parse(changes)));
  }

  /** Lays a change over the rows it is about. */
  add(operationId: OperationId, patches: readonly Pick<Patch, 'entity' | 'id' | 'changes'>[]): void {
    for (const { entity, id, changes } of patches) {
      this.restore({ operationId, entity, rowId: id, changes: JSON.stringify(changes), seq: null });
    }
  }

  /** Lays over what an earlier cache had pending; the row itself may come later. */
  restore(change: PendingChange): void {
    const { entity, rowId } = change;
    if (this.#ofRow.all(entity, rowId).length === 0) {
      const held = this.#tables[entity].held(rowId);
      if (held !== null) this.#hold(entity, rowId, held);
    }
    this.#insert.run(change);
    this.#some = true;
    this.#redraw(entity, rowId);
  }

  /** Takes a row of the feed: as it is, or under what is pending here. */
  put<N extends MergedName>(entity: N, row: Entity<N>, seq: number, versions: Versions = {}): void {
    if (!this.#some || this.#ofRow.all(entity, row.id).length === 0) {
      this.#write(entity, { row, seq, versions });
      return;
    }
    this.#hold(entity, row.id, { row, seq, versions });
    this.#redraw(entity, row.id);
  }

  /** Puts the values of a class into a guest that is as it was sent without them, under what is pending here too. */
  fill(guest: Entity<'guest'>, seq: number, dataClass: SealedClass): void {
    const held = this.#some ? this.#getHeld.get('guest', guest.id) : undefined;
    if (held === undefined) {
      this.#tables.guest.fill(guest, seq, dataClass);
      return;
    }
    if (held.seq !== seq) return;
    const fields = fieldsOfClass(dataClass).map((field) => [field, guest[field]]);
    const row = { ...JSON.parse(held.row), ...Object.fromEntries(fields) };
    this.#hold('guest', guest.id, { row, seq, versions: JSON.parse(held.versions) });
    this.#redraw('guest', guest.id);
  }

  /**
   * Deletes the values of a class from guests that changes lie over, and from the changes: what was typed here and waits for the server is in
   * the outbox alone from then on.
   */
  purge(dataClass: SealedClass): void {
    const withoutValues = (json: string) => JSON.stringify(bare(JSON.parse(json), dataClass));
    for (const { id, row } of this.#allHeld.all()) this.#setHeld.run(withoutValues(row), id);
    for (const { operationId, entity, rowId, changes } of this.all()) {
      if (entity === 'guest') this.#setChanges.run(withoutValues(changes), operationId, rowId);
      if (entity === 'guest') this.#redraw(entity, rowId);
    }
  }

  /** The server has taken a change: it is over the rows until the feed has come as far. */
  answered(operationId: OperationId, seq: number): void {
    this.#answer.run(seq, operationId);
  }

  /** The feed has come as far as this: what it has brought is in the rows themselves. */
  arrived(cursor: number): void {
    if (!this.#some) return;
    for (const operationId of this.#arrived.all(cursor)) this.drop(operationId);
  }

  /** Takes a change off the rows again. */
  drop(operationId: OperationId): void {
    const changes = this.#ofOperation.all(operationId);
    this.#remove.run(operationId);
    for (const { entity, rowId } of changes) this.#redraw(entity, rowId);
    this.#some = this.all().length > 0;
  }

  #hold(entity: MergedName, id: string, { row, seq, versions }: HeldRow<unknown>): void {
    this.#putHeld.run(entity, id, seq, JSON.stringify(row), JSON.stringify(versions));
  }

  #redraw(entity: MergedName, id: string): void {
    const held = this.#getHeld.get(entity, id);
    const changes = this.#ofRow.all(entity, id);
    const row = held === undefined ? {} : JSON.parse(held.row);
    const shown = Object.assign({}, row, ...changes.map((change) => JSON.parse(change.changes)));
    // A change may wait for a row that the feed has not brought yet. Whether its dates fit what came meanwhile, the server says.
    const whole = MERGED_FIELDS[entity].safeParse(shown);
    if (whole.success) {
      const versions = held === undefined ? {} : JSON.parse(held.versions);
      this.#write(entity, { row: whole.data, seq: held?.seq ?? 0, versions });
    } else if (held === undefined && changes.length === 0) this.#erase(entity, id);
    if (changes.length === 0) this.#dropHeld.run(entity, id);
  }

  #write<N extends MergedName>(entity: N, { row, seq, versions }: HeldRow<Entity<N>>): void {
    const put = { entity, row } as { [M in MergedName]: { readonly entity: M; readonly row: Entity<M> } }[MergedName];
    switch (put.entity) {
      case 'guest':
        this.#tables.guest.put(put.row, seq, versions);
        this.#touch(put.row.id);
        break;
      case 'stay': {
        // A stay that went over to another guest has touched both.
        const before = this.#tables.stay.held(put.row.id)?.row.guestId;
        this.#tables.stay.put(put.row, seq, versions);
        this.#touch(before ?? put.row.guestId);
        this.#touch(put.row.guestId);
        break;
      }
      case 'room':
        this.#tables.room.put(put.row, seq, versions);
    }
  }

  /** What was begun here and the server would not have. */
  #erase(entity: MergedName, id: string): void {
    if (entity === 'guest') this.#tables.guest.remove(id as GuestId);
    if (entity !== 'stay') return;
    const guestId = this.#tables.stay.held(id)?.row.guestId;
    this.#tables.stay.remove(id);
    if (guestId !== undefined) this.#touch(guestId);
  }
}

function fieldsOfClass(dataClass: SealedClass) {
  return GUEST_SEALED_FIELDS.filter((field) => sealedClassOf(field) === dataClass);
}

/** A guest, or some fields of one, with the masks only of a class. */
function bare(fields: { readonly [field: string]: unknown }, dataClass: SealedClass): object {
  const values = fieldsOfClass(dataClass).flatMap((field) => {
    const value = fields[field] as Entity<'guest'>[typeof field] | undefined;
    return value === undefined || value === null ? [] : [[field, { sealed: WITHHELD, mask: value.mask }]];
  });
  return { ...fields, ...Object.fromEntries(values) };
}
