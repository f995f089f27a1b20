/** One hotel in two files, encrypted and plain, both loaded by the product's own code at the same time. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import type { Cache } from '../../src-main/store/open.ts';
import type { GuestId, StayId } from '../../src-shared/model/ids.ts';
import { type Loaded, load } from './load.ts';
import { openPlainCache, openPlainFile, openProductCache, type Settings } from './plain-file.ts';

export interface HotelFiles {
  readonly guests: number;
  readonly productFile: string;
  readonly key: Buffer;
  readonly plainFile: string;
  readonly settings: Settings;
  readonly loaded: { readonly product: Loaded; readonly plain: Loaded };
  readonly product: Cache;
  readonly plain: Cache;
  /** A second connection to the plain file, for looking rows up and for bare statements. */
  readonly plainDb: Database;
  close(): void;
}

export async function makeHotelFiles(folder: string, guests: number, settings: Settings): Promise<HotelFiles> {
  const productFile = join(folder, `product-${guests}.db`);
  const plainFile = join(folder, `plain-${guests}.db`);
  const key = randomBytes(32);
  const [product, plain] = await Promise.all([
    load({ file: productFile, guests, open: { key } }),
    load({ file: plainFile, guests, open: { settings } }),
  ]);
  const open = {
    product: openProductCache(productFile, key),
    plain: openPlainCache(plainFile, settings),
    plainDb: openPlainFile(plainFile, settings),
  };
  return {
    guests,
    productFile,
    key,
    plainFile,
    settings,
    loaded: { product, plain },
    ...open,
    close: () => {
      for (const connection of Object.values(open)) connection.close();
      key.fill(0);
    },
  };
}

/** Guests spread evenly over the file, in a shuffled order that is the same every time. */
export function spreadGuests(hotel: HotelFiles, count: number): GuestId[] {
  // 2 ^ 31 by the golden ratio: multiples of it scatter.
  const rowids = Array.from({ length: count }, (_, n) => (((n + 1) * 1_327_217_885) % hotel.guests) + 1);
  const idOf = hotel.plainDb.prepare<[number], GuestId>('SELECT id FROM guest WHERE rowid = ?').pluck();
  return rowids.flatMap((rowid) => idOf.all(rowid));
}

/** Who arrives or is in house, with a stay that may be worked on. */
export function guestsAtTheDesk(hotel: HotelFiles): { readonly guestId: GuestId; readonly stayId: StayId }[] {
  return hotel.plainDb
    .prepare<[], { guestId: GuestId; stayId: StayId }>(
      `SELECT s.guest_id AS guestId, s.id AS stayId FROM stay s JOIN property p
       WHERE s.status = 'in-house' OR s.status = 'reserved' AND s.arrival = p.business_date ORDER BY s.id`,
    )
    .all();
}
