/** A terminal's real log, handed over to a real server, which is then made to lie in every way it could. */
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessLog, SEAL_EVERY } from '../../../src-main/access-log/log.ts';
import { ServerCopy } from '../../../src-main/access-log/server-copy.ts';
import { openEncryptedFile } from '../../../src-main/store/encrypted-file.ts';
import { proveLog } from '../../../src-main/sync/prove-log.ts';
import { shipLog } from '../../../src-main/sync/ship-log.ts';
import { createTransport } from '../../../src-main/sync/transport.ts';
import { generateDeviceKey, openDeviceIdentity } from '../../../src-main/vault/device-identity.ts';
import { databaseOf } from '../../../src-server/start.ts';
import { openDatabase } from '../../../src-server/store/database.ts';
import type { Tables } from '../../../src-server/store/tables.ts';
import { PROTOCOL_VERSION, routes } from '../../../src-shared/sync/protocol.ts';
import { enrolled } from '../server/client.ts';
import { DATABASES, type House, openHouse } from '../server/house.ts';

const MINUTES = 60_000;

describe.each(DATABASES)('the access log on the server, %s', (kind) => {
  let house: House;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'keyrack-copy-'));
    house = await openHouse(kind);
  });
  afterAll(async () => {
    await house.close();
    rmSync(folder, { recursive: true });
  });

  /** A terminal as far as its log goes. */
  const terminal = async () => {
    const pkcs8 = generateDeviceKey();
    const identity = openDeviceIdentity(pkcs8);
    const enrolment = await enrolled(house.client(), await house.code(), { publicKey: identity.publicKey });
    const file = openEncryptedFile(join(folder, `${enrolment.deviceId}.db`), randomBytes(32));
    if (!file.ok) throw new Error(file.problem);
    const clock = { now: house.now, mono: () => 1 };
    const log = new AccessLog(file.value, enrolment.deviceId, identity, clock);
    const copy = new ServerCopy(log.database, enrolment.propertyId);
    const write = (count: number) => {
      for (let i = 0; i < count; i += 1) {
        log.append({ type: 'stay.open', outcome: 'allowed', employeeId: null, role: null });
      }
    };
    const { propertyId: property } = enrolment;
    const ship = async () => {
      // A server that has nothing new to take is asked again only after a while.
      house.advance(11 * MINUTES);
      const transport = createTransport(house.server(), enrolment);
      try {
        return await shipLog({ log, copy, transport, property, clock });
      } finally {
        await transport.close();
      }
    };
    const prove = async () => {
      const transport = createTransport(house.server(), enrolment);
      const [entry = null] = log.list({ before: copy.upToSeq + 1, limit: 1 });
      try {
        return await proveLog({ ...enrolment, transport, serverNow: house.now }, copy, entry);
      } finally {
        await transport.close();
      }
    };
    return { log, copy, write, ship, prove, enrolment, identity };
  };

  /** Somebody at the server's database. */
  const tamper = async (work: (db: Kysely<Tables>) => Promise<unknown>) => {
    await house.pause();
    const { dataDir, database } = house;
    await using opened = await openDatabase(databaseOf({ dataDir, database }));
    await work(opened.everywhere);
    await opened.close();
    await house.restart();
  };

  it('is handed over whole and in order, by several terminals, and each entry is proved to be in it', async () => {
    const [one, other] = [await terminal(), await terminal()];
    expect(await one.prove()).toBe('not-yet');
    // More than one request takes, and not a round number of seals.
    one.write(3 * SEAL_EVERY + 77);
    other.write(5);
    expect(await one.ship()).toBeNull();
    expect(await other.ship()).toBeNull();
    one.write(1);
    expect(await one.ship()).toBeNull();
    expect(one.copy.upToSeq).toBe(one.log.head.seq);
    expect(other.copy.upToSeq).toBe(5);
    expect(await one.prove()).toBe('proved');
    expect(await other.prove()).toBe('proved');
    // Another's growth is seen as growth.
    expect(await other.ship()).toBeNull();
    expect(other.copy.checkpoint?.size).toBe(one.log.head.seq + 5);
  });

  it('takes an entry once, however often it is sent, and none in the place of another', async () => {
    const { log, write, ship, copy, enrolment, identity } = await terminal();
    write(10);
    await ship();
    const size = copy.checkpoint?.size;
    const push = (entries: string[], seal: { upToSeq: number; hash: string; signature: string } | null) =>
      house.client().ask(routes.accessLog(enrolment.propertyId), {
        method: 'POST',
        as: enrolment,
        body: { protocol: PROTOCOL_VERSION, entries, seal, heldSize: 0 },
      });
    const sent = log
      .list({ limit: 10 })
      .map(({ encoded }) => encoded)
      .reverse();
    expect((await push(sent, null)).json()).toMatchObject({ outcome: 'taken', upToSeq: 10 });
    await ship();
    expect(copy.checkpoint?.size).toBe(size);
    const altered = sent.with(4, sent[4]?.replace('stay.open', 'log.read') ?? '');
    expect((await push(altered, null)).json()).toMatchObject({ outcome: 'refused', reason: 'forked', atSeq: 5 });
    write(2);
    const [last, before] = log.list({ limit: 2 });
    if (last === undefined || before === undefined) throw new Error('two were written');
    expect((await push([last.encoded], null)).json()).toEqual({ outcome: 'gap', upToSeq: 10 });
    const two = [before.encoded, last.encoded];
    const seal = { upToSeq: 12, hash: last.hash, signature: identity.sign(Buffer.from('something else')) };
    expect((await push(two, seal)).json()).toMatchObject({ outcome: 'refused', reason: 'bad-seal' });
    expect((await push(two, null)).json()).toMatchObject({ outcome: 'refused', reason: 'bad-seal' });
    for (const unreadable of ['{}', '[]', ` ${last.encoded}`]) {
      expect((await push([unreadable], null)).json()).toMatchObject({ outcome: 'refused', reason: 'unreadable' });
    }
    expect(await ship()).toBeNull();
    expect(copy.upToSeq).toBe(12);
  });

  it('cannot be changed on the server without a terminal noticing, also where the tree was made anew to fit', async () => {
    const { write, ship, prove, copy } = await terminal();
    write(30);
    expect(await ship()).toBeNull();
    const held = copy.checkpoint;
    await tamper(async (db) => {
      await db
        .updateTable('log_entry')
        .set({ hash: '0'.repeat(64) })
        .where('index', '=', 3)
        .execute();
      await db
        .updateTable('log_node')
        .set({ hash: '1'.repeat(64) })
        .where('level', '>', 3)
        .execute();
    });
    write(1);
    expect(await ship()).toBe('rewritten');
    expect(copy.problem).toBe('rewritten');
    expect(copy.checkpoint).toEqual(held);
    expect(await prove()).toBe('not-proved');
  });
});

it('a server that was restored from a copy of before is noticed, and given again what it lost', async () => {
  const house = await openHouse('embedded');
  const folder = mkdtempSync(join(tmpdir(), 'keyrack-copy-'));
  const identity = openDeviceIdentity(generateDeviceKey());
  const terminal = await enrolled(house.client(), await house.code(), { publicKey: identity.publicKey });
  const { deviceId, propertyId: property } = terminal;
  const file = openEncryptedFile(join(folder, 'access-log.db'), randomBytes(32));
  if (!file.ok) throw new Error(file.problem);
  const clock = { now: house.now, mono: () => 1 };
  const log = new AccessLog(file.value, deviceId, identity, clock);
  const copy = new ServerCopy(log.database, property);
  const ship = async () => {
    const transport = createTransport(house.server(), terminal);
    try {
      return await shipLog({ log, copy, transport, property, clock });
    } finally {
      await transport.close();
    }
  };
  const write = () => log.append({ type: 'stay.open', outcome: 'allowed', employeeId: null, role: null });
  try {
    write();
    write();
    expect(await ship()).toBeNull();
    await house.pause();
    cpSync(house.dataDir, join(folder, 'yesterday'), { recursive: true });
    await house.restart();
    write();
    write();
    expect(await ship()).toBeNull();
    await house.pause();
    rmSync(house.dataDir, { recursive: true });
    cpSync(join(folder, 'yesterday'), house.dataDir, { recursive: true });
    await house.restart();
    house.advance(11 * MINUTES);
    expect(await ship()).toBe('went-back');
    expect(copy.checkpoint?.size).toBe(4);
    write();
    // It is one hotel with one terminal: what it sends again stands where it stood.
    expect(await ship()).toBeNull();
    expect(copy.upToSeq).toBe(5);
  } finally {
    log.close();
    rmSync(folder, { recursive: true });
    await house.close();
  }
});
