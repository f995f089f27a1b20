import type { Clock } from '../clock.ts';

/** Counts attempts before they are checked, so that many at once do not slip through together. */
export interface AttemptLimit {
  /** @returns false when the source has used up its attempts, or all sources together theirs */
  take(source: string): boolean;
  /** An attempt that succeeded is given back. */
  giveBack(source: string): void;
  retryAfterSeconds(): number;
}

/** Attempts per window of time, from one source and from all together; the second bounds who comes from many addresses. */
export function createAttemptLimit(
  clock: Clock,
  limit: { readonly perSource: number; readonly overall: number; readonly windowMs: number },
): AttemptLimit {
  let windowEnds = 0;
  let overall = 0;
  const bySource = new Map<string, number>();
  return {
    take(source) {
      if (clock.now() >= windowEnds) {
        windowEnds = clock.now() + limit.windowMs;
        overall = 0;
        bySource.clear();
      }
      const attempts = bySource.get(source) ?? 0;
      if (attempts >= limit.perSource || overall >= limit.overall) return false;
      bySource.set(source, attempts + 1);
      overall += 1;
      return true;
    },
    giveBack(source) {
      const attempts = bySource.get(source) ?? 0;
      if (attempts === 0) return;
      bySource.set(source, attempts - 1);
      overall -= 1;
    },
    retryAfterSeconds: () => Math.max(1, Math.ceil((windowEnds - clock.now()) / 1_000)),
  };
}
