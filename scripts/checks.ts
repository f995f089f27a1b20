/**
 * Every check of the project: types beside lint, dependency rules and dead code; then unit, integration and fault tests,
 * then the story in the real window. Ends with one line of counts; leaves no process behind.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { startDesktop } from './desktop.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SOURCES = ['src-shared', 'src-main', 'src-renderer', 'src-server', 'test', 'scripts'];
const bin = (name: string) => join(ROOT, 'node_modules', '.bin', name);

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const VitestReport = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
});
const PlaywrightReport = z.object({
  stats: z.object({ expected: z.int(), unexpected: z.int(), flaky: z.int(), skipped: z.int() }),
});

/** Where Linux has its memory as a file system: thousands of commits wait for no disk there. They are asked for all the same. */
const MEMORY = '/dev/shm';
const MEMORY_NEEDED = 4 * 2 ** 30;

const scratch = mkdtempSync(join(inMemory() ? MEMORY : tmpdir(), 'keyrack-checks-'));
// The tests' PostgreSQL is another user's: it may pass through to its folder.
chmodSync(scratch, 0o711);
const desktop = await startDesktop(join(scratch, 'desktop'), 'own');
const env = { ...desktop.env, PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`, TMPDIR: scratch };
const total: Counts = { passed: 0, failed: 0, skipped: 0 };
const add = (counts: Partial<Counts>) => {
  total.passed += counts.passed ?? 0;
  total.failed += counts.failed ?? 0;
  total.skipped += counts.skipped ?? 0;
};

try {
  const types = single('types', bin('tsc'), ['-p', '.']);
  const others = async () => {
    await single('format and lint', bin('biome'), ['check', '--error-on-warnings', '.']);
    await single('dependency rules', bin('depcruise'), ['--config', 'dependency-rules.config.mjs', ...SOURCES]);
    await single('dead code', bin('knip'), []);
  };
  await Promise.all([types, others()]);
  add(await vitest());
  add(await playwright());
} finally {
  await desktop.stop();
  rmSync(scratch, { recursive: true, force: true });
}
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

/** A check that is one test: it passes or it fails. */
async function single(name: string, program: string, args: readonly string[]): Promise<void> {
  const { code, said } = await listenTo(program, args);
  heading(name);
  process.stdout.write(said);
  add(code === 0 ? { passed: 1 } : { failed: 1 });
}

async function vitest(): Promise<Counts> {
  heading('unit, integration and fault tests');
  const report = join(scratch, 'vitest.json');
  const ok = await run(bin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
  const parsed = readReport(report, VitestReport);
  if (parsed === null) return { passed: 0, failed: 1, skipped: 0 };
  const failed = Math.max(parsed.numFailedTests, ok ? 0 : 1);
  return { passed: parsed.numPassedTests, failed, skipped: parsed.numPendingTests + parsed.numTodoTests };
}

async function playwright(): Promise<Counts> {
  heading('the story in the real window');
  const report = join(scratch, 'playwright.json');
  const ok = await run(bin('playwright'), ['test', '--config', 'playwright.config.ts'], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
  });
  const parsed = readReport(report, PlaywrightReport);
  if (parsed === null) return { passed: 0, failed: 1, skipped: 0 };
  const { expected, unexpected, flaky, skipped } = parsed.stats;
  return { passed: expected, failed: Math.max(unexpected + flaky, ok ? 0 : 1), skipped };
}

async function run(program: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<boolean> {
  const child = spawn(program, args, { cwd: ROOT, stdio: 'inherit', env: { ...env, ...more } });
  const [code] = await once(child, 'close');
  return code === 0;
}

/** Runs a program; what it says is kept until its end, since others run beside it. */
async function listenTo(program: string, args: readonly string[]) {
  const child = spawn(program, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes) => {
      said += String(bytes);
    });
  }
  const [code] = await once(child, 'close');
  return { code: code as number | null, said };
}

function inMemory(): boolean {
  if (!existsSync(MEMORY)) return false;
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize >= MEMORY_NEEDED;
}

function readReport<T extends z.ZodType>(file: string, schema: T): z.output<T> | null {
  if (!existsSync(file)) return null;
  const parsed = schema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  return parsed.success ? parsed.data : null;
}

function heading(text: string): void {
  process.stdout.write(`\n— ${text}\n`);
}
