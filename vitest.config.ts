import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{unit,integration,faults}/**/*.test.ts'],
    globalSetup: 'test/run-folder.ts',
    // Against what hangs, not what is slow: a machine with much else to do takes a while.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // They wait for disks, processes and timers nearly as much as they compute: three at a time, also where there are two cores.
    maxWorkers: 3,
  },
});
