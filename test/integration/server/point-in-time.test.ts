/** The database put back to a moment from a base backup and its archived log of changes, as docs/operations.md says: terminals notice, and nothing is lost. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createRandom } from '../../../scripts/demo/random.ts';
import { makeHotel } from '../../simulation/hotel.ts';
import { type FeedRow, SimulatedServer } from '../../simulation/server.ts';
import { SimulatedTerminal, type World } from '../../simulation/terminal.ts';
import { doWork } from '../../simulation/work.ts';
import { startPostgres } from './postgres.ts';

it('a PostgreSQL put back to a moment has what was there then, and gets again what its terminals had sent since, once each', async () => {
  await using opened = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'keyrack-point-in-time-'));
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  // PostgreSQL's own user must be able to write there, and it works in its data directory.
  const archived = '../archive-%f';
  const postgres = await startPostgres(['archive_mode=on', `archive_command=cp %p ${archived}`]);
  opened.defer(() => postgres.stop());
  const database = await postgres.createDatabase();
  const name = new URL(database).pathname.slice(1);
  const sql = (statement: string) => postgres.run('psql', ['-X', '-A', '-t', '-d', name, '-c', statement]).trim();
  const server = opened.use(await SimulatedServer.start({ database }));
  const random = createRandom('point-in-time');
  const hotel = makeHotel(1, 'point-in-time', random);
  const { id: property } = hotel.property;
  await server.ask({ ask: 'found', property: hotel.property, puts: hotel.puts });
  const world: World = { hotel, server, random, folder, wire: [], time: 0 };
  const one = await SimulatedTerminal.enrol(world, 'one');
  const other = await SimulatedTerminal.enrol(world, 'other');
  opened.defer(async () => {
    for (const terminal of [one, other]) await terminal.close();
  });
  const write = async (terminal: SimulatedTerminal, how: number) => {
    doWork(terminal, world, { does: 'note', which: 0, how });
    await terminal.turn();
  };
  const syncAll = async () => {
    for (const terminal of [one, other, one, other]) await terminal.turn();
  };
  const onServer = async () =>
    (await server.ask<FeedRow[]>({ ask: 'feed', property })).flatMap(({ entity, row }) =>
      entity === 'guestNote' ? [String(row['text'])] : [],
    );
  const notesOf = ({ running }: SimulatedTerminal) =>
    hotel.guests.flatMap(({ id }) => running.cache.notes.forGuest(id).map(({ text }) => text)).sort();

  const baseBackup = join(postgres.folder, 'base');
  postgres.run('pg_basebackup', ['-D', baseBackup, '-X', 'fetch', '--checkpoint=fast', '--no-sync']);
  await syncAll();
  await write(one, 1);
  const moment = sql('select clock_timestamp()');
  await write(one, 2);
  await write(other, 3);
  await syncAll();
  const last = sql('select pg_walfile_name(pg_switch_wal())');
  await expect
    .poll(() => sql('select last_archived_wal from pg_stat_archiver') >= last, { timeout: 60_000 })
    .toBe(true);

  await server.kill(async () => {
    await postgres.recover(baseBackup, [
      `restore_command=cp ${archived} %p`,
      `recovery_target_time=${moment}`,
      'recovery_target_action=promote',
    ]);
    sql("set keyrack.property = '*'; update log_tree set generation = generation + 1");
  });
  expect(await onServer()).toEqual(['remark 1']);

  for (const { running } of [one, other]) {
    await running.line.cut(server.url);
    running.line.cable.mend();
  }
  await syncAll();
  await syncAll();
  const all = ['remark 1', 'remark 2', 'remark 3'];
  expect((await onServer()).sort()).toEqual(all);
  for (const terminal of [one, other]) {
    const { cache, copy, log } = terminal.running;
    expect(notesOf(terminal)).toEqual(all);
    expect(cache.syncState.get().restoredAt).not.toBeNull();
    expect(cache.outbox.count('queued')).toBe(0);
    // Their entries came in another order than before, which only another generation may have.
    expect(copy.problem).toBeNull();
    expect(copy.upToSeq).toBe(log.head.seq);
  }
});
