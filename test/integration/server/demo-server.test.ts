/** The demo hotel on its server, as `npm start` has it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type DemoServerOptions, startDemoServer } from '../../../scripts/demo/serve.ts';
import { createLog } from '../../../src-server/log.ts';
import { BusinessDate } from '../../../src-shared/model/ids.ts';
import { createClient, enrolled } from './client.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'keyrack-demo-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const start = (change: Partial<DemoServerOptions> = {}) =>
  startDemoServer({
    dataDir,
    seed: 1,
    businessDate: BusinessDate.parse('2026-03-14'),
    // A quarter of what `npm start` has: more pages than one.
    guests: 5_000,
    log: createLog('silent'),
    ...change,
  });

describe('the demo server', () => {
  it('founds 200 rooms and its guests, what the desk needs today on the first page', {
    timeout: 180_000,
  }, async () => {
    const server = await start();
    const client = createClient(server);
    try {
      const terminal = await enrolled(client, await server.enrolmentCode());
      const counts = new Map<string, number>();
      let today: readonly string[] | null = null;
      for (let after = 0; ; ) {
        const { puts, end } = await client.pull(terminal, after);
        for (const { entity } of puts) counts.set(entity, (counts.get(entity) ?? 0) + 1);
        today ??= puts.flatMap((put) =>
          put.entity === 'stay' && put.row.status !== 'departed' ? [put.row.status] : [],
        );
        after = end.cursor;
        if (!end.more) break;
      }
      expect(Object.fromEntries(counts)).toMatchObject({
        property: 1,
        room: 200,
        guest: 5_000,
        employee: 8,
        device: 1,
      });
      expect(counts.get('stay')).toBeGreaterThan(7_500);
      expect(today?.filter((status) => status === 'in-house')).toHaveLength(120);
    } finally {
      await client.close();
      await server.stop();
    }
  });

  it('finds its hotel again, with the people who were founded', async () => {
    const server = await start({ businessDate: BusinessDate.parse('2026-03-15') });
    const { rows } = await server.store.readFeed((await enrolAt(server)).propertyId, 0, 2_000);
    const property = rows.find(({ entity }) => entity === 'property');
    expect(JSON.parse(property?.json ?? '')).toMatchObject({ businessDate: '2026-03-14' });
    const employees = rows.flatMap(({ entity, json }) => (entity === 'employee' ? [JSON.parse(json).id] : []));
    expect(employees).toEqual(server.staff.map(({ id }) => id));
    await server.stop();
  });

  it('refuses a hotel of another seed, whose second factors would not fit', async () => {
    await expect(start({ seed: 2 })).rejects.toThrow(/another seed/);
    // And lets go of it.
    await (await start()).stop();
  });
});

async function enrolAt(server: Awaited<ReturnType<typeof start>>) {
  const client = createClient(server);
  try {
    return await enrolled(client, await server.enrolmentCode());
  } finally {
    await client.close();
  }
}
