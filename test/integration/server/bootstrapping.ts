import { createHash, randomBytes, randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { ulid } from 'ulid';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Pulled, pullAll } from '../../../src-main/sync/pull.ts';
import { createTransport, LineError } from '../../../src-main/sync/transport.ts';
import { NoteId, PropertyId, RoomId } from '../../../src-shared/model/ids.ts';
import { PULL_PAGE, routes, SNAPSHOT_LOT } from '../../../src-shared/sync/protocol.ts';
import { enrolled, type Terminal } from './client.ts';
import type { House } from './house.ts';

/** Characters of three bytes, so that a page is some megabytes: more than lies in the buffers of a line. */
const POOL = Array.from(randomBytes(200_000), (byte) => String.fromCodePoint(0x4e00 + byte)).join('');
const text = () => {
  const start = randomInt(POOL.length - 500);
  return POOL.slice(start, start + 500);
};

export function bootstrapping(house: () => House): void {
  /** A hotel of its own with so many notes, and a terminal of it. */
  async function bigHotel(name: string, notes: number): Promise<Terminal> {
    const { store } = house().server();
    const id = PropertyId.parse(name);
    await store.foundProperty({ ...house().hotel.property, id }, []);
    const author = house().employee('receptionist').id;
    const guestId = house().hotel.stories.arriving.id;
    await store.appendRows(
      id,
      Array.from({ length: notes }, () => ({
        entity: 'guestNote',
        row: { id: NoteId.parse(ulid()), guestId, text: text(), authorId: author, writtenAt: 1 },
      })),
    );
    const issued = await store.issueEnrolmentCode(id);
    return enrolled(house().client(), issued?.code ?? '');
  }

  function sourceOf(terminal: Terminal, encodings?: readonly ('zstd' | 'gzip')[]) {
    const { url, caPem } = house().server();
    const transport = createTransport({ url, caPem, ...(encodings === undefined ? {} : { encodings }) }, terminal);
    onTestFinished(() => transport.close());
    return { transport, property: terminal.propertyId, classes: [] };
  }

  const putsOf = (lots: readonly Pulled[]) => lots.flatMap((lot) => (lot.kind === 'batch' ? lot.puts : []));

  describe('a snapshot', () => {
    it('is the whole hotel in one answer, in lots that are whole each, plain, by zstd and by gzip', async () => {
      const device = await bigHotel('lots-house', 600);
      const { puts } = await house().client().pull(device, 0);
      for (const encodings of [undefined, ['zstd'], ['gzip']] as const) {
        const lots: Pulled[] = [];
        for await (const lot of pullAll(sourceOf(device, encodings), 0)) lots.push(lot);
        expect(lots.map(({ more }) => more)).toEqual([true, true, false]);
        expect(lots.every((lot) => lot.kind === 'batch' && lot.puts.length <= SNAPSHOT_LOT)).toBe(true);
        expect(putsOf(lots)).toEqual(puts);
      }
    });

    it.each([
      ['zstd, gzip', 'zstd'],
      ['gzip, zstd;q=0', 'gzip'],
      ['GZIP;q=0.5', 'gzip'],
      ['br, *;q=0.1', 'zstd'],
      ['identity', undefined],
      ['br', undefined],
      ['zstd;q=0, gzip;q=0', undefined],
      ['zstd;q=nonsense', undefined],
    ])('to who takes "%s" comes as %s', async (accept, encoding) => {
      const as = await enrolled(house().client(), await house().code());
      const headers = { 'accept-encoding': accept };
      const answer = await house()
        .client()
        .ask(`${routes.snapshot(as.propertyId)}?after=0&classes=`, { as, headers });
      expect([answer.status, answer.headers['content-encoding']]).toEqual([200, encoding]);
    });

    it('waits for its reader, and keeps no more than a few pages for it however long that takes', async () => {
      const pages = 6;
      const device = await bigHotel('slow-house', pages * PULL_PAGE - 100);
      const reads = vi.spyOn(house().server().store, 'readFeed');
      onTestFinished(() => reads.mockRestore());
      const lots = pullAll(sourceOf(device), 0);
      await lots.next();
      await wait(400);
      const waiting = reads.mock.calls.length;
      expect(waiting).toBeLessThan(pages - 1);
      await lots.return();
      await wait(50);
      expect(reads.mock.calls.length).toBeLessThanOrEqual(waiting + 1);
    });

    it('that is cut goes on behind the last lot that was whole', async () => {
      const device = await bigHotel('cut-house', 3_000);
      const whole = (await house().client().pull(device, 0)).puts;
      const { transport, ...source } = sourceOf(device);
      const lots: Pulled[] = [];
      const follow = async (lines: typeof transport.lines) => {
        for await (const lot of pullAll({ ...source, transport: { lines } }, lots.at(-1)?.cursor ?? 0)) lots.push(lot);
      };
      const cut = follow(async function* (...asked) {
        let line = 0;
        for await (const one of transport.lines(...asked)) {
          if (++line > 1_100) throw new LineError('unreachable', 'cut');
          yield one;
        }
      });
      await expect(cut).rejects.toThrow('unreachable');
      expect(lots).toHaveLength(4);
      await follow(transport.lines);
      expect(putsOf(lots).slice(0, whole.length)).toEqual(whole);
      expect(new Set(putsOf(lots).map(({ seq }) => seq)).size).toBe(3_002);
    });

    it('is exactly the hotel at the number it ends with, whatever was changed while it was read', async () => {
      const device = await bigHotel('busy-house', 5_000);
      const { store } = house().server();
      const { propertyId } = device;
      const rooms = Array.from({ length: 40 }, (_, floor) => ({
        id: RoomId.parse(ulid()),
        number: String(floor),
        floor,
        type: 'first',
        status: 'clean' as const,
      }));
      let seq = await store.appendRows(
        propertyId,
        rooms.map((row) => ({ entity: 'room', row })),
      );
      /** What each room was from which number on. */
      const history = rooms.map((room, n) => [{ seq: seq - rooms.length + 1 + n, type: room.type }]);
      const has = new Map<string, string>();
      let end = 0;
      for await (const lot of pullAll(sourceOf(device), 0)) {
        for (const { entity, row } of putsOf([lot])) if (entity === 'room') has.set(row.id, row.type);
        end = lot.cursor;
        // One in three is changed between any two lots.
        const changed = rooms.map((room, n) => ({ room, n })).filter(({ n }) => (n + lot.cursor) % 3 === 0);
        if (!lot.more) break;
        const type = createHash('sha256').update(String(lot.cursor)).digest('hex').slice(0, 24);
        const puts = changed.map(({ room }) => ({ entity: 'room', row: { ...room, type } }) as const);
        seq = await store.appendRows(propertyId, puts);
        for (const [place, { n }] of changed.entries()) {
          history[n]?.push({ seq: seq - changed.length + 1 + place, type });
        }
      }
      const expected = rooms.map(({ id }, n) => [id, history[n]?.findLast((one) => one.seq <= end)?.type] as const);
      expect(has).toEqual(new Map(expected));
      expect(new Set(expected.map(([, type]) => type)).size).toBeGreaterThan(1);
    });

    it('ends in the middle for a terminal that is revoked while it reads', async () => {
      const device = await bigHotel('lost-house', 5 * PULL_PAGE);
      const { store } = house().server();
      const lots: Pulled[] = [];
      const reading = (async () => {
        for await (const lot of pullAll(sourceOf(device), 0)) {
          if (lots.push(lot) === 1) await store.revokeDevice(device.propertyId, device.deviceId);
        }
      })();
      await expect(reading).rejects.toThrow(LineError);
      expect(lots.length).toBeGreaterThan(0);
      expect(putsOf(lots).length).toBeLessThan(5 * PULL_PAGE);
    });
  });
}
