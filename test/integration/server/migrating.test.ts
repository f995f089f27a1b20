/** A database of an earlier release, on both kinds: its rows become what terminals of this one take. */
import { randomBytes } from 'node:crypto';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { generateHotel } from '../../../scripts/demo/hotel.ts';
import { makeClassGrant } from '../../../src-main/vault/class-grant.ts';
import { generateEmployeeKeys } from '../../../src-main/vault/employee-keys.ts';
import { openDatabase } from '../../../src-server/store/database.ts';
import { readFeed } from '../../../src-server/store/feed.ts';
import { migrate } from '../../../src-server/store/migrations.ts';
import type { Tables } from '../../../src-server/store/tables.ts';
import { ClassGrant, Employee, EmployeeId, GrantId, Property } from '../../../src-shared/model/index.ts';
import { employee } from '../store/builders.ts';
import { DATABASES, type DatabaseKind, SMALL } from './house.ts';
import { startPostgres } from './postgres.ts';

/** As the server sees it when it sees every property. */
const OPEN: { readonly [K in DatabaseKind]: (closing: AsyncDisposableStack) => Promise<Kysely<Tables>> } = {
  embedded: async (closing) => {
    const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite: new PGlite() }) });
    closing.defer(() => db.destroy());
    return db;
  },
  postgres: async (closing) => {
    const postgres = await startPostgres();
    closing.defer(() => postgres.stop());
    const config = { kind: 'postgres', url: await postgres.createDatabase(), dataDir: '' } as const;
    return closing.use(await openDatabase(config, { schema: 'as-it-is' })).everywhere;
  },
};

describe.each(DATABASES)('a database of the first form, on %s', (kind) => {
  it('gets rows that narrow nothing for a quarter, under new numbers, so that every terminal has them', async () => {
    await using closing = new AsyncDisposableStack();
    const db = await OPEN[kind](closing);
    await migrate(db, '0001-first-form');
    const { property, rooms } = generateHotel(SMALL);
    const { policyVersion: _version, ...oldProperty } = property;
    const { propertyId: _p, shifts: _s, trainedUntil: _t, policyAcknowledged: _a, ...oldEmployee } = employee(1);
    const [room] = rooms;
    const put = (entity: string, id: string | undefined, seq: number, row: unknown) =>
      sql`insert into entity_row values (${property.id}, ${entity}, ${id}, ${seq}, ${JSON.stringify(row)}::jsonb)`.execute(
        db,
      );
    await sql`insert into property values (${property.id}, 3), ('empty-house', 0)`.execute(db);
    await put('property', property.id, 1, oldProperty);
    await put('employee', oldEmployee.id, 2, oldEmployee);
    await put('room', room?.id, 3, room);

    await migrate(db);
    const { rows } = await readFeed(db, { get: () => null }, property.id, 0, 10);
    expect(rows.map(({ seq, entity }) => [Number(seq), entity])).toEqual([
      [3, 'room'],
      [4, 'property'],
      [5, 'employee'],
    ]);
    const [, hotel, person] = rows.map(({ json }) => JSON.parse(json));
    expect(Property.parse(hotel)).toEqual({ ...property, policyVersion: 0 });
    const { trainedUntil, ...rest } = Employee.parse(person);
    expect(rest).toEqual({
      ...oldEmployee,
      id: EmployeeId.parse(oldEmployee.id),
      propertyId: property.id,
      shifts: [{ begins: '00:00', ends: '00:00' }],
      policyAcknowledged: 0,
    });
    const days = (Date.parse(trainedUntil) - Date.now()) / 86_400_000;
    expect(Math.abs(days - 90)).toBeLessThan(2);
    const { rows: counted } = await sql<{
      last_seq: number;
    }>`select last_seq from property order by property_id`.execute(db);
    expect(counted.map((row) => Number(row.last_seq))).toEqual([0, 5]);
  });
});

describe.each(DATABASES)('a database whose grants do not name the key they are sealed to, on %s', (kind) => {
  it('gets grants that name the key their holder has, under new numbers, and is left as it is by a hotel without any', async () => {
    await using closing = new AsyncDisposableStack();
    const db = await OPEN[kind](closing);
    await migrate(db, '0004-founding');
    const { property } = generateHotel(SMALL);
    const person = employee(1);
    const { sealingKey: _, ...oldGrant } = await makeClassGrant({
      id: GrantId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ9'),
      propertyId: property.id,
      classKey: { class: 'payment', epoch: 1, key: randomBytes(32) },
      scope: 'see',
      to: { id: person.id, sealingKey: generateEmployeeKeys().publicKeys.sealingKey },
      by: { id: person.id, signing: generateEmployeeKeys().privateKeys.signing },
      at: 1_773_000_000_000,
    });
    const put = (entity: string, id: string, seq: number, row: unknown) =>
      sql`insert into entity_row values (${property.id}, ${entity}, ${id}, ${seq}, ${JSON.stringify(row)}::jsonb)`.execute(
        db,
      );
    await sql`insert into property values (${property.id}, 2), ('empty-house', 7)`.execute(db);
    await put('classGrant', oldGrant.id, 1, oldGrant);
    await put('employee', person.id, 2, person);

    await migrate(db);
    const { rows } = await readFeed(db, { get: () => null }, property.id, 0, 10);
    expect(rows.map(({ seq, entity }) => [Number(seq), entity])).toEqual([
      [2, 'employee'],
      [3, 'classGrant'],
    ]);
    expect(ClassGrant.parse(JSON.parse(rows[1]?.json ?? ''))).toEqual({ ...oldGrant, sealingKey: person.sealingKey });
    const { rows: counted } = await sql<{
      last_seq: number;
    }>`select last_seq from property order by property_id`.execute(db);
    expect(counted.map((row) => Number(row.last_seq))).toEqual([7, 3]);
  });
});
