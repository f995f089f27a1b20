import { afterAll } from 'vitest';

const undos: (() => void | Promise<void>)[] = [];
afterAll(async () => {
  for (const undo of undos.toReversed()) await undo();
});

/** Undoes something after the tests of the file, what came last first. May be called from within a test. */
export function afterwards(undo: () => void | Promise<void>): void {
  undos.push(undo);
}
