export type LineProblem = 'unreachable' | 'certificate' | 'refused' | 'busy' | 'update-required';

/** The server could not be asked, or would not answer. `detail` names a cause for a log; never content. */
export class LineError extends Error {
  override readonly name = 'LineError';
  readonly problem: LineProblem;
  /** The server's own code where it gave one, as in `unknown-code`. */
  readonly code: string | null;
  /** The server asks not to be asked again before; 0 where it does not. */
  readonly retryAfterMs: number;
  /** The server was there and ended the connection: it may not want this terminal. */
  readonly hungUp: boolean;
  constructor(
    problem: LineProblem,
    detail: string,
    code: string | null = null,
    { retryAfterMs = 0, hungUp = false }: { readonly retryAfterMs?: number; readonly hungUp?: boolean } = {},
  ) {
    super(`${problem}: ${detail}`);
    this.problem = problem;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
    this.hungUp = hungUp;
  }
}
