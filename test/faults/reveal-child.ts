/** Child of reveal-kill.test.ts: reveals one field over and over, and can die at the point between log and value. */
import { writeSync } from 'node:fs';
import type { AccessLog } from '../../src-main/access-log/log.ts';
import { terminalFiles } from '../../src-main/config.ts';
import type { Desk } from '../../src-main/desk/desk.ts';
import { reveal } from '../../src-main/desk/reveal.ts';
import { signIn } from '../../src-main/desk/sign-in.ts';
import { unlock } from '../../src-main/desk/unlock.ts';
import { Terminal } from '../../src-main/terminal.ts';
import { KDF_FLOOR } from '../../src-main/vault/kdf.ts';
import { createKeytarKeyStore } from '../../src-main/vault/keytar-key-store.ts';
import { EmployeeId, StayId } from '../../src-shared/model/ids.ts';
import { currentTotp } from '../../src-shared/step-up/totp.ts';

const [
  ,
  ,
  folder = '',
  employee = '',
  password = '',
  totp = '',
  stay = '',
  ahead = '0',
  diesAt = 'never',
  times = '1',
] = process.argv;
const clock = { now: () => Date.now() + Number(ahead), mono: () => performance.now() };
const say = (line: string) => writeSync(1, `${line}\n`);

const terminal = new Terminal({
  files: terminalFiles(folder),
  folder,
  keyStore: createKeytarKeyStore,
  clock,
  version: '0.0.0-test',
  cost: KDF_FLOOR,
  note: () => undefined,
});
await terminal.start();
const { door } = terminal;
if (door === null) throw new Error(`the terminal does not work: ${terminal.status.fault?.kind}`);
const signedIn = await signIn(door, { employeeId: EmployeeId.parse(employee), password });
const { desk } = terminal;
if (desk === null) throw new Error('the cache did not open');
const unlocked = await unlock(desk, { kind: 'totp', code: currentTotp(Buffer.from(totp, 'hex'), clock.now()) });
if (!signedIn.ok || !unlocked.ok) throw new Error('the session did not open');

const stayId = StayId.parse(stay);
for (let n = 1; n <= Number(times); n++) {
  say(`ask ${n}`);
  const answer = reveal(dying(desk), { stayId, field: 'documentNumber', purpose: 'check-in' });
  // The entry's number stands for the value, which is nobody's to print.
  say(answer.ok && answer.value.value.length > 0 ? `told ${answer.value.watermark.entry}` : 'refused');
}
process.exit(0);

/** The desk with a log after, or before, whose entry the process is gone at once. */
function dying(whole: Desk): Desk {
  if (diesAt === 'never') return whole;
  const log = new Proxy(whole.log, {
    get: (target, name) =>
      name === 'append'
        ? (event: Parameters<AccessLog['append']>[0]) => {
            if (diesAt === 'after-entry') target.append(event);
            process.kill(process.pid, 'SIGKILL');
          }
        : Reflect.get(target, name, target),
  });
  return { ...whole, log };
}
