/** What a server's administrator finds on its disk (threat model): names, and of no guest a document, card or tax number. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrolled } from './client.ts';
import { DATABASES, type House, openHouse } from './house.ts';

const FIELDS = ['documentNumber', 'cardNumber', 'invoiceTaxNumber'] as const;

/** Every number that is shaped like one of the demo's, wherever it begins; far quicker than a search for each. */
const SHAPE = /(?=(990\d{14}[\dX]|(?:400000|555555|620000)\d{10}|X\d{8}|[HT]X\d{7}|91990\d{3}[\dX]{9}[\dA-Z]))/g;

describe.each(DATABASES)('the files of a server with the %s database', (kind) => {
  let house: House;
  let numbers: Set<string>;

  beforeAll(async () => {
    house = await openHouse(kind, { guests: 500, rooms: 200 });
    numbers = new Set(house.hotel.guests.flatMap((guest) => FIELDS.flatMap((field) => guest[field] ?? [])));
    const terminal = await enrolled(house.client(), await house.code());
    const card = house.hotel.stories.arriving.cardNumber;
    await house.client().push(terminal, [house.addition(), house.addition({}, { text: `card ${card}` })]);
    await house.client().pull(terminal, 0);
  });
  afterAll(() => house.close());

  /** Everything that is written down, with its NULs taken out, so that UTF-16 reads like UTF-8. */
  function* written(): Generator<Buffer> {
    for (const folder of [house.dataDir, ...(house.postgres === null ? [] : [house.postgres.dataDir])]) {
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (entry.isFile()) yield withoutNul(readFileSync(join(entry.parentPath, entry.name)));
      }
    }
    yield Buffer.from(house.log() + (house.postgres?.log() ?? ''));
  }
  const found = (bytes: Buffer) =>
    [...bytes.toString('latin1').matchAll(SHAPE)].flatMap(([, number = '']) => (numbers.has(number) ? [number] : []));

  it('hold none of the numbers', () => {
    expect(numbers.size).toBeGreaterThan(700);
    for (const number of numbers) expect(found(Buffer.from(number))).toEqual([number]);
    for (const bytes of written()) expect(found(bytes)).toHaveLength(0);
  });

  it('as this test would notice, in UTF-8 and in UTF-16', () => {
    const [number = ''] = numbers;
    for (const bytes of [Buffer.from(`"${number}"`), Buffer.from(`7${number}7`, 'utf16le')]) {
      expect(found(withoutNul(bytes))).toEqual([number]);
    }
  });

  it('hold the guests’ names, so that the test looks in the right place', () => {
    const missing = new Set(house.hotel.guests.map(({ name }) => name));
    for (const bytes of written()) {
      for (const name of missing) if (bytes.includes(name)) missing.delete(name);
    }
    // Before a checkpoint a row is in the journal only, where the end of a page cuts through a name now and then.
    expect(missing.size).toBeLessThan(house.hotel.guests.length / 50);
  });
});

function withoutNul(bytes: Buffer): Buffer {
  return Buffer.from(bytes.filter((byte) => byte !== 0));
}
