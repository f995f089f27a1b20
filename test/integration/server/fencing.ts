import { type Kysely, sql } from 'kysely';
import { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { databaseOf } from '../../../src-server/start.ts';
import { type Database, openDatabase } from '../../../src-server/store/database.ts';
import type { Tables } from '../../../src-server/store/tables.ts';
import type { House } from './house.ts';

const OTHER = 'fenced-house';

export function fencing(house: () => House): void {
  /** The house's database with a second hotel in it, in the hand of a statement that forgot to say of which. */
  const behindTheFence = async (work: (database: Database) => Promise<void>) => {
    await house().pause();
    try {
      await using database = await openDatabase(databaseOf(house()));
      await sql`insert into property (property_id, last_seq) values (${OTHER}, 1) on conflict do nothing`.execute(
        database.of(OTHER),
      );
      await sql`
        insert into entity_row (property_id, entity, id, seq, "row") values (${OTHER}, 'guest', 'someone', 1, '{}'::jsonb)
        on conflict do nothing
      `.execute(database.of(OTHER));
      await work(database);
    } finally {
      await house().restart();
    }
  };
  const propertiesSeen = async (db: Kysely<Tables>) => {
    const { rows } = await sql<{ id: string }>`select distinct property_id as id from entity_row order by 1`.execute(
      db,
    );
    return rows.map(({ id }) => id);
  };

  describe('row-level security, where a statement forgets its property', () => {
    it('shows it the rows of the property it works for and no others, one statement or a transaction', async () => {
      const { property } = house().hotel;
      await behindTheFence(async ({ of, everywhere }) => {
        expect(await propertiesSeen(of(property.id))).toEqual([property.id]);
        expect(await propertiesSeen(of(OTHER))).toEqual([OTHER]);
        expect(await propertiesSeen(of('nobody'))).toEqual([]);
        // The fence's own word for all of them is not to be had by asking for it.
        expect(() => of('*')).toThrow(/name of none/);
        expect(await of(OTHER).transaction().execute(propertiesSeen)).toEqual([OTHER]);
        expect(await propertiesSeen(everywhere)).toEqual(expect.arrayContaining([property.id, OTHER]));
      });
    });

    it('changes and deletes no rows of another, and takes none for it', async () => {
      const { property } = house().hotel;
      await behindTheFence(async ({ of, everywhere }) => {
        const change = await sql`update entity_row set versions = '{}'::jsonb`.execute(of(OTHER));
        expect(change.numAffectedRows).toBe(1n);
        expect((await sql`delete from device`.execute(of(OTHER))).numAffectedRows).toBe(0n);
        const planted = sql`insert into entity_row (property_id, entity, id, seq, "row")
          values (${property.id}, 'guest', 'planted', 1000000, '{}'::jsonb)`;
        await expect(planted.execute(of(OTHER))).rejects.toThrow(/row-level security/);
        const moved = sql`update entity_row set property_id = ${property.id}, seq = 1000000`;
        await expect(moved.execute(of(OTHER))).rejects.toThrow(/row-level security/);
        const { rows } = await sql`select from entity_row where id in ('planted', 'someone')`.execute(everywhere);
        expect(rows).toHaveLength(1);
      });
    });

    it('is over with the transaction: whoever has the connection next has nothing of it', async () => {
      await behindTheFence(async ({ of }) => {
        await of(OTHER)
          .transaction()
          .execute(async (trx) => {
            await propertiesSeen(trx);
            throw new Error('undone');
          })
          .catch(() => undefined);
        // As many as there are connections, and one more.
        const seen = await Promise.all(Array.from({ length: 11 }, () => propertiesSeen(of('nobody'))));
        expect(new Set(seen.flat())).toEqual(new Set());
      });
    });

    it('holds for every table that has a property, for its owner too', async () => {
      await behindTheFence(async ({ everywhere }) => {
        const { rows } = await sql<{ name: string; fenced: boolean }>`
          select relname as name, relrowsecurity and relforcerowsecurity as fenced from pg_class
          join pg_attribute on attrelid = pg_class.oid and attname = 'property_id'
          where relkind = 'r' and relnamespace = current_schema()::regnamespace order by relname
        `.execute(everywhere);
        expect(rows.filter(({ fenced }) => !fenced)).toEqual([]);
        expect(rows).toHaveLength(10);
      });
    });

    it('shows nothing to who says no property at all', async () => {
      const { database } = house();
      // The embedded database has no connection but the server's own.
      if (database === undefined) return;
      const client = new Client(database);
      await client.connect();
      onTestFinished(() => client.end());
      expect((await client.query('select from entity_row')).rowCount).toBe(0);
      expect((await client.query('select from property')).rowCount).toBe(0);
      expect((await client.query('update device set revoked_at = 1')).rowCount).toBe(0);
    });

    it('takes no index away: who is in a room and what hangs on a guest are looked up, not searched for', async () => {
      const { property } = house().hotel;
      await behindTheFence(async ({ of }) => {
        const plan = (statement: ReturnType<typeof sql>) =>
          of(property.id)
            .transaction()
            .execute(async (trx) => {
              // Of few rows it would read all, indexes or not.
              await sql`select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)`.execute(
                trx,
              );
              const { rows } = await sql<{ 'QUERY PLAN': string }>`explain ${statement}`.execute(trx);
              return rows.map((row) => row['QUERY PLAN']).join('\n');
            });
        const inRoom = sql`select "row" from entity_row where property_id = ${property.id} and entity = 'stay'
          and room_id = ${'r'} and "row" ->> 'status' in ('in-house', 'reserved')`;
        expect(await plan(inRoom)).toMatch(/entity_row_room.*\n.*Index Cond: .*room_id/);
        const ofGuest = sql`select from entity_row where property_id = ${property.id} and entity in ('guestNote', 'conflict')
          and guest_id = ${'g'}`;
        expect(await plan(ofGuest)).toMatch(/entity_row_guest.*\n.*Index Cond: .*guest_id/);
        const about = sql`select from entity_row where property_id = ${property.id} and entity = 'conflict'
          and "row" ->> 'state' = 'open' and about_id = ${'a'}`;
        expect(await plan(about)).toMatch(/entity_row_conflict.*\n.*Index Cond: .*about_id/);
      });
    });
  });
}
