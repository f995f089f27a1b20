import type { Database } from 'better-sqlite3';
import { SEALED_CLASSES, type SealedClass } from '../../src-shared/model/classes.ts';

/** Rows that came without a class which may be held here now: those from behind `after` up to `until`. */
export interface Filling {
  readonly class: SealedClass;
  readonly after: number;
  readonly until: number;
}

/**
 * Classes whose values are here, or on their way into rows that came without them. A new cache has all: of those it may not hold it is told
 * before anything comes.
 */
export class HeldClasses {
  readonly #all;
  readonly #begin;
  readonly #move;
  readonly #drop;

  constructor(db: Database) {
    this.#all = db.prepare<[], Filling>('SELECT class, fill_after AS after, fill_until AS until FROM held_class');
    this.#begin = db.prepare<[string, number]>('INSERT OR IGNORE INTO held_class VALUES (?, 0, ?)');
    this.#move = db.prepare<[number, string]>('UPDATE held_class SET fill_after = ? WHERE class = ?');
    this.#drop = db.prepare<[string]>('DELETE FROM held_class WHERE class = ?');
  }

  names(): SealedClass[] {
    const held = new Set(this.#all.all().map((one) => one.class));
    return SEALED_CLASSES.filter((dataClass) => held.has(dataClass));
  }

  /** Whether every value of a class that the server has up to the cursor is here. */
  isWhole(dataClass: SealedClass): boolean {
    return this.#all.all().some((one) => one.class === dataClass && one.after >= one.until);
  }

  nextFilling(): Filling | null {
    return this.#all.all().find(({ after, until }) => after < until) ?? null;
  }

  /** Rows up to `until` lack the class from now on until they are filled. */
  begin(dataClass: SealedClass, until: number): void {
    this.#begin.run(dataClass, until);
  }

  moveTo(dataClass: SealedClass, after: number): void {
    this.#move.run(after, dataClass);
  }

  drop(dataClass: SealedClass): void {
    this.#drop.run(dataClass);
  }
}
