import { afterAll } from 'vitest';

const undos: (() => void | Promise<void>)[] = [];
afterAll(async () => {
  const failures: unknown[] = [];
  for (const undo of undos.toReversed()) {
    // Processes and folders go also when something before them would not.
    try {
      await undo();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'not everything was undone');
});

/** Undoes something after the tests of the file, what came last first. May be called from within a test. */
export function afterwards(undo: () => void | Promise<void>): void {
  undos.push(undo);
}
