/** kill -9 of the server: nothing acknowledged is lost, nothing is applied twice (DESIGN §13). */
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Operation, type OperationResult, routes } from '../../src-shared/sync/protocol.ts';
import { type Client, createClient, enrolled, type Terminal } from '../integration/server/client.ts';
import { DATABASES, type House, openHouse } from '../integration/server/house.ts';
import { type ServerProcess, startProcess } from '../integration/server/server-process.ts';

/** The embedded database takes seconds to come up again: it looks at each of its files. */
const KILLS = { embedded: 3, postgres: 8 } as const;
const WRITERS = 4;

describe.each(DATABASES)('with the %s database', (kind) => {
  let house: House;
  let terminal: Terminal;
  let start: () => Promise<ServerProcess>;
  const started: ServerProcess[] = [];

  beforeAll(async () => {
    house = await openHouse(kind);
    terminal = await enrolled(house.client(), await house.code());
    await house.pause();
    const env = house.database === undefined ? {} : { KEYRACK_DATABASE: house.database };
    start = async () => {
      const server = await startProcess(['--data-dir', house.dataDir, '--log-level', 'warn'], env);
      started.push(server);
      return server;
    };
  });
  afterEach(async () => {
    for (const server of started.splice(0)) await server.end('SIGKILL');
  });
  afterAll(() => house.close());

  /** The notes of the feed, by id; fails when one is there twice. */
  async function notesOf(client: Client): Promise<Map<string, number>> {
    const notes = new Map<string, number>();
    for (let after = 0; ; ) {
      const { puts, end } = await client.pull(terminal, after);
      for (const { entity, seq, row } of puts) {
        if (entity !== 'guestNote') continue;
        expect(notes.has(row.id)).toBe(false);
        notes.set(row.id, seq);
      }
      after = end.cursor;
      if (!end.more) return notes;
    }
  }

  it('killed after the commit and before the answer, it says on the resend what it would have said', async () => {
    const server = await start();
    const proxy = await muteableProxy(Number(new URL(server.url).port));
    const client = createClient({ ...server, url: proxy.url }, 1);
    const added = house.addition();
    expect((await client.ask(routes.health, { as: terminal })).status).toBe(200);
    // From here the first byte that the server says is the answer to the push: it has committed.
    const answering = proxy.swallowNext();
    const lost = client.push(terminal, [added]).catch(() => 'no answer');
    await answering;
    await server.end('SIGKILL');
    proxy.close();
    expect(await lost).toBe('no answer');
    await client.close();

    const next = await start();
    const again = createClient(next);
    const committed = await notesOf(again);
    expect(committed.has(added.note.id)).toBe(true);
    const seq = committed.get(added.note.id);
    expect(await again.push(terminal, [added])).toEqual([{ id: added.id, status: 'duplicate', seq }]);
    expect(await notesOf(again)).toEqual(committed);
    await again.close();
  });

  const kills = KILLS[kind];

  it(`${kills} kills at any moment lose nothing acknowledged and apply nothing twice`, {
    timeout: 180_000,
  }, async () => {
    const acknowledged = new Map<string, OperationResult>();
    let unanswered: Operation[] = [];
    let cut = 0;
    let earlier: number | null = null;
    for (let kill = 0; kill < kills; kill++) {
      const server = await start();
      const client = createClient(server);
      const notes = await notesOf(client);
      earlier ??= notes.size;
      for (const result of acknowledged.values()) {
        if (result.status !== 'refused') expect([...notes.values()]).toContain(result.seq);
      }
      // What was not answered is sent again, as a terminal's outbox does, among what is new.
      let waiting = unanswered;
      unanswered = [];
      const answered = Promise.withResolvers<void>();
      const write = async () => {
        for (;;) {
          const batch = [...waiting.splice(0, 5), ...Array.from({ length: 3 }, () => house.addition())];
          try {
            for (const result of await client.push(terminal, batch)) acknowledged.set(result.id, result);
            answered.resolve();
          } catch {
            unanswered.push(...batch);
            return;
          }
        }
      };
      const writing = Array.from({ length: WRITERS }, write);
      // Before or after the first answer, as it comes; every other time after it, on a slow machine too.
      if (kill % 2 === 1) await answered.promise;
      await setTimeout(60 + ((kill * 37) % 150));
      await server.end('SIGKILL');
      await Promise.all(writing);
      unanswered.push(...waiting);
      waiting = [];
      cut += unanswered.length;
      await client.close();
    }
    expect(cut).toBeGreaterThan(kills);
    expect(acknowledged.size).toBeGreaterThan(kills);

    const server = await start();
    const client = createClient(server);
    const before = await notesOf(client);
    for (const operation of unanswered) {
      for (const result of await client.push(terminal, [operation])) acknowledged.set(result.id, result);
    }
    const after = await notesOf(client);
    // One note for each operation, under the number that was acknowledged.
    const seqs = [...acknowledged.values()].map((result) => (result.status === 'refused' ? null : result.seq));
    expect(seqs).not.toContain(null);
    expect(new Set(seqs).size).toBe(acknowledged.size);
    for (const seq of seqs) expect([...after.values()]).toContain(seq);
    for (const [id, seq] of before) expect(after.get(id)).toBe(seq);
    expect(after.size).toBe(acknowledged.size + (earlier ?? 0));
    await client.close();
    expect(await server.end('SIGTERM')).toBe(0);
  });
});

/** A line to the server that can be cut towards the client alone. */
async function muteableProxy(port: number) {
  const sockets = new Set<Socket>();
  let mute: (() => void) | null = null;
  const proxy = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => socket.destroy());
    }
    near.on('data', (bytes) => far.write(bytes));
    far.on('data', (bytes) => {
      if (mute === null) near.write(bytes);
      else mute();
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const address = proxy.address();
  if (typeof address !== 'object' || address === null) throw new Error('the proxy does not listen');
  return {
    url: `https://127.0.0.1:${address.port}`,
    /** From now on the client hears nothing more. @returns when the server has said something */
    swallowNext: () =>
      new Promise<void>((resolve) => {
        mute = resolve;
      }),
    close: () => {
      proxy.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
