/** Worker: loads one file with the whole hotel, batch by batch, through the product's own `applyPuts`. */
import { statSync } from 'node:fs';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { hotelFeed } from './hotel.ts';
import { openPlainCache, openProductCache, type Settings } from './plain-file.ts';

export interface LoadOrder {
  readonly file: string;
  readonly guests: number;
  /** Key of an encrypted file, or the settings of a plain one. */
  readonly open: { readonly key: Uint8Array } | { readonly settings: Settings };
}

export interface Loaded {
  /** Spent in `applyPuts`, milliseconds. */
  readonly applied: number;
  readonly rows: number;
  readonly bytes: number;
}

/** Loads a file on a thread of its own. */
export function load(order: LoadOrder): Promise<Loaded> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: order });
    worker.once('message', resolve).once('error', reject);
    worker.once('exit', (code) => reject(new Error(`loading ended with ${code}`)));
  });
}

if (parentPort !== null) parentPort.postMessage(fill(workerData as LoadOrder));

function fill({ file, guests, open }: LoadOrder): Loaded {
  const cache = 'key' in open ? openProductCache(file, Buffer.from(open.key)) : openPlainCache(file, open.settings);
  let applied = 0;
  let rows = 0;
  for (const { puts, cursor } of hotelFeed(guests)) {
    const before = performance.now();
    cache.applyPuts(puts, cursor);
    applied += performance.now() - before;
    rows = cursor;
  }
  cache.close();
  return { applied, rows, bytes: statSync(file).size };
}
