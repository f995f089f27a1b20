import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createTransport } from '../../../src-main/sync/transport.ts';
import { routes } from '../../../src-shared/sync/protocol.ts';
import { createClient, enrolled, isAnswered, type Terminal } from './client.ts';
import type { House } from './house.ts';

export interface Line {
  /** What was told, in order. */
  readonly told: number[];
  /** Whether the line is still there. */
  open: boolean;
  /** Waits until the newest that was told is this. */
  until(seq: number): Promise<void>;
  ended(): Promise<void>;
  hangUp(): Promise<void>;
}

/** Opens the live line of a terminal as the product does, and writes down what is told. */
export function openLine(server: { readonly url: string; readonly caPem: string }, terminal: Terminal): Line {
  const transport = createTransport(server, terminal);
  const told: number[] = [];
  const line: Line = {
    told,
    open: true,
    until: async (seq) => expect.poll(() => told.at(-1), { timeout: 5_000, interval: 5 }).toBe(seq),
    ended: async () => expect.poll(() => line.open, { timeout: 5_000, interval: 5 }).toBe(false),
    hangUp: () => transport.close(),
  };
  const read = async () => {
    for await (const text of transport.lines(routes.live(terminal.propertyId), 1_024)) {
      if (text.startsWith('data:')) told.push(JSON.parse(text.slice(5)).seq);
    }
  };
  void read()
    .catch(() => undefined)
    .finally(() => {
      line.open = false;
    });
  onTestFinished(() => transport.close());
  return line;
}

export function living(house: () => House): void {
  const terminal = async () => enrolled(house().client(), await house().code());
  const newest = async (device: Terminal) => (await house().client().pull(device, 0)).end.cursor;

  describe('the live line', () => {
    it('tells the newest seq at once, and each later one when it is committed: by operation, by the server, by enrolment', async () => {
      const { hotel, server, client, addition } = house();
      const device = await terminal();
      const before = await newest(device);
      const line = openLine(server(), device);
      await line.until(before);
      await client().push(device, [addition()]);
      await line.until(before + 1);
      await server().store.appendRows(hotel.property.id, [{ entity: 'property', row: hotel.property }]);
      await line.until(before + 2);
      const other = await terminal();
      await line.until(before + 3);
      await server().store.revokeDevice(hotel.property.id, other.deviceId);
      await line.until(before + 4);
    });

    it('holds no content: nothing but numbers', async () => {
      const { server, hotel } = house();
      const device = await terminal();
      const transport = createTransport(server(), device);
      onTestFinished(() => transport.close());
      const first = await transport.lines(routes.live(device.propertyId), 1_024).next();
      expect(first.value).toMatch(/^data: \{"seq":\d+\}$/);
      expect(first.value).not.toContain(hotel.property.name);
    });

    it('ends for a revoked terminal with the next thing that happens, and is not given to it again', async () => {
      const { server, hotel, client } = house();
      const lost = await terminal();
      const line = openLine(server(), lost);
      await line.until(await newest(lost));
      const told = line.told.length;
      await server().store.revokeDevice(hotel.property.id, lost.deviceId);
      await line.ended();
      expect(line.told).toHaveLength(told);
      expect(await isAnswered(client().ask(routes.live(hotel.property.id), { as: lost }))).toBe(false);
    });

    it('is one a terminal: who opens another has lost the first', async () => {
      const device = await terminal();
      const first = openLine(house().server(), device);
      await first.until(await newest(device));
      const second = openLine(house().server(), device);
      await second.until(await newest(device));
      await first.ended();
      expect(second.open).toBe(true);
    });

    it('that is hung up leaves nothing behind on the server', async () => {
      const { server, client, addition } = house();
      const device = await terminal();
      const line = openLine(server(), device);
      await line.until(await newest(device));
      await line.hangUp();
      await line.ended();
      expect((await client().push(device, [addition()]))[0]?.status).toBe('applied');
      await wait(20);
      expect(house().log()).not.toContain('request failed');
    });

    it('does not keep the server from stopping: it ends, and every request under way is finished', async () => {
      const device = await terminal();
      const line = openLine(house().server(), device);
      await line.until(await newest(device));
      const client = createClient(house().server());
      onTestFinished(() => client.close());
      const pushing = client.push(device, [house().addition()]);
      await wait(15);
      const restarting = house().restart();
      expect(await pushing).toMatchObject([{ status: 'applied' }]);
      await restarting;
      await line.ended();
    });
  });
}
