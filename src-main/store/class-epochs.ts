import type { Database } from 'better-sqlite3';
import type { SealedClass } from '../../src-shared/model/classes.ts';
import type { ClassEpoch } from '../../src-shared/model/entities.ts';
import type { ClassGrants } from './class-grants.ts';

/** Where the key of each class stands. An epoch never goes back, whatever the server says. */
export class ClassEpochs {
  readonly #grants: Pick<ClassGrants, 'removeBefore'>;
  readonly #get;
  readonly #put;

  constructor(db: Database, grants: Pick<ClassGrants, 'removeBefore'>) {
    this.#grants = grants;
    this.#get = db.prepare<[string], ClassEpoch>(
      'SELECT id, epoch, oldest, begun_by AS begunBy, begun_at AS begunAt FROM class_epoch WHERE id = ?',
    );
    this.#put = db.prepare<[ClassEpoch & { seq: number }]>(
      `INSERT INTO class_epoch (id, seq, epoch, oldest, begun_by, begun_at)
       VALUES (:id, :seq, :epoch, :oldest, :begunBy, :begunAt)
       ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, epoch = excluded.epoch, oldest = excluded.oldest,
         begun_by = excluded.begun_by, begun_at = excluded.begun_at
       WHERE excluded.seq > class_epoch.seq AND excluded.epoch >= class_epoch.epoch`,
    );
  }

  /** The epoch in which whatever is new in a class is sealed: the first while no other has begun. */
  current(dataClass: SealedClass): number {
    return this.#get.get(dataClass)?.epoch ?? 1;
  }

  /** The oldest epoch in which something may still be sealed. */
  oldest(dataClass: SealedClass): number {
    return this.#get.get(dataClass)?.oldest ?? 1;
  }

  /** Runs inside the caller's transaction. Grants of epochs that nothing is sealed in any more go with it. */
  put(row: ClassEpoch, seq: number): void {
    this.#put.run({ ...row, seq });
    this.#grants.removeBefore(row.id, row.oldest);
  }
}
