import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{unit,integration,faults}/**/*.test.ts'],
    globalSetup: 'test/run-folder.ts',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // They wait for disks, processes and timers more than they compute: two at a time, also where there are two cores.
    maxWorkers: 2,
  },
});
