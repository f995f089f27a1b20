/** One run: a hotel of its own on a server, its terminals, the steps of the plan one after the other, quiet, and then the laws. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../../scripts/demo/random.ts';
import { makeHotel } from './hotel.ts';
import { breaches } from './laws.ts';
import { memoryFolder } from './memory-folder.ts';
import { makePlan, type Plan, type PlanSize, type Step, sizeOf } from './plan.ts';
import type { SimulatedServer } from './server.ts';
import { SimulatedTerminal, type World } from './terminal.ts';
import { doWork } from './work.ts';

export interface Outcome {
  readonly seed: number;
  /** One sentence for each law that was broken; none when all is well. */
  readonly breaches: readonly string[];
  /** What happened, step by step, and what was the answer: the same for the same seed. */
  readonly trace: readonly string[];
  readonly operations: number;
  /** What must be nowhere in the server's files. */
  readonly secrets: ReadonlySet<string>;
}

/** Longer than any step takes, unless something waits for ever. */
const STUCK_MS = 60_000;
/** Turns after which everybody has everything: the outbox, what others sent, fills of three classes, the log. */
const ROUNDS = 12;

let runs = 0;

/** Runs a seed on a server that others may have used before. @param size left out: as in `npm test` */
export async function runSeed(server: SimulatedServer, seed: number, size?: Partial<PlanSize>): Promise<Outcome> {
  const random = createRandom(`keyrack/simulation/v1/${seed}`);
  const plan = makePlan(seed, random, { ...sizeOf(random), ...size });
  runs += 1;
  const folder = mkdtempSync(join(memoryFolder(), 'keyrack-terminals-'));
  const hotel = makeHotel(seed, `simulated-${seed}-${runs}`, random);
  const world: World = { hotel, server, random, folder, wire: [], time: 0 };
  const terminals: SimulatedTerminal[] = [];
  const trace: string[] = [];
  const secrets = hotel.secrets;
  try {
    await server.ask({ ask: 'found', property: hotel.property, puts: hotel.puts });
    for (let n = 0; n < plan.terminals; n++) terminals.push(await SimulatedTerminal.enrol(world, `terminal-${n}`));
    await play(plan, world, terminals, trace);
    await untilQuiet(world, terminals);
    const broken = await breaches(world, terminals);
    for (const terminal of terminals) {
      for (const { operation, results } of terminal.made) {
        trace.push(`${terminal.name} ${operation.kind}: ${results.map(wordFor).join(', ')}`);
      }
    }
    const operations = terminals.reduce((sum, { made }) => sum + made.length, 0);
    return { seed, breaches: broken, trace, operations, secrets };
  } catch (error) {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { seed, breaches: [`the run ended with ${said}`], trace, operations: 0, secrets };
  } finally {
    for (const terminal of terminals) await terminal.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const wordFor = (result: { readonly status: string; readonly reason?: string }) => result.reason ?? result.status;

async function play(plan: Plan, world: World, terminals: readonly SimulatedTerminal[], trace: string[]): Promise<void> {
  for (const step of plan.steps) {
    world.time += world.random.int(1, 2_000);
    const terminal = terminals[step.terminal];
    if (terminal === undefined) throw new Error('a step of nobody');
    await soon(take(step, terminal, world, terminals), `${terminal.name}: ${step.step}`);
    trace.push(`${terminal.name} ${describe(step)} at ${terminal.running.cache.syncState.get().cursor}`);
  }
}

function describe({ terminal: _, ...step }: Step): string {
  return JSON.stringify(step);
}

async function take(
  step: Step,
  terminal: SimulatedTerminal,
  world: World,
  terminals: readonly SimulatedTerminal[],
): Promise<void> {
  const { line } = terminal.running;
  switch (step.step) {
    case 'work':
      return doWork(terminal, world, step.work);
    case 'turn':
      if (!line.isHeld) line.arm(step.fault);
      return terminal.turn();
    case 'listen':
      return terminal.listen(await newest(world, terminal));
    case 'cut':
      return terminal.cut();
    case 'mend':
      return line.cable.mend();
    case 'kill':
      return terminal.kill();
    case 'kill-server':
      return killServer(world, terminals);
    case 'skew':
      terminal.skew += step.ms;
      return;
    case 'replay':
      return line.replay(step.nth);
    case 'profile': {
      const { propertyId: property, deviceId: device } = terminal.enrolment;
      await world.server.ask({ ask: 'profile', property, device, classes: step.classes });
      return;
    }
  }
}

function newest({ server }: World, { enrolment }: SimulatedTerminal): Promise<number> {
  return server.ask<number>({ ask: 'newest', property: enrolment.propertyId, device: enrolment.deviceId });
}

/** Every line ends with the server, and is there again with the next. */
async function killServer({ server }: World, terminals: readonly SimulatedTerminal[]): Promise<void> {
  await server.kill();
  for (const terminal of terminals) {
    await terminal.cut(server.url);
    terminal.running.line.cable.mend();
  }
}

/** The line is whole, the clocks are right, and everybody syncs until there is nothing left to say. */
async function untilQuiet(world: World, terminals: readonly SimulatedTerminal[]): Promise<void> {
  for (const terminal of terminals) {
    terminal.skew = 0;
    terminal.running.line.arm(null);
    terminal.running.line.cable.mend();
  }
  const [first] = terminals;
  if (first === undefined) return;
  for (let round = 0; round < ROUNDS; round++) {
    const before = await newest(world, first);
    let calm = true;
    for (const terminal of terminals) {
      await soon(terminal.turn(), `${terminal.name} at the end`);
      const { loop, cache, log, copy, line } = terminal.running;
      const waits = cache.outbox.count('queued') > 0 || cache.heldClasses.nextFilling() !== null || line.isHeld;
      const isBehind = cache.syncState.get().cursor < (await newest(world, terminal)) || copy.upToSeq < log.head.seq;
      if (loop.state.line !== 'online' || waits || isBehind) calm = false;
    }
    if (calm && before === (await newest(world, first))) return;
  }
}

/** What a bug would have wait for ever is told by its name. */
async function soon<T>(work: Promise<T> | T, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} does not come to rest`)), STUCK_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
