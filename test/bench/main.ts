/** Measures the product against its counterparts and says which goals it meets. It judges nobody by the clock: it never fails on a time. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { measureAccessLog } from './access-log.ts';
import { measureCache } from './cache.ts';
import { measureDesk } from './desk.ts';
import { type HotelFiles, makeHotelFiles } from './hotel-files.ts';
import { productSettings, type Settings } from './plain-file.ts';
import { asMarkdown, asText, type Section, type Versions } from './report.ts';
import { measureSealedSearch } from './sealed-search.ts';
import { measureIndex, measureSearch } from './search.ts';
import { measureSync } from './sync.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const DOCS = join(ROOT, 'docs', 'benchmarks.md');
const SMALL = 20_000;
const LARGE = 1_000_000;
const NEEDED_BYTES = { quick: 1e9, whole: 6e9 } as const;

const flag = { type: 'boolean', default: false } as const;
/** `--sync` measures terminals and server alone, and leaves the page as it is. */
const { quick, sync } = parseArgs({ options: { quick: flag, sync: flag } }).values;

// Beside the project, not in the temporary folder, which may be memory: a commit must reach a disk.
mkdirSync(join(ROOT, 'out'), { recursive: true });
const folder = mkdtempSync(join(ROOT, 'out', 'bench-'));
const cleanUp = () => rmSync(folder, { recursive: true, force: true });
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    cleanUp();
    process.exit(1);
  });
}
try {
  const { bavail, bsize } = statfsSync(folder);
  const needed = NEEDED_BYTES[quick ? 'quick' : 'whole'];
  if (bavail * bsize < needed) {
    console.error(`The benchmark needs ${needed / 1e9} GB of free disk; try --quick, or make room.`);
    process.exitCode = 1;
  } else {
    await measureAll();
  }
} finally {
  cleanUp();
}

async function measureAll(): Promise<void> {
  const load = loadavg()[0] ?? 0;
  const settings = productSettings(folder);
  if (sync) {
    console.log(asText([await measureTerminals(settings)]));
    return;
  }
  const sections = [
    ...(await measureHotel(SMALL, settings)),
    ...(quick ? [] : await measureHotel(LARGE, settings)),
    await measureLog(settings),
    await measureTerminals(settings),
  ];
  console.log(asText(sections));
  if (quick) {
    console.log(`\nA quick run: ${DOCS} is left as it is.`);
    return;
  }
  mkdirSync(dirname(DOCS), { recursive: true });
  writeFileSync(DOCS, asMarkdown(sections, { on: new Date(), versions: versions(), load }));
  console.log(`\nWritten to ${DOCS}.`);
}

/** Everything about one hotel; what does not depend on the size is measured on the one that is loaded last. */
async function measureHotel(guests: number, settings: Settings): Promise<Section[]> {
  const size = `${guests.toLocaleString('en')} guests`;
  say(`Loading ${size} …`);
  const hotel = await makeHotelFiles(folder, guests, settings);
  try {
    say(`Searching ${size} …`);
    const search: Section = { title: `Search, ${size}`, rows: await measureSearch(hotel), notes: [] };
    const sections: Section[] = [search];
    say('Searching by sealed numbers …');
    const { rows, bytes } = await measureSealedSearch(hotel, folder);
    sections.push({
      title: `Search by sealed numbers, ${size}`,
      rows,
      notes: [`Size of the blind indexes of document and card: ${megabytes(bytes)}.`],
    });
    if (guests === SMALL) {
      say('Index …');
      const { row, size: index } = await measureIndex(hotel, folder);
      const ratio = (index.product / index.trigram).toFixed(2);
      sections.push({
        title: 'Search index',
        rows: [row],
        notes: [
          `Size of the index: ${megabytes(index.product)}, of the plain trigram ${megabytes(index.trigram)}: ${ratio} × (goal ≤ 1.30 ×).`,
          'The trigram finds neither two characters nor pinyin; it is the index there would be for nothing.',
        ],
      });
    }
    if (guests === LARGE || quick) {
      say('Reading, writing, opening …');
      sections.push({ title: `Cache, ${size}`, rows: await measureCache(hotel, folder), notes: [describeLoad(hotel)] });
      say('Revealing, unlocking …');
      sections.push({ title: `Desk, ${size} in the cache`, rows: await measureDesk(hotel, folder), notes: [] });
    }
    return sections;
  } finally {
    hotel.close();
  }
}

async function measureLog(settings: Settings): Promise<Section> {
  say('Access log …');
  return {
    title: 'Access log',
    rows: await measureAccessLog(folder, settings, quick ? 20_000 : 200_000),
    notes: ['A batched append does not exist yet, and is not measured.'],
  };
}

async function measureTerminals(settings: Settings): Promise<Section> {
  say('Terminals and server …');
  const size = quick ? { guests: 2_000, terminals: 100, syncs: 1 } : { guests: 40_000, terminals: 1_000, syncs: 1 };
  return measureSync(folder, settings, size);
}

function describeLoad({ loaded: { product, plain } }: HotelFiles): string {
  const rate = (product.rows / product.applied) * 1_000;
  return (
    `Loaded by \`applyPuts\`, both files at the same time: ${product.rows.toLocaleString('en')} rows in ${seconds(product.applied)} ` +
    `(${Math.round(rate).toLocaleString('en')} a second), the plain file in ${seconds(plain.applied)}: ` +
    `${(product.applied / plain.applied).toFixed(2)} ×. Size ${megabytes(product.bytes)} and ${megabytes(plain.bytes)}.`
  );
}

function versions(): Versions {
  const versionOf = (name: string) =>
    z
      .object({ version: z.string() })
      .parse(JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8'))).version;
  const db = new Database(':memory:');
  const sqlite = z.string().parse(db.prepare('SELECT sqlite_version()').pluck().get());
  db.close();
  return {
    node: process.versions.node,
    sqlite,
    betterSqlite3: versionOf('better-sqlite3'),
    argon2: versionOf('@node-rs/argon2'),
  };
}

function say(text: string): void {
  console.log(text);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
