/**
 * Tells of many things as of few: the first at once, what comes within some time together at its end.
 * @param tell is given the sum of what came
 */
export function coalesce(ms: number, tell: (count: number) => void): { add(count: number): void; stop(): void } {
  let waiting: NodeJS.Timeout | null = null;
  let sum = 0;
  let some = false;
  const end = () => {
    waiting = null;
    if (some) begin();
  };
  const begin = () => {
    const count = sum;
    sum = 0;
    some = false;
    waiting = setTimeout(end, ms);
    waiting.unref();
    tell(count);
  };
  return {
    add: (count) => {
      sum += count;
      some = true;
      if (waiting === null) begin();
    },
    stop: () => {
      if (waiting !== null) clearTimeout(waiting);
      waiting = null;
    },
  };
}
