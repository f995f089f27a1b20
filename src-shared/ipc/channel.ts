/** What a channel is, and a table of them: one line says what goes in, what comes out and what can be wrong. */
import { z } from 'zod';
import type { ErrorCode, IpcResult } from './errors.ts';

export interface Channel {
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  readonly errors: readonly ErrorCode[];
}

/** One line of a contract. */
export const channel = <I extends z.ZodType, O extends z.ZodType, const E extends readonly ErrorCode[]>(
  input: I,
  output: O,
  errors: E,
) => ({ input, output, errors }) satisfies Channel;

/** A table of channels: what one window may ask. */
export type Contract<T> = { readonly [C in keyof T]: Channel };

/** A use case for every channel of a contract. */
export type HandlersOf<T extends Contract<T>> = {
  readonly [C in keyof T]: (
    input: z.output<T[C]['input']>,
  ) => IpcResult<z.output<T[C]['output']>> | Promise<IpcResult<z.output<T[C]['output']>>>;
};

export const nothing = z.undefined();
