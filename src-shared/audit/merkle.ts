/**
 * The Merkle tree of RFC 9162 §2.1 (RFC 6962's, unchanged), as ranges of leaves: every hash in a proof is that of one range, and every range is
 * made of complete subtrees, which are what a server keeps. Hashes are SHA-256 in lower-case hex; whoever calls brings the function, so that
 * this runs anywhere.
 */

/** SHA-256(0x01 ‖ left ‖ right), §2.1.1. */
export type HashChildren = (left: string, right: string) => string;

/** Leaves `begin` up to, but not with, `end`; aligned as §2.1.1 splits them. */
export interface Range {
  readonly begin: number;
  readonly end: number;
}

/** The complete subtree number `index` of 2^level leaves. Level 0 is the leaves' own hashes. */
export interface Node {
  readonly level: number;
  readonly index: number;
}

/** Root of a tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** The complete subtrees that a range is made of, left to right, each smaller than the one before. */
export function completeNodes({ begin, end }: Range): Node[] {
  const nodes: Node[] = [];
  for (let at = begin; at < end; ) {
    let level = Math.floor(Math.log2(end - at));
    // Math.log2 is exact for powers of two up to 2^53 and may be a hair above for what is just below one.
    if (2 ** level > end - at) level -= 1;
    nodes.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return nodes;
}

/** @param hashes of {@link completeNodes}, in their order. @returns the hash of the whole range */
export function foldNodes(hashes: readonly string[], hashChildren: HashChildren): string {
  if (hashes.length === 0) return EMPTY_ROOT;
  return hashes.reduceRight((right, left) => hashChildren(left, right));
}

/** The complete subtrees that come into being when leaves are appended. */
export function appendLeaves(
  size: number,
  frontier: readonly string[],
  leaves: readonly string[],
  hashChildren: HashChildren,
): { readonly nodes: readonly (Node & { readonly hash: string })[]; readonly frontier: readonly string[] } {
  const nodes: (Node & { hash: string })[] = [];
  const open = completeNodes({ begin: 0, end: size }).map((node, at) => ({ ...node, hash: frontier[at] ?? '' }));
  if (open.length !== frontier.length) throw new RangeError('this is not the frontier of a tree of that size');
  for (const [offset, hash] of leaves.entries()) {
    let node = { level: 0, index: size + offset, hash };
    nodes.push(node);
    for (let left = open.at(-1); left?.level === node.level; left = open.at(-1)) {
      open.pop();
      node = { level: node.level + 1, index: left.index / 2, hash: hashChildren(left.hash, node.hash) };
      nodes.push(node);
    }
    open.push(node);
  }
  return { nodes, frontier: open.map(({ hash }) => hash) };
}

/** §2.1.3.1: the ranges whose hashes prove that a leaf is in a tree. @throws RangeError when it is not */
export function inclusionRanges(index: number, size: number): Range[] {
  if (index < 0 || index >= size) throw new RangeError('no such leaf');
  const path: Range[] = [];
  let [begin, end] = [0, size];
  while (end - begin > 1) {
    const middle = begin + splitOf(end - begin);
    const [kept, other] =
      index < middle
        ? [
            { begin, end: middle },
            { begin: middle, end },
          ]
        : [
            { begin: middle, end },
            { begin, end: middle },
          ];
    path.unshift(other);
    ({ begin, end } = kept);
  }
  return path;
}

/** §2.1.4.1: the ranges whose hashes prove that a tree has grown out of a smaller one. @throws RangeError when sizes do not fit */
export function consistencyRanges(first: number, second: number): Range[] {
  if (first < 1 || first > second) throw new RangeError('only a tree with leaves grows, and never shrinks');
  const path: Range[] = [];
  let [begin, end, whole] = [0, second, true];
  while (first !== end) {
    const middle = begin + splitOf(end - begin);
    if (first <= middle) {
      path.unshift({ begin: middle, end });
      end = middle;
    } else {
      path.unshift({ begin, end: middle });
      begin = middle;
      whole = false;
    }
  }
  return whole ? path : [{ begin, end }, ...path];
}

/** §2.1.3.2. Numbers and hashes are untrusted. */
export function provesInclusion(
  proof: { readonly index: number; readonly size: number; readonly leaf: string; readonly path: readonly string[] },
  root: string,
  hashChildren: HashChildren,
): boolean {
  if (proof.index >= proof.size) return false;
  let [at, last, hash] = [proof.index, proof.size - 1, proof.leaf];
  for (const step of proof.path) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = hashChildren(step, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      hash = hashChildren(hash, step);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && hash === root;
}

/** §2.1.4.2. Numbers and hashes are untrusted. */
export function provesConsistency(
  first: { readonly size: number; readonly root: string },
  second: { readonly size: number; readonly root: string },
  path: readonly string[],
  hashChildren: HashChildren,
): boolean {
  // Everything has grown out of nothing.
  if (first.size === 0) return path.length === 0;
  if (first.size === second.size) return path.length === 0 && first.root === second.root;
  if (first.size > second.size) return false;
  const steps = Number.isInteger(Math.log2(first.size)) ? [first.root, ...path] : path;
  let [at, last] = [first.size - 1, second.size - 1];
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  const [seed, ...rest] = steps;
  if (seed === undefined) return false;
  let [older, newer] = [seed, seed];
  for (const step of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      older = hashChildren(step, older);
      newer = hashChildren(step, newer);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      newer = hashChildren(newer, step);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && older === first.root && newer === second.root;
}

/** Not a shift: a tree may have more leaves than 2^31. */
const half = (n: number) => Math.floor(n / 2);

/** The largest power of two smaller than n, for n > 1. */
function splitOf(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}
