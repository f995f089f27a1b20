/** What was measured, as a table for the terminal and as docs/benchmarks.md. */
import { availableParallelism, totalmem } from 'node:os';
import { isMet, type Row } from './row.ts';

export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
  /** Sentences under the table. */
  readonly notes: readonly string[];
}

export interface Versions {
  readonly node: string;
  readonly sqlite: string;
  readonly betterSqlite3: string;
  readonly argon2: string;
}

export function asText(sections: readonly Section[]): string {
  return sections
    .map(({ title, rows, notes }) => {
      const cells = [HEAD, ...rows.map(cellsOf)];
      const widths = HEAD.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
      const lines = cells.map((line) =>
        line
          .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
          .join('  '),
      );
      return [`\n${title}`, ...lines, ...notes].join('\n');
    })
    .join('\n');
}

export function asMarkdown(
  sections: readonly Section[],
  made: { readonly on: Date; readonly versions: Versions; readonly load: number },
): string {
  const { node, sqlite, betterSqlite3, argon2 } = made.versions;
  const tables = sections.map(({ title, rows, notes }) =>
    [
      `## ${title}`,
      '',
      line(HEAD),
      line(HEAD.map((_, column) => (column < 2 ? '---' : '--:'))),
      ...rows.map((row) => line(cellsOf(row))),
      ...(notes.length > 0 ? ['', ...notes.map((note) => `- ${note}`)] : []),
    ].join('\n'),
  );
  return `# Benchmarks

Written by \`npm run bench\` on ${made.on.toISOString().slice(0, 10)}. Machine: ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB of memory,
${process.platform} ${process.arch}. Node ${node}, SQLite ${sqlite} (better-sqlite3-multiple-ciphers ${betterSqlite3}), @node-rs/argon2 ${argon2}.
Load average when it began: ${made.load.toFixed(1)}; above half the cores, something else was at work and the 99th percentiles mean little.

## How it is measured

- The product is its own code as it ships, on plain Node: \`openCache\`, \`searchGuests\`, \`reveal\`, \`signIn\`, \`unlock\`, \`AccessLog\`, \`verifyLog\`.
- The counterpart runs in the same process in turns with it, round by round, each first in every second round; one round before is not
  counted. A plain file is the same better-sqlite3 without a key, with the settings read off the product's own file, the same schema and
  the same statements.
- Times are of single calls. The ratio is the median over the rounds of the product's median by the counterpart's: what slows down a whole
  round falls out of it. The 99th percentile is of all calls together and shows whatever else the machine did. With few calls it is the slowest.
- Cold means cold for SQLite: a fresh connection with nothing in its memory. The system's file cache is warm on both sides, so that the
  cost of decryption shows at its fullest.
- Guests are of the demo hotel's making, with 1.6 stays each. Sealed values of those at the desk are real; the others have filler of the same length.
- Goals are those of the design; a line without one is there for information.

${tables.join('\n\n')}
${reasons(sections)}`;
}

/** Why what missed its goal did, each said once. */
function reasons(sections: readonly Section[]): string {
  const missed = sections.flatMap(({ rows }) => rows).filter((row) => isMet(row) === false);
  const said = new Map(missed.map((row) => [row.what, row.because ?? 'not known yet']));
  if (said.size === 0) return '';
  const lines = Array.from(said, ([what, because]) => `- **${what}**: ${because}.`);
  return `\n## Where a goal is missed, and why\n\n${lines.join('\n')}\n`;
}

const HEAD = ['what', 'against', 'median', 'p99', 'its median', 'its p99', 'calls', 'ratio', 'goal', 'met'] as const;

function cellsOf(row: Row): string[] {
  const { product, counterpart, ratio, calls } = row.measured;
  const met = isMet(row);
  return [
    row.what,
    row.counterpart,
    duration(product.median),
    duration(product.p99),
    duration(counterpart.median),
    duration(counterpart.p99),
    String(calls),
    `${ratio.toFixed(2)} ×`,
    goalOf(row),
    met === null ? '–' : met ? 'yes' : 'no',
  ];
}

function goalOf({ goal }: Row): string {
  const parts = [
    ...(goal?.ratio === undefined ? [] : [`≤ ${goal.ratio.toFixed(2)} ×`]),
    ...(goal?.p99 === undefined ? [] : [`p99 ≤ ${goal.p99} ms`]),
  ];
  return parts.length === 0 ? '–' : parts.join(', ');
}

function duration(ms: number): string {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(2)} s`;
  return ms >= 1 ? `${ms.toPrecision(3)} ms` : `${(ms * 1_000).toPrecision(3)} µs`;
}

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
