/** Every statement that the server's suite makes the server send, held to one property each (docs/operations.md, "Many hotels"). */
import { DefaultQueryCompiler } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Tables } from '../../../src-server/store/tables.ts';
import { findStrays, type Statement } from './one-property.ts';

/** All tables with rows of properties. */
const TABLES: { readonly [T in keyof Tables]: true } = {
  property: true,
  entity_row: true,
  operation: true,
  device: true,
  log_tree: true,
  log_entry: true,
  log_node: true,
  log_seal: true,
  founding_code: true,
  enrolment_code: true,
};
const NAMES: ReadonlySet<string> = new Set(Object.keys(TABLES));

/** What rightly asks all properties at once. Nothing of it is on the way of a terminal's daily work. */
const EVERYWHERE: readonly { readonly begins: string; readonly why: string }[] = [
  {
    begins: 'select "property_id", "code_sha256" from "enrolment_code" where "used_at" is null and "expires_at" > $1',
    why: 'an enrolment code does not say of which property it is: whoever types it is nobody yet',
  },
  {
    begins: 'select * from "founding_code" where "expires_at" > $1',
    why: 'a founding code says nothing either, and its property is not there yet',
  },
  {
    begins: 'select "property_id" as "id" from "property" order by "property_id"',
    why: 'which there are: the daily run that forgets then asks each by itself (store/forget.ts)',
  },
  {
    begins: 'select property_id as "propertyId", id as "guestId", ("row" ->> \'erasedAt\')::bigint as "erasedAt" from',
    why: 'at the start, before anybody is served: who was erased is erased again in every property (store/erasure.ts)',
  },
];

/** Begins to write down every statement that is made from here on, whichever database it goes to. */
export function collectStatements(): { statements(): Statement[]; stop(): void } {
  const compiler = DefaultQueryCompiler.prototype;
  const compile = compiler.compileQuery;
  const made = new Map<string, Statement>();
  // Not a spy of vitest's: those are put back after each test.
  compiler.compileQuery = function (...query) {
    const compiled = compile.apply(this, query);
    made.set(compiled.sql, compiled);
    return compiled;
  };
  return {
    /** Each text once. */
    statements: () => [...made.values()],
    stop: () => {
      compiler.compileQuery = compile;
    },
  };
}

export function sharding(statements: () => readonly Statement[]): void {
  describe('a statement of the server', () => {
    it('names its property for every table, so that it runs on one shard', () => {
      const made = statements();
      const touching = made.filter(({ sql }) => [...NAMES].some((name) => sql.includes(name)));
      // A whole run makes some fifty, one of a few tests fewer.
      expect(touching.length).toBeGreaterThan(10);
      const strays = touching.flatMap(({ sql, parameters }) => {
        const text = sql.replaceAll(/\s+/g, ' ').trim();
        if (EVERYWHERE.some(({ begins }) => text.startsWith(begins))) return [];
        return findStrays({ sql, parameters }, NAMES).map((stray) => `${stray}: ${text}`);
      });
      expect(strays).toEqual([]);
    });

    it.each([
      ['a read', 'select "row" from entity_row where entity = $1 and id = $2', ['a', 'b']],
      ['a change', 'update device set revoked_at = $1 where id = $2', [1, 'b']],
      ['a deletion', 'delete from operation where id = $1 or property_id = $2', ['a', 'b']],
      ['an addition', 'insert into device (id) values ($1)', ['a']],
      ['a copy', 'insert into device (property_id, id) select property_id, id from property', []],
      ['a join', 'select from device d join entity_row e on e.id = d.id where d.property_id = $1', ['a']],
      ['a query within', 'select from device where property_id = $1 and id in (select id from operation)', ['a']],
      ['a common table', 'with w as (select id from entity_row) select from w', []],
      ['two in one', 'select from device where property_id = $1 union select from operation where id = $2', ['a', 'b']],
      [
        'two properties',
        'select from device, operation where device.property_id = $1 and operation.property_id = $2',
        ['a', 'b'],
      ],
    ])('%s that forgets it is found by this very test', (_what, sql, parameters) => {
      expect(findStrays({ sql, parameters }, NAMES)).not.toEqual([]);
    });
  });
}
