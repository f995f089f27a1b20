/**
 * Text is out of reach: a JavaScript string cannot be zeroed, and a revealed value or a typed password is one on its way. What nobody
 * refers to any more can at least be collected at once, instead of lying there until memory runs short.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (how: { readonly type: 'major'; readonly flavor: 'last-resort' }) => void;

let collect: Collect | null = null;

/**
 * Collects what is garbage once the present turn is over, so that what it still holds is garbage too. Takes some tens of
 * milliseconds, in which a terminal that has just locked has nothing to do.
 */
export function collectGarbageSoon(): void {
  setImmediate(() => {
    collect ??= exposeCollector();
    collect({ type: 'major', flavor: 'last-resort' });
  });
}

/** The engine gives its collector to contexts that are made while the flag is set. */
function exposeCollector(): Collect {
  setFlagsFromString('--expose-gc');
  const exposed: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  if (typeof exposed !== 'function') throw new Error('the engine has no collector to give');
  return exposed as Collect;
}
