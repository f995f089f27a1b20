/** kill -9 in the middle of the roll: the day was closed or it was not, and in the end the server has posted each night once. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openCache } from '../../src-main/store/open.ts';
import { dayAfter } from '../../src-shared/folio/night.ts';
import type { Entity } from '../../src-shared/model/entities.ts';
import { BusinessDate } from '../../src-shared/model/ids.ts';
import { OPERATIONS_PER_PUSH, type PutLine } from '../../src-shared/sync/protocol.ts';
import { enrolled, type Terminal } from '../integration/server/client.ts';
import { type House, openHouse } from '../integration/server/house.ts';
import { testFolder } from '../integration/store/builders.ts';

const KILLS = 6;
const WRITER = fileURLToPath(new URL('./roll-writer.ts', import.meta.url));

let house: House;
let device: Terminal;
beforeAll(async () => {
  house = await openHouse('embedded');
  device = await enrolled(house.client(), await house.code());
});
afterAll(() => house.close());

/** Days that a writer said it had closed before it was killed, `afterMs` after it began. */
function closeAndDie(file: string, key: Buffer, afterMs: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const auditor = house.employee('night-auditor').id;
    const child = spawn(process.execPath, [WRITER, file, key.toString('hex'), auditor], {
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
      if (signal === 'SIGKILL') resolve(said.split('\n').slice(1, -1));
      else reject(new Error(`the writer ended by itself: ${complaint}`));
    });
  });
}

async function rows(): Promise<{ puts: PutLine[]; cursor: number }> {
  const puts: PutLine[] = [];
  let cursor = 0;
  for (let more = true; more; ) {
    const pulled = await house.client().pull(device, cursor);
    puts.push(...pulled.puts);
    ({ cursor, more } = pulled.end);
  }
  return { puts, cursor };
}

it(`${KILLS} kills in the roll leave every night posted once, here and on the server`, {
  timeout: 240_000,
}, async () => {
  const [file, key] = [join(testFolder(), 'cache.db'), randomBytes(32)];
  const reopen = () => {
    const opened = openCache({ file, key });
    if (!opened.ok) throw new Error(opened.problem);
    return opened.value;
  };
  let cache = reopen();
  const first = await rows();
  cache.applyPuts(first.puts, first.cursor);
  const inHouse = cache.stays.inHouse().map(({ stayId }) => stayId);
  cache.close();
  const begun = house.hotel.property.businessDate;
  const closed = new Set<string>();
  for (let kill = 0; kill < KILLS; kill++) {
    for (const day of await closeAndDie(file, key, (kill * 7) % 40)) closed.add(day);
    cache = reopen();
    const rolls = cache.outbox.queued(1e6).flatMap((one) => (one.kind === 'businessDate.roll' ? [one] : []));
    // One after the other without a gap, and the day that is open is the one behind the last.
    let open = begun;
    for (const { from, to } of rolls) {
      expect(from).toBe(open);
      open = to;
    }
    expect(cache.property.get()?.businessDate).toBe(open);
    for (const day of closed) expect(rolls.map(({ from }) => from as string)).toContain(day);
    // Every closed day has its whole night, and the open one nothing of it.
    for (const stayId of inHouse) {
      const nights = cache.postings.ofStay(stayId).filter(({ item }) => item === 'night');
      expect(nights.map(({ businessDate }) => businessDate)).toEqual(rolls.map(({ from }) => from));
    }
    cache.close();
  }
  expect(closed.size).toBeGreaterThan(KILLS);

  cache = reopen();
  const operations = cache.outbox.queued(1e6);
  // What was on its way when the line broke is sent again.
  for (const _ of ['once', 'again'])
    for (let start = 0; start < operations.length; start += OPERATIONS_PER_PUSH) {
      const batch = operations.slice(start, start + OPERATIONS_PER_PUSH);
      const results = await house.client().push(device, batch);
      expect(results.every(({ status }) => status !== 'refused')).toBe(true);
      cache.settleOperations(results);
    }
  const last = await rows();
  cache.applyPuts(last.puts, last.cursor);
  const posted = last.puts.flatMap((put) => (put.entity === 'posting' ? [put.row as Entity<'posting'>] : []));
  for (const stayId of inHouse) {
    const nights = posted.filter((line) => line.stayId === stayId && line.item === 'night');
    expect(nights).toHaveLength(operations.length);
    expect(cache.postings.balanceOf(stayId)).toBe(
      posted.filter((line) => line.stayId === stayId).reduce((sum, { amountMinor }) => sum + amountMinor, 0),
    );
  }
  const open = operations.reduce((day) => dayAfter(day), BusinessDate.parse(begun));
  expect(cache.property.get()?.businessDate).toBe(open);
  cache.close();
});
