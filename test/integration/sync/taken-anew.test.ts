/** A terminal that was away for longer than the server keeps what it forgets. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ulid } from 'ulid';
import { expect, it } from 'vitest';
import { OperationId } from '../../../src-shared/model/ids.ts';
import { PULL_PAGE } from '../../../src-shared/sync/protocol.ts';
import { enrolledDesk, expectOk, openHouse } from '../terminal/house.ts';
import { openKeychain } from '../terminal/keychain.ts';
import { layCable } from './lay-cable.ts';

const DAY_MS = 86_400_000;
/** As of a moment that lies ahead: everything was kept long enough. */
const NOTHING = -DAY_MS;

it('takes everything anew, loses nobody’s work, and is told of what may have been done already', async () => {
  await openKeychain();
  const house = await openHouse();
  const { store } = house.server;
  const propertyId = house.hotel.property.id;
  const cable = await layCable(house.server.url);
  const desk = await enrolledDesk({ server: { ...house.server, url: cable.url } });
  const settled = () => {
    desk.terminal.syncNow();
    return desk.until(({ line, queued }) => line === 'online' && queued === 0);
  };
  await desk.signIn(house.who('receptionist'));
  const cache = () => {
    const open = desk.terminal.desk?.cache;
    if (open === undefined) throw new Error('the cache is closed');
    return open;
  };
  const current = new Set(house.hotel.currentStays.map(({ guestId }) => guestId));
  const departed = house.hotel.guests.find(({ id }) => !current.has(id));
  if (departed === undefined) throw new Error('nobody has left');
  const guestId = house.hotel.stories.inHouse.id;
  expect(cache().guests.get(departed.id)).not.toBeNull();

  await cable.cut();
  desk.terminal.syncNow();
  await desk.until(({ line }) => line === 'offline');
  expectOk(await desk.call('note.add', { guestId, text: 'written while it was away' }));
  const manager = house.who('duty-manager');
  const [terminal] = (await store.listTerminals(propertyId, house.who('it').id)) ?? [];
  if (terminal === undefined) throw new Error('no terminal');
  const erase = { id: OperationId.parse(ulid()), kind: 'guest.erase', employeeId: manager.id, at: Date.now() } as const;
  expect(await store.applyOperations(propertyId, terminal.id, [{ ...erase, guestId: departed.id }])).toMatchObject([
    { status: 'applied' },
  ]);
  expect(await store.forget({ tombstones: NOTHING, operationIds: DAY_MS })).toMatchObject({ erasures: 1 });
  cable.mend();
  await settled();
  await desk.until(() => cache().guests.get(departed.id) === null);

  const notes = async () => {
    const { rows } = await store.readFeed(propertyId, 0, PULL_PAGE);
    return rows.filter(({ entity, json }) => entity === 'guestNote' && json.includes('written while it was away'));
  };
  expect(await notes()).toHaveLength(1);
  expect(cache().guests.get(guestId)).not.toBeNull();
  expect(desk.terminal.syncView).toMatchObject({ refusedOperations: 0, refusedBatches: 0, restoredAt: null });
  // Once: at the next turns it is like any other terminal.
  await settled();
  await settled();
  const log = readFileSync(join(desk.folder, 'logs', 'keyrack.log'), 'utf8');
  expect(log.split('taken-anew')).toHaveLength(2);

  // The answer to the note was lost, and its id is forgotten by now.
  expect((await store.forget({ tombstones: DAY_MS, operationIds: NOTHING })).operationIds).toBeGreaterThan(0);
  cache().outbox.sendAgain(0);
  await settled();
  expect(await notes()).toHaveLength(1);
  const back = cache().outbox.unsettled();
  expect(back).toMatchObject([{ state: 'refused', reason: 'too-old', operation: { kind: 'guestNote.add' } }]);
  expect(desk.terminal.syncView.refusedOperations).toBe(1);
});
