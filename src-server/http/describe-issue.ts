import { z } from 'zod';

/** What is read of an issue: bounds and kinds that come from our schemas, never from what was sent. */
const Params = z.object({
  expected: z.string().optional(),
  format: z.string().optional(),
  origin: z.string().optional(),
  maximum: z.union([z.number(), z.bigint()]).optional(),
  minimum: z.union([z.number(), z.bigint()]).optional(),
  values: z.array(z.unknown()).optional(),
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

/** Names the first field that does not fit, and what to send instead. Neither holds anything of the value. */
export function describeIssue(failure: ValidationFailure): { field: string; message: string } {
  const [issue] = failure.validation;
  const part = failure.validationContext ?? 'body';
  if (issue === undefined) return { field: part, message: `${part}: send what the protocol asks for` };
  // Paths are made of our own field names and of positions: names we do not know are reported at their parent.
  const field = issue.instancePath.slice(1).replaceAll('/', '.') || part;
  const params = Params.safeParse(issue.params);
  return { field, message: `${field}: ${remedy(issue.keyword, params.success ? params.data : {}, issue.message)}` };
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
      return 'leave out the field that this protocol does not have';
    case 'custom':
      return message ?? 'send what the protocol asks for';
    default:
      return 'send what the protocol asks for';
  }
}
