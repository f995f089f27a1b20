import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AccessLog, LogUnavailable } from '../../../src-main/access-log/log.ts';
import { verifyLog } from '../../../src-main/access-log/verify.ts';
import { openEncryptedFile } from '../../../src-main/store/encrypted-file.ts';
import { generateDeviceKey, openDeviceIdentity } from '../../../src-main/vault/device-identity.ts';
import { DeviceId, EmployeeId } from '../../../src-shared/model/ids.ts';

const DEVICE = DeviceId.parse('01HZZZZZZZZZZZZZZZZZZZZZZD');
const EMPLOYEE = EmployeeId.parse('01HZZZZZZZZZZZZZZZZZZZZZZE');

function openLog(entries: number) {
  const folder = mkdtempSync(join(tmpdir(), 'keyrack-log-'));
  const file = join(folder, 'access-log.db');
  const opened = openEncryptedFile(file, randomBytes(32));
  if (!opened.ok) throw new Error(opened.problem);
  const identity = openDeviceIdentity(generateDeviceKey());
  const log = new AccessLog(opened.value, DEVICE, identity, { now: () => 1_770_000_000_000, mono: () => 5 });
  onTestFinished(() => {
    if (log.database.open) log.database.close();
    rmSync(folder, { recursive: true });
  });
  for (let i = 0; i < entries; i++) {
    log.append({ type: 'stay.open', outcome: 'allowed', employeeId: EMPLOYEE, role: 'receptionist', reason: `n-${i}` });
  }
  const run = (sql: string) => log.database.exec(sql);
  return { log, file, run, verify: (anchor = log.head) => verifyLog(log.database, identity.publicKey, anchor) };
}

describe('the access log', () => {
  it('is intact as it was written, seals and all', async () => {
    const { log, verify } = openLog(200);
    log.seal();
    expect(await verify()).toEqual({ entries: 200, head: log.head.hash, problem: null, atSeq: null });
  });

  it('is one chain: each entry names the hash of the one before', () => {
    const { log } = openLog(3);
    const [third, second] = log.list({ limit: 2 });
    expect(JSON.parse(third?.encoded ?? '').prev).toBe(second?.hash);
  });

  it.each(Array.from({ length: 12 }, (_, index) => index + 1))('finds entry %i altered', async (seq) => {
    const { run, verify } = openLog(12);
    run(`UPDATE entry SET body = replace(body, '"allowed"', '"refused"') WHERE seq = ${seq}`);
    expect(await verify()).toMatchObject({ problem: 'altered', atSeq: seq });
  });

  it.each(Array.from({ length: 11 }, (_, index) => index + 1))('finds entry %i dropped', async (seq) => {
    const { run, verify } = openLog(12);
    run(`DELETE FROM entry WHERE seq = ${seq}`);
    expect(await verify()).toMatchObject({ problem: 'missing', atSeq: seq });
  });

  it('finds an entry dropped with those behind it moved up', async () => {
    const { run, verify } = openLog(12);
    run('DELETE FROM entry WHERE seq = 5; UPDATE entry SET seq = seq - 1 WHERE seq > 5');
    expect(await verify()).toMatchObject({ problem: 'reordered', atSeq: 5 });
  });

  it.each(Array.from({ length: 11 }, (_, index) => index + 1))(
    'finds entries %i and the next in each other’s place',
    async (seq) => {
      const { run, verify } = openLog(12);
      run(`UPDATE entry SET seq = -1 WHERE seq = ${seq}; UPDATE entry SET seq = ${seq} WHERE seq = ${seq + 1};
      UPDATE entry SET seq = ${seq + 1} WHERE seq = -1`);
      expect(await verify()).toMatchObject({ problem: 'reordered', atSeq: seq });
    },
  );

  it('finds its end cut off, by the seal and by the anchor', async () => {
    const { log, run, verify } = openLog(12);
    const anchor = log.seal();
    run('DELETE FROM entry WHERE seq > 9');
    expect(await verify()).toMatchObject({ problem: 'cut-short', atSeq: 10 });
    run('DELETE FROM seal');
    expect(await verify(anchor)).toMatchObject({ problem: 'cut-short', atSeq: 10 });
  });

  it('finds a chain rewritten by somebody without the device’s key', async () => {
    const { log, run, verify } = openLog(4);
    log.seal();
    const forger = openLog(0).log;
    for (let i = 0; i < 4; i++) forger.append({ type: 'stay.open', outcome: 'allowed', employeeId: null, role: null });
    run('DELETE FROM entry');
    for (const entry of forger.list({ limit: 10 })) {
      log.database
        .prepare('INSERT INTO entry (seq, body, hash) VALUES (?, ?, ?)')
        .run(entry.seq, entry.encoded, entry.hash);
    }
    const verdict = await verify({ seq: 0, hash: '0'.repeat(64) });
    expect(verdict).toMatchObject({ problem: 'bad-seal', atSeq: 4 });
  });

  it('finds a forged seal', async () => {
    const { log, run, verify } = openLog(4);
    log.seal();
    run(`UPDATE seal SET signature = '${randomBytes(64).toString('base64')}'`);
    expect(await verify()).toMatchObject({ problem: 'bad-seal', atSeq: 4 });
  });

  it('finds a chain rewritten without any seal, even where no anchor is known', async () => {
    const { log, run, verify } = openLog(200);
    log.seal();
    run('DELETE FROM seal');
    expect(await verify({ seq: 0, hash: '0'.repeat(64) })).toMatchObject({ problem: 'bad-seal' });
  });

  it('that cannot be written says so and keeps its head, and closes all the same', () => {
    const { log, run } = openLog(3);
    const { head } = log;
    run('DROP TABLE entry');
    const event = { type: 'stay.open', outcome: 'allowed', employeeId: null, role: null } as const;
    expect(() => log.append(event)).toThrow(LogUnavailable);
    expect(log.head).toEqual(head);
    run('DROP TABLE seal');
    expect(() => log.close()).toThrow(LogUnavailable);
    expect(log.database.open).toBe(false);
  });

  it('goes on where it was after being opened again', async () => {
    const { log, verify } = openLog(2);
    const again = new AccessLog(log.database, DEVICE, openDeviceIdentity(generateDeviceKey()), {
      now: () => 1,
      mono: () => 1,
    });
    again.append({ type: 'terminal.start', outcome: 'allowed', employeeId: null, role: null });
    expect(await verify(again.head)).toMatchObject({ entries: 3, problem: null });
  });

  it('filters by kind, outcome and employee, newest first', () => {
    const { log } = openLog(3);
    log.append({ type: 'field.reveal', outcome: 'refused', employeeId: null, role: null, field: 'documentNumber' });
    expect(log.list({ limit: 10, types: ['field.reveal'] })).toHaveLength(1);
    expect(log.list({ limit: 10, outcomes: ['refused', 'failed'] })).toHaveLength(1);
    expect(log.list({ limit: 10, employeeId: EMPLOYEE }).map((entry) => entry.seq)).toEqual([3, 2, 1]);
    expect(log.count({ employeeId: EMPLOYEE, notTypes: [] })).toBe(3);
  });

  it('lies on the disk encrypted', () => {
    const { log, file } = openLog(80);
    log.seal();
    const bytes = Buffer.concat([readFileSync(file), readFileSync(`${file}-wal`)]).toString('latin1');
    for (const word of ['receptionist', 'stay.open', EMPLOYEE, 'CREATE TABLE']) expect(bytes).not.toContain(word);
  });
});
