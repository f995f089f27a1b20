/** Values that fit a JSON Schema, or nearly: what a client sends that knows the protocol and means ill. */
import fc from 'fast-check';
import { z } from 'zod';

const Schema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  allOf: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  prefixItems: z.array(z.unknown()).optional(),
  minItems: z.int().optional(),
  maxItems: z.int().optional(),
  minLength: z.int().optional(),
  maxLength: z.int().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  pattern: z.string().optional(),
});
type Schema = z.output<typeof Schema>;

/** Out of so many values one does not fit at all. */
const MISFITS = 40;
const ITEMS = 3;
const CHARACTERS = 300;

/** What means something at the server, such as the ids of rows that are there, by the name of the field. */
export type Known = Readonly<Record<string, readonly string[]>>;

/**
 * @param schema as `z.toJSONSchema` or an OpenAPI page has it, without references
 * @param known taken often where the form of the field has it
 * @param field its name, where it has one
 */
export function nearly(schema: unknown, known: Known, field = ''): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: MISFITS - 1, arbitrary: fitting(Schema.parse(schema), known, field) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) },
  );
}

function fitting(schema: Schema, known: Known, field: string): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => nearly(choice, known, field)));
  if (schema.allOf !== undefined) return fitting(Schema.parse(Object.assign({}, ...schema.allOf)), known, field);
  switch (schema.type) {
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(schema.properties ?? {}).map(([name, one]) => [name, nearly(one, known, name)]),
        ),
        { requiredKeys: schema.required ?? [] },
      );
    case 'array':
      if (schema.prefixItems !== undefined)
        return fc.tuple(...schema.prefixItems.map((one) => nearly(one, known, field)));
      return fc.array(nearly(schema.items ?? {}, known, field), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.max(schema.minItems ?? 0, Math.min(schema.maxItems ?? ITEMS, ITEMS)),
      });
    case 'string':
      return textOf(schema, known[field] ?? []);
    case 'integer':
    case 'number': {
      const { minimum: min = -1, maximum: max = Number.MAX_SAFE_INTEGER } = schema;
      return fc.integer({ min: Math.ceil(min), max: Math.min(Math.floor(max), Number.MAX_SAFE_INTEGER) });
    }
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue({ maxDepth: 1 });
  }
}

/** Made once for each form: it takes milliseconds, and a protocol has few. */
const made = new Map<string, fc.Arbitrary<string>>();

function textOf({ pattern, minLength = 0, maxLength = CHARACTERS }: Schema, known: readonly string[]) {
  const form = pattern === undefined ? null : new RegExp(pattern, 'u');
  const meant = form === null ? [] : known.filter((one) => form.test(one));
  const name = `${minLength} ${maxLength} ${pattern}`;
  const any =
    made.get(name) ??
    (form === null
      ? fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, CHARACTERS) })
      : fc.stringMatching(form, { maxLength: CHARACTERS }));
  made.set(name, any);
  return meant.length === 0
    ? any
    : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...meant) }, { weight: 1, arbitrary: any });
}
