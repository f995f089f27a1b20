/** Compressed answers (RFC 9110 §8.4, §12.5.3): zstd (RFC 8878) before gzip, neither unless it was asked for. */
import type { Transform } from 'node:stream';
import { constants, createGzip, createZstdCompress } from 'node:zlib';

type Encoding = 'zstd' | 'gzip';

/** What we can do, the best first. Fast rather than small: most of a row is ciphertext, which nothing makes smaller. */
const COMPRESSORS: { readonly [E in Encoding]: () => Transform } = {
  zstd: () => createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
  gzip: () => createGzip({ level: 1 }),
};
const ENCODINGS = ['zstd', 'gzip'] as const satisfies readonly Encoding[];

/** The best encoding that a reader takes; null where it takes none of ours, or says nothing. */
export function chooseEncoding(acceptEncoding: string | undefined): Encoding | null {
  const taken = new Map<string, number>();
  for (const part of (acceptEncoding ?? '').toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim());
    const quality = parameters.find((text) => text.startsWith('q='))?.slice('q='.length) ?? '1';
    if (name !== '') taken.set(name, Number(quality));
  }
  return ENCODINGS.find((encoding) => (taken.get(encoding) ?? taken.get('*') ?? 0) > 0) ?? null;
}

export function createCompressor(encoding: Encoding): Transform {
  return COMPRESSORS[encoding]();
}
