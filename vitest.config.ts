import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{unit,integration,faults}/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // They wait for disks, processes and timers often enough for two at a time, also on two cores and beside the window's stories.
    maxWorkers: 2,
  },
});
