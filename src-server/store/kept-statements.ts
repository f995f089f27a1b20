/**
 * Statements that the embedded database keeps by name, so that what is asked again and again is parsed, rewritten for row-level security and
 * planned once: that costs it several times as much as the answer. A plan is made anew after some uses, since tables grow and nothing tells
 * the database so before its next clean-up.
 */
import { protocol } from '@electric-sql/pglite';

export interface KeptStatements {
  /** What makes the statement known, if anything, and its name. */
  use(text: string): { readonly name: string; readonly before: readonly Uint8Array[] };
  /** It failed, and may not be known: what makes sure that it is not. */
  drop(text: string): readonly Uint8Array[];
}

/** More than the server has; lists of any length make some of them many. */
const KEPT = 300;
const USES = 100;

export function keepStatements(): KeptStatements {
  const { serialize } = protocol;
  /** The one used last at the end. */
  const kept = new Map<string, { readonly name: string; uses: number }>();
  let made = 0;
  const drop = (text: string): Uint8Array[] => {
    const one = kept.get(text);
    kept.delete(text);
    // To close what is not there is no error (PostgreSQL, Message Flow: Extended Query).
    return one === undefined ? [] : [serialize.close({ type: 'S', name: one.name })];
  };
  return {
    use: (text) => {
      const known = kept.get(text);
      if (known !== undefined && known.uses < USES) {
        kept.delete(text);
        kept.set(text, known);
        known.uses += 1;
        return { name: known.name, before: [] };
      }
      const [oldest] = kept.keys();
      const before = [...drop(text), ...(kept.size >= KEPT && oldest !== undefined ? drop(oldest) : [])];
      const name = `kept_${++made}`;
      kept.set(text, { name, uses: 1 });
      return { name, before: [...before, serialize.parse({ name, text })] };
    },
    drop,
  };
}
