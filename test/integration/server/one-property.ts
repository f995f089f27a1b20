/**
 * Reads a statement as PostgreSQL's own parser does, and tells what in it is not held to one property: each table of ours must have its
 * property_id set equal to a parameter, straight or through a table that has. Such a statement runs on one shard.
 */
import { loadModule, parseSync } from 'libpg-query';
import { z } from 'zod';

await loadModule();

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

type Tree = { readonly [key: string]: unknown };
/** One query of a statement: what it reads or writes, and which columns it says are equal. */
interface Level {
  readonly tables: { readonly alias: string; readonly isOurs: boolean }[];
  readonly equal: (readonly [string, string])[];
}

const Name = z.looseObject({ String: z.looseObject({ sval: z.string() }) }).transform((node) => node.String.sval);
const Column = z.looseObject({ ColumnRef: z.looseObject({ fields: z.array(Name) }) });
const Parameter = z.looseObject({ ParamRef: z.looseObject({ number: z.int() }) });
const Equality = z.looseObject({
  A_Expr: z.looseObject({ kind: z.literal('AEXPR_OP'), name: z.tuple([Name]), lexpr: z.unknown(), rexpr: z.unknown() }),
});
const And = z.looseObject({ BoolExpr: z.looseObject({ boolop: z.literal('AND_EXPR'), args: z.array(z.unknown()) }) });
const Cast = z.looseObject({ TypeCast: z.looseObject({ arg: z.unknown() }) });
const Relation = z.looseObject({
  relname: z.string(),
  alias: z.looseObject({ aliasname: z.string() }).optional(),
});
const Join = z.looseObject({
  JoinExpr: z.looseObject({
    larg: z.unknown(),
    rarg: z.unknown(),
    quals: z.unknown().optional(),
    usingClause: z.array(Name).default([]),
  }),
});

/** @returns what is wrong, in words; nothing for a statement that touches no table of ours, or one property alone */
export function findStrays({ sql, parameters }: Statement, tables: ReadonlySet<string>): string[] {
  const strays: string[] = [];
  const named = new Set<number>();
  const check = (node: unknown): void => {
    if (Array.isArray(node)) for (const part of node) check(part);
    if (!isTree(node)) return;
    for (const [kind, part] of Object.entries(node)) {
      if (isTree(part)) {
        const level = kind === 'InsertStmt' ? null : levelOf(kind, part, tables);
        if (level !== null) strays.push(...unbound(level, named));
        if (kind === 'InsertStmt') strays.push(...unplaced(part, tables, named));
      }
      check(part);
    }
  };
  check(parseSync(sql));
  const properties = new Set([...named].map((number) => parameters[number - 1]));
  if (properties.size > 1) strays.push('names more than one property');
  return strays;
}

/** A set operation has its two queries straight in it, under these names. */
const QUERIES = ['SelectStmt', 'UpdateStmt', 'DeleteStmt', 'larg', 'rarg'];

function levelOf(kind: string, query: Tree, tables: ReadonlySet<string>): Level | null {
  const isQuery = QUERIES.includes(kind) && ('fromClause' in query || 'whereClause' in query || 'relation' in query);
  if (!isQuery) return null;
  const level: Level = { tables: [], equal: [] };
  if ('relation' in query) addRelation(level, query['relation'], tables);
  for (const source of asList(query['fromClause']).concat(asList(query['usingClause']))) {
    addSource(level, source, tables);
  }
  addEqualities(level, query['whereClause']);
  return level;
}

function addRelation(level: Level, node: unknown, tables: ReadonlySet<string>): void {
  const relation = Relation.parse(node);
  const alias = relation.alias?.aliasname ?? relation.relname;
  level.tables.push({ alias, isOurs: tables.has(relation.relname) });
}

function addSource(level: Level, source: unknown, tables: ReadonlySet<string>): void {
  if (!isTree(source)) return;
  if ('RangeVar' in source) addRelation(level, source['RangeVar'], tables);
  const join = Join.safeParse(source);
  if (!join.success) return;
  const { larg, rarg, quals, usingClause } = join.data.JoinExpr;
  const before = level.tables.length;
  addSource(level, larg, tables);
  addSource(level, rarg, tables);
  if (usingClause.includes('property_id')) {
    const [first, ...rest] = level.tables.slice(before);
    for (const { alias } of rest) level.equal.push([`${first?.alias}.property_id`, `${alias}.property_id`]);
  }
  addEqualities(level, quals);
}

function addEqualities(level: Level, condition: unknown): void {
  const and = And.safeParse(condition);
  if (and.success) for (const part of and.data.BoolExpr.args) addEqualities(level, part);
  const equality = Equality.safeParse(condition);
  if (!equality.success || equality.data.A_Expr.name[0] !== '=') return;
  const [left, right] = [equality.data.A_Expr.lexpr, equality.data.A_Expr.rexpr].map((side) => termOf(side, level));
  if (left !== undefined && right !== undefined) level.equal.push([left, right]);
}

/** A column with its table, or a parameter; undefined for anything else. */
function termOf(node: unknown, level: Level): string | undefined {
  const cast = Cast.safeParse(node);
  if (cast.success) return termOf(cast.data.TypeCast.arg, level);
  const parameter = Parameter.safeParse(node);
  if (parameter.success) return `$${parameter.data.ParamRef.number}`;
  const column = Column.safeParse(node);
  if (!column.success) return undefined;
  const fields = column.data.ColumnRef.fields;
  const ours = level.tables.filter(({ isOurs }) => isOurs);
  // A bare name is that of the one table which has it.
  return fields.length > 1 ? fields.slice(-2).join('.') : `${ours.length === 1 ? ours[0]?.alias : '?'}.${fields[0]}`;
}

function unbound({ tables, equal }: Level, named: Set<number>): string[] {
  return tables
    .filter(({ isOurs }) => isOurs)
    .flatMap(({ alias }) => {
      const reached = new Set([`${alias}.property_id`]);
      for (let size = 0; size < reached.size; ) {
        size = reached.size;
        for (const [one, other] of equal) {
          if (reached.has(one)) reached.add(other);
          else if (reached.has(other)) reached.add(one);
        }
      }
      const numbers = [...reached].filter((term) => term.startsWith('$')).map((term) => Number(term.slice(1)));
      for (const number of numbers) named.add(number);
      return numbers.length > 0 ? [] : [`reads or writes ${alias} of any property`];
    });
}

/** Of an insert each row must have a parameter for its property. */
function unplaced(insert: Tree, tables: ReadonlySet<string>, named: Set<number>): string[] {
  const { relname } = Relation.parse(insert['relation']);
  if (!tables.has(relname)) return [];
  const columns = asList(insert['cols']).map((node) => resTarget(node)['name']);
  const place = columns.indexOf('property_id');
  const select = isTree(insert['selectStmt']) ? insert['selectStmt']['SelectStmt'] : undefined;
  if (place < 0 || !isTree(select)) return [`inserts into ${relname} without a property`];
  const rows =
    'valuesLists' in select
      ? asList(select['valuesLists']).map((row) => asList((row as { List: Tree }).List['items'])[place])
      : [resTarget(asList(select['targetList'])[place])['val']];
  return rows.flatMap((value) => {
    const term = termOf(value, { tables: [], equal: [] });
    if (term?.startsWith('$') !== true) return [`inserts into ${relname} for any property`];
    named.add(Number(term.slice(1)));
    return [];
  });
}

function resTarget(node: unknown): Tree {
  const target = isTree(node) ? node['ResTarget'] : undefined;
  return isTree(target) ? target : {};
}

function asList(node: unknown): readonly unknown[] {
  return Array.isArray(node) ? node : [];
}

function isTree(node: unknown): node is Tree {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}
