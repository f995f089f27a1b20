import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';

/**
 * Where a simulation keeps files: in memory where the system has a folder for that. A process that is killed leaves there what it would leave
 * on a disk; only a power cut would not, and that has tests of its own (test/faults).
 */
export function memoryFolder(): string {
  return existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
}
