import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  completionsOf,
  readWords,
  splitWords,
  WORD_LANGUAGES,
  wordsOf,
} from '../../../src-shared/words/share-words.ts';

/** https://github.com/trezor/python-mnemonic/blob/master/vectors.json, named by BIP 39: those of 256 bits. */
const VECTORS: readonly (readonly [hex: string, words: string])[] = [
  ['00'.repeat(32), `${'abandon '.repeat(23)}art`],
  [
    '7f'.repeat(32),
    'legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth useful legal winner thank year wave sausage worth title',
  ],
  [
    '80'.repeat(32),
    'letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic bless',
  ],
  ['ff'.repeat(32), `${'zoo '.repeat(23)}vote`],
  [
    '68a79eaca2324873eacc50cb9c6eca8cc68ea5d936f98787c60c7ebc74e6ce7c',
    'hamster diagram private dutch cause delay private meat slide toddler razor book happy fancy gospel tennis maple dilemma loan word shrug inflict delay length',
  ],
  [
    '9f6a2878b2520799a44ef18bc7df394e7061a224d2c33cd015b157d746869863',
    'panda eyebrow bullet gorilla call smoke muffin taste mesh discover soft ostrich alcohol speed nation flash devote level hobby quick inner drive ghost inside',
  ],
  [
    'f585c11aec520db57dd353c69554b21a89b20fb0650966fa0a9d6f74fd989d8f',
    'void come effort suffer camp survey warrior heavy shoot primary clutch crush open amazing screen patrol group space point ten exist slush involve unfold',
  ],
];

const share = fc.uint8Array({ minLength: 32, maxLength: 32 });
const language = fc.constantFrom(...WORD_LANGUAGES);

describe('a share in words', () => {
  it.each(VECTORS)('is %s as BIP 39 writes it, and back', (hex, words) => {
    expect(wordsOf(Buffer.from(hex, 'hex'), 'en').join(' ')).toBe(words);
    expect(readWords(words)).toEqual({ kind: 'share', share: new Uint8Array(Buffer.from(hex, 'hex')) });
  });

  it('comes back whole in both languages, however it is spaced, numbered and cased', () => {
    const spaces = fc.constantFrom(' ', '  ', '\n', ', ', '　', '\t');
    fc.assert(
      fc.property(share, language, spaces, fc.boolean(), (bytes, of, space, numbered) => {
        const words = wordsOf(bytes, of).map((word, at) => (numbered ? `${at + 1}. ${word.toUpperCase()}` : word));
        expect(readWords(words.join(space))).toEqual({ kind: 'share', share: bytes });
      }),
    );
  });

  it('in Chinese needs nothing between its words', () => {
    fc.assert(
      fc.property(share, (bytes) => {
        expect(readWords(wordsOf(bytes, 'zh-CN').join(''))).toEqual({ kind: 'share', share: bytes });
      }),
    );
  });

  it('with one word changed for another of the list never comes back as itself, and mostly is told', () => {
    let told = 0;
    const runs = 400;
    fc.assert(
      fc.property(share, language, fc.nat({ max: 23 }), share, (bytes, of, place, other) => {
        const words = wordsOf(bytes, of);
        const changed = wordsOf(other, of)[0] ?? '';
        fc.pre(changed !== words[place]);
        words[place] = changed;
        const read = readWords(words.join(' '));
        if (read.kind === 'checksum') told += 1;
        else expect(read).not.toEqual({ kind: 'share', share: bytes });
      }),
      { numRuns: runs },
    );
    // Eight bits of checksum: one slip in 256 is not told here, and then the key does not fit.
    expect(told).toBeGreaterThan(runs * 0.97);
  });

  it('never throws, whatever is typed', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constant('abandon '.repeat(40))), (typed) => {
        expect(readWords(typed).kind).not.toBe('share');
      }),
    );
  });

  it('names the first word that is in no list', () => {
    expect(readWords('abandon ability abel')).toEqual({ kind: 'unknown-word', place: 3 });
    expect(readWords('abandon ability')).toEqual({ kind: 'count', count: 2 });
    expect(readWords('')).toEqual({ kind: 'count', count: 0 });
    expect(splitWords('Abandon，ABILITY、able')).toEqual(['abandon', 'ability', 'able']);
  });

  it('is 32 bytes and nothing else', () => {
    expect(() => wordsOf(randomBytes(31), 'en')).toThrow(RangeError);
  });

  it('is completed from its beginning: four letters tell an English word', () => {
    expect(completionsOf('aban')).toEqual(['abandon']);
    expect(completionsOf('ab')).toEqual(['abandon', 'ability', 'able', 'about', 'above', 'absent']);
    expect(completionsOf('')).toEqual([]);
    expect(completionsOf('A')).toEqual([]);
  });
});
