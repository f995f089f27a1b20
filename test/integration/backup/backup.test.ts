/** A hotel with guests, notes and a log, backed up from one database and restored into another. */
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessLog } from '../../../src-main/access-log/log.ts';
import { ServerCopy } from '../../../src-main/access-log/server-copy.ts';
import { openEncryptedFile } from '../../../src-main/store/encrypted-file.ts';
import { shipLog } from '../../../src-main/sync/ship-log.ts';
import { createTransport } from '../../../src-main/sync/transport.ts';
import { generateDeviceKey, openDeviceIdentity } from '../../../src-main/vault/device-identity.ts';
import { BACKUP_FILES, listBackups, rotateBackups } from '../../../src-server/backup/backup.ts';
import { restoreBackup } from '../../../src-server/backup/restore.ts';
import { BadBackup } from '../../../src-server/backup/rows.ts';
import { createLog } from '../../../src-server/log.ts';
import { databaseOf, startServer } from '../../../src-server/start.ts';
import { createClient, enrolled } from '../server/client.ts';
import { DATABASES, type House, openHouse } from '../server/house.ts';

const DAY_MS = 86_400_000;

describe.each(DATABASES)('a backup of the server, %s', (kind) => {
  const other = kind === 'embedded' ? 'postgres' : 'embedded';
  let [house, elsewhere]: [House | null, House | null] = [null, null];
  let folder: string;
  let identity: string;
  let recipient: string;
  const open = () => {
    if (house === null || elsewhere === null) throw new Error('not open yet');
    return { house, elsewhere };
  };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'keyrack-backup-'));
    identity = await generateX25519Identity();
    recipient = await identityToRecipient(identity);
    house = await openHouse(kind);
    // Only for its database server.
    elsewhere = await openHouse(other);
  });
  afterAll(async () => {
    await house?.close();
    await elsewhere?.close();
    rmSync(folder, { recursive: true });
  });

  const enrol = async () => {
    const device = openDeviceIdentity(generateDeviceKey());
    const code = await open().house.code();
    return {
      device,
      terminal: await enrolled(open().house.client(), code, { publicKey: device.publicKey }),
    };
  };
  const backUp = () => {
    // Each is named by its second.
    open().house.advance(1_000);
    return open()
      .house.server()
      .store.backUp({ to: join(folder, 'backups'), recipients: [recipient] });
  };

  it('restores on the other kind of database to a server that goes on with the same terminals, guests, seeds and log', async () => {
    const { house, elsewhere } = open();
    const { device, terminal } = await enrol();
    const file = openEncryptedFile(join(folder, 'access-log.db'), randomBytes(32));
    if (!file.ok) throw new Error(file.problem);
    const log = new AccessLog(file.value, terminal.deviceId, device, { now: house.now, mono: () => 1 });
    const copy = new ServerCopy(log.database, terminal.propertyId);
    const transport = createTransport(house.server(), terminal);
    for (let i = 0; i < 9; i += 1) log.append({ type: 'stay.open', outcome: 'allowed', employeeId: null, role: null });
    const { propertyId: property } = terminal;
    expect(await shipLog({ log, copy, transport, property, clock: { now: house.now, mono: () => 1 } })).toBeNull();
    await transport.close();
    log.close();
    await house.client().push(terminal, [house.addition()]);
    const before = await house.client().pull(terminal, 0);
    const { folder: made, manifest } = await backUp();
    expect(manifest.counts).toMatchObject({ log_entry: 9, property: 1, device: 1 });
    expect(manifest.counts['entity_row']).toBe(before.puts.length);

    const dataDir = join(folder, 'restored');
    const config = databaseOf({ dataDir, database: await elsewhere.postgres?.createDatabase() });
    expect(await restoreBackup(config, made, identity)).toMatchObject({ counts: manifest.counts, seeds: 'restored' });
    const database = config.kind === 'postgres' ? config.url : undefined;
    const server = await startServer({ dataDir, database, port: 0 }, createLog('silent'), { now: house.now });
    // The CA, and with it what terminals have pinned, is the same; so are certificates, and seeds inside the rows.
    const client = createClient({ url: server.url, caPem: house.server().caPem });
    try {
      const after = await client.pull(terminal, 0);
      expect(after.puts).toEqual(before.puts);
      expect(after.puts.some((put) => put.entity === 'guestSeed' && put.row.seed !== null)).toBe(true);
      const [applied] = await client.push(terminal, [house.addition()]);
      expect(applied).toMatchObject({ status: 'applied', seq: before.end.cursor + 1 });
    } finally {
      await client.close();
      await server.stop();
    }
  });

  it('is readable by its recipients alone, and holds nothing in clear', async () => {
    const { house } = open();
    const { folder: made } = await backUp();
    const stranger = await generateX25519Identity();
    const config = databaseOf({ dataDir: join(folder, 'stranger'), database: await house.postgres?.createDatabase() });
    await expect(restoreBackup(config, made, stranger)).rejects.toThrow(/identit|recipient|match/i);
    const name = house.hotel.stories.arriving.name;
    for (const file of readdirSync(made)) {
      const bytes = readFileSync(join(made, file));
      expect(bytes.includes(Buffer.from(name)), file).toBe(false);
      expect(bytes.includes(Buffer.from('entity_row')), file).toBe(file === 'manifest.json');
    }
  });

  it('is refused where it is damaged, cut, or would go over something', async () => {
    const { house } = open();
    const { folder: made } = await backUp();
    const fresh = async (name: string) =>
      databaseOf({ dataDir: join(folder, name), database: await house.postgres?.createDatabase() });
    const spoil = (name: string, change: (bytes: Buffer) => Buffer) => {
      const spoilt = join(folder, `spoilt-${name}`);
      cpSync(made, spoilt, { recursive: true });
      const file = join(spoilt, BACKUP_FILES.rows);
      writeFileSync(file, change(readFileSync(file)));
      return spoilt;
    };
    const flipped = spoil('flipped', (bytes) => {
      const at = bytes.length - 40;
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      return bytes;
    });
    await expect(restoreBackup(await fresh('flipped'), flipped, identity)).rejects.toThrow();
    const cut = spoil('cut', (bytes) => bytes.subarray(0, bytes.length - 70_000 > 0 ? bytes.length - 70_000 : 300));
    await expect(restoreBackup(await fresh('cut'), cut, identity)).rejects.toThrow();
    const config = await fresh('twice');
    await restoreBackup(config, made, identity);
    await expect(restoreBackup(config, made, identity)).rejects.toThrow(BadBackup);
    await expect(restoreBackup(await fresh('none'), folder, identity)).rejects.toThrow(BadBackup);
  });

  it('keeps seeds for a week and rows for a month, and the newest whatever its age', async () => {
    const { house } = open();
    const to = join(folder, 'rotated');
    const newest = await house.server().store.backUp({ to, recipients: [recipient] });
    // As backups of those days lie there: a manifest is in clear.
    const madeBefore = (days: number) => {
      const made = join(to, `before-${days}`);
      cpSync(newest.folder, made, { recursive: true });
      const madeAt = newest.manifest.madeAt - days * DAY_MS;
      writeFileSync(join(made, 'manifest.json'), JSON.stringify({ ...newest.manifest, madeAt }));
      return { folder: made };
    };
    const oldest = madeBefore(33);
    const middle = madeBefore(8);
    const retention = { rowsDays: 30, seedsDays: 7 };
    await rotateBackups(to, retention, house.now());
    expect((await listBackups(to)).map((backup) => backup.folder)).toEqual([middle.folder, newest.folder]);
    expect(existsSync(oldest.folder)).toBe(false);
    expect(existsSync(join(middle.folder, BACKUP_FILES.seeds))).toBe(false);
    expect(existsSync(join(middle.folder, BACKUP_FILES.rows))).toBe(true);
    expect(existsSync(join(newest.folder, BACKUP_FILES.seeds))).toBe(true);
    await rotateBackups(to, retention, house.now() + 400 * DAY_MS);
    expect(existsSync(join(newest.folder, BACKUP_FILES.rows))).toBe(true);
  });
});
