import { types } from 'pg';

const INT8_OID = 20;

/**
 * How a value is read that a database sends as text, in whichever of the two it lies. Every bigint here is a seq or an instant, both
 * below 2^53.
 * @param oid of its type, as pg_type names it
 */
export function parserOf(oid: number): (text: string) => unknown {
  return oid === INT8_OID ? Number : types.getTypeParser(oid, 'text');
}
