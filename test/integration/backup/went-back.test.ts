/** A server restored from yesterday's backup, and two terminals that had gone on since: nothing is lost, nothing is there twice. */
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { ulid } from 'ulid';
import { expect, it } from 'vitest';
import { restoreBackup } from '../../../src-server/backup/restore.ts';
import { createLog } from '../../../src-server/log.ts';
import { type RunningServer, startServer } from '../../../src-server/start.ts';
import { ConflictId, OperationId } from '../../../src-shared/model/ids.ts';
import { PULL_PAGE } from '../../../src-shared/sync/protocol.ts';
import { conflict } from '../store/builders.ts';
import { afterwards } from '../terminal/afterwards.ts';
import { type Desk, enrolledDesk, expectOk, openHouse, tempFolder, testClock } from '../terminal/house.ts';
import { openKeychain } from '../terminal/keychain.ts';

it('a server restored from yesterday’s backup gets again what its terminals had sent since, once each, and both terminals say so', async () => {
  await openKeychain();
  const house = await openHouse();
  const identity = await generateX25519Identity();
  const guestId = house.hotel.stories.inHouse.id;
  const write = async (desk: Desk, text: string) => expectOk(await desk.call('note.add', { guestId, text }));
  const settled = (desk: Desk) => {
    desk.terminal.syncNow();
    return desk.until(({ line, queued }) => line === 'online' && queued === 0);
  };
  const notesOf = (desk: Desk) =>
    (desk.terminal.desk?.cache.notes.forGuest(guestId) ?? [])
      .map(({ text }) => text)
      .filter((text) => SHOWN.test(text));
  const SHOWN = /^(yesterday|today|after)/;
  const desks = [await enrolledDesk(house), await enrolledDesk(house)] as const;
  for (const desk of desks) {
    await desk.until(({ line }) => line === 'online');
    await desk.signIn(house.who('receptionist'));
  }
  const [one, other] = desks;
  await write(one, 'yesterday, kept in the backup');
  await settled(one);
  const { store } = house.server;
  const { folder } = await store.backUp({
    to: tempFolder('backups'),
    recipients: [await identityToRecipient(identity)],
  });
  await write(one, 'today, from the one');
  await write(other, 'today, from the other');
  // Both change what neither has heard of from the other; and a conflict that no work of theirs has led to.
  const clash = async (desk: Desk, company: string) => {
    desk.terminal.desk?.cache.changeLocally({
      id: OperationId.parse(ulid()),
      kind: 'guest.change',
      employeeId: house.who('receptionist').id,
      at: Date.now(),
      guestId,
      changes: { company },
      base: { company: 0 },
    });
    await settled(desk);
  };
  await clash(one, '西湖科技');
  await clash(other, '东湖科技');
  const unfounded = conflict(1, { rowId: guestId, guestId, field: 'email', id: ConflictId.parse(ulid()) });
  await store.appendRows(house.hotel.property.id, [{ entity: 'conflict', row: unfounded }]);
  for (const desk of [one, other, one]) await settled(desk);
  await one.until(() => notesOf(one).length === 3);
  const conflictsOf = (desk: Desk) => desk.terminal.desk?.cache.conflicts.open() ?? [];
  for (const desk of desks) await desk.until(() => conflictsOf(desk).length === 2);
  const [before] = conflictsOf(one).filter(({ field }) => field === 'company');

  await house.server.stop();
  const dataDir = join(tempFolder('restored'), 'data');
  await restoreBackup({ kind: 'embedded', dataDir }, folder, identity);
  const port = Number(new URL(house.server.url).port);
  const restored: RunningServer = await startServer({ dataDir, port }, createLog('silent'), testClock());
  afterwards(() => restored.stop());
  const onServer = async () => {
    const { rows } = await restored.store.readFeed(house.hotel.property.id, 0, PULL_PAGE);
    return rows.flatMap(({ entity, json }) => (entity === 'guestNote' ? [String(JSON.parse(json).text)] : []));
  };
  expect((await onServer()).filter((text) => SHOWN.test(text))).toEqual(['yesterday, kept in the backup']);

  for (const desk of desks) {
    desk.terminal.syncNow();
    await desk.until(({ restoredAt }) => restoredAt !== null);
    await settled(desk);
  }
  await write(other, 'after the restore');
  for (const desk of [other, one]) await settled(desk);
  const all = ['after the restore', 'today, from the one', 'today, from the other', 'yesterday, kept in the backup'];
  expect((await onServer()).filter((text) => SHOWN.test(text)).sort()).toEqual(all);
  for (const desk of desks) {
    await desk.until(() => notesOf(desk).length === all.length);
    expect(notesOf(desk).sort()).toEqual(all);
    // What had led to it is sent again and raises it again, under another name; the other is gone with the server that knew it.
    await desk.until(() => conflictsOf(desk).length === 1);
    expect(conflictsOf(desk)).toMatchObject([{ field: 'company', rowId: guestId }]);
    expect(conflictsOf(desk)[0]?.id).not.toBe(before?.id);
    expect(desk.terminal.syncView).toMatchObject({ refusedOperations: 0, refusedBatches: 0 });
    const told = desk.terminal.desk?.log.list({ limit: 200 }).some(({ encoded }) => encoded.includes('"restored"'));
    expect(told).toBe(true);
    // Their entries came in another order than before, which only another generation may have.
    await desk.until(({ log }) => log?.waiting === 0 && log.problem === null);
    expect(desk.terminal.desk?.serverCopy.problem).toBeNull();
  }
});
