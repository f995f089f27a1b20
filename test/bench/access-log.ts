/** The access log: one durable entry against a bare commit, and checking the whole chain against the bare hashes of it. */
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createRandom } from '../../scripts/demo/random.ts';
import { AccessLog } from '../../src-main/access-log/log.ts';
import { verifyLog } from '../../src-main/access-log/verify.ts';
import { systemClock } from '../../src-main/clock.ts';
import { generateDeviceKey, openDeviceIdentity } from '../../src-main/vault/device-identity.ts';
import type { AccessEvent } from '../../src-shared/audit/event.ts';
import { DeviceId, EmployeeId, GuestId, StayId } from '../../src-shared/model/ids.ts';
import { bareCommit, DURABLE } from './bare-commit.ts';
import { compare } from './compare.ts';
import { openProductFile, type Settings } from './plain-file.ts';
import type { Row } from './row.ts';

export async function measureAccessLog(folder: string, settings: Settings, entries: number): Promise<Row[]> {
  const random = createRandom('keyrack/bench/access-log');
  const log = new AccessLog(
    openProductFile(join(folder, 'access-log.db'), randomBytes(32)),
    DeviceId.parse(random.ulid(0)),
    openDeviceIdentity(generateDeviceKey()),
    systemClock,
  );
  const commit = bareCommit(join(folder, 'log-commit.db'), settings);
  const event: AccessEvent = {
    type: 'field.reveal',
    outcome: 'allowed',
    employeeId: EmployeeId.parse(random.ulid(1)),
    role: 'receptionist',
    guestId: GuestId.parse(random.ulid(2)),
    stayId: StayId.parse(random.ulid(3)),
    field: 'documentNumber',
    class: 'identity',
    purpose: 'document-check',
  };
  try {
    const append = await compare({ run: () => log.append(event) }, commit, DURABLE);
    // Written by the log itself, a thousand to a commit: a million durable commits would say nothing more.
    const thousand = log.database.transaction(() => {
      for (let n = 0; n < 1_000; n++) log.append(event);
    });
    while (log.head.seq < entries) thousand();
    const verify = await compare({ run: () => verified(log) }, bareChain(log), { rounds: 3, calls: 1, async: true });
    return [
      {
        what: 'access log: durable append',
        counterpart: 'one bare durable commit',
        measured: append,
        goal: { ratio: 1 / 0.9 },
      },
      {
        what: `access log: verify ${log.head.seq.toLocaleString('en')} entries`,
        counterpart: 'bare SHA-256 chain over the same bytes, in memory',
        measured: verify,
        goal: { ratio: 1 / 0.4 },
        because:
          'it reads the rows off the encrypted file, checks that each names its place and its forerunner, and verifies the signature of a seal for every 64; the chain beside it has its bytes in memory and looks at none',
      },
    ];
  } finally {
    log.close();
    commit.close();
  }
}

async function verified(log: AccessLog): Promise<void> {
  const { problem } = await verifyLog(log.database, log.publicKey, log.head);
  if (problem !== null) throw new Error(`the log does not verify: ${problem}`);
}

function bareChain(log: AccessLog) {
  const bodies = log.database.prepare<[], string>('SELECT body FROM entry ORDER BY seq').pluck().all();
  return {
    run: async () => {
      let hash = '';
      for (const body of bodies) hash = createHash('sha256').update(hash).update(body, 'utf8').digest('hex');
      return hash;
    },
  };
}
