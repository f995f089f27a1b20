/** Terminals that are told instead of asking: how soon they know, how seldom they ask, what they do when the line is cut. */
import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Besides } from '../../../src-main/sync/loop.ts';
import { routes } from '../../../src-shared/sync/protocol.ts';
import { enrolled } from '../server/client.ts';
import { type House, openHouse } from '../server/house.ts';
import { afterwards } from '../terminal/afterwards.ts';
import type { Cable } from './cable.ts';
import { layCable } from './lay-cable.ts';
import { type LightTerminal, lightTerminal } from './light-terminal.ts';

let house: House;
let cable: Cable;
beforeAll(async () => {
  house = await openHouse('embedded');
  afterwards(() => house.close());
  cable = await layCable(house.server().url);
});

async function terminal(besides?: Besides): Promise<LightTerminal> {
  const device = await enrolled(house.client(), await house.code());
  const light = lightTerminal({ url: cable.url, caPem: house.server().caPem }, device, { besides });
  onTestFinished(() => light.close());
  await expect.poll(() => light.loop.state.line, { interval: 5 }).toBe('online');
  return light;
}

/** How often a route was asked so far, as the server's own log says. */
function asked(route: string): number {
  const lines = house.log().trim().split('\n');
  return lines.filter((line) => JSON.parse(line).route === route).length;
}

async function rename(nameLatin: string): Promise<number> {
  return house
    .server()
    .store.appendRows(house.hotel.property.id, [{ entity: 'property', row: { ...house.hotel.property, nameLatin } }]);
}

describe('a terminal with a live line', () => {
  it('has a change of elsewhere within a moment, and asks for each once and otherwise not at all', async () => {
    const light = await terminal();
    await wait(100);
    const before = asked(routes.changes(':property'));
    for (const name of ['First', 'Second', 'Third']) {
      const began = performance.now();
      const seq = await rename(name);
      await expect.poll(light.cursor, { interval: 1 }).toBe(seq);
      // Without a live line it is up to five seconds.
      expect(performance.now() - began).toBeLessThan(1_000);
    }
    await wait(100);
    expect(asked(routes.changes(':property')) - before).toBe(3);
  });

  it('does not ask again and again for a number that has no row', async () => {
    const light = await terminal();
    const before = asked(routes.changes(':property'));
    // The row of a guest who is erased is passed over, its number is given all the same.
    const { store } = house.server();
    const { id } = house.hotel.stories.arriving;
    const seq = await store.appendRows(house.hotel.property.id, [{ entity: 'guestErasure', row: { id, erasedAt: 1 } }]);
    expect(await store.appendRows(house.hotel.property.id, [{ entity: 'guestSeed', row: { id, seed: null } }])).toBe(
      seq + 1,
    );
    await expect.poll(light.cursor, { interval: 5 }).toBe(seq);
    await wait(300);
    expect(asked(routes.changes(':property')) - before).toBeLessThanOrEqual(2);
  });

  it('hands over what is written here besides within the time of a poll, though nobody tells it of that', {
    timeout: 20_000,
  }, async () => {
    let [waits, sent] = [false, 0];
    await terminal({
      waits: () => waits,
      send: async () => {
        waits = false;
        sent += 1;
      },
    });
    await expect.poll(() => sent).toBe(1);
    waits = true;
    await expect.poll(() => sent, { timeout: 10_000 }).toBe(2);
  });

  it('notices by itself that the line is cut, and comes back by itself with what it has missed', async () => {
    const light = await terminal();
    await cable.cut();
    await expect
      .poll(() => light.loop.state, { timeout: 8_000 })
      .toMatchObject({ line: 'offline', problem: 'unreachable' });
    const seq = await rename('Meanwhile');
    cable.mend();
    await expect.poll(light.cursor, { timeout: 10_000 }).toBe(seq);
    await expect.poll(() => light.loop.state.line).toBe('online');
  });
});
