import { z } from 'zod';

/** What is read of an issue: bounds and kinds that come from our schemas; of what was sent only the names of unknown fields. */
const Params = z.object({
  expected: z.string().optional(),
  format: z.string().optional(),
  origin: z.string().optional(),
  maximum: z.union([z.number(), z.bigint()]).optional(),
  minimum: z.union([z.number(), z.bigint()]).optional(),
  values: z.array(z.unknown()).optional(),
  keys: z.array(z.string()).optional(),
});
type Params = z.infer<typeof Params>;

interface ValidationFailure {
  readonly validation: readonly {
    readonly keyword: string;
    readonly instancePath: string;
    readonly message?: string | undefined;
    readonly params: object;
  }[];
  readonly validationContext?: string | undefined;
}

/** An unknown field is named when it is called as a field would be: a number or a sentence in its place may be a value. */
const FIELD_NAME = /^[A-Za-z][A-Za-z_]{0,39}$/;

/** Names the first field that does not fit, and what to send instead. Neither holds anything of the value. */
export function describeIssue(failure: ValidationFailure): { field: string; message: string } {
  const [issue] = failure.validation;
  const part = failure.validationContext ?? 'body';
  if (issue === undefined) return { field: part, message: `${part}: send what the protocol asks for` };
  const parsed = Params.safeParse(issue.params);
  const params = parsed.success ? parsed.data : {};
  // The path itself is made of our own field names and of positions.
  const path = issue.instancePath.split('/').filter((step) => step !== '');
  const unknown = params.keys?.[0];
  if (unknown !== undefined && FIELD_NAME.test(unknown)) path.push(unknown);
  const field = path.join('.') || part;
  return { field, message: `${field}: ${remedy(issue.keyword, params, issue.message)}` };
}

function remedy(keyword: string, params: Params, message: string | undefined): string {
  const amount = params.origin === 'string' ? ' characters' : params.origin === 'array' ? ' entries' : '';
  switch (keyword) {
    case 'invalid_type':
      return `send a value of type ${params.expected ?? 'the protocol names'}`;
    case 'invalid_format':
      // Our own words for a pattern, as in "a ULID of 26 characters"; zod's word for its built-in formats.
      return params.format === 'regex' ? `send ${message ?? 'the format the protocol names'}` : `send ${params.format}`;
    case 'too_big':
      return `send at most ${params.maximum}${amount}`;
    case 'too_small':
      return `send at least ${params.minimum}${amount}`;
    case 'invalid_value':
      return `send ${(params.values ?? []).map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'unrecognized_keys':
      return 'leave out what this protocol does not have';
    case 'custom':
      return message ?? 'send what the protocol asks for';
    default:
      return 'send what the protocol asks for';
  }
}
