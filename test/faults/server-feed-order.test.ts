/** Order of number is order of commit (DESIGN §7), on two servers and one PostgreSQL. PGlite has one connection and hides it. */
import { setTimeout } from 'node:timers/promises';
import { Client as Connection } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../../src-server/log.ts';
import { type RunningServer, startServer } from '../../src-server/start.ts';
import { routes } from '../../src-shared/sync/protocol.ts';
import { type Client, createClient, enrolled } from '../integration/server/client.ts';
import { type House, openHouse } from '../integration/server/house.ts';
import { openLine } from '../integration/server/living.ts';

let house: House;
let second: RunningServer;
let clients: Client[];

beforeAll(async () => {
  house = await openHouse('postgres');
  const options = { dataDir: house.dataDir, port: 0, database: house.database };
  second = await startServer(options, createLog('silent'), { now: house.now });
  clients = [house.client(), createClient(second)];
});
afterAll(async () => {
  await clients[1]?.close();
  await second?.stop();
  await house?.close();
});

const terminal = async () => enrolled(house.client(), await house.code());

describe('the feed of a property', () => {
  it('shows nothing of a number before every smaller one is committed', async () => {
    const device = await terminal();
    const { cursor } = (await house.client().pull(device, 0)).end;
    const other = new Connection(house.database);
    await other.connect();
    try {
      // Another writer has taken the next number and does not come to its commit.
      await other.query('begin');
      await other.query("select set_config('keyrack.property', $1, true)", [device.propertyId]);
      const row = { ...house.hotel.rooms[0], status: 'dirty' };
      await other.query('select last_seq from property where property_id = $1 for no key update', [device.propertyId]);
      await other.query('update entity_row set seq = $1, "row" = $2 where id = $3', [cursor + 1, row, row.id]);
      await other.query('update property set last_seq = $1 where property_id = $2', [cursor + 1, device.propertyId]);
      let answered = false;
      const pushing = house
        .client()
        .push(device, [house.addition()])
        .finally(() => {
          answered = true;
        });
      await setTimeout(300);
      expect(answered).toBe(false);
      for (const client of clients) expect((await client.pull(device, cursor)).end.count).toBe(0);
      await other.query('commit');
      expect(await pushing).toMatchObject([{ status: 'applied', seq: cursor + 2 }]);
      const seqs = (await house.client().pull(device, cursor)).puts.map(({ seq }) => seq);
      expect(seqs).toEqual([cursor + 1, cursor + 2]);
    } finally {
      await other.end();
    }
  });

  it('loses no row for pullers who follow it while eight terminals push through two servers', async () => {
    const devices = await Promise.all(Array.from({ length: 8 }, terminal));
    const [reader] = devices;
    if (reader === undefined) throw new Error('no terminal');
    const start = (await house.client().pull(reader, 0)).end.cursor;
    let writing = true;
    const follow = async (client: Client) => {
      const seen: string[] = [];
      for (let after = start; ; ) {
        const last = !writing;
        const { puts, end } = await client.pull(reader, after, 7);
        seen.push(...puts.map(({ row }) => row.id));
        after = end.cursor;
        if (last && !end.more) return seen;
      }
    };
    const write = async (index: number) => {
      const written: string[] = [];
      for (let round = 0; round < 12; round++) {
        const batch = Array.from({ length: 1 + (index % 3) }, () => house.addition());
        await clients[(index + round) % 2]?.push(devices[index] ?? reader, batch);
        written.push(...batch.map(({ note }) => note.id));
      }
      return written;
    };
    const following = clients.map(follow);
    const written = (await Promise.all(devices.map((_, index) => write(index)))).flat();
    writing = false;
    for (const seen of await Promise.all(following)) expect(seen.toSorted()).toEqual(written.toSorted());
  });

  it('is announced to who listens at another server than the one that took it, also after the line between them was cut', async () => {
    const device = await terminal();
    const { cursor } = (await house.client().pull(device, 0)).end;
    const line = openLine(second, device);
    await line.until(cursor);
    await house.client().push(device, [house.addition()]);
    await line.until(cursor + 1);

    const admin = new Connection(house.database);
    await admin.connect();
    try {
      const { rowCount } = await admin.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'keyrack-announcements'",
      );
      expect(rowCount).toBeGreaterThan(0);
    } finally {
      await admin.end();
    }
    // Nobody hears this one; it is told when the two are connected again.
    await house.client().push(device, [house.addition()]);
    await line.until(cursor + 2);
    await house.client().push(device, [house.addition()]);
    await line.until(cursor + 3);
  });

  it('is asked for again later, and not a failure, while every connection to the database is taken', async () => {
    const device = await terminal();
    const other = new Connection(house.database);
    await other.connect();
    const ask = () => house.client().ask(`${routes.changes(device.propertyId)}?after=0&classes=`, { as: device });
    try {
      await other.query('begin');
      await other.query("select set_config('keyrack.property', $1, true)", [device.propertyId]);
      await other.query('select last_seq from property where property_id = $1 for no key update', [device.propertyId]);
      const pushing = Array.from({ length: 10 }, () => house.client().push(device, [house.addition()]));
      // Each of them has a connection, and waits in the database for the lock.
      const waiting = async () => {
        // Within a transaction it would go on showing what it showed first.
        await other.query('select pg_stat_clear_snapshot()');
        const { rowCount } = await other.query("select from pg_stat_activity where wait_event_type = 'Lock'");
        return rowCount;
      };
      await expect.poll(waiting, { timeout: 20_000 }).toBe(10);
      const refused = await ask();
      expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
      expect(refused.json()).toMatchObject({ error: { code: 'busy' } });
      await other.query('commit');
      for (const [result] of await Promise.all(pushing)) expect(result?.status).toBe('applied');
      expect((await ask()).status).toBe(200);
    } finally {
      await other.end();
    }
  });
});
