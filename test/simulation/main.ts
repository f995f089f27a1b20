/** `npm run simulate`: runs seeds, says which broke a law and how it is run again. */
import { parseArgs } from 'node:util';
import { startPostgres } from '../integration/server/postgres.ts';
import { type Outcome, runSeed } from './run.ts';
import { SimulatedServer } from './server.ts';
import { found } from './server-files.ts';

const HELP = `npm run simulate -- [options]

  --seed <n>        the first seed, 1 if left out
  --seeds <n>       how many, one after the other on one server; 1 if left out
  --operations <n>  pieces of work in each; left out, as many as in npm test: 10 to 20
  --terminals <n>   left out: 2 or 3
  --kills <n>       how often the server is killed in each; left out: never
  --postgres        on a PostgreSQL of its own (Debian's binaries) instead of the embedded database
  --trace           says what happened, step by step
`;
const number = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const { values } = parseArgs({
  options: {
    seed: number,
    seeds: number,
    operations: number,
    terminals: number,
    kills: number,
    postgres: flag,
    trace: flag,
    help: flag,
  },
});

async function main(): Promise<void> {
  if (values.help === true) return void process.stdout.write(HELP);
  const [first = 1, count = 1] = [whole('seed'), whole('seeds')];
  const [operations, terminals, serverKills] = [whole('operations'), whole('terminals'), whole('kills')];
  const size = {
    ...(operations !== undefined && { operations }),
    ...(terminals !== undefined && { terminals }),
    ...(serverKills !== undefined && { serverKills }),
  };
  await using opened = new AsyncDisposableStack();
  const postgres = values.postgres === true ? await startPostgres() : null;
  opened.defer(() => postgres?.stop());
  const server = opened.use(await SimulatedServer.start({ database: await postgres?.createDatabase() }));
  const outcomes: Outcome[] = [];
  for (let seed = first; seed < first + count; seed++) {
    const began = performance.now();
    const outcome = await runSeed(server, seed, size);
    outcomes.push(outcome);
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    if (values.trace === true) process.stdout.write(`${outcome.trace.join('\n')}\n`);
    if (outcome.breaches.length === 0) {
      process.stdout.write(`seed ${seed}: ${outcome.operations} operations, all laws hold (${seconds} s)\n`);
      continue;
    }
    process.exitCode = 1;
    process.stdout.write(`seed ${seed} breaks the law:\n${outcome.breaches.map((one) => `  ${one}\n`).join('')}`);
    process.stdout.write(`  again: ${commandFor(seed)}\n`);
  }
  const inClear = new Set(found(server, new Set(outcomes.flatMap(({ secrets }) => [...secrets]))));
  for (const { seed } of outcomes.filter(({ secrets }) => [...secrets].some((secret) => inClear.has(secret)))) {
    process.exitCode = 1;
    process.stdout.write(
      `seed ${seed}: a sealed value lies in clear in the server's files\n  again: ${commandFor(seed)}\n`,
    );
  }
}

function whole(name: 'seed' | 'seeds' | 'operations' | 'terminals' | 'kills'): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name}: a whole number`);
  return Number(text);
}

function commandFor(seed: number): string {
  const same = (['operations', 'terminals', 'kills'] as const).flatMap((name) =>
    values[name] === undefined ? [] : [`--${name} ${values[name]}`],
  );
  return ['npm run simulate -- --seed', seed, ...same, ...(values.postgres === true ? ['--postgres'] : [])].join(' ');
}

await main();
