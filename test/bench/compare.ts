/** Product and counterpart in turns: a round of one, a round of the other, each first in every second round. */
import { Bench } from 'tinybench';

/** One of the two that are compared. Only `run` is timed. */
export interface Side {
  readonly before?: () => void;
  readonly run: () => unknown;
  readonly after?: () => void;
}

export interface Plan {
  readonly rounds: number;
  /** Calls of each side in one round. */
  readonly calls: number;
  readonly async?: boolean;
}

/** Milliseconds. */
interface Figures {
  readonly median: number;
  readonly p99: number;
}

export interface Comparison {
  readonly product: Figures;
  readonly counterpart: Figures;
  /** Median over the rounds of product's median by counterpart's: what slows a whole round down falls out of it. */
  readonly ratio: number;
  /** Timed calls of each side. */
  readonly calls: number;
}

/** Measures both sides. One more round goes before, untimed, so that both are warm. */
export async function compare(product: Side, counterpart: Side, plan: Plan): Promise<Comparison> {
  const all = { product: [] as number[], counterpart: [] as number[] };
  const ratios: number[] = [];
  for (let round = 0; round <= plan.rounds; round++) {
    const timed = await runRound(product, counterpart, plan, round % 2 === 0 ? 'product-first' : 'counterpart-first');
    if (round === 0) continue;
    all.product.push(...timed.product);
    all.counterpart.push(...timed.counterpart);
    ratios.push(quantile(timed.product, 0.5) / quantile(timed.counterpart, 0.5));
  }
  return {
    product: figuresOf(all.product),
    counterpart: figuresOf(all.counterpart),
    ratio: quantile(ratios, 0.5),
    calls: all.product.length,
  };
}

/** What was measured otherwise, one side after the other. */
export function compareSamples(product: readonly number[], counterpart: readonly number[]): Comparison {
  const figures = { product: figuresOf(product), counterpart: figuresOf(counterpart) };
  return { ...figures, ratio: figures.product.median / figures.counterpart.median, calls: product.length };
}

/** Gives the same inputs in the same order, over and over, to whoever holds it. */
export function inTurn<T>(inputs: readonly T[]): () => T {
  let next = 0;
  return () => {
    const input = inputs[next++ % inputs.length];
    if (input === undefined) throw new RangeError('nothing to take in turn');
    return input;
  };
}

async function runRound(
  product: Side,
  counterpart: Side,
  { calls, async = false }: Plan,
  order: 'product-first' | 'counterpart-first',
): Promise<{ product: number[]; counterpart: number[] }> {
  const bench = new Bench({ warmup: false, time: 0, iterations: calls, retainSamples: true, throws: true });
  const add = (name: string, { run, before, after }: Side) =>
    bench.add(name, run, {
      async,
      ...(before && { beforeEach: before }),
      ...(after && { afterEach: after }),
    });
  const sides = [['product', product] as const, ['counterpart', counterpart] as const];
  for (const [name, side] of order === 'product-first' ? sides : sides.reverse()) add(name, side);
  if (async) await bench.run();
  else bench.runSync();
  return { product: samplesOf(bench, 'product'), counterpart: samplesOf(bench, 'counterpart') };
}

function samplesOf(bench: Bench, name: string): number[] {
  const result = bench.getTask(name)?.result;
  if (result?.state !== 'completed' || result.latency.samples === undefined)
    throw new Error(`${name} was not measured`);
  return [...result.latency.samples];
}

function figuresOf(samples: readonly number[]): Figures {
  return { median: quantile(samples, 0.5), p99: quantile(samples, 0.99) };
}

/** The sample at a rank, no interpolation: with few samples the 99th percentile is the slowest. */
function quantile(samples: readonly number[], rank: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = Math.min(sorted.length - 1, Math.max(0, Math.ceil(rank * sorted.length) - 1));
  return sorted[at] ?? Number.NaN;
}
