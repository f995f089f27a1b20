/** kill -9 at any moment: what was acknowledged is there, what was not is whole or absent (DESIGN §13). */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openCache } from '../../src-main/store/open.ts';
import { GuestId } from '../../src-shared/model/ids.ts';
import { NoteAddition } from '../../src-shared/sync/protocol.ts';
import { testFolder } from '../integration/store/builders.ts';

const KILLS = 15;
const WRITER = fileURLToPath(new URL('./store-writer.ts', import.meta.url));
const about = GuestId.parse(`01${'1'.padStart(24, '0')}`);

/** Lines that a writer said before it was killed, `afterMs` after it began to write. */
function writeAndDie(file: string, key: Buffer, from: number, afterMs: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [WRITER, file, key.toString('hex'), String(from)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    let complaint = '';
    child.stderr.on('data', (bytes) => {
      complaint += String(bytes);
    });
    child.stdout.on('data', (bytes) => {
      if (said === '') setTimeout(() => child.kill('SIGKILL'), afterMs);
      said += String(bytes);
    });
    child.on('close', (_code, signal) => {
      // A line that was cut was not read by anybody.
      if (signal === 'SIGKILL') resolve(said.split('\n').slice(1, -1));
      else reject(new Error(`the writer ended by itself: ${complaint}`));
    });
  });
}

it(`${KILLS} kills lose no note and no outbox entry`, {
  timeout: 120_000,
}, async () => {
  const file = join(testFolder(), 'cache.db');
  const key = randomBytes(32);
  const notes = new Set<string>();
  let next = 1;
  for (let kill = 0; kill < KILLS; kill++) {
    const lines = await writeAndDie(file, key, next, (kill * 37) % 60);
    for (const line of lines) if (line.startsWith('note ')) notes.add(line);
    const opened = openCache({ file, key });
    if (!opened.ok) throw new Error(`after kill ${kill}: ${opened.problem}`);
    const cache = opened.value;
    const queued = cache.outbox.queued(1e9).map((operation) => NoteAddition.parse(operation));
    const texts = new Set(queued.map(({ note }) => note.text));
    for (const text of notes) expect(texts, `after kill ${kill}`).toContain(text);
    // A note and its outbox entry live and die together; the list shows the newest hundred.
    const shown = cache.notes.forGuest(about).map(({ text }) => text);
    expect(shown).toEqual(
      queued
        .slice(-100)
        .reverse()
        .map(({ note }) => note.text),
    );
    next = queued.length + 1;
    cache.close();
  }
  expect(notes.size).toBeGreaterThan(KILLS);
});
