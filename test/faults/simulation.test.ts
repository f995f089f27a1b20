/** Terminals and server under faults chosen by seed (test/simulation): the laws of docs/sync.md hold in every run. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyEmptyServer } from '../integration/server/made-once.ts';
import { type Outcome, runSeed } from '../simulation/run.ts';
import { SimulatedServer } from '../simulation/server.ts';
import { found } from '../simulation/server-files.ts';

/** Each costs about half a second of two processes; the 200 are run by hand (docs/sync.md). */
const SEEDS = 50;
const again = (seed: number) => `npm run simulate -- --seed ${seed}`;

describe('terminals and their server, whatever becomes of lines, clocks and processes', () => {
  let server: SimulatedServer;
  const outcomes: Outcome[] = [];
  beforeAll(async () => {
    server = await SimulatedServer.start({ fill: copyEmptyServer });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it(`keep the laws of sync in ${SEEDS} runs, each with other faults`, { timeout: 600_000 }, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const outcome = await runSeed(server, seed);
      outcomes.push(outcome);
      expect(outcome.breaches, again(seed)).toEqual([]);
    }
    // Most of what was planned was done: a simulation in which nobody works proves nothing.
    expect(outcomes.reduce((sum, { operations }) => sum + operations, 0)).toBeGreaterThan(SEEDS * 8);
  });

  it('keep them when the server is killed in the middle too', async () => {
    const outcome = await runSeed(server, SEEDS + 1, { serverKills: 1 });
    outcomes.push(outcome);
    expect(outcome.breaches, `${again(SEEDS + 1)} --kills 1`).toEqual([]);
  });

  it('leave no sealed value in clear in any file or log of the server', () => {
    const inClear = new Set(found(server, new Set(outcomes.flatMap(({ secrets }) => [...secrets]))));
    for (const { seed, secrets } of outcomes)
      expect(
        [...secrets].filter((one) => inClear.has(one)),
        again(seed),
      ).toEqual([]);
  });

  it('run identically when a seed is run again', async () => {
    const [first] = outcomes;
    if (first === undefined) throw new Error('no run before');
    expect((await runSeed(server, first.seed)).trace).toEqual(first.trace);
  });
});
