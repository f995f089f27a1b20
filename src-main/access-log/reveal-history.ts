/** What the log says of the reveals of one employee, with an age that no setting of the wall clock changes. */
import type { Database } from 'better-sqlite3';
import { decodeEntry } from '../../src-shared/audit/entry.ts';
import type { SealedClass } from '../../src-shared/model/classes.ts';
import type { EmployeeId } from '../../src-shared/model/ids.ts';
import { unavailable } from './log.ts';

export interface PastReveal {
  readonly class: SealedClass;
  /** The wall clock then. */
  readonly at: number;
  /**
   * When it was on the monotonic clock of this run of the terminal, time in which no terminal ran left out: what happened in an earlier
   * run is before its beginning.
   */
  readonly mono: number;
}

/** More are not counted: the newest are enough to exhaust every budget of a day. */
const NEWEST = 1_000;
/** Runs that ended before this much running time are all that long ago. */
const FAR_MS = 86_400_000;

/** Reveals that draw on a budget, the newest first. Served by entry_reveal. @throws LogUnavailable */
export function revealHistory(db: Database, employee: EmployeeId): PastReveal[] {
  try {
    const rows = db
      .prepare<[string, number], string>(
        `SELECT body FROM entry
         WHERE employee_id = ? AND type = 'field.reveal' AND outcome = 'allowed' AND body ->> '$.event.purpose' <> 'emergency'
         ORDER BY seq DESC LIMIT ?`,
      )
      .pluck()
      .all(employee, NEWEST);
    const runs = runsOf(db);
    return rows.flatMap((body) => {
      const entry = decodeEntry(body);
      if (entry?.event.class === undefined) return [];
      const run = runs.find(({ from }) => entry.seq >= from);
      // A run that long ago is not in the list.
      return run === undefined ? [] : [{ class: entry.event.class, at: entry.at, mono: run.offset + entry.mono }];
    });
  } catch (error) {
    throw unavailable(error);
  }
}

interface Run {
  /** Its first entry. */
  readonly from: number;
  /** Makes its monotonic times those of the run that goes on now. */
  readonly offset: number;
}

/** The newest first. A run begins with the entry that the terminal started. Served by entry_start. */
function runsOf(db: Database): Run[] {
  const starts = db
    .prepare<[], { seq: number; mono: number }>(
      `SELECT seq, body ->> '$.mono' AS mono FROM entry WHERE type = 'terminal.start' ORDER BY seq DESC`,
    )
    .iterate();
  const lastBefore = db
    .prepare<[number], number>(`SELECT body ->> '$.mono' FROM entry WHERE seq < ? ORDER BY seq DESC LIMIT 1`)
    .pluck();
  const runs: Run[] = [];
  /** Where the run looked at ends, on the clock of this run; unknown of the newest, which goes on. */
  let endsAt: number | null = null;
  let newest = 0;
  for (const { seq, mono } of starts) {
    const offset = offsetOf(endsAt, runs.at(-1)?.from);
    if (endsAt === null) newest = mono;
    runs.push({ from: seq, offset });
    endsAt = mono + offset;
    if (newest - endsAt > FAR_MS) return runs;
  }
  return [...runs, { from: 0, offset: offsetOf(endsAt, runs.at(-1)?.from) }];

  /** Where a run ends the next begins: what lies between them is not counted, so that nobody gains by setting a clock. */
  function offsetOf(end: number | null, next: number | undefined): number {
    const last = next === undefined ? undefined : lastBefore.get(next);
    return end === null || last === undefined ? 0 : end - last;
  }
}
