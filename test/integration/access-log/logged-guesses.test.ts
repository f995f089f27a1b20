import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { AccessLog } from '../../../src-main/access-log/log.ts';
import { loggedGuesses } from '../../../src-main/desk/logged-guesses.ts';
import { openEncryptedFile } from '../../../src-main/store/encrypted-file.ts';
import { generateDeviceKey, openDeviceIdentity } from '../../../src-main/vault/device-identity.ts';
import type { AccessEvent } from '../../../src-shared/audit/event.ts';
import { DeviceId, EmployeeId } from '../../../src-shared/model/ids.ts';

const ann = EmployeeId.parse('01HZZZZZZZZZZZZZZZZZZZZZZE');
const other = EmployeeId.parse('01HZZZZZZZZZZZZZZZZZZZZZZ0');

function logOf(events: readonly Pick<AccessEvent, 'type' | 'outcome' | 'reason'>[], employeeId = ann) {
  const folder = mkdtempSync(join(tmpdir(), 'keyrack-guesses-'));
  const opened = openEncryptedFile(join(folder, 'access-log.db'), randomBytes(32));
  if (!opened.ok) throw new Error(opened.problem);
  const clock = { now: () => 1_770_000_000_000, mono: () => 5 };
  const device = DeviceId.parse('01HZZZZZZZZZZZZZZZZZZZZZZD');
  const log = new AccessLog(opened.value, device, openDeviceIdentity(generateDeviceKey()), clock);
  onTestFinished(() => {
    log.close();
    rmSync(folder, { recursive: true });
  });
  for (const event of events) log.append({ employeeId, role: 'receptionist', ...event });
  return log;
}

it('guesses are read out of the log by what was guessed at, wherever it was typed', () => {
  const log = logOf([
    { type: 'session.sign-in', outcome: 'failed', reason: 'wrong-password' },
    { type: 'break-glass.confirm', outcome: 'failed', reason: 'wrong-password' },
    { type: 'keys.recover', outcome: 'failed', reason: 'wrong-password' },
    { type: 'session.sign-in', outcome: 'allowed' },
    { type: 'session.unlock', outcome: 'failed', reason: 'wrong-code' },
    { type: 'security-key.add', outcome: 'failed', reason: 'code-used' },
    { type: 'session.unlock', outcome: 'allowed', reason: 'code-offline' },
    { type: 'session.unlock', outcome: 'failed', reason: 'wrong-key' },
    { type: 'session.unlock', outcome: 'allowed', reason: 'security-key' },
  ]);
  expect(loggedGuesses(log, ann).map(({ factor, outcome }) => `${factor} ${outcome}`)).toEqual([
    'password wrong',
    'password wrong',
    'password wrong',
    'password right',
    'code wrong',
    'code wrong',
    'code right',
    'security-key wrong',
    'security-key right',
  ]);
});

it('what was no guess, and what somebody else guessed, counts for nobody', () => {
  const log = logOf([
    { type: 'session.unlock', outcome: 'failed', reason: 'lease-expired' },
    { type: 'session.unlock', outcome: 'failed', reason: 'wrong-code-online' },
    { type: 'session.unlock', outcome: 'failed', reason: 'key-refused' },
    { type: 'field.reveal', outcome: 'failed', reason: 'wrong-key' },
  ]);
  expect(loggedGuesses(log, ann)).toEqual([]);
  expect(
    loggedGuesses(logOf([{ type: 'session.sign-in', outcome: 'failed', reason: 'wrong-password' }]), other),
  ).toEqual([]);
});
