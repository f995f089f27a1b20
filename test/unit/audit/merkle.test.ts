import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  appendLeaves,
  completeNodes,
  consistencyRanges,
  EMPTY_ROOT,
  foldNodes,
  inclusionRanges,
  provesConsistency,
  provesInclusion,
  type Range,
} from '../../../src-shared/audit/merkle.ts';

const sha256 = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest('hex');
const hashChildren = (left: string, right: string) =>
  sha256(Buffer.of(1), Buffer.from(left, 'hex'), Buffer.from(right, 'hex'));
const leafHash = (bytes: Buffer) => sha256(Buffer.of(0), bytes);

/** The inputs and roots that Certificate Transparency's own implementations are tested with. */
const INPUTS = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const LEAVES = INPUTS.map((hex) => leafHash(Buffer.from(hex, 'hex')));

/** A tree that keeps its complete subtrees, as the server does. */
function tree(leaves: readonly string[]) {
  const { nodes } = appendLeaves(0, [], leaves, hashChildren);
  const kept = new Map(nodes.map(({ level, index, hash }) => [`${level}/${index}`, hash]));
  const hashOf = (range: Range) =>
    foldNodes(
      completeNodes(range).map(({ level, index }) => kept.get(`${level}/${index}`) ?? 'missing'),
      hashChildren,
    );
  return { hashOf, root: (size: number) => hashOf({ begin: 0, end: size }) };
}

describe('the Merkle tree', () => {
  it('has the roots that Certificate Transparency publishes for its test leaves', () => {
    const { root } = tree(LEAVES);
    expect(LEAVES.map((_, at) => root(at + 1))).toEqual(ROOTS);
    expect(root(0)).toBe(EMPTY_ROOT);
    expect(sha256()).toBe(EMPTY_ROOT);
  });

  it('proves inclusion with the published paths', () => {
    const { hashOf } = tree(LEAVES);
    expect(inclusionRanges(0, 8).map(hashOf)).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
    expect(inclusionRanges(5, 8).map(hashOf)).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });

  it('proves consistency with the published paths', () => {
    const { hashOf } = tree(LEAVES);
    expect(consistencyRanges(6, 8).map(hashOf)).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    expect(consistencyRanges(2, 5).map(hashOf)).toEqual([
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ]);
  });

  const sizes = fc.integer({ min: 1, max: 300 });
  const manyLeaves = Array.from({ length: 300 }, (_, at) => leafHash(Buffer.from(String(at))));
  const grown = tree(manyLeaves);

  it('proves every leaf of every size, and no other leaf', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (size, a, b) => {
        const [index, other] = [a % size, b % 300];
        const path = inclusionRanges(index, size).map(grown.hashOf);
        const leaf = manyLeaves[index] ?? '';
        expect(provesInclusion({ index, size, leaf, path }, grown.root(size), hashChildren)).toBe(true);
        const wrong = manyLeaves[other] ?? '';
        expect(provesInclusion({ index, size, leaf: wrong, path }, grown.root(size), hashChildren)).toBe(
          other === index,
        );
        expect(provesInclusion({ index, size, leaf, path: path.slice(1) }, grown.root(size), hashChildren)).toBe(
          size === 1,
        );
      }),
    );
  });

  it('proves every growth, and none where one leaf of before was changed', () => {
    fc.assert(
      fc.property(sizes, sizes, fc.nat(), (a, b, c) => {
        const [first, second] = [Math.min(a, b), Math.max(a, b)];
        const path = first === second ? [] : consistencyRanges(first, second).map(grown.hashOf);
        const of = (size: number, at = grown) => ({ size, root: at.root(size) });
        expect(provesConsistency(of(first), of(second), path, hashChildren)).toBe(true);
        const changed = tree(manyLeaves.with(c % first, leafHash(Buffer.from('another'))));
        const lie = first === second ? [] : consistencyRanges(first, second).map(changed.hashOf);
        expect(provesConsistency(of(first), of(second, changed), lie, hashChildren)).toBe(false);
      }),
    );
  });

  it('grows the same in one step as leaf by leaf', () => {
    fc.assert(
      fc.property(sizes, sizes, (a, b) => {
        const [first, second] = [Math.min(a, b), Math.max(a, b)];
        const begun = appendLeaves(0, [], manyLeaves.slice(0, first), hashChildren);
        const ended = appendLeaves(first, begun.frontier, manyLeaves.slice(first, second), hashChildren);
        expect(foldNodes(ended.frontier, hashChildren)).toBe(grown.root(second));
      }),
    );
  });
});
