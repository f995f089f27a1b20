/** Answers that come compressed (RFC 9110 §8.4): zstd where this Node has it, gzip everywhere. */
import { pipeline, type Readable, type Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { LineError } from './line-error.ts';

export type Encoding = 'zstd' | 'gzip';

const DECOMPRESSORS: { readonly [E in Encoding]: () => Transform } = {
  zstd: () => createZstdDecompress(),
  gzip: () => createGunzip(),
};

/** What this program takes, the best first. Electron's Node may be built without the newest. */
export const ENCODINGS: readonly Encoding[] = typeof createZstdDecompress === 'function' ? ['zstd', 'gzip'] : ['gzip'];

/** Between two programs of one machine compressing costs more than it saves. */
export function isLoopback(url: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(new URL(url).hostname);
}

/**
 * An answer as it was before it was compressed. It is taken apart as fast as it is read, so that what a few bytes blow up to fills no memory.
 * @throws LineError for an encoding that was not asked for
 */
export function plainBody(body: Readable, encoding: string | string[] | undefined): Readable {
  if (encoding === undefined || encoding === 'identity') return body;
  if (encoding !== 'zstd' && encoding !== 'gzip') {
    body.destroy();
    throw new LineError('refused', 'an encoding that was not asked for');
  }
  // An error of either is seen at the end that is read.
  return pipeline(body, DECOMPRESSORS[encoding](), () => undefined);
}
